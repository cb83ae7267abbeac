"""Places in a query text."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of character offsets into the query text."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """From the start of this to the end of the other."""
        return Span(self.start, max(self.end, other.end))


class Place(NamedTuple):
    """1-based line and column."""

    line: int
    col: int


def place(text: str, offset: int) -> Place:
    """Where an offset lies: lines are counted by newline characters alone, columns in code points."""
    offset = min(offset, len(text))
    line = text.count("\n", 0, offset) + 1
    return Place(line, offset - (text.rfind("\n", 0, offset) + 1) + 1)
