"""Rules of metric widgets."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import Finding, Rule, inside, known_keys, matching, one_of, required, typed
from insightctl.dashboards.statistics import STATISTIC

MAX_METRICS = 500
VIEWS = ("timeSeries", "singleValue", "gauge", "bar", "pie", "table")
STATISTIC_WORDS = "a statistic, such as Average, Sum, Maximum or p99"
_HIGH_RESOLUTION = (1, 5, 10, 20, 30)  # seconds; the page knows multiples of 60 only, PutMetricData more
_PROPERTIES = (
    *("accountId", "annotations", "liveData", "legend", "metrics", "period", "region", "sparkline", "stacked", "stat"),
    *("table", "timezone", "title", "view", "yAxis", "setPeriodToTimeRange", "trend", "labels", "start", "end"),
    "singleValueFullPrecision",
)


def period(node: Node) -> Iterator[Finding]:
    """`period`, when there is one, is a multiple of 60 seconds, or one that high-resolution metrics have."""
    seconds = node.get("period").integer
    if node.has("period") and seconds not in _HIGH_RESOLUTION and (seconds is None or seconds < 60 or seconds % 60):
        yield node.get("period"), "'period' is a number of seconds that is a multiple of 60"


def _something_to_show(properties: Node) -> Iterator[Finding]:
    alarms = properties.get("annotations").has("alarms")
    if not properties.has("metrics") and not alarms:
        yield properties, "a metric widget needs 'metrics', or an alarm in 'annotations'"


def _metric_count(properties: Node) -> Iterator[Finding]:
    count = len(list(properties.get("metrics").items()))
    if count > MAX_METRICS:
        yield properties.get("metrics"), f"{count} metrics; a widget takes at most {MAX_METRICS}"


def _alarm_or_metrics(properties: Node) -> Iterator[Finding]:
    if list(properties.get("annotations").get("alarms").items()) and list(properties.get("metrics").items()):
        yield properties.get("annotations").get("alarms"), "a widget shows an alarm or metrics, not both"


def _gauge_range(properties: Node) -> Iterator[Finding]:
    left = properties.get("yAxis").get("left")
    if properties.get("view").text == "gauge" and not (left.has("min") and left.has("max")):
        yield properties, "a gauge needs 'min' and 'max' in 'yAxis.left'"


def _axes(properties: Node) -> Iterator[Finding]:
    for side in ("left", "right"):
        axis = properties.get("yAxis").get(side)
        for check in _AXIS:
            yield from check(axis)
        low, high = axis.get("min").number, axis.get("max").number
        if low is not None and high is not None and low >= high:
            yield axis, f"'min' {low:g} is not below 'max' {high:g}"


_AXIS = (
    known_keys("label", "min", "max", "showUnits"),
    typed(("label",), "text"),
    typed(("min", "max"), "number"),
    typed(("showUnits",), "flag"),
)


def _summary_columns(properties: Node) -> Iterator[Finding]:
    for column in properties.get("table").get("summaryColumns").items():
        if column.value not in ("MIN", "MAX", "SUM", "AVG"):
            yield column, "a summary column is one of MIN, MAX, SUM, AVG"


RULES = (
    Rule("metric-keys", "metric", known_keys(*_PROPERTIES), "warning"),
    Rule("metric-region", "metric", required("region")),
    Rule("metric-something", "metric", _something_to_show),
    Rule("metric-arrays", "metric", typed(("metrics",), "array")),
    Rule("metric-count", "metric", _metric_count),
    Rule("metric-alarm", "metric", _alarm_or_metrics),
    Rule("metric-texts", "metric", typed(("region", "title", "accountId", "view", "stat", "timezone"), "text")),
    Rule("metric-flags", "metric", typed(("liveData", "sparkline", "stacked"), "flag")),
    Rule("metric-objects", "metric", typed(("annotations", "legend", "table", "yAxis"), "object")),
    Rule("metric-view", "metric", one_of("view", VIEWS)),
    Rule("metric-gauge", "metric", _gauge_range),
    Rule("metric-period", "metric", period),
    Rule("metric-stat", "metric", matching("stat", STATISTIC, STATISTIC_WORDS)),
    Rule("metric-timezone", "metric", matching("timezone", r"[+-]\d{4}", "an offset such as +0130")),
    Rule("metric-legend", "metric", inside(("legend",), one_of("position", ("right", "bottom", "hidden")))),
    Rule("metric-sides", "metric", inside(("yAxis",), known_keys("left", "right"))),
    Rule("metric-axes", "metric", _axes),
    Rule("metric-table-layout", "metric", inside(("table",), one_of("layout", ("vertical", "horizontal")))),
    Rule("metric-table-flags", "metric", inside(("table",), typed(("stickySummary", "showTimeSeriesData"), "flag"))),
    Rule("metric-table-columns", "metric", _summary_columns),
)
