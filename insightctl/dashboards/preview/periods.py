"""The periods that a graph is drawn with: the console lengthens them with the time range, and takes the whole for numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from insightctl.core.time import TimeRange
from insightctl.dashboards.preview.reading import listed, number
from insightctl.metrics.rows import DEFAULT_PERIOD_S

_STEPS_S = (60, 300, 900, 3600, 21_600, 86_400)
_MOST_POINTS = 300
"""Of a line: more than a screen shows. The console, too, draws a week by the hour."""


def fitted(properties: Mapping[str, object], time: TimeRange, override: object = None) -> Mapping[str, object]:
    """The properties of a metric widget with the periods that count for a time range.

    `override` is the body's `periodOverride`: "inherit" keeps the periods that are written, else none is shorter than
    the range allows ("Dashboard Body Structure"). `setPeriodToTimeRange` makes the range one period.
    """
    if properties.get("setPeriodToTimeRange") is True and properties.get("view") not in (None, "timeSeries"):
        return _changed(properties, lambda _: _whole_s(time))
    least = shortest_s(time)
    if override == "inherit":
        return properties
    return _changed(properties, lambda period: max(period, least))


def shortest_s(time: TimeRange) -> int:
    """The shortest period, in seconds, with which a range is drawn."""
    seconds = time.duration_ms / 1000
    return next((step for step in _STEPS_S if seconds / step <= _MOST_POINTS), _STEPS_S[-1])


def _whole_s(time: TimeRange) -> int:
    return max(-(-time.duration_ms // 60_000) * 60, 60)


def _changed(properties: Mapping[str, object], change: Callable[[int], int]) -> Mapping[str, object]:
    usual = _seconds(properties.get("period")) or DEFAULT_PERIOD_S
    rows = [_row(row, change) for row in listed(properties.get("metrics"))]
    return {**properties, "period": change(usual), **({"metrics": rows} if rows else {})}


def _row(row: object, change: Callable[[int], int]) -> object:
    """A row whose own period is changed; one without takes the widget's."""
    if not isinstance(row, list) or not row or not isinstance(row[-1], dict):
        return row
    period = _seconds(row[-1].get("period"))
    return row if period is None else [*row[:-1], {**row[-1], "period": change(period)}]


def _seconds(value: object) -> int | None:
    amount = number(value)
    return int(amount) if amount is not None and amount >= 1 else None
