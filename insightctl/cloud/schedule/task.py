"""One query to run, and what became of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from insightctl.core.time import TimeRange

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import ResultFieldTypeDef

MAX_ROWS = 100_000
"""Of one query (StartQuery, limit), fetched in pages of 10,000."""


@dataclass(frozen=True, slots=True)
class Start:
    """What StartQuery is told. `groups` are names or ARNs; `text` may hold a SOURCE instead, then they are empty."""

    text: str
    groups: tuple[str, ...]
    time: TimeRange
    max_rows: int


class Counts(NamedTuple):
    """What the service counted so far: log events, bytes of log text."""

    records_matched: int = 0
    records_scanned: int = 0
    bytes_scanned: int = 0

    def __add__(self, other: object) -> Counts:
        if not isinstance(other, Counts):
            return NotImplemented
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What GetQueryResults gave: rows of field and text, counts, and the seconds from the start to the answer."""

    rows: Sequence[Sequence[ResultFieldTypeDef]]
    counts: Counts
    seconds: float


NOTHING = Counts()


@dataclass(slots=True)
class Task:
    """A query that a scheduler runs in a lane; `key` is its owner's own name for it.

    `attempts` counts starts of the query, `stumbles` failed calls in a row; times are monotonic seconds, `looked` is the
    query's age when it was last seen running.
    """

    start: Start
    lane: int = 0
    key: Hashable = None
    number: int = 0
    query_id: str | None = None
    attempts: int = 0
    stumbles: int = 0
    unsure: bool = False
    began: float = 0.0
    due: float = 0.0
    polled: float = 0.0
    looked: float = 0.0
    scheduled_s: float = 0.0
    counts: Counts = NOTHING
    page: str | None = None
    fetching: bool = False
    busy: bool = False
    rows: list[Sequence[ResultFieldTypeDef]] = field(default_factory=list)
    answer: RawAnswer | None = None

    @property
    def is_full(self) -> bool:
        """Whether the answer has as many rows as were asked at most: there may be more."""
        return self.answer is not None and len(self.answer.rows) >= min(self.start.max_rows, MAX_ROWS)

    def anew(self, due: float) -> None:
        """Back to the state before it was started."""
        self.query_id, self.page, self.fetching, self.rows = None, None, False, []
        self.scheduled_s, self.looked, self.due, self.counts = 0.0, 0.0, due, NOTHING


class Progress(NamedTuple):
    """A moment of a run: queries done, of how many so far, running now; what was counted; seconds left (None: unknown)."""

    done: int
    total: int
    running: int
    counts: Counts
    seconds: float
    left_s: float | None
