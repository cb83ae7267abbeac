"""What is known of one function, as the rules read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from insightctl.core.time import from_ms
from insightctl.deployments import Deployment
from insightctl.triage import attribution, facts
from insightctl.triage.attribution import Contrast
from insightctl.triage.facts import Bin, Error, Logged, Start, Version, Volume
from insightctl.triage.onset import LEAST_FAILURES, Count, Onset, find_onsets, stretches
from insightctl.triage.probes import Bucket, Observations
from insightctl.triage.proportions import Share
from insightctl.triage.service import ServiceFacts

_LEAST_REQUESTS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is no deployment changed at a moment (UTC ms, between `low_ms` and it): memory, or the runtime."""

    kind: str
    at_ms: int
    low_ms: int
    what: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one function; `onsets` empty: no stretch of time stands out.

    `bins`, `errors`, `logged` and `volumes` are those of the function, by version and bin. `tried` is how many
    functions and quantities are looked at in all: chances are multiplied by it. `peers` are all functions' bins.
    """

    function: str
    bucket: Bucket
    versions: tuple[Version, ...]
    deployments: tuple[Deployment, ...]
    contrasts: tuple[Contrast, ...]
    bins: tuple[Bin, ...]
    errors: tuple[Error, ...]
    onsets: tuple[Onset, ...]
    contrasts_tried: int
    tried: int = 1
    logged: tuple[Logged, ...] = ()
    volumes: tuple[Volume, ...] = ()
    starts: tuple[Start, ...] = ()
    changes: tuple[Change, ...] = ()
    before: tuple[Bin, ...] = ()
    start_ms: int = 0
    end_ms: int = 0
    service: ServiceFacts | None = None

    @property
    def usual(self) -> Share:
        """The failed requests of the range before."""
        return attribution.total(once(bin).share for bin in self.before)

    @property
    def onset(self) -> Onset | None:
        """The most striking one."""
        return self.onsets[0] if self.onsets else None

    @property
    def share(self) -> Share:
        """All failures of all invocations."""
        return attribution.total(row.share for row in (self.versions or self.bins))

    def contrast(self, version: str) -> Contrast | None:
        """A version against the one before it."""
        return next((c for c in self.contrasts if c.newer.name == version), None)

    def within(self, start_ms: int, end_ms: int | None) -> tuple[Bin, ...]:
        """The bins of a stretch of time."""
        return tuple(b for b in self.bins if b.start_ms >= start_ms and (end_ms is None or b.start_ms < end_ms))

    def errors_within(self, start_ms: int, end_ms: int | None) -> tuple[Error, ...]:
        """The errors of a stretch of time, over bins and versions, most frequent first."""
        rows = (e for e in self.errors if e.start_ms >= start_ms and (end_ms is None or e.start_ms < end_ms))
        return facts.summed(rows)


def cases(seen: Observations) -> tuple[Case, ...]:
    """One case a function, with its onsets looked for."""
    functions = sorted({v.function for v in seen.versions} | {b.function for b in seen.bins})
    counts = {function: _with_before(seen, function) for function in functions}
    tried = sum(stretches(len(of_function)) for of_function in counts.values())
    contrasts = attribution.contrasts(seen.versions, seen.deployments)
    return tuple(
        Case(
            function,
            seen.bucket,
            tuple(v for v in seen.versions if v.function == function),
            tuple(d for d in seen.deployments if d.function == function and d.kind == "version"),
            tuple(c for c in contrasts if c.newer.function == function),
            bins := tuple(b for b in seen.bins if b.function == function),
            tuple(e for e in seen.errors if e.function == function),
            _onsets(bins, counts[function], seen.bucket.ms, tried),
            max(1, len(contrasts)),
            len(functions) * 8,
            tuple(row for row in seen.logged if row.function == function),
            tuple(row for row in seen.volumes if row.function == function),
            starts := tuple(row for row in seen.starts if row.function == function),
            _changes(bins, starts),
            tuple(b for b in seen.before if b.function == function),
            seen.time.start_ms if seen.time else seen.span.start_ms if seen.span else 0,
            seen.time.end_ms if seen.time else seen.span.end_ms if seen.span else 0,
            seen.service,
        )
        for function in functions
    )


def once(bin: Bin) -> Bin:
    """A bin that counts requests, not attempts: one that failed and ran again failed for the same reason."""
    again = bin.share.invocations - bin.requests if bin.requests else 0
    again = min(again, max(0, bin.share.failures - 1))
    return replace(bin, share=Share(bin.share.failures - again, bin.share.invocations - again)) if again > 0 else bin


def _onsets(bins: Sequence[Bin], requests: Sequence[Count], bin_ms: int, tried: int) -> tuple[Onset, ...]:
    """The onsets of failed requests, with the shares of attempts: those are the numbers that people see elsewhere."""
    found = []
    for onset in find_onsets(requests, bin_ms, tried, least=_LEAST_REQUESTS):
        inside = attribution.total(
            bin.share
            for bin in bins
            if bin.start_ms >= onset.start_ms and (onset.end_ms is None or bin.start_ms < onset.end_ms)
        )
        if inside.failures >= LEAST_FAILURES:
            outside = attribution.total(bin.share for bin in bins).minus(inside)
            found.append(replace(onset, inside=inside, outside=outside))
    return tuple(found)


def _with_before(seen: Observations, function: str) -> list[Count]:
    """The bins of a function, and in front of them all that came before, as one: what was usual then."""
    counts = counted(once(b) for b in seen.bins if b.function == function)
    before = attribution.total(once(b).share for b in seen.before if b.function == function)
    if not before.invocations or seen.baseline is None or not counts:
        return counts
    return [Count(counts[0].start_ms - seen.bucket.ms, before), *counts]


def counted(bins: Iterable[Bin]) -> list[Count]:
    """The bins of all versions together, in order of time."""
    return [
        Count(start, attribution.total(bin.share for bin in group))
        for start, group in groupby(bins, key=lambda bin: bin.start_ms)
    ]


def _changes(bins: Sequence[Bin], starts: Sequence[Start]) -> tuple[Change, ...]:
    return tuple(sorted((*_memory_changes(bins), *_runtime_changes(starts)), key=lambda change: change.at_ms))


def _memory_changes(bins: Sequence[Bin]) -> Iterable[Change]:
    """Another memory size in the same version: its configuration changed."""
    by_version: dict[str | None, list[Bin]] = defaultdict(list)
    for bin in bins:
        if bin.memory_mb is not None:
            by_version[bin.version].append(bin)
    for rows in by_version.values():
        for old, new in pairwise(rows):
            if new.memory_mb != old.memory_mb:
                at, low = new.first_ms or new.start_ms, old.last_ms or old.start_ms
                what = f"memory size changed from {old.memory_mb:g} MB to {new.memory_mb:g} MB"
                yield Change("memory", at, min(low, at), what)


def _runtime_changes(starts: Sequence[Start]) -> Iterable[Change]:
    """Another runtime version in a version that had one before: AWS updated it, or somebody set it."""
    for new in starts:
        older = [s for s in starts if s.version == new.version and s.first_seen < new.first_seen and _differs(s, new)]
        if older:
            old = max(older, key=lambda start: start.first_seen)
            at = int(new.first_seen.timestamp() * 1000)
            arn = f" ({new.arn[-64:]})" if new.arn else ""
            yield Change("runtime", at, at, f"the runtime changed from {old.runtime} to {new.runtime}{arn}")


def _differs(one: Start, other: Start) -> bool:
    return (one.runtime, one.arn) != (other.runtime, other.arn)


__all__ = ["Case", "Change", "cases", "counted", "from_ms"]
