"""A body of every type of widget in which the lint finds nothing, and damage to it."""

from __future__ import annotations

import copy
from typing import Any

Way = tuple[str | int, ...]

ALARM_ARN = "arn:aws:cloudwatch:eu-west-1:${Account}:alarm:checkout-errors"
QUERY = "SOURCE '/aws/lambda/checkout'\n| filter @message like /ERROR/\n| stats count(*) as n by bin(5m)"

GOOD: dict[str, Any] = {
    "start": "-PT3H",
    "periodOverride": "inherit",
    "variables": [
        {
            "type": "property",
            "property": "FunctionName",
            "inputType": "select",
            "id": "f",
            "label": "Function",
            "search": '{AWS/Lambda,FunctionName} MetricName="Invocations"',
            "populateFrom": "FunctionName",
            "defaultValue": "__FIRST",
        },
        {
            "type": "pattern",
            "pattern": "checkout",
            "inputType": "radio",
            "id": "g",
            "values": [{"value": "checkout", "label": "shop"}, {"value": "orders"}],
            "defaultValue": "checkout",
        },
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
                "title": "Errors",
                "view": "timeSeries",
                "stat": "Sum",
                "period": 60,
                "timezone": "+0130",
                "legend": {"position": "right"},
                "yAxis": {"left": {"min": 0, "max": 10}, "right": {"min": 0}},
                "metrics": [
                    ["AWS/Lambda", "Errors", "FunctionName", "checkout", {"id": "m1", "color": "#d62728"}],
                    [".", "Invocations", ".", ".", {"id": "m2", "visible": False}],
                    ["...", "orders", {"id": "m3"}],
                    [".", "Duration", ".", "checkout", {"stat": "p99", "yAxis": "right", "period": 300}],
                    [{"expression": "100 * m1 / m2", "id": "e1", "label": "error %"}],
                    [{"expression": "IF(e1 > 5, FILL(e1, 0))", "id": "e2"}],
                ],
                "annotations": {
                    "vertical": [{"label": "v42", "value": "2026-11-23T10:00:00.000Z", "fill": "after"}],
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
            "properties": {"region": "eu-west-1", "title": "Log", "query": QUERY, "view": "timeSeries"},
        },
        {"type": "text", "x": 0, "y": 6, "width": 12, "height": 6, "properties": {"markdown": "# hi"}},
        {
            "type": "alarm",
            "x": 12,
            "y": 6,
            "properties": {"alarms": [ALARM_ARN], "sortBy": "default", "states": ["OK"]},
        },
        {
            "type": "explorer",
            "x": 18,
            "y": 6,
            "properties": {
                "metrics": [{"metricName": "Errors", "resourceType": "AWS::Lambda::Function", "stat": "Sum"}],
                "labels": [{"key": "Runtime"}],
                "aggregateBy": {"key": "Runtime", "func": "SUM"},
                "widgetOptions": {"view": "bar", "stacked": True, "legend": {"position": "bottom"}},
            },
        },
        {
            "type": "metric",
            "x": 0,
            "y": 12,
            "width": 24,
            "height": 6,
            "properties": {
                "region": "eu-west-1",
                "view": "gauge",
                "yAxis": {"left": {"min": 0, "max": 100}},
                "metrics": [
                    [
                        {
                            "expression": 'SELECT MAX(Duration) FROM SCHEMA("AWS/Lambda", FunctionName) '
                            "WHERE FunctionName != 'x' GROUP BY FunctionName ORDER BY MAX() DESC LIMIT 5",
                            "id": "q1",
                        }
                    ],
                    [
                        {
                            "expression": "SUM(SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum', 300))",
                            "id": "s1",
                        }
                    ],
                ],
            },
        },
        {"type": "custom", "x": 0, "y": 18, "properties": {"endpoint": "arn:aws:lambda:${Region}:1:function:draw"}},
        {
            "type": "metric",
            "x": 6,
            "y": 18,
            "properties": {"region": "eu-west-1", "annotations": {"alarms": [ALARM_ARN]}},
        },
        {
            "type": "chart",
            "x": 12,
            "y": 18,
            "properties": {"region": "eu-west-1", "view": "line", "data": {"queries": [{"id": "a", "query": "up"}]}},
        },
    ],
}
METRIC, LOG, TEXT, ALARM, EXPLORER, MATHS, CUSTOM, SHOWN_ALARM, CHART = (("widgets", i, "properties") for i in range(9))


def broken(way: Way, value: object) -> dict[str, Any]:
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


def path(way: Way) -> str:
    """The JSON path of a way of keys and indexes."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)


def at(way: Way, *more: str | int) -> str:
    """The JSON path of a way, and of what is in it."""
    return path((*way, *more))
