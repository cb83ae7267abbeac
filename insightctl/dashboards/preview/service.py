"""What only CloudWatch can tell a preview: its own drawings of metric widgets, and the states of alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from insightctl.core.time import TimeRange, iso
from insightctl.dashboards.client import Live
from insightctl.dashboards.preview.filling import Image, States

_NAMES_A_CALL = 100
"""DescribeAlarms, AlarmNames: at most 100."""
_IMAGE_SIZE = (1000, 500)


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


def _batches(names: list[str]) -> list[list[str]]:
    return [names[at : at + _NAMES_A_CALL] for at in range(0, len(names), _NAMES_A_CALL)]
