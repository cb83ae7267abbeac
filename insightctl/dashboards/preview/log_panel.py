"""The answer of a log widget's query as a panel, by its view."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import cast

from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.core.view import View, ViewKind
from insightctl.dashboards.preview import ink
from insightctl.dashboards.preview.model import (
    BarChart,
    Empty,
    Line,
    Numbers,
    Panel,
    PieChart,
    Scale,
    Slice,
    Table,
    TimeChart,
)
from insightctl.render.cells import header_texts, is_amount, text_rows
from insightctl.render.series import Bars, Lines, Nothing, pick

MAX_ROWS = 200
"""Rows of a table on the page; the console pages after 100."""
_KINDS: Mapping[str, ViewKind] = {"timeSeries": "timeSeries", "bar": "bar", "pie": "pie"}


def log_panel(properties: Mapping[str, object], result: Result, time: TimeRange) -> tuple[Panel, tuple[str, ...]]:
    """What a log widget shows of an answer, and notes about what it leaves out."""
    view = properties.get("view")
    if not result.rows:
        return Empty("no rows in this time range"), ()
    if view == "singleValue":
        return _numbers(result, time), ()
    if view not in _KINDS:
        return table_of(result), ()
    picture = pick(result, View(_KINDS[cast("str", view)], (), properties.get("stacked") is True))
    if isinstance(picture, Lines):
        chart = TimeChart(_lines(picture), time, picture.stacked, left=Scale(low=0.0))
        left_out = f"not drawn: {', '.join(picture.left_out[:5])}" if picture.left_out else ""
        return chart, (left_out,) if left_out else ()
    if isinstance(picture, Bars):
        slices = tuple(Slice(label or "–", value, ink.series(i)) for i, (label, value) in enumerate(picture.bars))
        notes = (f"{picture.left_out} more rows are not drawn",) if picture.left_out else ()
        if view == "pie":
            return PieChart(tuple(each for each in slices if each.value > 0)), notes
        return BarChart(tuple(Slice(each.label, each.value, "c0") for each in slices)), notes
    assert isinstance(picture, Nothing)
    return table_of(result), (f"shown as a table: {picture.why}",)


def _lines(picture: Lines) -> tuple[Line, ...]:
    return tuple(
        Line(
            line.label,
            tuple(round(seconds * 1000) for seconds, _ in line.points),
            tuple(value for _, value in line.points),
            ink.series(index),
        )
        for index, line in enumerate(picture.lines)
    )


def _numbers(result: Result, time: TimeRange) -> Numbers:
    first = next(result.records())
    lines: list[Line] = []
    for column in result.columns:
        value = first[column.name]
        if is_amount(column) and isinstance(value, int | float) and not isinstance(value, bool):
            name = header_texts(result.select([column.name]))[0]
            lines.append(Line(name, (time.end_ms,), (float(value),), ink.series(len(lines))))
    return Numbers(tuple(lines))


def table_of(result: Result) -> Table:
    """The first rows of an answer as texts; @ptr, which points at an event, says nothing to people."""
    shown = result.select([name for name in result.names if name != "@ptr"] or list(result.names))
    cut = Result(shown.columns, shown.rows[:MAX_ROWS])
    rows = tuple(text_rows(cut, UTC, thousands=True))
    numeric = tuple(column.type == "number" for column in cut.columns)
    return Table(header_texts(cut), rows, numeric, len(shown.rows) - len(cut.rows))
