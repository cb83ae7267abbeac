"""Lines over time as layers of Vega-Lite: graphs, thresholds across them, marks down them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from insightctl.dashboards.preview import ink
from insightctl.dashboards.preview.model import Line, Mark, Scale, Side, Threshold, TimeChart

Spec = dict[str, Any]
_DAY_MS = 86_400_000
_LABEL_WIDTH, _LETTER = 96, 6.2
_AMOUNT = "abs(datum.value) >= 10000 ? format(datum.value, '.3~s') : format(datum.value, ',.4~r')"
_BAND_OPACITY = 0.13
_AREA_OPACITY = 0.62
_HEADROOM = 1.08
_LABEL_SHARE = 0.11
"""The height of a label as a share of a usual graph."""
MARK_ROWS = 2
"""Labels of marks stand in so many rows above the graph; what fits in none is told by the tooltip."""


def time_layers(chart: TimeChart, width: int) -> Spec:
    """The layers of a chart over time, the left axis before the right one."""
    sides: list[Side] = ["left"]
    if any(line.side == "right" for line in chart.lines) or any(each.side == "right" for each in chart.thresholds):
        sides.append("right")
    layers = [*_mark_bands(chart)]
    layers += [{"layer": _side(chart, side, width, beside=len(sides) > 1)} for side in sides]
    layers += _mark_lines(chart, width)
    return {
        "layer": layers,
        "resolve": {"scale": {"y": "independent"}, "axis": {"y": "independent"}} if len(sides) > 1 else {},
    }


def _x(chart: TimeChart, width: int) -> Spec:
    span = chart.time.duration_ms
    form = "%H:%M" if span <= _DAY_MS else "%m/%d %H:%M" if span <= 7 * _DAY_MS else "%m/%d"
    return {
        "field": "t",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc", "domain": [chart.time.start_ms, chart.time.end_ms], "nice": False},
        "axis": {
            "format": form,
            "grid": False,
            "tickCount": max(2, round(width / _LABEL_WIDTH)),
            "labelOverlap": True,
            "labelFlush": True,
        },
    }


def _side(chart: TimeChart, side: Side, width: int, *, beside: bool) -> list[Spec]:
    given = chart.left if side == "left" else chart.right
    indexed = [(index, line) for index, line in enumerate(chart.lines) if line.side == side]
    lines = [line for _, line in indexed]
    thresholds = [each for each in chart.thresholds if each.side == side]
    heights = stacked_values(lines) if chart.stacked else [[(0.0, value) for value in line.values] for line in lines]
    low, high = _ends(given, heights, thresholds, filled=chart.stacked)
    nice = given.high is None
    y: Spec = {
        "field": "v",
        "type": "quantitative",
        "title": given.label or None,
        "scale": {"domain": [low, high], "nice": nice, "zero": False},
        "axis": {
            "orient": side,
            "labelExpr": _AMOUNT,
            "tickCount": 4,
            "domain": False,
            "ticks": False,
            "grid": side == "left" or not beside,
            "titleAngle": 0,
            "titleAlign": "left" if side == "left" else "right",
            "titleAnchor": "end",
            "titleY": -8,
            "titleX": -2 if side == "left" else 2,
        },
    }
    x = _x(chart, width)
    rows = [
        {"t": at, "v": top, "b": bottom, "s": index, "c": ink.stand_in(line.colour), "d": f"s{index}"}
        for (index, line), values in zip(indexed, heights, strict=True)
        for at, (bottom, top) in zip(line.times_ms, values, strict=True)
        if chart.time.start_ms <= at <= chart.time.end_ms
    ]
    colour: Spec = {"field": "c", "type": "nominal", "scale": None}
    encoding: Spec = {"x": x, "y": y, "color": colour, "detail": {"field": "s"}, "description": {"field": "d"}}
    mark: Spec = {"type": "line", "strokeWidth": 1.75, "clip": True, "strokeJoin": "round"}
    if chart.stacked:
        mark = {"type": "area", "opacity": _AREA_OPACITY, "clip": True, "line": False}
        encoding["y2"] = {"field": "b"}
    layers: list[Spec] = [{"name": "data", "data": {"values": rows}, "mark": mark, "encoding": encoding}]
    single = {index for index, line in indexed if len(line.times_ms) == 1}
    alone = [row for row in rows if row["s"] in single]
    if alone:  # a line through one point has no length
        dot = {"type": "point", "filled": True, "size": 36, "opacity": 1}
        layers.append({"name": "dots", "data": {"values": alone}, "mark": dot, "encoding": dict(encoding, y=y)})
        layers[-1]["encoding"].pop("y2", None)
    layers += _thresholds(thresholds, low, high, right_edge=chart.time.end_ms)
    return layers


def stacked_values(lines: Sequence[Line]) -> list[list[tuple[float, float]]]:
    """The lower and upper edge of each point when the lines stand on each other; a missing point counts as 0."""
    floor: dict[int, float] = {}
    stacked = []
    for line in lines:
        edges = []
        for at, value in zip(line.times_ms, line.values, strict=True):
            bottom = floor.get(at, 0.0)
            floor[at] = bottom + value
            edges.append((bottom, floor[at]))
        stacked.append(edges)
    return stacked


def _ends(
    given: Scale, heights: Sequence[Sequence[tuple[float, float]]], thresholds: Sequence[Threshold], *, filled: bool
) -> tuple[float, float]:
    """The ends of a y-axis: those that are given, else of the values and the thresholds."""
    values = [top for edges in heights for _, top in edges]
    values += [each for threshold in thresholds for each in (threshold.value, threshold.upper) if each is not None]
    least, most = min(values, default=0.0), max(values, default=1.0)
    if filled or (least >= 0 and least < most / 2):
        least = min(least, 0.0)
    low = least if given.low is None else given.low
    high = given.high
    if high is None:
        high = low + (most - low) * _HEADROOM if most > low else low + (abs(low) or 1.0)
    return (low, high) if high > low else (low, low + 1.0)


def _thresholds(found: Sequence[Threshold], low: float, high: float, *, right_edge: int) -> Iterator[Spec]:
    close, left = (high - low) * _LABEL_SHARE, 0.0
    before: float | None = None
    for each in sorted(found, key=lambda one: one.value if one.upper is None else one.upper):
        colour = ink.stand_in(each.colour)
        ends = _filled(each, low, high)
        if ends:
            band = {"type": "rect", "color": colour, "opacity": _BAND_OPACITY, "clip": True}
            yield {"name": "band", "data": {"values": [{}]}, "mark": band, "encoding": _between("y", *ends)}
        for value in (each.value, each.upper):
            if value is not None:
                rule = {"type": "rule", "color": colour, "strokeWidth": 1.5, "clip": True}
                yield {
                    "name": "threshold",
                    "data": {"values": [{}]},
                    "mark": rule,
                    "encoding": {"y": {"datum": value, "type": "quantitative"}},
                }
        at = each.value if each.upper is None else each.upper
        if each.label and low <= at <= high:
            # two lines close together: the second label stands to the left of the first one
            left = left if before is not None and at - before < close else 0.0
            text = {"type": "text", "align": "right", "baseline": "bottom", "dx": -4 - left, "dy": -2, "limit": 240}
            before, left = at, left + len(each.label) * _LETTER + 10
            yield {
                "name": "threshold_label",
                "data": {"values": [{"n": each.label}]},
                "mark": text,
                "encoding": {
                    "x": {"datum": right_edge, "type": "temporal"},
                    "y": {"datum": at, "type": "quantitative"},
                    "text": {"field": "n"},
                },
            }


def _filled(each: Threshold, low: float, high: float) -> tuple[float, float] | None:
    if each.fill == "between" and each.upper is not None:
        return each.value, each.upper
    if each.fill == "above":
        return each.value, max(high * 2, each.value)
    return (min(low, each.value), each.value) if each.fill == "below" else None


def _between(axis: str, start: float, end: float) -> Spec:
    kind = "quantitative" if axis == "y" else "temporal"
    return {axis: {"datum": start, "type": kind}, f"{axis}2": {"datum": end}}


def _inside(chart: TimeChart) -> list[Mark]:
    return sorted(
        (each for each in chart.marks if chart.time.start_ms <= each.at_ms <= chart.time.end_ms), key=lambda m: m.at_ms
    )


def _mark_bands(chart: TimeChart) -> Iterator[Spec]:
    for each in chart.marks:
        ends = {
            "between": (each.at_ms, each.until_ms or each.at_ms),
            "before": (chart.time.start_ms, each.at_ms),
            "after": (each.at_ms, chart.time.end_ms),
        }.get(each.fill)
        if ends:
            start, end = (min(max(at, chart.time.start_ms), chart.time.end_ms) for at in ends)
            band = {"type": "rect", "color": ink.stand_in(each.colour), "opacity": _BAND_OPACITY, "clip": True}
            yield {"name": "band", "data": {"values": [{}]}, "mark": band, "encoding": _between("x", start, end)}


def _placed_labels(chart: TimeChart, width: int) -> list[tuple[Mark, int]]:
    """The marks whose labels find room, each with its row; the newest ones first, which matter most."""
    # the words at the head of the right axis stand in the first row
    ends = [width - 50.0 - (len(chart.right.label) * _LETTER if row == 0 else 0.0) for row in range(MARK_ROWS)]
    starts = [len(chart.left.label) * _LETTER if row == 0 and chart.left.label else 0.0 for row in range(MARK_ROWS)]
    taken: list[list[tuple[float, float]]] = [[] for _ in range(MARK_ROWS)]
    placed = []
    for mark in reversed(_inside(chart)):
        if not mark.label:
            continue
        length = min(len(mark.label), 24) * _LETTER + 8
        at = (mark.at_ms - chart.time.start_ms) / chart.time.duration_ms * (width - 50)
        start = at - length if _turned(chart, mark, width) else at
        end = start + length
        row = next(
            (
                row
                for row in range(MARK_ROWS)
                if starts[row] <= start and end <= ends[row] + 1
                if all(end <= left or start >= right for left, right in taken[row])
            ),
            None,
        )
        if row is not None:
            taken[row].append((start, end))
            placed.append((mark, row))
    return placed


def _turned(chart: TimeChart, mark: Mark, width: int) -> bool:
    """Whether a label has to stand to the left of its line."""
    left = (chart.time.end_ms - mark.at_ms) / chart.time.duration_ms * (width - 50)
    return left < min(len(mark.label), 24) * _LETTER + 8


def _mark_lines(chart: TimeChart, width: int) -> Iterator[Spec]:
    for mark in _inside(chart):
        for at in (mark.at_ms, mark.until_ms):
            if at is not None:
                rule = {"type": "rule", "color": ink.stand_in(mark.colour), "strokeWidth": 1.25, "strokeDash": [4, 3]}
                yield {
                    "name": "mark",
                    "data": {"values": [{}]},
                    "mark": {**rule, "clip": True},
                    "encoding": {"x": {"datum": at, "type": "temporal"}},
                }
    for mark, row in _placed_labels(chart, width):
        turned = _turned(chart, mark, width)
        text = {"type": "text", "align": "right" if turned else "left", "baseline": "bottom", "limit": 150}
        yield {
            "name": "mark_label",
            "data": {"values": [{"n": mark.label}]},
            "mark": {**text, "dx": 0, "dy": -3 - 12 * row},
            "encoding": {
                "x": {"datum": mark.at_ms, "type": "temporal"},
                "y": {"value": 0},
                "text": {"field": "n"},
            },
        }
