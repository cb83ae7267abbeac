"""Short names of Lambda's metrics, and the metric rows that they stand for.

The statistics are the ones that the metric's documentation recommends ("Types of metrics for Lambda functions").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from insightctl.core.errors import UsageError

NAMESPACE = "AWS/Lambda"

MetricRow = list[object]
"""A row of a widget's `metrics` array, as the body has it."""

# Colours with a meaning, from the palette of the console; everything else takes the console's own.
RED, ORANGE, GREEN = "#d62728", "#ff7f0e", "#2ca02c"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of Lambda: its statistics (one row each), what it shows, its colour where that has a meaning."""

    statistics: tuple[str, ...]
    help: str
    colour: str | None = None
    of_account: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """Metric maths over other metrics; `{Errors}` stands for the id of that metric's row."""

    expression: str
    of: tuple[str, ...]
    label: str
    help: str
    colour: str | None = None


_SUM, _MAXIMUM = ("Sum",), ("Maximum",)

METRICS: Mapping[str, Metric] = {
    "Invocations": Metric(_SUM, "times the function was invoked"),
    "Errors": Metric(_SUM, "invocations that failed in the function: exceptions, timeouts", RED),
    "Throttles": Metric(_SUM, "requests that found no concurrency free", ORANGE),
    "Duration": Metric(("p50", "p90", "p99"), "ms that the function code ran"),
    "ConcurrentExecutions": Metric(_MAXIMUM, "instances that ran at once"),
    "DeadLetterErrors": Metric(_SUM, "events that could not be sent to the dead-letter queue", RED),
    "DestinationDeliveryFailures": Metric(_SUM, "events that could not be sent to a destination", RED),
    "AsyncEventsReceived": Metric(_SUM, "events queued for asynchronous invocation"),
    "AsyncEventAge": Metric(_MAXIMUM, "ms that an event waited in the asynchronous queue"),
    "AsyncEventsDropped": Metric(_SUM, "events dropped without being processed", RED),
    "IteratorAge": Metric(_MAXIMUM, "ms that the last record of a batch waited in its stream"),
    "OffsetLag": Metric(_MAXIMUM, "records that wait in a Kafka topic"),
    "PostRuntimeExtensionsDuration": Metric(("p90",), "ms that extensions ran after the function"),
    "ProvisionedConcurrentExecutions": Metric(_MAXIMUM, "provisioned instances in use"),
    "ProvisionedConcurrencyInvocations": Metric(_SUM, "invocations on provisioned concurrency"),
    "ProvisionedConcurrencySpilloverInvocations": Metric(_SUM, "invocations beyond provisioned concurrency", ORANGE),
    "ProvisionedConcurrencyUtilization": Metric(_MAXIMUM, "share of provisioned concurrency in use (0 to 1)"),
    "RecursiveInvocationsDropped": Metric(_SUM, "invocations stopped because a loop was found", RED),
    "SignatureValidationErrors": Metric(_SUM, "deployments with an invalid code signature", RED),
    "UnreservedConcurrentExecutions": Metric(_MAXIMUM, "the account's unreserved instances", of_account=True),
    "ClaimedAccountConcurrency": Metric(_MAXIMUM, "concurrency that the account can no longer give", of_account=True),
}

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
    "ThrottleRate": Formula(
        "100 * {Throttles} / ({Throttles} + {Invocations})",
        ("Throttles", "Invocations"),
        "throttled %",
        "throttles in percent of all requests",
        ORANGE,
    ),
}

_STATISTIC = re.compile(r"SampleCount|Average|Sum|Minimum|Maximum|p(?:100|\d{1,2}(?:\.\d+)?)|tm\d{1,2}(?:\.\d+)?")


def check_short_name(text: str) -> None:
    """Raises UsageError unless the text is a short name, or one of a metric with a statistic (`Duration p95`)."""
    name, _, statistic = text.partition(" ")
    if name not in METRICS and name not in FORMULAS:
        close = get_close_matches(name, [*METRICS, *FORMULAS], n=1, cutoff=0.5)
        hint = f"did you mean '{close[0]}'? " if close else ""
        raise UsageError(f"unknown metric '{name}'", remedy=f"{hint}metrics: {', '.join([*METRICS, *FORMULAS])}")
    if statistic and (name in FORMULAS or not _STATISTIC.fullmatch(statistic)):
        raise UsageError(
            f"'{text}': '{statistic}' is not a statistic of {name}",
            remedy="statistics: Sum, Average, Minimum, Maximum, SampleCount, p50 ... p99.9",
        )


def is_rate(text: str) -> bool:
    """Whether the short name gives percent."""
    return text in FORMULAS


def expand(names: Sequence[str | tuple[str, ...]], functions: Sequence[str]) -> list[MetricRow]:
    """The metric rows of short names for every function: name by name, function by function.

    Raises UsageError for an unknown name.
    """
    alone = len(functions) == 1
    rows: list[MetricRow] = []
    for place, name in enumerate(names):
        if not isinstance(name, str):
            rows.append(list(name))
            continue
        check_short_name(name)
        rows += _rows_of(name, place, functions, alone)
    return rows


def _rows_of(name: str, place: int, functions: Sequence[str], alone: bool) -> Iterator[MetricRow]:
    metric_name, _, statistic = name.partition(" ")
    if metric_name in FORMULAS:
        for index, function in enumerate(functions):
            yield from _formula_rows(FORMULAS[metric_name], f"{place}_{index}", function, alone)
        return
    metric = METRICS[metric_name]
    statistics = (statistic,) if statistic else metric.statistics
    if metric.of_account:
        for stat in statistics:
            yield [NAMESPACE, metric_name, {"stat": stat, "label": metric_name}]
        return
    for function in functions:
        for stat in statistics:
            yield _row(metric_name, function, _rendering(metric, metric_name, stat, function, alone))


def _row(metric_name: str, function: str, rendering: dict[str, object]) -> MetricRow:
    return [NAMESPACE, metric_name, "FunctionName", function, rendering]


def _rendering(metric: Metric, name: str, stat: str, function: str, alone: bool) -> dict[str, object]:
    shown = name if stat in ("Sum", "Maximum") else f"{name} {stat}"
    rendering: dict[str, object] = {"stat": stat, "label": shown if alone else f"{function} {shown}"}
    if alone and metric.colour:  # with several functions the colour has to tell them apart
        rendering["color"] = metric.colour
    return rendering


def _formula_rows(formula: Formula, suffix: str, function: str, alone: bool) -> Iterator[MetricRow]:
    ids = {name: f"{name[0].lower()}{name[1:]}_{suffix}" for name in formula.of}
    for name, id_ in ids.items():
        yield _row(name, function, {"stat": METRICS[name].statistics[0], "id": id_, "visible": False})
    shown: dict[str, object] = {
        "expression": formula.expression.format(**ids),
        "label": formula.label if alone else f"{function} {formula.label}",
        "id": f"rate_{suffix}",
    }
    if alone and formula.colour:
        shown["color"] = formula.colour
    yield [shown]
