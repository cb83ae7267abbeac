"""Patterns of dates in Java's spelling (DateTimeFormatter), as parseDate takes them, in strptime's."""

from __future__ import annotations

import re

_RUN = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'")

_LETTERS = {
    "y": {2: "%y", 4: "%Y", 1: "%Y"},
    "u": {2: "%y", 4: "%Y", 1: "%Y"},
    "M": {1: "%m", 2: "%m", 3: "%b", 4: "%B"},
    "L": {1: "%m", 2: "%m", 3: "%b", 4: "%B"},
    "d": {1: "%d", 2: "%d"},
    "D": {1: "%j", 3: "%j"},
    "H": {1: "%H", 2: "%H"},
    "k": {1: "%H", 2: "%H"},
    "h": {1: "%I", 2: "%I"},
    "m": {1: "%M", 2: "%M"},
    "s": {1: "%S", 2: "%S"},
    "S": {3: "%g", 6: "%f", 9: "%n"},
    "a": {1: "%p"},
    "E": {1: "%a", 2: "%a", 3: "%a", 4: "%A"},
    "X": {1: "%z", 2: "%z", 3: "%z"},
    "x": {1: "%z", 2: "%z", 3: "%z"},
    "Z": {1: "%z", 2: "%z", 3: "%z"},
    "z": {1: "%Z", 2: "%Z", 3: "%Z"},
    "V": {2: "%Z"},
}


def java_pattern(pattern: str) -> str | ValueError:
    """The pattern in strptime's spelling, or what is wrong with it."""
    out: list[str] = []
    for match in _RUN.finditer(pattern):
        piece, letter = match[0], match[1]
        if piece == "'":
            return ValueError("a quote is never closed")
        if piece.startswith("'"):
            out.append((piece[1:-1].replace("''", "'") or "'").replace("%", "%%"))
        elif letter is None:
            out.append(piece.replace("%", "%%"))
        else:
            meant = _LETTERS.get(letter, {}).get(len(piece))
            if meant is None:
                return ValueError(f"'{piece}' is not supported")
            out.append(meant)
    return "".join(out) if out else ValueError("there is nothing")
