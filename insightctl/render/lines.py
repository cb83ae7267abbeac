"""Lines over time, drawn by plotext (6.1: its interface is not that of version 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from insightctl.render.series import Line, Lines
from insightctl.render.ticks import Axis, time_axis, value_axis

HEIGHT = 16  # lines of the plot itself, with its frame and time labels
_Y_MARKS = 5
_FRAME = 4  # cells at the sides: frame, tick, margin

# One colour a series, in plotext's and the terminal's numbers; red stays free for meaning.
_COLOURS = (14, 11, 10, 13, 12, 3, 6, 5)
_MARKERS = ("•", "+", "x", "o", "*", "#", "%", "@")
_SMOOTH = "braille"
_PLAIN = "\x1b[0m"


def draw_lines(picture: Lines, width: int, tz: tzinfo, *, colour: bool) -> list[str]:
    """The lines of a chart of `width` cells: a legend, then the plot."""
    drawn = stack(picture.lines) if picture.stacked else picture.lines
    values = [value for line in drawn for _, value in line.points]
    moments = [at for line in drawn for at, _ in line.points]
    y = value_axis(min(values), max(values), _Y_MARKS)
    inside = max(10, width - _FRAME - max(len(label) for _, label in y.marks))
    x = time_axis(min(moments), max(moments), inside, tz)
    plot = _plot(drawn, x, y, width, colour).splitlines()
    return [*_legend(drawn, width, colour), *(line.rstrip() for line in plot)]


def stack(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Each line on top of those before it; a series without a point at a moment counts 0 there."""
    moments = sorted({at for line in lines for at, _ in line.points})
    height = dict.fromkeys(moments, 0.0)
    stacked = []
    for line in lines:
        for at, value in line.points:
            height[at] += value
        stacked.append(Line(line.label, tuple(height.items())))
    return tuple(stacked)


def _marker(index: int, count: int, colour: bool) -> str:
    # Without colour only the marker tells the series apart; alone, or in colour, dots make the finer line.
    return _SMOOTH if colour or count == 1 else _MARKERS[index % len(_MARKERS)]


def _legend(lines: Sequence[Line], width: int, colour: bool) -> list[str]:
    entries = []
    for index, line in enumerate(lines):
        sign = "━" if colour or len(lines) == 1 else _MARKERS[index % len(_MARKERS)]
        painted = f"\x1b[38;5;{_COLOURS[index % len(_COLOURS)]}m{sign}{_PLAIN}" if colour else sign
        entries.append((f"{painted} {line.label}", len(line.label) + 5))
    rows: list[list[str]] = [[]]
    used = 0
    for entry, size in entries:
        if rows[-1] and used + size > width:
            rows.append([])
            used = 0
        rows[-1].append(entry)
        used += size
    return ["   ".join(row) for row in rows]


def _plot(lines: Sequence[Line], x: Axis, y: Axis, width: int, colour: bool) -> str:
    import plotext

    plotext.terminal.limit(False, False)  # the caller knows the width; plotext would read the environment
    figure: Any = plotext.figure
    figure.clear()
    figure.theme("simple" if colour else "colorless")
    figure.plot_size(width, HEIGHT)
    figure.legend(False)
    for index, line in enumerate(lines):
        pixel = plotext.pixel(foreground=_COLOURS[index % len(_COLOURS)]) if colour else None
        marker = plotext.marker(_marker(index, len(lines), colour), pixel)
        signal = figure.signal([at for at, _ in line.points], [value for _, value in line.points], marker=marker)
        figure.draw(signal.lines(True))
    _set_axis(figure.ruler("x", "lower"), x)
    _set_axis(figure.ruler("y", "left"), y)
    return str(figure.build().string(colorless=not colour))


def _set_axis(ruler: Any, axis: Axis) -> None:
    ruler.lim(axis.low, axis.high)
    ruler.ticks([at for at, _ in axis.marks], [label for _, label in axis.marks])
