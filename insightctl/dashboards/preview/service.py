"""What only CloudWatch can tell a preview: its own drawings of metric widgets, and the states of alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from insightctl.core.time import TimeRange, iso
from insightctl.dashboards.client import Live
from insightctl.dashboards.colours import RED, shade
from insightctl.dashboards.preview.filling import AlarmGraph, Image, States

_NAMES_A_CALL = 100
"""DescribeAlarms, AlarmNames: at most 100."""
_IMAGE_SIZE = (1000, 500)
_SIGNS = {
    "GreaterThanOrEqualToThreshold": ">=",
    "GreaterThanThreshold": ">",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}


def widget_image(live: Live) -> Image:
    """Metric widgets as GetMetricWidgetImage draws them. What it returns raises CloudError."""

    def image(properties: Mapping[str, object], time: TimeRange) -> bytes:
        asked = {**properties, "start": iso(time.start), "end": iso(time.end)}
        asked |= dict(zip(("width", "height"), _IMAGE_SIZE, strict=True))
        text = json.dumps(asked)
        png = live.ask(lambda _: live.client().get_metric_widget_image(MetricWidget=text, OutputFormat="png"))
        return bytes(png["MetricWidgetImage"])

    return image


def alarm_states(live: Live) -> States:
    """The states of alarms by their ARNs (or names). An alarm that is not there has none; raises CloudError."""

    def states(arns: Sequence[str]) -> Mapping[str, str]:
        names = {arn: arn.partition(":alarm:")[2] or arn for arn in arns}
        found: dict[str, str] = {}
        for some in _batches(list(names.values())):
            answer = live.ask(
                lambda _, some=some: live.client().describe_alarms(  # type: ignore[misc]
                    AlarmNames=some, AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=_NAMES_A_CALL
                )
            )
            for alarm in (*answer["MetricAlarms"], *answer["CompositeAlarms"]):
                found[alarm["AlarmName"]] = alarm["StateValue"]
        return {arn: found[name] for arn, name in names.items() if name in found}

    return states


def alarm_graph(live: Live) -> AlarmGraph:
    """What a widget of one alarm draws: the alarm's metric or maths, and its threshold. What it returns raises CloudError."""

    def graph(arn: str) -> Mapping[str, object] | None:
        name = arn.partition(":alarm:")[2] or arn
        answer = live.ask(lambda _: live.client().describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"]))
        return next((graph_of(alarm) for alarm in answer["MetricAlarms"]), None)

    return graph


def graph_of(alarm: Mapping[str, Any]) -> dict[str, object]:
    """The properties of a widget for an alarm, as DescribeAlarms tells it."""
    queries = alarm.get("Metrics") or [
        {"Id": "m1", "MetricStat": {"Metric": alarm, "Period": alarm.get("Period"), "Stat": _stat(alarm)}}
    ]
    made: dict[str, object] = {"view": "timeSeries", "metrics": [_row(each) for each in queries]}
    if (limit := alarm.get("Threshold")) is not None:
        label = f"{alarm['AlarmName']} {_SIGNS.get(str(alarm.get('ComparisonOperator')), '')} {limit:g}"
        made["annotations"] = {"horizontal": [{"value": limit, "label": " ".join(label.split()), "color": shade(RED)}]}
    return made


def _stat(alarm: Mapping[str, Any]) -> object:
    return alarm.get("ExtendedStatistic") or alarm.get("Statistic")


def _row(query: Mapping[str, Any]) -> list[object]:
    named = {"id": query["Id"], "label": query.get("Label"), "accountId": query.get("AccountId")}
    named["visible"] = None if query.get("ReturnData", True) else False
    if "Expression" in query:
        named |= {"expression": query["Expression"], "period": query.get("Period")}
        return [{key: value for key, value in named.items() if value is not None}]
    asked = query["MetricStat"]
    metric = asked["Metric"]
    named |= {"stat": asked.get("Stat"), "period": asked.get("Period")}
    dimensions = [part for each in metric.get("Dimensions", ()) for part in (each["Name"], each["Value"])]
    rest = {key: value for key, value in named.items() if value is not None}
    return [metric["Namespace"], metric["MetricName"], *dimensions, rest]


def _batches(names: list[str]) -> list[list[str]]:
    return [names[at : at + _NAMES_A_CALL] for at in range(0, len(names), _NAMES_A_CALL)]
