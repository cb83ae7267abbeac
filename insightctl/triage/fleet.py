"""All functions by how unusual they are now: three queries for the whole fleet, in bins that their rows have room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf, log2, prod
from time import monotonic
from typing import Literal

from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.triage import facts, outcomes
from insightctl.triage.asking import Asking, Question
from insightctl.triage.commands import Commands
from insightctl.triage.facts import Bin
from insightctl.triage.findings import findings
from insightctl.triage.model import Finding, Skipped, Tally
from insightctl.triage.probes import Bucket, Observations, deployments_of, of_data, span_of
from insightctl.triage.proportions import Share
from insightctl.triage.run import tally
from insightctl.triage.shift import LEAST_BINS, Point, contrast

Standing = Literal["critical", "warning", "moved", "ok"]

PROBES = ("reports", "failures", "volume")
_MINUTE, _HOUR = 60_000, 3_600_000
# At most some fifty bins: 10,000 rows, all that a query returns, then hold two hundred functions.
_BINS: tuple[tuple[int, Bucket], ...] = (
    (1 * _HOUR, Bucket("2m", 2 * _MINUTE)),
    (4 * _HOUR, Bucket("5m", 5 * _MINUTE)),
    (13 * _HOUR, Bucket("15m", 15 * _MINUTE)),
    (26 * _HOUR, Bucket("30m", 30 * _MINUTE)),
    (50 * _HOUR, Bucket("1h", _HOUR)),
    (200 * _HOUR, Bucket("4h", 4 * _HOUR)),
    (600 * _HOUR, Bucket("12h", 12 * _HOUR)),
)
_LONGEST = Bucket("24h", 24 * _HOUR)
_SEVERE = {"critical": 0.7, "warning": 0.3}
_SURE = {"high": 1.0, "medium": 0.85, "low": 0.6}
_OVER = 0.5
"""What a finding counts whose failures have stopped: the fleet is ranked by what is unusual now."""
_FACTOR = 1.5
_OF_A_SHIFT, _A_DOUBLING = 0.5, 0.15
_CHANCE = 0.01
_NOW_SHARE = 6  # the last sixth of the range is now


@dataclass(frozen=True, slots=True)
class Moved:
    """A quantity that is `factor` times the usual now: medians of the bins of the last part of the range and before."""

    what: str
    before: float
    now: float
    factor: float

    @property
    def sentence(self) -> str:
        """`p99 ms is 2.4 times the usual: 310, was 130`."""
        if self.factor in (0.0, inf):
            return f"{self.what}: {_short(self.now)}, was {_short(self.before)}"
        times = f"{self.factor:.1f}" if self.factor >= 1 else f"{self.factor:.2f}"
        return f"{self.what} is {times} times the usual: {_short(self.now)}, was {_short(self.before)}"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A function's place: `score` 0 to 100; `total` of the whole range and `now` of its last part; worst finding first."""

    function: str
    score: float
    standing: Standing
    total: Share
    now: Share
    findings: tuple[Finding, ...]
    moved: tuple[Moved, ...]

    @property
    def what(self) -> str:
        """What is unusual most, in a sentence; empty when nothing is."""
        if self.findings:
            return self.findings[0].title
        return self.moved[0].sentence if self.moved else ""

    @property
    def since(self) -> datetime | None:
        """When the worst of it began; None: nothing did, or it was so before the range."""
        return self.findings[0].started if self.findings else None


@dataclass(frozen=True, slots=True)
class Fleet:
    """All functions, the most unusual first. `now` is the last part of the range, against which it is held."""

    target: str
    time: TimeRange | None
    now: TimeRange | None
    functions: tuple[Ranked, ...]
    statistics: Tally
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_critical(self) -> bool:
        """Whether any function is."""
        return any(each.standing == "critical" for each in self.functions)


def fleet(backend: Backend, target: Target, time: TimeRange | None, commands: Commands | None = None) -> Fleet:
    """Ranks all functions of the target. `time` None is the data's own span (local only).

    Raises the backend's InsightctlError when the reports cannot be read.
    """
    begun = monotonic()
    asking = Asking(backend, target, time)
    known = time or of_data(asking)
    bucket = bins_for(known)
    reports, failures, volume = _asked(asking, bucket)
    while reports is not None and len(reports.rows) >= QueryJob("").max_rows and bucket != _LONGEST:
        bucket = _coarser(bucket)
        asking.skipped.clear()
        reports, failures, volume = _asked(asking, bucket)
    if reports is None:
        raise asking.failures[0]
    seen = _observations(asking, known, bucket, (reports, failures, volume))
    now = _now(known, bucket)
    return Fleet(
        str(target),
        known,
        now,
        ranked(seen, findings(seen, commands or Commands()), now),
        tally(seen, monotonic() - begun),
        seen.skipped,
        tuple(dict.fromkeys(warning for result in seen.results for warning in result.warnings)),
    )


def _asked(asking: Asking, bucket: Bucket) -> tuple[Result | None, ...]:
    return asking.ask([Question(name, {"bin": bucket.text}) for name in PROBES])


def _observations(
    asking: Asking, known: TimeRange | None, bucket: Bucket, answers: tuple[Result, Result | None, Result | None]
) -> Observations:
    reports, failures, volume = answers
    bins = outcomes.bins(reports, failures)
    versions = outcomes.versions(bins)
    lines = facts.errors(failures) if failures else ()
    return Observations(
        bucket,
        known,
        span_of(bins),
        versions,
        deployments_of(asking, versions),
        bins,
        (*lines, *outcomes.by_status(reports, lines)),
        volumes=facts.volumes(volume) if volume else (),
        results=tuple(asking.results),
        skipped=tuple(asking.skipped),
        ran=frozenset(asking.ran),
    )


def ranked(seen: Observations, found: Sequence[Finding], now: TimeRange | None) -> tuple[Ranked, ...]:
    """The functions by score, then by failures, then by name."""
    functions = sorted({bin.function for bin in seen.bins})
    rows = [
        _ranked(
            function,
            [bin for bin in seen.bins if bin.function == function],
            tuple(finding for finding in found if finding.function == function),
            now,
            len(functions),
        )
        for function in functions
    ]
    return tuple(sorted(rows, key=lambda row: (-row.score, -row.now.failures, -row.total.failures, row.function)))


def _ranked(
    function: str, bins: Sequence[Bin], found: tuple[Finding, ...], now: TimeRange | None, functions: int
) -> Ranked:
    late = [bin for bin in bins if now is not None and bin.start_ms >= now.start_ms]
    total, lately = _share(bins), _share(late)
    moved = tuple(_moved(bins, now, functions)) if now else ()
    parts = [_strength(finding, bins, lately) for finding in found]
    parts += [min(_OF_A_SHIFT, _A_DOUBLING * abs(log2(each.factor or 1 / 16))) for each in moved]
    score = round(100 * (1 - prod(1 - part for part in parts)), 1)
    standing: Standing = found[0].severity if found else "moved" if moved else "ok"
    return Ranked(function, score, standing, total, lately, found, moved)


def _strength(finding: Finding, bins: Sequence[Bin], lately: Share) -> float:
    strength = _SEVERE[finding.severity] * _SURE[finding.confidence]
    if not finding.code.startswith("failures") or finding.started is None:
        return strength
    started = finding.started.timestamp() * 1000
    since = _share([bin for bin in bins if bin.last_ms is None or bin.last_ms >= started])
    return strength * _OVER if lately.value < since.value / 4 else strength


def _share(bins: Sequence[Bin]) -> Share:
    return Share(sum(bin.share.failures for bin in bins), sum(bin.share.invocations for bin in bins))


def _moved(bins: Sequence[Bin], now: TimeRange, functions: int) -> Iterator[Moved]:
    """What is more now than usual (invocations: less as well), the clearest first."""
    tried = functions * len(_QUANTITIES)
    found = []
    for what, factors in _QUANTITIES.items():
        points = [point for bin in _by_time(bins) if (point := _point(what, bin)) is not None]
        old = [point for point in points if point.start_ms < now.start_ms]
        new = [point for point in points if point.start_ms >= now.start_ms]
        for factor in factors:
            shift = contrast(old, new, factor)
            if shift is not None and shift.chance * tried < _CHANCE:
                found.append((shift.chance, Moved(what, shift.before, shift.after, shift.factor)))
    yield from (moved for _, moved in sorted(found, key=lambda each: each[0]))


_QUANTITIES: dict[str, tuple[float, ...]] = {
    "failure share (%)": (_FACTOR,),
    "p50 (ms)": (_FACTOR,),
    "p99 (ms)": (_FACTOR,),
    "invocations": (2.0, 0.5),
    "cold start share (%)": (2.0,),
    "memory used (MB)": (1.25,),
}


@dataclass(frozen=True, slots=True)
class _Moment:
    """All versions of a function in a bin of time; durations and memory of the one that serves most."""

    start_ms: int
    share: Share
    cold: int
    main: Bin


def _by_time(bins: Sequence[Bin]) -> list[_Moment]:
    starts: dict[int, list[Bin]] = {}
    for bin in bins:
        starts.setdefault(bin.start_ms, []).append(bin)
    return [
        _Moment(start, _share(rows), sum(row.cold for row in rows), max(rows, key=lambda row: row.share.invocations))
        for start, rows in sorted(starts.items())
    ]


def _point(what: str, at: _Moment) -> Point | None:
    served = at.share.invocations
    value = {
        "failure share (%)": at.share.pct if served else None,
        "p50 (ms)": at.main.p50_ms,
        "p99 (ms)": at.main.p99_ms,
        "invocations": float(served),
        "cold start share (%)": 100 * at.cold / served if served else None,
        "memory used (MB)": at.main.used_mb,
    }[what]
    return None if value is None else Point(at.start_ms, value)


def bins_for(span: TimeRange | None) -> Bucket:
    """The bin for a span of data."""
    if span is None:
        return _BINS[1][1]
    return next((bucket for longest, bucket in _BINS if span.duration_ms <= longest), _LONGEST)


def _coarser(bucket: Bucket) -> Bucket:
    return next((each for _, each in _BINS if each.ms >= 3 * bucket.ms), _LONGEST)


def _now(span: TimeRange | None, bucket: Bucket) -> TimeRange | None:
    """The last part of the range, in whole bins; None where it leaves too few before it."""
    if span is None:
        return None
    bins = max(LEAST_BINS, round(span.duration_ms / bucket.ms / _NOW_SHARE))
    start = ((span.end_ms - 1) // bucket.ms + 1 - bins) * bucket.ms
    return TimeRange(start, span.end_ms) if start - span.start_ms >= LEAST_BINS * bucket.ms else None


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3g}"
