"""Alarms of a dashboard file: `[[alarm]]`."""

from __future__ import annotations

from typing import get_args

from insightctl.dashboards.load_metrics import check_period, read_entry
from insightctl.dashboards.load_widgets import for_each
from insightctl.dashboards.model import Alarm, Comparison
from insightctl.dashboards.reader import Table

_DAY_S = 86_400
_MISSING = ("notBreaching", "breaching", "ignore", "missing")


def read_alarm(table: Table) -> Alarm:
    """An `[[alarm]]`. Raises UsageError."""
    name = table.required_text("name")
    if not table.has("metric"):
        raise table.fail("'metric' is missing", remedy='metric = "Errors", or { expression = "..." }')
    metric = read_entry(table, table.values["metric"], ("metric",))
    threshold = table.number("threshold")
    if threshold is None:
        raise table.fail("'threshold' is missing", remedy="threshold = 5")
    alarm = Alarm(
        name,
        metric,
        threshold,
        comparison=table.choice("comparison", get_args(Comparison)) or ">",
        period=table.integer("period", 10, _DAY_S) or 300,
        evaluation_periods=table.integer("evaluation_periods", 1, 1440) or 1,
        datapoints=table.integer("datapoints", 1, 1440),
        missing=table.choice("missing", _MISSING) or "notBreaching",  # type: ignore[arg-type]
        description=table.text("description"),
        actions=table.texts("actions"),
        for_each=for_each(table),
        origin=table.path,
    )
    check_period(table, alarm.period)
    table.finish()
    if alarm.datapoints and alarm.datapoints > alarm.evaluation_periods:
        raise table.fail(
            f"{alarm.datapoints} of {alarm.evaluation_periods} periods cannot breach",
            "datapoints",
            "'datapoints' is at most 'evaluation_periods'",
        )
    return alarm
