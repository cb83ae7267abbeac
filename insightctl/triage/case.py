"""What is known of one function, as the rules read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from insightctl.core.time import from_ms
from insightctl.deployments import Deployment
from insightctl.triage import attempts, attribution, facts
from insightctl.triage.attribution import Contrast
from insightctl.triage.changes import Change, candidates, with_service
from insightctl.triage.facts import Bin, Error, Logged, Rerun, Start, Version, Volume
from insightctl.triage.kinds import onsets
from insightctl.triage.onset import Count, Onset, stretches
from insightctl.triage.probes import Bucket, Observations
from insightctl.triage.proportions import Share, fisher_greater
from insightctl.triage.service import ServiceFacts


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one function; `onsets` empty: no stretch of time stands out.

    `bins`, `errors`, `logged` and `volumes` are those of the function, by version and bin. `tried` is how many
    functions and quantities are looked at in all: chances are multiplied by it. `requests` are the bins by requests
    instead of attempts (`attempts.once`), `before` those of the baseline likewise.
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
    requests: tuple[Bin, ...] = ()
    start_ms: int = 0
    end_ms: int = 0
    service: ServiceFacts | None = None
    reruns: tuple[Rerun, ...] = ()

    @property
    def usual(self) -> Share:
        """The failed requests of the range before."""
        return attribution.total(bin.share for bin in self.before)

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

    def errors_of(self, onset: Onset) -> tuple[Error, ...]:
        """The errors of an onset, over bins and versions, most frequent first."""
        rows = self.errors_within(onset.start_ms, onset.end_ms)
        return tuple(e for e in rows if onset.error_type in (None, e.type))

    def errors_within(self, start_ms: int, end_ms: int | None) -> tuple[Error, ...]:
        """The errors of a stretch of time, over bins and versions, most frequent first."""
        rows = (e for e in self.errors if e.start_ms >= start_ms and (end_ms is None or e.start_ms < end_ms))
        return facts.summed(rows)


def cases(seen: Observations) -> tuple[Case, ...]:
    """One case a function, with its onsets looked for."""
    of_service = set(seen.service.functions) if seen.service else set()
    functions = sorted({v.function for v in seen.versions} | {b.function for b in seen.bins} | of_service)
    contrasts = attribution.contrasts(seen.versions, seen.deployments)
    plain = [_case(seen, function, contrasts, len(functions)) for function in functions]
    counts = {case.function: _with_before(case) for case in plain}
    tried = sum(stretches(len(of_function)) for of_function in counts.values())
    return tuple(
        replace(case, onsets=onsets(case.bins, case.errors, counts[case.function], seen.bucket.ms, tried))
        for case in plain
    )


def _case(seen: Observations, function: str, contrasts: Sequence[Contrast], functions: int) -> Case:
    """What was seen of a function, without onsets."""
    bins = tuple(b for b in seen.bins if b.function == function)
    errors = tuple(e for e in seen.errors if e.function == function)
    starts = tuple(row for row in seen.starts if row.function == function)
    before = tuple(b for b in seen.before if b.function == function)
    time = seen.time or seen.span
    start_ms = time.start_ms if time else 0
    again = tuple(row for row in seen.reruns if row.function == function)
    requests = attempts.once(bins, errors, again, seen.bucket.ms)
    deployed = candidates(seen.deployments, seen.service, function, bins)
    return Case(
        function,
        seen.bucket,
        versions=tuple(v for v in seen.versions if v.function == function),
        deployments=deployed,
        contrasts=tuple(_of_requests(c, requests) for c in contrasts if c.newer.function == function),
        bins=bins,
        errors=errors,
        onsets=(),
        contrasts_tried=max(1, len(contrasts)),
        tried=functions * 8,
        logged=tuple(row for row in seen.logged if row.function == function),
        volumes=tuple(row for row in seen.volumes if row.function == function),
        starts=starts,
        changes=with_service(_changes(bins, starts, start_ms), seen.service, function, deployed),
        before=attempts.once(before, ()) if seen.baseline else (),
        requests=requests,
        reruns=again,
        start_ms=start_ms,
        end_ms=time.end_ms if time else 0,
        service=seen.service,
    )


def _of_requests(contrast: Contrast, requests: Sequence[Bin]) -> Contrast:
    """With the chance that failed requests have: attempts of one are not independent."""
    newer, older = (
        attribution.total(bin.share for bin in requests if bin.version == version.name)
        for version in (contrast.newer, contrast.older)
    )
    return replace(contrast, chance=fisher_greater(newer, older))


def _with_before(case: Case) -> list[Count]:
    """The bins of a function, and in front of them all that came before, as one: what was usual then."""
    counts = counted(case.requests)
    if not case.usual.invocations or not counts:
        return counts
    return [Count(counts[0].start_ms - case.bucket.ms, case.usual), *counts]


def counted(bins: Iterable[Bin]) -> list[Count]:
    """The bins of all versions together, in order of time."""
    return [
        Count(start, attribution.total(bin.share for bin in group))
        for start, group in groupby(bins, key=lambda bin: bin.start_ms)
    ]


def _changes(bins: Sequence[Bin], starts: Sequence[Start], since_ms: int) -> tuple[Change, ...]:
    """Those since then: starts may be known from before the range."""
    found = (*_memory_changes(bins), *_runtime_changes(starts))
    return tuple(sorted((change for change in found if change.at_ms >= since_ms), key=lambda change: change.at_ms))


def _memory_changes(bins: Sequence[Bin]) -> Iterable[Change]:
    """Another memory size in the same version: its configuration changed."""
    by_version: dict[str | None, list[Bin]] = defaultdict(list)
    for bin in bins:
        if bin.memory_mb is not None:
            by_version[bin.version].append(bin)
    for rows in by_version.values():
        size = rows[0].memory_mb
        for old, new in pairwise(rows):
            sizes = {new.memory_mb, new.memory_low_mb or new.memory_mb}
            others = sizes - {size}
            if others and size is not None and (other := others.pop()) is not None:
                at, low = new.first_ms or new.start_ms, old.last_ms or old.start_ms
                yield Change(
                    "memory",
                    at,
                    min(low, at),
                    f"memory size changed from {size:g} MB to {other:g} MB",
                    is_less=other < size,
                )
                size = other


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
