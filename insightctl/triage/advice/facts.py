"""What the history says of one function: sizes, environments, hours, logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from insightctl.core.result import Result, Value
from insightctl.core.time import TimeRange, to_ms
from insightctl.triage.advice.money import MONTH_S, X86
from insightctl.triage.advice.settings import Settings

LEAST_INVOCATIONS = 200
LEAST_MS = 23 * 3_600_000
"""A day, and an hour less: `--since 1d` and a demo of a day are one."""
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Size:
    """A function with one memory size. Times in ms, memory in MB; `start_billed_ms` is billed init and restore."""

    function: str
    memory_mb: float
    invocations: int
    billed_ms: float
    busy_ms: float
    start_billed_ms: float
    p50_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float
    used_max_mb: float
    used_p99_mb: float
    timeouts: int
    longest_timeout_ms: float | None
    first: datetime
    last: datetime

    @property
    def gb(self) -> float:
        """The size in GB as billed: 1024 MB."""
        return self.memory_mb / 1024

    @property
    def gb_s(self) -> float:
        """Billed GB-seconds."""
        return self.gb * self.billed_ms / 1000


@dataclass(frozen=True, slots=True)
class Environments:
    """Environments of one runtime. `cold_starts` are inits that a caller waited for, `init_sum_ms` how long they all took."""

    function: str
    runtime: str | None
    environments: int
    started_ahead: int
    cold_starts: int
    init_sum_ms: float
    init_p50_ms: float
    restores: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour from `start_ms` (UTC) on: what ran, how many ms of it, inits, and the most at the same time."""

    function: str
    start_ms: int
    invocations: int
    busy_ms: float
    inits: int
    peak: int = 0

    @property
    def load(self) -> float:
        """How many ran at a time on average."""
        return self.busy_ms / _HOUR_MS

    @property
    def of_day(self) -> int:
        """0 to 23, UTC."""
        return self.start_ms // _HOUR_MS % 24


@dataclass(frozen=True, slots=True)
class Logged:
    """Lines of one level (None: no level) of the platform or the application; bytes of text."""

    function: str
    source: str
    level: str | None
    lines: int
    bytes: float


@dataclass(frozen=True)
class History:
    """One function over `time`. `settings` is what Lambda says of it, None where that was not asked."""

    function: str
    time: TimeRange
    sizes: tuple[Size, ...]
    environments: tuple[Environments, ...] = ()
    hours: tuple[Hour, ...] = ()
    logged: tuple[Logged, ...] = ()
    limit_ms: float | None = None
    timeout_lines: int = 0
    settings: Settings | None = None

    @cached_property
    def present(self) -> Size:
        """The size that ran last."""
        return max(self.sizes, key=lambda size: size.last)

    @cached_property
    def invocations(self) -> int:
        """Over all sizes."""
        return sum(size.invocations for size in self.sizes)

    @cached_property
    def first(self) -> datetime:
        """When the first one ended."""
        return min(size.first for size in self.sizes)

    @cached_property
    def window_ms(self) -> int:
        """The time that the history stands for: the range, or from the first invocation on where that came late."""
        first = to_ms(self.first)
        late = first - self.time.start_ms > self.time.duration_ms / 4
        return max(1, self.time.end_ms - (first if late else self.time.start_ms))

    @cached_property
    def month(self) -> float:
        """By how much the history's amounts are to be multiplied for a month."""
        return MONTH_S * 1000 / self.window_ms

    @cached_property
    def is_thin(self) -> bool:
        """Too little to reckon a month from."""
        return self.invocations < LEAST_INVOCATIONS or self.window_ms < LEAST_MS

    @cached_property
    def architecture(self) -> str:
        """x86_64 unless Lambda says otherwise."""
        return self.settings.architecture if self.settings and self.settings.architecture else X86

    @cached_property
    def cold_starts(self) -> int:
        """Those that a caller waited for."""
        return sum(each.cold_starts for each in self.environments)

    @cached_property
    def init_avg_ms(self) -> float:
        """The mean of those."""
        return sum(each.init_sum_ms for each in self.environments) / self.cold_starts if self.cold_starts else 0.0

    @cached_property
    def runtime(self) -> str | None:
        """As INIT_START names it (`python:3.12.v36`), or as Lambda does (`python3.12`)."""
        if self.settings and self.settings.runtime:
            return self.settings.runtime
        named = [each for each in self.environments if each.runtime and each.last]
        return max(named, key=lambda each: to_ms(each.last) if each.last else 0).runtime if named else None


def sizes(result: Result) -> tuple[Size, ...]:
    """Rows of the query `sizes` that have a memory size."""
    return tuple(
        Size(
            str(r["function"] or ""),
            _number(r["memory_mb"]),
            int(_number(r["invocations"])),
            _number(r["all_billed_ms"]),
            _number(r["busy_ms"]),
            _number(r["all_start_billed_ms"]),
            _number(r["p50_ms"]),
            _number(r["p99_ms"]),
            _number(r["p999_ms"]),
            _number(r["max_ms"]),
            _number(r["used_max_mb"]),
            _number(r["used_p99_mb"]),
            int(_number(r["timeouts"])),
            _number(r["longest_timeout_ms"]) or None,
            _moment(r["first_at"]),
            _moment(r["last_at"]),
        )
        for r in result.records()
        if _number(r["memory_mb"]) and _number(r["invocations"])
    )


def limits(result: Result) -> Mapping[str, tuple[float, int]]:
    """By function: the limit in ms that its `Task timed out` lines name, and how many there are."""
    return {
        str(r["function"] or ""): (_number(r["limit_s"]) * 1000, int(_number(r["timeout_lines"])))
        for r in result.records()
        if _number(r["timeout_lines"])
    }


def environments(result: Result) -> tuple[Environments, ...]:
    """Rows of the query `environments`."""
    return tuple(
        Environments(
            str(r["function"] or ""),
            str(r["runtime"]) if r["runtime"] else None,
            int(_number(r["environments"])),
            int(_number(r["started_ahead"])),
            int(_number(r["cold_starts"])),
            _number(r["init_sum_ms"]),
            _number(r["init_p50_ms"]),
            int(_number(r["restores"])),
            last if isinstance(last := r["last_at"], datetime) else None,
        )
        for r in result.records()
    )


def hours(result: Result, peaks: Result | None) -> tuple[Hour, ...]:
    """Rows of the query `hours` with the peaks of the query `concurrency`."""
    most: dict[tuple[str, int], int] = {}
    for r in peaks.records() if peaks else ():
        if isinstance(bucket := r["bucket"], datetime):
            most[str(r["function"] or ""), to_ms(bucket)] = int(_number(r["peak"]))
    found = []
    for r in result.records():
        if isinstance(at := r["at"], datetime):
            key = str(r["function"] or ""), to_ms(at)
            peak = most.get(key, 1)
            found.append(
                Hour(*key, int(_number(r["invocations"])), _number(r["busy_ms"]), int(_number(r["inits"])), peak)
            )
    return tuple(sorted(found, key=lambda hour: (hour.function, hour.start_ms)))


def logged(result: Result) -> tuple[Logged, ...]:
    """Rows of the query `log-volume`."""
    return tuple(
        Logged(
            str(r["function"] or ""),
            str(r["source"] or ""),
            str(r["log_level"]) if r["log_level"] else None,
            int(_number(r["lines"])),
            _number(r["mb"]) * 1e6,
        )
        for r in result.records()
    )


def _number(value: Value) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else 0.0
    except ValueError:
        return 0.0


def _moment(value: Value) -> datetime:
    assert isinstance(value, datetime)  # min and max of @timestamp over at least one event
    return value
