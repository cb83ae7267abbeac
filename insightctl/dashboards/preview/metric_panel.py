"""Series of a metric widget as a panel, by its view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from insightctl.core.time import TimeRange
from insightctl.dashboards.preview import amounts, ink
from insightctl.dashboards.preview.annotations import marks, thresholds
from insightctl.dashboards.preview.model import (
    BarChart,
    Empty,
    Gauge,
    Line,
    Numbers,
    Panel,
    PieChart,
    Scale,
    Slice,
    Table,
    TimeChart,
)
from insightctl.dashboards.preview.reading import number, table
from insightctl.render import safe

if TYPE_CHECKING:
    from insightctl.metrics.model import Series

MAX_LINES = 100
"""More lines than this say nothing on a screen; the console draws 500 at most."""
_GAUGE_ENDS = (0.0, 100.0)


def metric_panel(properties: Mapping[str, object], series: Sequence[Series], time: TimeRange) -> Panel:
    """What a metric widget shows of these series."""
    shown = [each for each in series if each.visible]
    lines = tuple(_line(each, index) for index, each in enumerate(shown) if each.values)[:MAX_LINES]
    view = properties.get("view")
    if view == "singleValue":
        return Numbers(lines, properties.get("sparkline") is not False) if lines else Empty(_why(shown))
    if not lines:
        return Empty(_why(shown))
    if view == "gauge":
        return _gauge(properties, lines[0])
    if view == "table":
        return _table(lines)
    if view in ("bar", "pie"):
        slices = tuple(Slice(line.label, line.values[-1], line.colour) for line in lines)
        unit = _shared_unit(lines)
        return BarChart(slices, unit, thresholds(properties)) if view == "bar" else PieChart(slices, unit)
    axes = table(properties.get("yAxis"))
    return TimeChart(
        lines,
        time,
        properties.get("stacked") is True,
        thresholds(properties),
        marks(properties),
        _scale(axes.get("left"), [line for line in lines if line.side == "left"]),
        _scale(axes.get("right"), [line for line in lines if line.side == "right"]),
        _legend(properties),
    )


def notes_of(series: Sequence[Series]) -> tuple[str, ...]:
    """What the series say about themselves, each once."""
    return tuple(dict.fromkeys(safe.line(each.note) for each in series if each.visible and each.note))


def _why(series: Sequence[Series]) -> str:
    return "; ".join(notes_of(series)[:3]) or "no data in this time range"


def _line(series: Series, index: int) -> Line:
    colour = ink.known(series.colour, ink.series(index))
    label = safe.line(series.label) or safe.line(series.id)
    return Line(label, series.times_ms, series.values, colour, series.unit or "", series.y_axis)


def _scale(given: object, lines: Sequence[Line]) -> Scale:
    axis = table(given)
    label = axis.get("label")
    text = safe.line(label) if isinstance(label, str) else ""
    if not text and axis.get("showUnits") is not False:
        text = amounts.axis_text(_shared_unit(lines))
    return Scale(number(axis.get("min")), number(axis.get("max")), text)


def _shared_unit(lines: Sequence[Line]) -> str:
    units = {line.unit for line in lines}
    return units.pop() if len(units) == 1 else ""


def _legend(properties: Mapping[str, object]) -> Literal["bottom", "right", "hidden"]:
    position = table(properties.get("legend")).get("position")
    if position == "right":
        return "right"
    return "hidden" if position == "hidden" else "bottom"


def _gauge(properties: Mapping[str, object], line: Line) -> Gauge:
    axis = table(table(properties.get("yAxis")).get("left"))
    low, high = number(axis.get("min")), number(axis.get("max"))
    low, high = _GAUGE_ENDS[0] if low is None else low, _GAUGE_ENDS[1] if high is None else high
    if high <= low:
        high = low + 1
    return Gauge(line.label, line.values[-1], low, high, line.unit, line.colour, thresholds(properties))


def _table(lines: Sequence[Line]) -> Table:
    rows = tuple(
        (
            line.label,
            *(
                amounts.amount(value, line.unit)
                for value in (
                    line.values[-1],
                    min(line.values),
                    max(line.values),
                    sum(line.values) / len(line.values),
                )
            ),
        )
        for line in lines
    )
    return Table(("Label", "Latest", "Least", "Most", "Mean"), rows, (False, True, True, True, True))
