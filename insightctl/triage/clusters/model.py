"""What an error cluster is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

Trend = Literal["growing", "falling", "steady", "too few"]


class Frame(NamedTuple):
    """A place in code: file (below /var/task, or a class of the JVM), function where it is told, line (0: not told)."""

    file: str
    function: str = ""
    line: int = 0

    @property
    def place(self) -> tuple[str, str | int]:
        """What stays from version to version: lines move, files and functions seldom do."""
        return self.file, self.function or self.line

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where} in {self.function}" if self.function else where


@dataclass(frozen=True, slots=True)
class NewSince:
    """The deployment that a cluster is new since; `chance` that none would have come before it by luck (0 to 1)."""

    function: str
    version: str
    at: datetime
    chance: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Failures of one error type that leave the same place of one's own code (or say the same, where none is told).

    `message` is the masked message that is told most, `example` one as it was written (bounded), `messages` how many
    different masked ones there are. `share` is the part (0 to 1) of all failures of all clusters; 0 for `handled`
    ones, which were logged and did not end an invocation. `counts` is by bin from the range's first bin on, `samples`
    are request ids (where lines tell them), `streams` log streams that hold some. Times are UTC.
    """

    error_type: str
    frame: Frame | None
    message: str
    example: str
    messages: int
    functions: tuple[str, ...]
    versions: tuple[str, ...]
    count: int
    share: float
    first_seen: datetime
    last_seen: datetime
    counts: tuple[int, ...]
    trend: Trend
    samples: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    handled: bool = False
    new_since: NewSince | None = None

    @property
    def title(self) -> str:
        """Type and place in one line; not yet safe for a terminal."""
        return f"{self.error_type} at {self.frame}" if self.frame else self.error_type
