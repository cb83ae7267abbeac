"""Events that get lost or wait: dropped after their retries, not written to a dead-letter queue, a stream that stands still."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from math import inf
from statistics import median_low

from insightctl.core.time import from_ms
from insightctl.triage import words
from insightctl.triage.attribution import total
from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.model import Cause, Evidence, Finding
from insightctl.triage.rules.load import busier
from insightctl.triage.rules.service_evidence import facts_of, first, metric_command, rows, settings_of
from insightctl.triage.service import EventSource

_MANY = 5
_OLD_MS = 60_000.0
_OLDER = 4.0
_STANDS_STILL = 0.8
_FAILING = 5
_FIRST_CONFIG, _MORE_CONFIG = "put-function-event-invoke-config", "update-function-event-invoke-config"
"""The first one would take away the retries and the age that are set already."""
_KEEP = """--destination-config '{"OnFailure":{"Destination":"ARN"}}'"""


def dropped(case: Case, commands: Commands) -> Iterator[Finding]:
    """Asynchronous events that were given up: lost, where nothing keeps them."""
    lost = facts_of(case).metric(case.function, "AsyncEventsDropped")
    count, when = round(lost.total), first(lost, facts_of(case).period_ms)
    if not count or when is None:
        return
    settings = settings_of(case)
    kept = (settings.async_settings.on_failure if settings.async_settings else None) or settings.dead_letter
    throttles = round(facts_of(case).metric(case.function, "Throttles").total)
    failures = case.share.failures
    oldest = facts_of(case).metric(case.function, "AsyncEventAge").most
    reason = (
        f"{throttles:,} invocations were throttled and {failures:,} failed"
        if throttles
        else f"{failures:,} invocations failed"
    ) + (f"; the oldest event waited {_age(oldest)}" if oldest else "")
    where = f"{_short(kept)} keeps them" if kept else "no dead-letter queue and no on-failure destination keeps them"
    retries = settings.async_settings.retries if settings.async_settings else None
    keep = _MORE_CONFIG if settings.async_settings else _FIRST_CONFIG
    yield Finding(
        "events-dropped",
        "critical" if count >= _MANY and not kept else "warning",
        f"{case.function}: {count:,} asynchronous event{'s were' if count != 1 else ' was'} given up since "
        f"{words.moment(when.at)}{'' if kept else ' and lost'}",
        case.function,
        None,
        when.at,
        when.low,
        when.high,
        Cause("throttle" if throttles > failures else "unknown"),
        "medium",
        (
            Evidence(
                "metric",
                f"AsyncEventsDropped is {count:,}: {reason}",
                metric_command(case, commands, "AsyncEventsDropped"),
                rows(lost.points, "dropped"),
            ),
            Evidence(
                "setting",
                f"{where}; an event is tried {1 + (2 if retries is None else retries)} times",
                commands.on_function("list-function-event-invoke-configs", case.function, ""),
            ),
        ),
        () if kept else (f"keep what fails: {commands.on_function(keep, case.function, _KEEP)} (ARN of an SQS queue)",),
        float(count),
    )


def undelivered(case: Case, commands: Commands) -> Iterator[Finding]:
    """Failed events that could not be written to the queue or destination that should keep them."""
    settings = settings_of(case)
    on_failure = settings.async_settings.on_failure if settings.async_settings else None
    for name, target in (("DeadLetterErrors", settings.dead_letter), ("DestinationDeliveryFailures", on_failure)):
        metric = facts_of(case).metric(case.function, name)
        count, when = round(metric.total), first(metric, facts_of(case).period_ms)
        if not count or when is None:
            continue
        what = "its dead-letter queue" if name == "DeadLetterErrors" else "its destination"
        named = _short(target) if target else "the target is not known"
        role = commands.on_function("get-function-configuration", case.function, "--query '[Role,DeadLetterConfig]'")
        yield Finding(
            "events-not-kept",
            "critical" if count >= _MANY else "warning",
            f"{case.function}: {count:,} failed event{'s' if count != 1 else ''} could not be written to {what} "
            f"since {words.moment(when.at)} and are lost",
            case.function,
            None,
            when.at,
            when.low,
            when.high,
            Cause("downstream"),
            "medium",
            (
                Evidence(
                    "metric",
                    f"{name} is {count:,} ({named})",
                    metric_command(case, commands, name),
                    rows(metric.points, "not_written"),
                ),
            ),
            (f"see whether its role may write there (sqs:SendMessage, sns:Publish) and whether it exists: {role}",),
            float(count),
        )


def falling_behind(case: Case, commands: Commands) -> Iterator[Finding]:
    """A stream whose records grow old: a batch that fails holds up its shard, or there is more than the function can take."""
    age = facts_of(case).metric(case.function, "IteratorAge")
    points = age.points
    if len(points) < 3:
        return
    early = age.values[: max(1, len(points) // 3)]
    usual = median_low(early) if early else 0.0
    last_at, last = points[-1]
    if last < _OLD_MS or last < _OLDER * max(usual, 1000.0) or last < 0.9 * age.most:
        return
    start = _rise(points)
    since_at, since = points[start]
    pace = (last - since) / (last_at - since_at) if last_at > since_at else inf
    served = total(bin.share for bin in case.within(since_at, None))
    still = pace >= _STANDS_STILL
    poison = still and served.failures >= _FAILING
    more = busier(case, since_at, None)
    streams = [source for source in settings_of(case).sources if source.is_stream]
    kind = Cause("input") if poison else Cause("traffic") if more else Cause("unknown")
    if poison:
        short = "one batch fails again and again and holds up what comes after it"
    elif still:
        short = "nothing is read any more"
    else:
        short = "more comes than it takes" if more else "it takes less than comes"
    period = facts_of(case).period_ms
    evidence = [
        Evidence(
            "metric",
            f"IteratorAge rose from {_age(since)} to {_age(last)} in {_age(float(last_at - since_at))}"
            + ("; it grows as fast as the clock" if still else ""),
            metric_command(case, commands, "IteratorAge", "Maximum"),
            rows(points[start:], "age_ms"),
        ),
        *(
            [
                Evidence(
                    "cause",
                    f"{words.of(served)} invocations failed since then",
                    commands.query("errors", case.function),
                )
            ]
            if poison
            else []
        ),
        *(Evidence("setting", _settings(each), _mapping(case, commands)) for each in streams[:2]),
    ]
    yield Finding(
        "stream-stands-still" if still else "stream-falls-behind",
        "critical" if still else "warning",
        f"{case.function} falls behind its stream by {_age(last)} since {words.moment(from_ms(since_at))}: {short}",
        case.function,
        None,
        from_ms(since_at),
        from_ms(since_at - period),
        from_ms(since_at + period),
        kind,
        "medium" if poison or more else "low",
        tuple(evidence),
        tuple(_way_out(each, commands) for each in streams[:2]) if poison else (),
        float(served.failures + 1),
    )


def _rise(points: Sequence[tuple[int, float]]) -> int:
    """Where the rise to the last point begins."""
    start = len(points) - 1
    while start and points[start - 1][1] < points[start][1]:
        start -= 1
    return start


def _settings(source: EventSource) -> str:
    """What becomes of a batch that fails."""
    retries = {None: "retries are not told", -1: "retried until they expire"}.get(
        source.retries, f"retried {source.retries} times"
    )
    bisect = {None: "bisecting is not told", True: "bisected", False: "not bisected"}[source.bisects]
    kept = f"kept in {_short(source.on_failure)}" if source.on_failure else "kept nowhere after that"
    size = f" of {source.batch_size}" if source.batch_size else ""
    return f"{source.name}: batches{size} that fail are {bisect}, {retries}, {kept}"


def _mapping(case: Case, commands: Commands) -> str:
    return commands.on_function("list-event-source-mappings", case.function, "")


def _way_out(source: EventSource, commands: Commands) -> str:
    keep = "" if source.on_failure else f" {_KEEP}"
    command = (
        f"aws lambda update-event-source-mapping --uuid {shlex.quote(source.uuid or 'UUID')} --bisect-batch-on-function-error "
        f"--maximum-retry-attempts 3{keep} {commands.aws}"
    ).strip()
    return f"let the bad record go by: {command}"


def _short(arn: str) -> str:
    return arn.rpartition(":")[2] or arn


def _age(ms: float) -> str:
    seconds = ms / 1000
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"
