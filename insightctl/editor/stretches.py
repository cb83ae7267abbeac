"""A stretch of QL and where each of its characters stands in the document around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """QL in a document. Character i of `text` stands at `starts[i]` up to `ends[i]`; both grow with i.

    `exact`: every character of the text was written as it is, so editing it is editing the document. `within` is the
    part of the document that belongs to it.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    within: tuple[int, int]
    exact: bool = True

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the document of a span of the text, never empty where the document has something there."""
        if not self.text:
            return self.within[0], min(self.within[0] + 1, self.within[1])
        first = max(0, min(start, len(self.text) - 1))
        last = max(first, min(end, len(self.text)) - 1)
        if start >= len(self.text):  # behind the end
            return self.ends[-1], max(self.ends[-1], min(self.ends[-1] + 1, self.within[1]))
        low = self.starts[first]
        return low, max(self.ends[last], low)

    def inside(self, offset: int) -> int | None:
        """The place in the text of an offset of the document; None when it lies outside."""
        if not self.within[0] <= offset <= self.within[1]:
            return None
        if not self.text or offset <= self.starts[0]:
            return 0
        at = bisect_right(self.starts, offset) - 1
        return at if offset < self.ends[at] else at + 1


def written(document: str, start: int, end: int) -> Stretch:
    """The part of a document as it is written."""
    return Stretch(document[start:end], range(start, end), range(start + 1, end + 1), (start, end))
