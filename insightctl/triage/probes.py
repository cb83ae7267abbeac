"""What is asked of the logs: a few combined queries, each over the whole range, and what they say together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from insightctl import deployments
from insightctl.core.job import Backend, Target
from insightctl.core.result import Column, Result, Value
from insightctl.core.time import TimeRange, to_ms
from insightctl.deployments import Deployment
from insightctl.triage import clusters, facts, outcomes
from insightctl.triage.asking import Asking, Question
from insightctl.triage.budget import Budget, Purse
from insightctl.triage.model import Skipped
from insightctl.triage.service import ServiceFacts

_MINUTE, _HOUR = 60_000, 3_600_000
# The longest span for which each bin is used: a few hundred bins see a change to the minute, or near it.
_BINS: tuple[tuple[int, str, int], ...] = (
    (3 * _HOUR, "1m", _MINUTE),
    (26 * _HOUR, "5m", 5 * _MINUTE),
    (97 * _HOUR, "15m", 15 * _MINUTE),
    (21 * 24 * _HOUR, "1h", _HOUR),
)
_LONGEST = ("6h", 6 * _HOUR)
_FORGED = (
    "{:,} lines look like reports of the platform but end no request: the code prints them, and they are not counted"
)
_FORGED_LEAST = 3
"""At the start of a range some requests have their END before it."""
_FAILED_LEAST = 5
"""Fewer failures are no incident, whichever requests they are of."""
_LIVES_MS = 24 * _HOUR
"""Environments live for hours; to look further back costs bytes and tells little."""
PROBES = ("reports", "failures", "logged", "volume", "starts")


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bin as `bin()` takes it, and its length in ms."""

    text: str
    ms: int


@dataclass(frozen=True, slots=True)
class Observations:
    """All that the probes saw, and what they could not. `span` is from the first to the last invocation.

    `bins`, `errors` and `logged` are by function, version and bin; `before` are the bins of the baseline, by hour.
    `service`: what Lambda, CloudWatch metrics and CloudTrail say, where they were asked.
    """

    bucket: Bucket
    time: TimeRange | None = None
    span: TimeRange | None = None
    versions: tuple[facts.Version, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    bins: tuple[facts.Bin, ...] = ()
    errors: tuple[facts.Error, ...] = ()
    logged: tuple[facts.Logged, ...] = ()
    volumes: tuple[facts.Volume, ...] = ()
    starts: tuple[facts.Start, ...] = ()
    before: tuple[facts.Bin, ...] = ()
    baseline: TimeRange | None = None
    results: tuple[Result, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    ran: frozenset[str] = frozenset()
    service: ServiceFacts | None = None
    notes: tuple[str, ...] = ()
    clustered: tuple[clusters.Cluster, ...] = ()
    reruns: tuple[facts.Rerun, ...] = ()


def observe(
    backend: Backend,
    target: Target,
    time: TimeRange | None,
    baseline: TimeRange | None = None,
    service: ServiceFacts | None = None,
    budget: Budget | None = None,
) -> Observations:
    """Runs the probes. One that fails is named in `skipped`; raises its InsightctlError when all of them do."""
    asking = Asking(backend, target, time, purse=Purse(budget or Budget()))
    known = time or of_data(asking)
    bucket = bucket_for(known)
    questions = [_question(name, bucket, known, baseline) for name in PROBES]
    questions.append(Question(clusters.QUERY, {"bin": bucket.text}))
    if baseline is not None:
        questions += [Question("before", {"bin": "1h"}, baseline), Question("failures", {"bin": "1h"}, baseline)]
    reports, failures, logged, volume, starts, traces, *before = asking.ask(questions)
    if not asking.results:
        raise asking.failures[0]
    volumes = facts.volumes(volume) if volume else ()
    forged = _forged(volumes)
    if forged:
        [held] = asking.ask([Question("reports_held", {"bin": bucket.text})])
        reports = held or reports
    lines = facts.errors(failures) if failures else ()
    failed = sum(line.failures for line in lines)
    [again] = asking.ask([Question("retried")]) if failed >= _FAILED_LEAST else [None]
    bins = outcomes.bins(reports, failures) if reports else ()
    versions = outcomes.versions(bins)
    begun = facts.starts(starts) if starts else ()
    deployed = deployments_of(asking, versions)
    return Observations(
        bucket,
        known,
        span_of(bins),
        versions,
        deployed,
        bins,
        (*lines, *(outcomes.by_status(reports, lines) if reports else ())),
        facts.logged(logged) if logged else (),
        volumes,
        begun,
        outcomes.bins(before[0], before[1]) if before and before[0] else (),
        baseline,
        tuple(asking.results),
        tuple(asking.skipped),
        frozenset(asking.ran),
        service,
        (_FORGED.format(forged),) if forged else (),
        _clusters(traces, bins, bucket, deployed) if traces else (),
        facts.reruns(again) if again else (),
    )


def _question(name: str, bucket: Bucket, time: TimeRange | None, baseline: TimeRange | None) -> Question:
    """A probe by bin; environments live for hours, so those that started before the range tell the runtime before."""
    if name != "starts":
        return Question(name, {"bin": bucket.text})
    if baseline is None or time is None:
        return Question(name)
    since = max(baseline.start_ms, time.start_ms - _LIVES_MS)
    return Question(name, {}, TimeRange(min(since, time.start_ms), time.end_ms))


def _clusters(
    traces: Result, bins: Sequence[facts.Bin], bucket: Bucket, deployed: Sequence[Deployment]
) -> tuple[clusters.Cluster, ...]:
    """The errors by type and place in the code; their trends are held against the invocations of each bin."""
    span = span_of(bins)
    served: Counter[int] = Counter()
    for bin in bins:
        served[bin.start_ms] += bin.share.invocations
    return clusters.clusters(
        clusters.read_traces(traces),
        bin_ms=bucket.ms,
        start_ms=span.start_ms if span else None,
        end_ms=span.end_ms if span else None,
        deployments=[each for each in deployed if each.is_release],
        invocations=served,
    )


def bucket_for(span: TimeRange | None) -> Bucket:
    """The bin for a span of data; 5 minutes when it is not known."""
    if span is None:
        return Bucket("5m", 5 * _MINUTE)
    return next((Bucket(text, ms) for longest, text, ms in _BINS if span.duration_ms <= longest), Bucket(*_LONGEST))


def span_of(bins: Sequence[facts.Bin]) -> TimeRange | None:
    """From the start of the first invocation to the end of the last."""
    firsts = [bin.first_ms for bin in bins if bin.first_ms is not None]
    lasts = [bin.last_ms for bin in bins if bin.last_ms is not None]
    return TimeRange(min(firsts), max(lasts) + 1) if firsts and lasts else None


def deployments_of(asking: Asking, versions: Sequence[facts.Version]) -> tuple[Deployment, ...]:
    """Out of the lives of versions; where reports do not tell versions (no log streams), out of the START lines."""
    if versions and all(version.name is None for version in versions):
        [lives] = asking.ask([Question("served")])
        return deployments.from_result(lives) if lives else ()
    columns = ("function", "version", "first_seen", "last_seen")
    rows: list[tuple[Value, ...]] = [(v.function, v.name, v.first_seen, v.last_seen) for v in versions]
    return deployments.from_result(Result(tuple(Column(name, "string") for name in columns), tuple(rows)))


def _forged(volumes: Sequence[facts.Volume]) -> int:
    """How many more REPORT lines there are than END lines; 0 where ENDs were not logged at all, and of a few."""
    more = 0
    for function in {row.function for row in volumes}:
        ends = sum(row.ends for row in volumes if row.function == function)
        reports = sum(row.reports for row in volumes if row.function == function)
        more += reports - ends if ends and reports - ends >= _FORGED_LEAST else 0
    return more


def of_data(asking: Asking) -> TimeRange | None:
    """The data's own span, where no time is asked. Raises what the backend says when there are no logs to look at."""
    if asking.time is None and (known := asking.known_span()) is not None:
        return known
    [answer] = asking.ask([Question("span")])
    if answer is None:
        raise asking.failures[0]
    first, last = answer.rows[0] if answer.rows else (None, None)
    return (
        TimeRange(to_ms(first), to_ms(last) + 1) if isinstance(first, datetime) and isinstance(last, datetime) else None
    )


def within_data(backend: Backend, time: TimeRange) -> TimeRange:
    """The range without what lies behind the last event of all logs there are: files end some time, service or not.

    As it is when nothing lies in it. Raises the backend's InsightctlError.
    """
    found = of_data(Asking(backend, Target(), time))
    return time if found is None else TimeRange(time.start_ms, min(time.end_ms, found.end_ms))
