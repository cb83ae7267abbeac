"""What is true about a generated case, and what counts as finding it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Count:
    """What the logs of one function hold."""

    invocations: int
    failures: int


@dataclass(frozen=True, slots=True)
class Planted:
    """An incident. Times in UTC ms: `cause_ms` when the cause came to be (a deployment, an outage), `first_ms` when its
    first effect ended, `end_ms` None when it lasts to the end of the data. `functions` may any of them be named;
    `causes` are the kinds of cause that are right; `version` has to match where it is given; one of `words` has to stand
    in the title or in the evidence where there are any; `told_by` adds the log stream, or the request ids, of what was
    struck to them. `hits` attempts were touched; set beforehand where what is missing is the effect.
    """

    kind: str
    functions: tuple[str, ...]
    causes: tuple[str, ...]
    version: str | None = None
    words: tuple[str, ...] = ()
    cause_ms: int = 0
    first_ms: int = 0
    end_ms: int | None = None
    hits: int = 0
    told_by: Literal["stream", "request"] | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """A case: nothing is planted on a quiet day. The worst incident comes first. `asked_ms` is from when on triage is to
    look (UTC ms): later than `start_ms` where the days before are there as well. `bin_ms`: how exact a start can be.
    """

    seed: int
    form: str
    log_formats: tuple[str, ...]
    start_ms: int
    asked_ms: int
    end_ms: int
    bin_ms: int
    planted: tuple[Planted, ...] = ()
    counts: dict[str, Count] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of the worst incident, or quiet."""
        return self.planted[0].kind if self.planted else "quiet"

    def document(self) -> dict[str, object]:
        """As JSON has it."""
        return asdict(self)
