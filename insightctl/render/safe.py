"""Hostile text made safe: log lines may hold terminal escapes, control characters and bidi overrides.

Colours (SGR sequences) are dropped, for applications log them all the time; everything else that a terminal would act
upon is shown as a picture of itself, for what somebody tried to hide is what the reader wants to see.
"""

from __future__ import annotations

import re

# Select Graphic Rendition only: other sequences (titles, links, cursor moves) carry text and stay visible.
_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")

# C0 but newline, DEL, C1; bidi marks, embeddings, overrides, isolates; line and paragraph separators; surrogates.
_ACTIVE = "\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE = re.compile(f"[{_ACTIVE}]")
_UNSAFE_IN_JSON = re.compile(f"[\x7f-\x9f{_ACTIVE[_ACTIVE.index(chr(0x061C)) :]}]")

_PICTURES = {
    **{code: chr(0x2400 + code) for code in range(0x20)},  # U+2400: ␀ ␁ ... ␛ ...
    0x7F: "\u2421",
    ord("\t"): "  ",  # Lambda's own lines are full of tabs; two spaces read best
}


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _PICTURES.get(code) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def text(value: str) -> str:
    """The text with newlines kept and nothing left that a terminal would obey."""
    return _UNSAFE.sub(_visible, _COLOURS.sub("", value.replace("\r\n", "\n")))


def line(value: str) -> str:
    """The same on one line: runs of white space about a newline become one space."""
    return " ".join(part.strip() for part in text(value).split("\n") if part.strip())


def json_text(document: str) -> str:
    r"""JSON with the characters that `json.dumps` lets through, yet a terminal obeys, written as `\uXXXX`.

    They stand only inside strings there, so the document means the same.
    """
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", document)
