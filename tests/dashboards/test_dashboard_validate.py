"""The rules: each is broken once, and what people wrote in the wild is survived."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.dashboards import validate
from insightctl.dashboards.rules import RULES

CORPUS = Path("/work/shared/corpus/dashboards")

GOOD: dict[str, Any] = {
    "start": "-PT3H",
    "periodOverride": "inherit",
    "variables": [
        {
            "type": "property",
            "property": "FunctionName",
            "inputType": "select",
            "id": "f",
            "search": '{AWS/Lambda,FunctionName} MetricName="Invocations"',
            "populateFrom": "FunctionName",
        }
    ],
    "widgets": [
        {
            "type": "metric",
            "x": 0,
            "y": 0,
            "width": 12,
            "height": 6,
            "properties": {
                "region": "eu-west-1",
                "title": "t",
                "view": "timeSeries",
                "stat": "p99.9",
                "period": 60,
                "timezone": "+0130",
                "legend": {"position": "right"},
                "yAxis": {"left": {"min": 0, "max": 10}},
                "metrics": [
                    ["AWS/Lambda", "Errors", "FunctionName", "a", {"id": "m1", "color": "#d62728", "visible": False}],
                    [".", ".", ".", "b", {"id": "m2", "yAxis": "right"}],
                    ["...", "c"],
                    [{"expression": "m1 + m2", "id": "e1", "label": "sum"}],
                ],
                "annotations": {
                    "vertical": [{"label": "v1", "value": "2026-11-23T10:00:00.000Z", "fill": "after"}],
                    "horizontal": [[{"value": 1, "label": "low"}, {"value": 2}], {"value": 3, "fill": "above"}],
                },
            },
        },
        {
            "type": "log",
            "x": 12,
            "y": 0,
            "width": 12,
            "height": 6,
            "properties": {"region": "eu-west-1", "query": "SOURCE 'a'\n| fields @message", "view": "table"},
        },
        {"type": "text", "properties": {"markdown": "# hi", "background": "transparent"}},
        {"type": "alarm", "properties": {"alarms": ["arn:a"], "sortBy": "default", "states": ["OK"]}},
        {
            "type": "explorer",
            "properties": {
                "metrics": [{"metricName": "Errors", "resourceType": "AWS::Lambda::Function", "stat": "Sum"}],
                "labels": [{"key": "Runtime"}],
                "aggregateBy": {"key": "Runtime", "func": "SUM"},
                "widgetOptions": {"view": "bar", "stacked": True, "legend": {"position": "bottom"}},
            },
        },
        {"type": "custom", "properties": {"endpoint": "arn:f"}},
    ],
}
METRIC, LOG, TEXT, ALARM, EXPLORER, CUSTOM = (("widgets", index, "properties") for index in range(6))


def test_a_good_body_has_no_problems() -> None:
    assert validate(GOOD) == ()


def broken(way: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The good body with one value set, or taken away (`...`)."""
    body = copy.deepcopy(GOOD)
    *steps, last = way
    target: Any = body
    for step in steps:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return body


VARIABLE = ("variables", 0)
ROW = (*METRIC, "metrics", 0)
BREAKS: list[tuple[tuple[str | int, ...], object, str, str]] = [
    (("widgets",), ..., "body-widgets", "$"),
    (("widgets",), {}, "body-arrays", "$.widgets"),
    (("widgets",), [{"type": "text", "properties": {"markdown": ""}}] * 501, "body-widget-count", "$.widgets"),
    (("variables",), [GOOD["variables"][0]] * 26, "body-variable-count", "$.variables"),
    (("variables",), [GOOD["variables"][0]] * 2, "variable-unique-ids", "$.variables[1].id"),
    (("start",), 3, "body-texts", "$.start"),
    (("start",), "3h", "body-start", "$.start"),
    (("end",), "2026-11-23T10:00:00Z", "body-start", "$.start"),
    (("end",), "now", "body-end", "$.end"),
    (("periodOverride",), "none", "body-period-override", "$.periodOverride"),
    (("refresh",), 1, "body-keys", "$.refresh"),
    (("widgets", 1, "x"), 11, "body-overlaps", "$.widgets[1]"),
    (("widgets", 0), "text", "widget-object", "$.widgets[0]"),
    (("widgets", 0, "type"), ..., "widget-required", "$.widgets[0]"),
    (("widgets", 0, "type"), "metrics", "widget-type", "$.widgets[0].type"),
    (("widgets", 0, "title"), "t", "widget-keys", "$.widgets[0].title"),
    (("widgets", 0, "properties"), [], "widget-properties", "$.widgets[0].properties"),
    (("widgets", 0, "x"), 24, "widget-x", "$.widgets[0].x"),
    (("widgets", 0, "x"), "0", "widget-x", "$.widgets[0].x"),
    (("widgets", 0, "y"), -1, "widget-y", "$.widgets[0].y"),
    (("widgets", 0, "y"), ..., "widget-x-and-y", "$.widgets[0]"),
    (("widgets", 0, "width"), 0, "widget-width", "$.widgets[0].width"),
    (("widgets", 0, "height"), 1001, "widget-height", "$.widgets[0].height"),
    (("widgets", 1, "width"), 13, "widget-hangs-over", "$.widgets[1]"),
    ((*LOG, "annotations"), {}, "widget-annotations", "$.widgets[1].properties.annotations"),
    ((*METRIC, "region"), ..., "metric-region", "$.widgets[0].properties"),
    ((*METRIC, "metrics"), ..., "metric-something", "$.widgets[0].properties"),
    ((*METRIC, "metrics"), {}, "metric-arrays", "$.widgets[0].properties.metrics"),
    ((*METRIC, "metrics"), [["a", "b"]] * 501, "metric-count", "$.widgets[0].properties.metrics"),
    ((*METRIC, "annotations"), {"alarms": ["arn"]}, "metric-alarm", "$.widgets[0].properties.annotations.alarms"),
    ((*METRIC, "title"), 5, "metric-texts", "$.widgets[0].properties.title"),
    ((*METRIC, "stacked"), "yes", "metric-flags", "$.widgets[0].properties.stacked"),
    ((*METRIC, "legend"), "right", "metric-objects", "$.widgets[0].properties.legend"),
    ((*METRIC, "view"), "line", "metric-view", "$.widgets[0].properties.view"),
    ((*METRIC, "yAxis"), {"left": {"min": 0}, "right": {}}, "", ""),
    ((*METRIC, "yAxis", "left", "max"), -1, "metric-axes", "$.widgets[0].properties.yAxis.left"),
    ((*METRIC, "yAxis", "left", "max"), "1", "metric-axes", "$.widgets[0].properties.yAxis.left.max"),
    ((*METRIC, "yAxis", "top"), {}, "metric-sides", "$.widgets[0].properties.yAxis.top"),
    ((*METRIC, "period"), 90, "metric-period", "$.widgets[0].properties.period"),
    ((*METRIC, "period"), 10, "", ""),
    ((*METRIC, "stat"), "sum", "metric-stat", "$.widgets[0].properties.stat"),
    ((*METRIC, "timezone"), "UTC", "metric-timezone", "$.widgets[0].properties.timezone"),
    ((*METRIC, "legend"), {"position": "left"}, "metric-legend", "$.widgets[0].properties.legend.position"),
    ((*METRIC, "table"), {"layout": "x"}, "metric-table-layout", "$.widgets[0].properties.table.layout"),
    ((*METRIC, "table"), {"stickySummary": 1}, "metric-table-flags", "$.widgets[0].properties.table.stickySummary"),
    (
        (*METRIC, "table"),
        {"summaryColumns": ["P99"]},
        "metric-table-columns",
        "$.widgets[0].properties.table.summaryColumns[0]",
    ),
    ((*METRIC, "colour"), "red", "metric-keys", "$.widgets[0].properties.colour"),
    (ROW, "AWS/Lambda", "row-array", "$.widgets[0].properties.metrics[0]"),
    (ROW, [], "row-array", "$.widgets[0].properties.metrics[0]"),
    (ROW, ["a", "b", {"expression": "1"}], "row-expression", "$.widgets[0].properties.metrics[0]"),
    (ROW, [{"label": "x"}], "row-expression", "$.widgets[0].properties.metrics[0]"),
    (ROW, ["a", {"x": 1}, "b", "c"], "row-texts", "$.widgets[0].properties.metrics[0][1]"),
    (ROW, ["a"], "row-shape", "$.widgets[0].properties.metrics[0]"),
    (ROW, ["a", "b", "c"], "row-shape", "$.widgets[0].properties.metrics[0]"),
    (ROW, ["a", "b", *["c"] * 62], "row-shape", "$.widgets[0].properties.metrics[0]"),
    (ROW, [".", "b"], "row-dots", "$.widgets[0].properties.metrics[0]"),
    ((*ROW, 4, "colour"), "x", "row-keys", "$.widgets[0].properties.metrics[0][4].colour"),
    ((*ROW, 4, "label"), 5, "row-strings", "$.widgets[0].properties.metrics[0][4].label"),
    ((*ROW, 4, "visible"), "no", "row-flags", "$.widgets[0].properties.metrics[0][4].visible"),
    ((*ROW, 4, "color"), "red", "row-color", "$.widgets[0].properties.metrics[0][4].color"),
    ((*ROW, 4, "period"), 61, "row-period", "$.widgets[0].properties.metrics[0][4].period"),
    ((*ROW, 4, "stat"), "p", "row-stat", "$.widgets[0].properties.metrics[0][4].stat"),
    ((*ROW, 4, "yAxis"), "top", "row-axis", "$.widgets[0].properties.metrics[0][4].yAxis"),
    ((*ROW, 4, "id"), "M1", "row-id", "$.widgets[0].properties.metrics[0][4].id"),
    ((*ROW, 4, "id"), "m2", "row-unique-ids", "$.widgets[0].properties.metrics[1][4].id"),
    ((*METRIC, "annotations", "diagonal"), [], "annotation-keys", "$.widgets[0].properties.annotations.diagonal"),
    ((*METRIC, "annotations", "vertical"), {}, "annotation-arrays", "$.widgets[0].properties.annotations.vertical"),
    ((*METRIC, "annotations", "alarms"), ["a", "b"], "annotation-kinds", "$.widgets[0].properties.annotations.alarms"),
    (
        (*METRIC, "annotations", "horizontal", 0),
        [{"value": 1}],
        "annotation-bands",
        "$.widgets[0].properties.annotations.horizontal[0]",
    ),
    (
        (*METRIC, "annotations", "horizontal", 1, "value"),
        "3",
        "annotation-horizontal",
        "$.widgets[0].properties.annotations.horizontal[1].value",
    ),
    (
        (*METRIC, "annotations", "vertical", 0, "value"),
        "yesterday",
        "annotation-vertical",
        "$.widgets[0].properties.annotations.vertical[0].value",
    ),
    (
        (*METRIC, "annotations", "vertical", 0, "value"),
        ...,
        "annotation-vertical",
        "$.widgets[0].properties.annotations.vertical[0]",
    ),
    ((*LOG, "region"), ..., "log-required", "$.widgets[1].properties"),
    ((*LOG, "query"), ["x"], "log-texts", "$.widgets[1].properties.query"),
    ((*LOG, "query"), "  ", "log-empty", "$.widgets[1].properties.query"),
    ((*LOG, "query"), "fields @message", "log-source", "$.widgets[1].properties.query"),
    ((*LOG, "stacked"), 1, "log-flags", "$.widgets[1].properties.stacked"),
    ((*LOG, "view"), "gauge", "log-view", "$.widgets[1].properties.view"),
    ((*LOG, "querry"), "x", "log-keys", "$.widgets[1].properties.querry"),
    ((*TEXT, "markdown"), ..., "text-required", "$.widgets[2].properties"),
    ((*TEXT, "markdown"), 1, "text-texts", "$.widgets[2].properties.markdown"),
    ((*TEXT, "background"), "red", "text-background", "$.widgets[2].properties.background"),
    ((*TEXT, "title"), "t", "text-keys", "$.widgets[2].properties.title"),
    ((*ALARM, "alarms"), ..., "alarm-required", "$.widgets[3].properties"),
    ((*ALARM, "alarms"), "arn", "alarm-arrays", "$.widgets[3].properties.alarms"),
    ((*ALARM, "alarms"), [], "alarm-count", "$.widgets[3].properties.alarms"),
    ((*ALARM, "alarms"), [1], "alarm-entries", "$.widgets[3].properties.alarms[0]"),
    ((*ALARM, "states"), ["BAD"], "alarm-entries", "$.widgets[3].properties.states[0]"),
    ((*ALARM, "sortBy"), "name", "alarm-order", "$.widgets[3].properties.sortBy"),
    ((*ALARM, "x"), 1, "alarm-keys", "$.widgets[3].properties.x"),
    ((*EXPLORER, "labels"), ..., "explorer-required", "$.widgets[4].properties"),
    ((*EXPLORER, "metrics"), {}, "explorer-arrays", "$.widgets[4].properties.metrics"),
    ((*EXPLORER, "metrics"), [], "explorer-count", "$.widgets[4].properties.metrics"),
    ((*EXPLORER, "metrics", 0, "metricName"), ..., "explorer-metrics", "$.widgets[4].properties.metrics[0]"),
    ((*EXPLORER, "metrics", 0, "stat"), "x", "explorer-stat", "$.widgets[4].properties.metrics[0].stat"),
    (
        (*EXPLORER, "metrics"),
        [{"metricName": "a", "resourceType": kind} for kind in ("A", "B")],
        "explorer-resource",
        "$.widgets[4].properties.metrics",
    ),
    ((*EXPLORER, "period"), 59, "explorer-period", "$.widgets[4].properties.period"),
    ((*EXPLORER, "aggregateBy", "func"), "P99", "explorer-aggregate", "$.widgets[4].properties.aggregateBy.func"),
    ((*EXPLORER, "widgetOptions", "view"), "x", "explorer-view", "$.widgets[4].properties.widgetOptions.view"),
    ((*EXPLORER, "widgetOptions", "stacked"), 1, "explorer-stacked", "$.widgets[4].properties.widgetOptions.stacked"),
    (
        (*EXPLORER, "widgetOptions", "legend"),
        {"position": "up"},
        "explorer-legend",
        "$.widgets[4].properties.widgetOptions.legend.position",
    ),
    ((*EXPLORER, "splitby"), "x", "explorer-keys", "$.widgets[4].properties.splitby"),
    ((*EXPLORER, "widgetOptions", "rows"), 1, "explorer-option-keys", "$.widgets[4].properties.widgetOptions.rows"),
    ((*EXPLORER, "labels", 0), {"value": "x"}, "explorer-label-required", "$.widgets[4].properties.labels[0]"),
    (
        (*EXPLORER, "metrics", 0, "resourceType"),
        "EC2",
        "explorer-resource-type",
        "$.widgets[4].properties.metrics[0].resourceType",
    ),
    (
        (*EXPLORER, "widgetOptions", "rowsPerPage"),
        0,
        "explorer-rows",
        "$.widgets[4].properties.widgetOptions.rowsPerPage",
    ),
    (
        (*EXPLORER, "widgetOptions", "widgetsPerRow"),
        "2",
        "explorer-columns",
        "$.widgets[4].properties.widgetOptions.widgetsPerRow",
    ),
    (("start",), "2026-11-23T06:00:00Z", "body-start-alone", "$.start"),
    (
        (*METRIC, "annotations", "vertical", 0, "yAxis"),
        "left",
        "annotation-vertical-keys",
        "$.widgets[0].properties.annotations.vertical[0].yAxis",
    ),
    (
        (*METRIC, "annotations", "horizontal", 1, "colour"),
        "#d62728",
        "annotation-horizontal-keys",
        "$.widgets[0].properties.annotations.horizontal[1].colour",
    ),
    (
        (*METRIC, "annotations", "horizontal", 1),
        3,
        "annotation-marks",
        "$.widgets[0].properties.annotations.horizontal[1]",
    ),
    (
        (*VARIABLE, "values"),
        [{"value": "x", "label": 3}],
        "variable-values",
        "$.variables[0].values[0].label",
    ),
    ((*CUSTOM, "endpoint"), ..., "custom-required", "$.widgets[5].properties"),
    (VARIABLE, "f", "variable-object", "$.variables[0]"),
    ((*VARIABLE, "id"), ..., "variable-required", "$.variables[0]"),
    ((*VARIABLE, "type"), "x", "variable-type", "$.variables[0].type"),
    ((*VARIABLE, "type"), "pattern", "variable-changes", "$.variables[0]"),
    ((*VARIABLE, "inputType"), "slider", "variable-input", "$.variables[0].inputType"),
    ((*VARIABLE, "search"), ..., "variable-source", "$.variables[0]"),
    ((*VARIABLE, "values"), [], "variable-values", "$.variables[0].values"),
    ((*VARIABLE, "values"), [{"label": "x"}], "variable-values", "$.variables[0].values[0]"),
    ((*VARIABLE, "id"), "a b", "variable-id", "$.variables[0].id"),
    ((*VARIABLE, "label"), "x" * 31, "variable-label", "$.variables[0].label"),
    ((*VARIABLE, "search"), "x" * 2049, "variable-search", "$.variables[0].search"),
    ((*VARIABLE, "label"), 1, "variable-texts", "$.variables[0].label"),
    ((*VARIABLE, "visible"), 1, "variable-visible", "$.variables[0].visible"),
    ((*VARIABLE, "lable"), "x", "variable-keys", "$.variables[0].lable"),
]


@pytest.mark.parametrize(("way", "value", "rule", "path"), BREAKS)
def test_a_broken_rule_is_found_where_it_is_broken(
    way: tuple[str | int, ...], value: object, rule: str, path: str
) -> None:
    found = [(problem.rule, problem.path) for problem in validate(broken(way, value))]
    assert (rule, path) in found if rule else found == []


def test_a_gauge_needs_a_range() -> None:
    body = broken((*METRIC, "view"), "gauge")
    assert validate(body) == ()
    del body["widgets"][0]["properties"]["yAxis"]["left"]["max"]
    assert [problem.rule for problem in validate(body)] == ["metric-gauge"]


def test_every_rule_is_broken_above() -> None:
    tested = {rule for _, _, rule, _ in BREAKS} | {"metric-gauge", "body-object"}
    assert {rule.name for rule in RULES} <= tested
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_hint_where_a_word_is_close() -> None:
    [problem] = validate(broken((*METRIC, "view"), "timeseries"))
    assert str(problem) == (
        "error: $.widgets[0].properties.view: 'view' is one of timeSeries, singleValue, gauge, bar, pie, table, "
        "not \"timeseries\" (did you mean 'timeSeries'?)"
    )


@pytest.mark.parametrize("value", [None, 3, "x", [], [1]])
def test_what_is_no_object_is_no_body(value: object) -> None:
    assert "body-object" in [problem.rule for problem in validate(value)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data(), json_values)
def test_anything_anywhere_is_survived(data: st.DataObject, value: object) -> None:
    ways = [way for way, _, _, _ in BREAKS if value is not ...]
    way = data.draw(st.sampled_from(ways))
    validate(broken(way, value))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not on this machine")
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.json")), ids=lambda file: str(file.stem))
def test_bodies_from_the_wild_are_survived(file: Path) -> None:
    for problem in validate(json.loads(file.read_text(encoding="utf-8"))):
        assert problem.path.startswith("$")
        assert problem.message
