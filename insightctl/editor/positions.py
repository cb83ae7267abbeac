"""Places as the Language Server Protocol counts them: lines end at \\n, \\r\\n or \\r, columns are UTF-16 code units."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """A 0-based line, and a 0-based column in UTF-16 code units: an emoji counts two."""

    line: int
    character: int


class Lines:
    """The lines of a text: from offsets (code points) to positions and back."""

    def __init__(self, text: str) -> None:
        self.text = text
        ends = list(_LINE_END.finditer(text))
        self._starts = [0, *(match.end() for match in ends)]
        self._ends = [*(match.start() for match in ends), len(text)]

    def position(self, offset: int) -> Position:
        """Where an offset lies; one inside a line end counts as the end of its line."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset) - 1
        before = self.text[self._starts[line] : min(offset, self._ends[line])]
        return Position(line, len(before) + sum(char > "\uffff" for char in before))

    def offset(self, line: int, character: int) -> int:
        """The offset of a position; beyond the end of a line it is that end, inside a character its start."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        units = 0
        for at in range(self._starts[line], self._ends[line]):
            units += 2 if self.text[at] > "\uffff" else 1
            if units > character:
                return at
        return self._ends[line]

    def line_span(self, line: int) -> tuple[int, int]:
        """The start and the end of a 0-based line, its white space on the left and its line end left out."""
        line = max(0, min(line, len(self._starts) - 1))
        start, end = self._starts[line], self._ends[line]
        text = self.text[start:end]
        return start + len(text) - len(text.lstrip()), end
