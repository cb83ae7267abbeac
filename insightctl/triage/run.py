"""Probes, findings, report: the three steps of triage."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from time import monotonic

from insightctl.core.job import Backend, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.deployments import Deployment
from insightctl.deployments.merge import merged
from insightctl.triage.attribution import total
from insightctl.triage.beside import Account, observed
from insightctl.triage.budget import Budget
from insightctl.triage.commands import Commands
from insightctl.triage.findings import findings
from insightctl.triage.model import Report, Tally
from insightctl.triage.probes import Observations, observe
from insightctl.triage.service import ServiceFacts


def triage(
    backend: Backend,
    target: Target,
    time: TimeRange | None,
    commands: Commands | None = None,
    *,
    baseline: TimeRange | None = None,
    service: ServiceFacts | None = None,
    account: Account | None = None,
    budget: Budget | None = None,
) -> Report:
    """What broke in the target's functions (all of them when it names none), since when, which deployment did it.

    `time` None is the data's own span (local only). `baseline` is a range before it: what traffic is usual at which
    hour. `service` is what AWS says beside the logs, `account` reads it while the logs are read. What goes beyond the
    `budget` is left out. Raises the backend's InsightctlError when no probe could run, and no metrics stand in.
    """
    begun = monotonic()
    look = partial(observe, backend, target, time, baseline, service, budget)
    seen = look() if account is None or time is None else observed(look, account, time)
    return Report(
        str(target),
        seen.time,
        findings(seen, commands or Commands()),
        _all_deployments(seen),
        tally(seen, monotonic() - begun),
        seen=seen.span,
        skipped=seen.skipped,
        warnings=tuple(
            dict.fromkeys([*seen.notes, *(warning for result in seen.results for warning in result.warnings)])
        ),
        bins=seen.bins,
        bin_ms=seen.bucket.ms,
        clusters=seen.clustered,
    )


def _all_deployments(seen: Observations) -> tuple[Deployment, ...]:
    """Those of the logs and of the account, each once, in the range."""
    if seen.service is None:
        return seen.deployments
    every = merged((*seen.deployments, *seen.service.deployments))
    return tuple(d for d in every if seen.time is None or seen.time.start <= d.at < seen.time.end)


def tally(seen: Observations, seconds: float) -> Tally:
    """What was looked at, and what it took; `seconds` of the clock."""
    rows = seen.versions or seen.bins
    functions = {v.function for v in seen.versions} or {b.function for b in seen.bins}
    share = total(row.share for row in rows)
    statistics = [result.statistics for result in seen.results]
    return Tally(
        queries=len(seen.results),
        functions=len(functions),
        versions=len({(v.function, v.name) for v in seen.versions if v.name is not None}),
        invocations=share.invocations,
        failures=share.failures,
        records_matched=sum(s.records_matched for s in statistics),
        records_scanned=sum(s.records_scanned for s in statistics),
        bytes_scanned=sum(s.bytes_scanned for s in statistics),
        seconds=round(seconds, 3),  # of the clock: the queries ran side by side
        cost_usd=_cost(seen.results),
    )


def _cost(results: Iterable[Result]) -> float | None:
    costs = [cost for result in results if (cost := result.statistics.cost_usd) is not None]
    return sum(costs) if costs else None
