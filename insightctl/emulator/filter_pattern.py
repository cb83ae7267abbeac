"""Filter patterns of FilterLogEvents: a pattern's text to a test of messages.

Terms (`ERROR`, `"exact phrase"`, all have to be there; `?A ?B`, one of them; `-C`, not there; `%regex%`) and JSON
patterns (`{ $.level = "ERROR" && $.ms > 100 }`, joined by && or by ||). Space-delimited patterns (`[ip, user, ...]`)
are refused.
"""

from __future__ import annotations

import fnmatch
import json
import operator
import re
from collections.abc import Callable, Sequence

from insightctl.core.spelling import number_from_text
from insightctl.emulator.errors import InvalidParameter

Test = Callable[[str], bool]

_TERM = re.compile(
    r'\s*(?P<sign>[?-]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<word>[^\s"?{}\[\]]+))(?=\s|$)'
)
_COMPARISON = re.compile(
    r"""\s*\(?\s*\$\.(?P<path>[\w@.\-\[\]]+)\s*
        (?:(?P<op>=|!=|>=|<=|>|<)\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s"&|(){}]+))
          |(?P<word>IS\s+TRUE|IS\s+FALSE|IS\s+NULL|NOT\s+EXISTS))\s*\)?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMERIC: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_MISSING = object()


def compile_pattern(pattern: str | None) -> Test:
    """The test that a pattern stands for; no pattern matches everything. Raises InvalidParameter."""
    text = (pattern or "").strip()
    if not text:
        return lambda _message: True
    if text.startswith("["):
        raise InvalidParameter(f"the emulator knows no space-delimited filter patterns: {text}")
    return _json_pattern(text) if text.startswith("{") else _terms(text)


def _terms(text: str) -> Test:
    tests: dict[str, list[Test]] = {"": [], "?": [], "-": []}
    at = 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None:
            raise InvalidParameter(f"Invalid filter pattern: {text}")
        tests[match["sign"]].append(_term(match))
        at = match.end()
    wanted, any_of, unwanted = tests[""], tests["?"], tests["-"]
    return lambda message: (
        all(test(message) for test in wanted)
        and (not any_of or any(test(message) for test in any_of))
        and not any(test(message) for test in unwanted)
    )


def _term(match: re.Match[str]) -> Test:
    if match["regex"] is not None:
        try:
            regex = re.compile(match["regex"])
        except re.error:
            raise InvalidParameter(f"Invalid filter pattern: {match['regex']}") from None
        return lambda message: regex.search(message) is not None
    term = match["word"] if match["word"] is not None else _unescaped(match["phrase"])
    return lambda message: term in message


def _json_pattern(text: str) -> Test:
    if not text.endswith("}"):
        raise InvalidParameter(f"Invalid filter pattern: {text}")
    body, tests, joints = text[1:-1], [], set[str]()
    at = 0
    while True:
        match = _COMPARISON.match(body, at)
        if match is None:
            raise InvalidParameter(f"Invalid filter pattern, or one the emulator does not know: {text}")
        tests.append(_comparison(match))
        at = match.end()
        if at == len(body):
            break
        joints.add(body[at : at + 2])
        at += 2
    if not joints <= {"&&"} and joints != {"||"}:
        raise InvalidParameter(f"the emulator joins JSON comparisons by && or by ||, not by both: {text}")
    return _on_json(tests, any if joints == {"||"} else all)


def _on_json(tests: Sequence[Callable[[object], bool]], joined: Callable[[list[bool]], bool]) -> Test:
    def matches(message: str) -> bool:
        try:
            event = json.loads(message)
        except ValueError:
            return False
        return isinstance(event, dict) and joined([test(event) for test in tests])

    return matches


def _comparison(match: re.Match[str]) -> Callable[[object], bool]:
    path = re.findall(r"[^.\[\]]+", match["path"])
    if match["word"] is not None:
        expected = {"TRUE": True, "FALSE": False, "NULL": None, "EXISTS": _MISSING}[match["word"].split()[1].upper()]
        return lambda event: _at(event, path) is expected
    sign, bare = match["op"], match["bare"]
    number = number_from_text(bare) if bare is not None else None
    if number is not None:
        holds = _NUMERIC[sign]
        return lambda event: _is_number(value := _at(event, path)) and holds(float(str(value)), number)
    if sign not in ("=", "!="):
        raise InvalidParameter(f"Invalid filter pattern: {sign} compares numbers, not '{bare or match['quoted']}'")
    text = bare if bare is not None else _unescaped(match["quoted"])
    same = re.compile(fnmatch.translate(text.replace("[", "[[]").replace("?", "[?]")))
    return lambda event: (
        (value := _at(event, path)) is not _MISSING and ((same.match(_spelled(value)) is not None) == (sign == "="))
    )


def _at(event: object, path: Sequence[str]) -> object:
    for step in path:
        if isinstance(event, dict) and step in event:
            event = event[step]
        elif isinstance(event, list) and step.isdecimal() and int(step) < len(event):
            event = event[int(step)]
        else:
            return _MISSING
    return event


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spelled(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
