"""Sizes in CSS pixels at the width that drawings are made for; the page stretches them from there."""

from __future__ import annotations

from insightctl.dashboards.preview.model import BarChart, Box, Chart, Gauge, PieChart, TimeChart

COLUMN, ROW, GAP = 60, 50, 8
"""A column and a row of the console's grid on a screen of 1440 px, and the room between two widgets."""
PLOT_MARGIN, TITLE, KEY_ROW, SIDE_LEGEND, NOTE_ROW = 12, 30, 20, 160, 18
_LETTER, _KEY_ROOM = 6.3, 30
MAX_KEY_ROWS = 3


def box_size(box: Box) -> tuple[int, int]:
    """The outer size of a widget."""
    return box.width * COLUMN - GAP, box.height * ROW - GAP


def key_rows(labels: list[str], width: float) -> int:
    """How many rows the keys of a legend take."""
    rows, at = 1, 0.0
    for label in labels:
        length = min(len(label) * _LETTER + _KEY_ROOM, width)
        if at and at + length > width:
            rows, at = rows + 1, 0.0
        at += length
    return min(rows, MAX_KEY_ROWS) if labels else 0


def labels_of(chart: Chart) -> list[str]:
    """What a legend below the chart says."""
    if isinstance(chart, TimeChart):
        return [] if chart.legend == "hidden" else [line.label for line in chart.lines]
    if isinstance(chart, PieChart):
        return [f"{each.label} 100%" for each in chart.slices]
    return [] if isinstance(chart, BarChart) else [chart.label]


def plot_size(box: Box, chart: Chart, *, titled: bool, noted: bool = False) -> tuple[int, int]:
    """The size of the drawing in a widget: what its title, legend and notes leave."""
    width, height = box_size(box)
    width -= 2 * PLOT_MARGIN
    height -= PLOT_MARGIN + (TITLE if titled else PLOT_MARGIN) + (NOTE_ROW if noted else 0)
    if (isinstance(chart, TimeChart) and chart.legend == "right") or isinstance(chart, PieChart):
        if labels_of(chart):
            width -= SIDE_LEGEND if width > 2 * SIDE_LEGEND else 0
    elif isinstance(chart, Gauge):
        height -= KEY_ROW
    else:
        height -= key_rows(labels_of(chart), width) * KEY_ROW
    return max(width, 80), max(height, 40)


def side_legend(box: Box, chart: Chart) -> bool:
    """Whether the legend stands to the right of the drawing."""
    wide = box_size(box)[0] - 2 * PLOT_MARGIN > 2 * SIDE_LEGEND
    return wide and ((isinstance(chart, TimeChart) and chart.legend == "right") or isinstance(chart, PieChart))
