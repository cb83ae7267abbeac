"""Arithmetic of the expected rows: counts, percentiles, bins and times, as the queries' columns promise them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from insightctl.core.time import from_ms, iso
from insightctl.demo.features.model import Event, Form, Invocation
from insightctl.demo.features.story import Story

T = TypeVar("T")
K = TypeVar("K")

Value = str | int | float | None
Row = list[Value]


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are computed from: the story, the form in which it is written, and the events of that form."""

    story: Story
    form: Form
    events: Sequence[Event]

    @property
    def reported(self) -> list[Invocation]:
        """The invocations that have a REPORT."""
        return [invocation for invocation in self.story.invocations if invocation.reported]


@dataclass(frozen=True, slots=True)
class Expected:
    """The rows of a query: `columns` are those that the generator knows, `order` says how the rows are sorted.

    `functions` are the target; none means everything. `forms` are those that hold what the query reads.
    """

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    order: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ("text", "json", "mixed")

    def to_json(self) -> dict[str, object]:
        """As in truth.json."""
        return {
            "params": dict(self.params),
            "functions": list(self.functions),
            "forms": list(self.forms),
            "columns": list(self.columns),
            "order": self.order,
            "rows": [list(row) for row in self.rows],
        }


Reckoner = Callable[[Ground], Expected]


def when(at_ms: float) -> str:
    """A time as truth.json has it: `2026-11-23T10:00:00.123Z`."""
    return iso(from_ms(int(at_ms)))


def grouped(values: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """The values by their key, both in the order in which they came."""
    found: dict[K, list[T]] = defaultdict(list)
    for value in values:
        found[key(value)].append(value)
    return dict(found)


def percentile(hundredths: Sequence[float], percent: float) -> float | None:
    """The nearest rank, which is an observed value; hundredths of a ms in, ms out. None of nothing."""
    if not hundredths:
        return None
    rank = -(-len(hundredths) * round(percent * 10) // 1000)
    return sorted(hundredths)[max(rank, 1) - 1] / 100


def most(hundredths: Sequence[float]) -> float | None:
    """The greatest in ms, None of nothing."""
    return max(hundredths) / 100 if hundredths else None


def share(part: float, whole: float) -> float | None:
    """% with four decimals; None of nothing."""
    return round(100 * part / whole, 4) if whole else None


def bin_of(at_ms: int, minutes: int) -> int:
    """The beginning of the bin, UTC ms."""
    return at_ms // (minutes * 60_000) * minutes * 60_000


def is_timeout(invocation: Invocation) -> bool:
    """Whether the platform cut it off."""
    return invocation.failure is not None and invocation.failure.kind == "timeout"


def is_crash(invocation: Invocation) -> bool:
    """Whether the runtime ended, by itself, by a kill, or because it never came up."""
    return invocation.failure is not None and invocation.failure.kind in ("exit", "killed", "init")


def is_exception(invocation: Invocation) -> bool:
    """Whether code raised."""
    return invocation.failure is not None and invocation.failure.kind == "exception"


def failure_counts(invocations: Sequence[Invocation]) -> list[int]:
    """timeouts, crashes, exceptions, failures."""
    timeouts, crashes, exceptions = (
        sum(test(invocation) for invocation in invocations) for test in (is_timeout, is_crash, is_exception)
    )
    return [timeouts, crashes, exceptions, timeouts + crashes + exceptions]


def felt_init(invocation: Invocation) -> int:
    """The init that a caller waited for: what provisioned concurrency starts ahead is none."""
    return 0 if invocation.environment.kind == "provisioned-concurrency" else invocation.init


def durations(invocations: Iterable[Invocation]) -> list[int]:
    """Of each, hundredths of a ms."""
    return [invocation.duration for invocation in invocations]
