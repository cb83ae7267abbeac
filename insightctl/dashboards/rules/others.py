"""Rules of text, alarm, explorer and custom widgets."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.rules.metric import STATISTIC_WORDS, period
from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import (
    Check,
    Finding,
    Rule,
    each,
    inside,
    known_keys,
    matching,
    one_of,
    required,
    typed,
    whole_number,
)
from insightctl.dashboards.statistics import STATISTIC

_ALARM_STATES = ("ALARM", "INSUFFICIENT_DATA", "OK")
_ALARM_ORDERS = ("default", "stateUpdatedTimestamp", "timestamp")


def _count(key: str, low: int, high: int) -> Check:
    def check(properties: Node) -> Iterator[Finding]:
        found = properties.get(key)
        if found.is_array and not low <= len(list(found.items())) <= high:
            yield found, f"'{key}' has {low} to {high} entries"

    return check


def _alarm_entries(properties: Node) -> Iterator[Finding]:
    for alarm in properties.get("alarms").items():
        if alarm.text is None:
            yield alarm, "an alarm is the text of its ARN"
    for state in properties.get("states").items():
        if state.value not in _ALARM_STATES:
            yield state, f"a state is one of {', '.join(_ALARM_STATES)}"


def _one_resource_type(properties: Node) -> Iterator[Finding]:
    kinds = {str(metric.get("resourceType").value) for metric in properties.get("metrics").items()}
    if len(kinds) > 1:
        yield properties.get("metrics"), "all metrics of an explorer have the same 'resourceType'"


_OPTIONS = ("widgetOptions",)
_OPTION_KEYS = ("legend", "rowsPerPage", "stacked", "view", "widgetsPerRow")
_EXPLORER_KEYS = ("aggregateBy", "labels", "metrics", "period", "region", "accountId", "splitBy", "title")
_RESOURCE = r"[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+"  # as CloudFormation has it

RULES = (
    Rule("text-keys", "text", known_keys("markdown", "background"), "warning"),
    Rule("text-required", "text", required("markdown")),
    Rule("text-texts", "text", typed(("markdown",), "text")),
    Rule("text-background", "text", one_of("background", ("solid", "transparent"))),
    Rule("alarm-keys", "alarm", known_keys("alarms", "sortBy", "states", "title"), "warning"),
    Rule("alarm-required", "alarm", required("alarms")),
    Rule("alarm-arrays", "alarm", typed(("alarms", "states"), "array")),
    Rule("alarm-count", "alarm", _count("alarms", 1, 100)),
    Rule("alarm-entries", "alarm", _alarm_entries),
    Rule("alarm-order", "alarm", one_of("sortBy", _ALARM_ORDERS)),
    Rule("explorer-keys", "explorer", known_keys(*_EXPLORER_KEYS, *_OPTIONS), "warning"),
    Rule("explorer-option-keys", "explorer", inside(_OPTIONS, known_keys(*_OPTION_KEYS)), "warning"),
    Rule("explorer-required", "explorer", required("metrics", "labels")),
    Rule("explorer-arrays", "explorer", typed(("metrics",), "array")),
    Rule("explorer-count", "explorer", _count("metrics", 1, 100)),
    Rule("explorer-metrics", "explorer", each("metrics", required("metricName", "resourceType"))),
    Rule("explorer-label-required", "explorer", each("labels", required("key"))),
    Rule(
        "explorer-resource-type",
        "explorer",
        each("metrics", matching("resourceType", _RESOURCE, "such as AWS::Lambda::Function")),
        "warning",
    ),
    Rule("explorer-rows", "explorer", inside(_OPTIONS, whole_number("rowsPerPage", 1))),
    Rule("explorer-columns", "explorer", inside(_OPTIONS, whole_number("widgetsPerRow", 1))),
    Rule("explorer-stat", "explorer", each("metrics", matching("stat", STATISTIC, STATISTIC_WORDS))),
    Rule("explorer-resource", "explorer", _one_resource_type),
    Rule("explorer-period", "explorer", period),
    Rule(
        "explorer-aggregate",
        "explorer",
        inside(("aggregateBy",), one_of("func", ("AVG", "MIN", "MAX", "STDDEV", "SUM"))),
    ),
    Rule("explorer-view", "explorer", inside(_OPTIONS, one_of("view", ("timeSeries", "bar", "pie")))),
    Rule("explorer-stacked", "explorer", inside(_OPTIONS, typed(("stacked",), "flag"))),
    Rule(
        "explorer-legend",
        "explorer",
        inside((*_OPTIONS, "legend"), one_of("position", ("right", "bottom", "hidden"))),
    ),
    # "Create a custom widget for a CloudWatch dashboard" in the user guide: the ARN of the function that draws it.
    Rule("custom-required", "custom", required("endpoint")),
)
