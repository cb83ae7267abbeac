"""Messages without what differs from request to request: ids, numbers, addresses, times, quoted values, URLs' paths.

`masked` is idempotent, and its answer is bounded. It is apart from the masks of `local.mining`, which are SQL over
millions of lines and keep positions for `pattern`; this one reads some hundred grouped rows and favours fewer kinds:
`<id>`, `<n>`, `<time>`, `<ip>`, `<email>`, `<path>`, `<value>`.
"""

from __future__ import annotations

import re

MOST_READ = 2_000
"""Characters of a message that are looked at: a hostile one may have megabytes."""
MOST_KEPT = 300
_ROUNDS = 8

_B, _E = r"(?<![\w<])", r"(?![\w>])"
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (_B + r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?Z|[+-]\d\d:?\d\d)?)?" + _E, "<time>"),
        (r"(\b[a-zA-Z][a-zA-Z+]{1,9}://[^\s\"'<>,()/?#]+)[/?#](?!<path>)[^\s\"'<>,)]*", r"\1/<path>"),
        (r"\barn:aws[a-z-]*:([a-z0-9-]+):[^\s\"'<>,)]+", r"arn:\1:<id>"),
        (_B + r"[\w.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+", "<email>"),
        (_B + r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}" + _E, "<id>"),
        (_B + r"(?:Root=)?1-[0-9a-f]{8}-[0-9a-f]{24}" + _E, "<id>"),
        (_B + r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2}|:\d{1,5})?" + _E, "<ip>"),
        (_B + r"(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}" + _E, "<ip>"),
        (_B + r"(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6}" + _E, "<ip>"),
        (_B + r"0x[0-9a-fA-F]+" + _E, "<id>"),
        (r"(?<![\w'])'[^'\n]{0,400}'(?!\w)", "<value>"),
        (r'(?<![\w"])"[^"\n]{0,400}"(?!\w)', "<value>"),
        # letters and digits in one word: an id when it is long, or joined by dashes
        (_B + r"(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+" + _E, "<id>"),
        (_B + r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{8,}" + _E, "<id>"),
        (r"(?<![\w<.])[-+]?\d+(?:[.,]\d+)*", "<n>"),
        # what masked neighbours leave: one id told in several parts
        (r"<id>(?:[-_:/.]?<(?:id|n)>)+", "<id>"),
        (r"<n>(?:[-_:/.,]?<n>)+", "<n>"),
    )
)
_NAME = re.compile(r"""\s*(['"])[A-Za-z_][A-Za-z_.]{0,60}\1\s*""")
_SPACE = re.compile(r"\s+")


def masked(message: str) -> str:
    """The message on one line without what differs from request to request, at most MOST_KEPT characters.

    A message that is nothing but a quoted name (Python's KeyError) keeps it: there is nothing else in it.

    >>> masked("order 8812 of 'bob' not found at https://api.example.com/v1/o/8812?x=1")
    "order <n> of <value> not found at https://api.example.com/<path>"
    """
    text = _SPACE.sub(" ", message[:MOST_READ]).strip()
    if _NAME.fullmatch(text):
        return text
    for _ in range(_ROUNDS):
        once = _once(text)
        if once == text:
            break
        text = once
    return text


def _once(text: str) -> str:
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text[:MOST_KEPT].strip()
