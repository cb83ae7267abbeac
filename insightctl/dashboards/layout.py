"""Rows of widgets onto the 24-column grid: line by line, nothing overlaps, nothing hangs over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from insightctl.dashboards.model import (
    GRID_COLUMNS,
    AlarmWidget,
    LogWidget,
    MetricWidget,
    Row,
    Size,
    TextWidget,
    Widget,
)

LEAST_WIDTH = 6
"""Columns that a widget without a width gets at least; narrower graphs cannot be read."""

_GRAPH_HEIGHT, _TEXT_HEIGHT, _LOG_HEIGHT, _NUMBER_HEIGHT = 6, 3, 7, 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A widget and its rectangle, in grid units."""

    widget: Widget
    x: int
    y: int
    width: int
    height: int


def layout(rows: Sequence[Row], top: int = 0) -> tuple[Placed, ...]:
    """Every widget in its place from the grid row `top` on, row titles as transparent text widgets above their rows."""
    return tuple(_place(rows, top))


def _place(rows: Sequence[Row], y: int) -> Iterator[Placed]:
    for row in rows:
        if heading := _heading(row):
            height = heading.size.height or 1
            yield Placed(heading, 0, y, GRID_COLUMNS, height)
            y += height
        for line in _lines(row.widgets):
            x, height = 0, max(_height(widget) for widget in line)
            for widget, width in zip(line, _widths(line), strict=True):
                yield Placed(widget, x, y, width, widget.size.height or height)
                x += width
            y += height


def _heading(row: Row) -> TextWidget | None:
    if row.title is None and row.text is None:
        return None
    title = f"## {row.title}" if row.title else ""
    lines = [part for part in (title, row.text) if part]
    size = Size(GRID_COLUMNS, len(lines))
    return TextWidget(
        "\n".join(lines),
        transparent=True,
        size=size,
        region=row.region,
        account=row.account,
        names=row.names,
        origin=row.origin,
    )


def _lines(widgets: Sequence[Widget]) -> Iterator[list[Widget]]:
    """Cut a row where its widgets no longer fit side by side; one without a width needs at least LEAST_WIDTH."""
    line: list[Widget] = []
    used = 0
    for widget in widgets:
        needed = widget.size.width or LEAST_WIDTH
        if line and used + needed > GRID_COLUMNS:
            yield line
            line, used = [], 0
        line.append(widget)
        used += needed
    if line:
        yield line


def _widths(line: Sequence[Widget]) -> list[int]:
    """The widths of one line: what is left is shared evenly, the first ones take the odd columns."""
    free = sum(widget.size.width is None for widget in line)
    left = GRID_COLUMNS - sum(widget.size.width or 0 for widget in line)
    share, odd = divmod(left, free) if free else (0, 0)
    widths = []
    for widget in line:
        extra = 1 if widget.size.width is None and odd > 0 else 0
        odd -= extra
        widths.append(widget.size.width or share + extra)
    return widths


def _height(widget: Widget) -> int:
    if widget.size.height:
        return widget.size.height
    if isinstance(widget, TextWidget):
        return _TEXT_HEIGHT
    if isinstance(widget, AlarmWidget) or (isinstance(widget, MetricWidget) and widget.view == "singleValue"):
        return _NUMBER_HEIGHT
    return _LOG_HEIGHT if isinstance(widget, LogWidget) else _GRAPH_HEIGHT
