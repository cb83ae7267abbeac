"""Logs and the account side by side; where logs cannot be read, the metrics of the functions stand in for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from insightctl.core.errors import InsightctlError, Interrupted
from insightctl.core.time import TimeRange
from insightctl.triage.facts import Bin
from insightctl.triage.model import Skipped
from insightctl.triage.probes import PROBES, Observations, bucket_for, span_of
from insightctl.triage.proportions import Share
from insightctl.triage.service import ServiceFacts
from insightctl.triage.unawaited import Unawaited

Account = Callable[[TimeRange, int], ServiceFacts]
"""Reads what the account says in a range, metrics by a period in ms."""
_NO_LOGS = "the logs of {} could not be read in full: what is said of it rests on its metrics, which know no versions"


def observed(look: Callable[[], Observations], account: Account, time: TimeRange) -> Observations:
    """What the logs and the account say. Raises what `look` raises when the account knows no invocations either."""
    bucket = bucket_for(time)
    pool = Unawaited(1, "account")
    try:
        beside = pool.submit(partial(_read, account, time, bucket.ms))
        try:
            seen = look()
        except Interrupted:
            raise
        except InsightctlError as error:
            if not beside.result().has_metrics:
                raise
            permission = error.permission
            refused = tuple(Skipped(name, error.what, permission) for name in PROBES)
            seen = Observations(bucket, time, skipped=refused)
        return with_service(seen, beside.result())
    finally:
        pool.end()


def with_service(seen: Observations, facts: ServiceFacts) -> Observations:
    """Observations with what the account says; functions without logs have the bins of their metrics.

    So have all of them where logs were read but not their failures: of those metrics know the numbers.
    """
    logged = {bin.function for bin in seen.bins} if "failures" in seen.ran else set()
    unread = tuple(function for function in facts.functions if function not in logged)
    standing_in = tuple(bin for function in unread for bin in metric_bins(facts, function, seen.bucket.ms))
    told = sorted({bin.function for bin in standing_in})
    bins = (*(bin for bin in seen.bins if bin.function not in told), *standing_in)
    return replace(
        seen,
        service=facts,
        bins=bins,
        versions=tuple(version for version in seen.versions if version.function not in told),
        span=span_of(bins) if standing_in else seen.span,
        skipped=(*seen.skipped, *facts.skipped),
        notes=(*seen.notes, *facts.notes, *(_NO_LOGS.format(function) for function in told)),
    )


def metric_bins(facts: ServiceFacts, function: str, bin_ms: int) -> tuple[Bin, ...]:
    """The invocations of a function by bin, as its metrics count them: without versions, durations but for p99."""
    errors, p99 = dict(facts.metric(function, "Errors").points), dict(facts.metric(function, "Duration").points)
    found: dict[int, Bin] = {}
    for at, value in facts.metric(function, "Invocations").points:
        start, invocations = at // bin_ms * bin_ms, round(value)
        failures = min(invocations, round(errors.get(at, 0.0)))
        before = found.get(start)
        share = Share(failures, invocations)
        if before is not None:
            share = Share(before.share.failures + failures, before.share.invocations + invocations)
        slow = max((ms for ms in (p99.get(at), before.p99_ms if before else None) if ms is not None), default=None)
        found[start] = Bin(
            function,
            None,
            start,
            share,
            {"function": function, "invocations": share.invocations, "failed": share.failures, "p99_ms": slow},
            p99_ms=slow,
            first_ms=start,
            last_ms=start + bin_ms - 1,
        )
    return tuple(bin for bin in found.values() if bin.share.invocations)


def _read(account: Account, time: TimeRange, period_ms: int) -> ServiceFacts:
    try:
        return account(time, period_ms)
    except Interrupted:
        raise
    except InsightctlError as error:
        return ServiceFacts(skipped=(Skipped("account", error.what, error.permission),))
