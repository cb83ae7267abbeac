"""The mark that our queries carry: a comment, so that one whose start was never answered is found again."""

from __future__ import annotations

import re
import uuid

MAX_CHARACTERS = 10_000
_MARK = re.compile(r"\n# insightctl ([0-9a-f]{12})/(\d+)\Z")


class Marks:
    """The marks of one run."""

    def __init__(self) -> None:
        self.run = uuid.uuid4().hex[:12]

    def on(self, text: str, number: int) -> str:
        """The text with the mark of the query of this number; as it is when there is no room for it."""
        marked = f"{text}\n# insightctl {self.run}/{number}"
        return marked if len(marked) <= MAX_CHARACTERS else text

    def number_of(self, text: str) -> int | None:
        """The number of a query of this run, by its text; None for anybody else's."""
        found = _MARK.search(text)
        return int(found[2]) if found and found[1] == self.run else None
