"""All probes of an account at once, and one `ServiceFacts` out of their answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from insightctl.core.time import TimeRange
from insightctl.deployments.timeline import functions_of
from insightctl.metrics import ServiceMetrics
from insightctl.triage.account import alarms, changes, configuration
from insightctl.triage.account.metrics import read_metrics, throttled
from insightctl.triage.account.probing import Probes, patient_client, probes
from insightctl.triage.service import Alarm, Metric, ServiceFacts, changes_of

if TYPE_CHECKING:
    from insightctl.cloud.session import Cloud

MOST_FUNCTIONS = 25
"""Each takes seven calls of Lambda's control plane, which has 15 a second for all of an account."""
_LEAST_PERIOD_MS = 60_000


def read(cloud: Cloud, functions: Sequence[str], time: TimeRange, period_ms: int = 60_000) -> ServiceFacts:
    """What Lambda, CloudWatch and CloudTrail say of functions in a range; metrics by `period_ms` (60 s at least).

    Runs no query on logs: metrics cost 0.01 USD a thousand, the rest nothing. What may not be asked, or fails, is in
    `skipped`, each with its permission. Raises CloudError where no call is possible (no credentials, no region), and
    Interrupted.
    """
    named = tuple(dict.fromkeys(functions))[:MOST_FUNCTIONS]
    period_ms = max(_LEAST_PERIOD_MS, period_ms)
    with probes() as running:
        if len(named) < len(set(functions)):
            running.skip("account", f"only {MOST_FUNCTIONS} of {len(set(functions))} functions were looked at")
        if not named:
            return ServiceFacts()
        on_lambda, on_metrics = patient_client(cloud, "lambda"), patient_client(cloud, "cloudwatch")
        changed = changes.ask(running, cloud, on_lambda, named, time)
        nothing: tuple[Metric, ...] = ()
        nobody: tuple[alarms.Watched, ...] = ()
        source = ServiceMetrics(cloud.access, on_metrics)
        measured = running.submit("metrics", partial(read_metrics, source, named, time, period_ms // 1000), nothing)
        watching = running.submit("alarms", partial(alarms.watched, cloud, on_metrics, named), nobody)
        settings = configuration.ask(running, cloud, on_lambda, named)
        limits = running.submit("account-limits", partial(configuration.ask_limits, cloud, on_lambda), None)
        fired = _fired(running, cloud, on_metrics, watching.result(), time)
        told, metrics = changed.read(), measured.result()
        return ServiceFacts(
            configurations=configuration.read(settings),
            changes=changes_of(told.deployments),
            throttled=throttled(metrics),
            alarms=fired,
            metrics=metrics,
            limits=limits.result(),
            deployments=told.deployments,
            aliases=told.aliases,
            functions=named,
            skipped=running.skipped,
            notes=told.notes,
            period_ms=period_ms,
        )


def _fired(
    running: Probes, cloud: Cloud, aws: object, watched: Sequence[alarms.Watched], time: TimeRange
) -> tuple[Alarm, ...]:
    """By their history; where that cannot be had, those that are in ALARM now."""
    if not watched:
        return ()
    missing: tuple[Alarm, ...] | None = None
    found = running.submit("alarm-history", partial(alarms.fired, cloud, aws, watched, time), missing).result()
    return alarms.now(watched, time) if found is None else found


__all__ = ["MOST_FUNCTIONS", "functions_of", "read"]
