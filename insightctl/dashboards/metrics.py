"""Short names of metrics of Lambda and Lambda Insights, and of rates made of them.

The statistics are the ones that the documentation recommends ("Types of metrics for Lambda functions"; "Metrics
collected by Lambda Insights").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from insightctl.core.errors import UsageError
from insightctl.dashboards.colours import BLUE, GREEN, ORANGE, PURPLE, RED
from insightctl.dashboards.statistics import check_statistic

NAMESPACE, INSIGHTS = "AWS/Lambda", "LambdaInsights"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its statistics (one row each), what it shows, its colour where that has a meaning.

    `dimension` names the function; None for a metric of the whole account. `name` where CloudWatch calls it otherwise.
    """

    statistics: tuple[str, ...]
    help: str
    colour: str | None = None
    namespace: str = NAMESPACE
    dimension: str | None = "FunctionName"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """Metric maths over other metrics; `{Errors}` stands for the id of that metric's row."""

    expression: str
    of: tuple[str, ...]
    label: str
    help: str
    colour: str | None = None


_SUM, _MAXIMUM, _AVERAGE = ("Sum",), ("Maximum",), ("Average",)
_PERCENTILES = ("p50", "p90", "p99")


def _insights(statistics: tuple[str, ...], help_: str, colour: str | None = None) -> Metric:
    return Metric(statistics, help_, colour, INSIGHTS, "function_name")


def _account(name: str, statistics: tuple[str, ...], help_: str, colour: str | None = None) -> Metric:
    return Metric(statistics, help_, colour, dimension=None, name=name)


METRICS: Mapping[str, Metric] = {
    "Invocations": Metric(_SUM, "times the function was invoked", BLUE),
    "Errors": Metric(_SUM, "invocations that failed in the function: exceptions, timeouts", RED),
    "Throttles": Metric(_SUM, "requests that found no concurrency free", ORANGE),
    "Duration": Metric(_PERCENTILES, "ms that the function code ran", PURPLE),
    "ConcurrentExecutions": Metric(_MAXIMUM, "instances that ran at once"),
    "DeadLetterErrors": Metric(_SUM, "events that could not be sent to the dead-letter queue", RED),
    "DestinationDeliveryFailures": Metric(_SUM, "events that could not be sent to a destination", RED),
    "AsyncEventsReceived": Metric(_SUM, "events queued for asynchronous invocation", BLUE),
    "AsyncEventAge": Metric(_MAXIMUM, "ms that an event waited in the asynchronous queue", ORANGE),
    "AsyncEventsDropped": Metric(_SUM, "events dropped without being processed", RED),
    "IteratorAge": Metric(_MAXIMUM, "ms that the last record of a batch waited in its stream", ORANGE),
    "OffsetLag": Metric(_MAXIMUM, "records that wait in a Kafka topic", ORANGE),
    "OversizedRecordCount": Metric(_SUM, "records of DocumentDB that were too large to process", RED),
    "PostRuntimeExtensionsDuration": Metric(("p90",), "ms that extensions ran after the function", PURPLE),
    "ProvisionedConcurrentExecutions": Metric(_MAXIMUM, "provisioned instances in use"),
    "ProvisionedConcurrencyInvocations": Metric(_SUM, "invocations on provisioned concurrency", BLUE),
    "ProvisionedConcurrencySpilloverInvocations": Metric(_SUM, "invocations beyond provisioned concurrency", ORANGE),
    "ProvisionedConcurrencyUtilization": Metric(_MAXIMUM, "share of provisioned concurrency in use (0 to 1)"),
    "RecursiveInvocationsDropped": Metric(_SUM, "invocations stopped because a loop was found", RED),
    "SignatureValidationErrors": Metric(_SUM, "deployments with an invalid code signature", RED),
    "UrlRequestCount": Metric(_SUM, "requests to the function URL", BLUE),
    "UrlRequestLatency": Metric(_PERCENTILES, "ms until the function URL answered", PURPLE),
    "Url4xxCount": Metric(_SUM, "requests that the function URL answered with 4xx", ORANGE),
    "Url5xxCount": Metric(_SUM, "requests that the function URL answered with 5xx", RED),
    "AccountConcurrentExecutions": _account("ConcurrentExecutions", _MAXIMUM, "instances of the whole account"),
    "AccountInvocations": _account("Invocations", _SUM, "invocations of the whole account", BLUE),
    "AccountErrors": _account("Errors", _SUM, "failed invocations of the whole account", RED),
    "AccountThrottles": _account("Throttles", _SUM, "throttled requests of the whole account", ORANGE),
    "AccountDuration": _account("Duration", _PERCENTILES, "ms that code of the whole account ran", PURPLE),
    "UnreservedConcurrentExecutions": Metric(_MAXIMUM, "the account's unreserved instances", dimension=None),
    "ClaimedAccountConcurrency": Metric(_MAXIMUM, "concurrency that the account can no longer give", dimension=None),
    "cpu_total_time": _insights(_AVERAGE, "ms of processor time an invocation (Lambda Insights)"),
    "init_duration": _insights(("Average", "Maximum"), "ms of the init phase (Lambda Insights)", PURPLE),
    "memory_utilization": _insights(_MAXIMUM, "memory used, % of what is allocated (Lambda Insights)", ORANGE),
    "used_memory_max": _insights(_MAXIMUM, "memory used, MB (Lambda Insights)"),
    "total_memory": _insights(_MAXIMUM, "memory allocated, MB (Lambda Insights)"),
    "rx_bytes": _insights(_SUM, "bytes received (Lambda Insights)"),
    "tx_bytes": _insights(_SUM, "bytes sent (Lambda Insights)"),
    "total_network": _insights(_SUM, "bytes received and sent (Lambda Insights)"),
}

# FILL: a metric without data makes the maths empty, and availability is known without a throttle.
# MAX([errors, invocations]) as the console of Lambda does: retries after a throttle can count more errors than calls.
FORMULAS: Mapping[str, Formula] = {
    "ErrorRate": Formula(
        "100 * {Errors} / MAX([{Errors}, {Invocations}])",
        ("Errors", "Invocations"),
        "error %",
        "errors in percent of the invocations",
        RED,
    ),
    "SuccessRate": Formula(
        "100 - 100 * {Errors} / MAX([{Errors}, {Invocations}])",
        ("Errors", "Invocations"),
        "success %",
        "what is left of 100 % after the errors",
        GREEN,
    ),
    "Availability": Formula(
        "100 - 100 * ({Errors} + FILL({Throttles}, 0)) / (MAX([{Errors}, {Invocations}]) + FILL({Throttles}, 0))",
        ("Errors", "Throttles", "Invocations"),
        "available %",
        "requests that were served, of all requests: neither failed nor throttled",
        GREEN,
    ),
    "ThrottleRate": Formula(
        "100 * {Throttles} / ({Throttles} + {Invocations})",
        ("Throttles", "Invocations"),
        "throttled %",
        "throttles in percent of all requests",
        ORANGE,
    ),
    "SpilloverRate": Formula(
        "100 * {ProvisionedConcurrencySpilloverInvocations} / {Invocations}",
        ("ProvisionedConcurrencySpilloverInvocations", "Invocations"),
        "spillover %",
        "invocations beyond provisioned concurrency, in percent",
        ORANGE,
    ),
}


def check_short_name(text: str) -> None:
    """Raises UsageError unless the text is a short name, or one of a metric with a statistic (`Duration p95`)."""
    name, _, statistic = text.partition(" ")
    if name not in METRICS and name not in FORMULAS:
        known = [*METRICS, *FORMULAS]
        near = get_close_matches(name.lower(), [each.lower() for each in known], n=1, cutoff=0.5)
        close = [each for each in known if near and each.lower() == near[0]]
        remedy = f"did you mean '{close[0]}'?" if close else f"metrics: {', '.join(known)}"
        raise UsageError(f"unknown metric '{name}'", remedy=remedy)
    if not statistic:
        return
    if name in FORMULAS:
        raise UsageError(f"'{text}': '{statistic}' is not a statistic of {name}", remedy=f"a rate has none: '{name}'")
    try:
        check_statistic(statistic)
    except UsageError as error:
        raise UsageError(f"'{text}': '{statistic}' is not a statistic of {name}", remedy=error.remedy) from None


def is_rate(text: str) -> bool:
    """Whether the short name gives percent."""
    return text in FORMULAS


def is_of_function(name: str) -> bool:
    """Whether the short name is about one function."""
    metric = METRICS.get(name.partition(" ")[0])
    return metric is None or metric.dimension is not None
