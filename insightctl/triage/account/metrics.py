"""The metrics of Lambda that logs do not tell, for all functions in as few GetMetricData calls as can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from insightctl.core.time import TimeRange
from insightctl.triage.service import Metric, Throttled

if TYPE_CHECKING:
    from insightctl.metrics import MetricQuery, MetricSource

NAMESPACE = "AWS/Lambda"
OF_FUNCTIONS: tuple[tuple[str, str], ...] = (
    ("Invocations", "Sum"),
    ("Errors", "Sum"),
    ("Throttles", "Sum"),
    ("Duration", "p99"),
    ("ConcurrentExecutions", "Maximum"),
    ("ProvisionedConcurrencySpilloverInvocations", "Sum"),
    ("AsyncEventAge", "Maximum"),
    ("AsyncEventsDropped", "Sum"),
    ("DeadLetterErrors", "Sum"),
    ("DestinationDeliveryFailures", "Sum"),
    ("IteratorAge", "Maximum"),
)
"""Names and statistics, by FunctionName. Source: "Types of metrics for Lambda functions", Lambda Developer Guide."""
OF_ACCOUNT: tuple[tuple[str, str], ...] = (
    ("ConcurrentExecutions", "Maximum"),
    ("UnreservedConcurrentExecutions", "Maximum"),
    ("ClaimedAccountConcurrency", "Maximum"),
)
"""Those of the region, without dimensions; ClaimedAccountConcurrency is what counts against the account's limit."""


def read_metrics(source: MetricSource, functions: Sequence[str], time: TimeRange, period_s: int) -> tuple[Metric, ...]:
    """The metrics that have data. Raises CloudError."""
    from insightctl.metrics import MetricQuery

    owners: list[str | None] = []
    queries: list[MetricQuery] = []
    for function in functions:
        for name, stat in OF_FUNCTIONS:
            owners.append(function)
            queries.append(MetricQuery(NAMESPACE, name, (("FunctionName", function),), stat, period_s))
    for name, stat in OF_ACCOUNT:
        owners.append(None)
        queries.append(MetricQuery(NAMESPACE, name, (), stat, period_s))
    answers = source.fetch(queries, time)
    return tuple(
        Metric(owner, query.name, query.stat, points.times_ms, points.values)
        for owner, query, points in zip(owners, queries, answers, strict=True)
        if points.values
    )


def throttled(metrics: Sequence[Metric]) -> tuple[Throttled, ...]:
    """The periods in which a function was throttled, with the concurrency it had then."""
    concurrent = {
        (metric.function, at): value
        for metric in metrics
        if metric.name == "ConcurrentExecutions"
        for at, value in metric.points
    }
    return tuple(
        Throttled(metric.function, at, round(value), concurrent.get((metric.function, at)))
        for metric in metrics
        if metric.name == "Throttles" and metric.function is not None
        for at, value in metric.points
        if value > 0
    )
