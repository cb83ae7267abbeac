"""Charts as Vega-Lite specifications. Fields have names of our own and values carry the texts, so no label is code.

Source: Vega-Lite 5 ("Layering views", "Scale", "Axis"). Sizes are in CSS pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from insightctl.dashboards.preview import amounts, ink
from insightctl.dashboards.preview.model import BarChart, Chart, Gauge, PieChart, Slice, TimeChart
from insightctl.dashboards.preview.spec_time import time_layers

Spec = dict[str, Any]
FONT = "'Amazon Ember', 'Helvetica Neue', Roboto, Arial, 'Liberation Sans', sans-serif"
TEXT = 11
_LONG_LABEL, _MANY_BARS = 12, 12
_AMOUNT = "abs(datum.value) >= 10000 ? format(datum.value, '.3~s') : format(datum.value, ',.4~r')"
_BAR_LABEL_WIDTH = 0.38


def spec(chart: Chart, width: int, height: int) -> Spec:
    """The specification of a chart in a drawing of this size."""
    if isinstance(chart, TimeChart):
        inner: Spec = time_layers(chart, width)
    elif isinstance(chart, BarChart):
        inner = _bars(chart, width)
    elif isinstance(chart, PieChart):
        inner = _pie(chart, width, height)
    else:
        inner = _gauge(chart, width, height)
    _number(inner, count())
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 2, "right": 8, "top": 4, "bottom": 2},
        "background": None,
        "config": _config(),
        **inner,
    }


def _number(part: Spec, numbers: Iterator[int]) -> None:
    """Names are told apart: Vega takes none twice."""
    for each in part.get("layer", ()):
        if "name" in each:
            each["name"] = f"{each['name']}_{next(numbers)}"
        _number(each, numbers)


def _config() -> Spec:
    axis = {
        "labelColor": ink.stand_in("muted"),
        "titleColor": ink.stand_in("muted"),
        "domainColor": ink.stand_in("axis"),
        "tickColor": ink.stand_in("axis"),
        "gridColor": ink.stand_in("grid"),
        "labelFontSize": TEXT,
        "titleFontSize": TEXT,
        "titleFontWeight": "normal",
        "labelPadding": 4,
        "tickSize": 4,
    }
    text = {"color": ink.stand_in("ink"), "fontSize": TEXT}
    return {"font": FONT, "axis": axis, "text": text, "view": {"stroke": None}}


def _rows(slices: Sequence[Slice]) -> list[Spec]:
    return [
        {"i": index, "n": each.label, "v": each.value, "c": ink.stand_in(each.colour), "d": f"s{index}"}
        for index, each in enumerate(slices)
    ]


def _bars(chart: BarChart, width: int) -> Spec:
    """Standing bars for a few short names, lying ones for the rest: a name that is cut tells nothing."""
    longest = max((len(each.label) for each in chart.slices), default=0)
    lying = longest > _LONG_LABEL or len(chart.slices) > _MANY_BARS
    names = {
        "field": "i",
        "type": "ordinal",
        "title": None,
        "axis": {
            "labelExpr": "data('bars')[datum.value].n",
            "labelLimit": round(width * _BAR_LABEL_WIDTH) if lying else 90,
            "labelAngle": 0,
            "ticks": False,
            "labelOverlap": True,
        },
    }
    amounts = {
        "field": "v",
        "type": "quantitative",
        "title": None,
        "axis": {"labelExpr": _AMOUNT, "tickCount": 5, "domain": False, "ticks": False},
    }
    mark = {"type": "bar", "width": {"band": 0.72}, "cornerRadiusEnd": 2}
    if lying:
        mark = {"type": "bar", "height": {"band": 0.72}, "cornerRadiusEnd": 2}
    encoding = {
        "y" if lying else "x": names,
        "x" if lying else "y": amounts,
        "color": {"field": "c", "type": "nominal", "scale": None},
        "description": {"field": "d"},
    }
    layers: list[Spec] = [{"name": "data", "mark": mark, "encoding": encoding}]
    for each in chart.thresholds:
        rule = {"type": "rule", "color": ink.stand_in(each.colour), "strokeWidth": 1.5, "strokeDash": [5, 3]}
        layers.append({"mark": rule, "encoding": {"x" if lying else "y": {"datum": each.value}}})
    return {"data": {"name": "bars", "values": _rows(chart.slices)}, "layer": layers}


def _pie(chart: PieChart, width: int, height: int) -> Spec:
    radius = max(min(width, height) / 2 - 10, 10)
    return {
        "data": {"values": _rows(chart.slices)},
        "name": "data",
        "mark": {
            "type": "arc",
            "innerRadius": round(radius * 0.55),
            "outerRadius": round(radius),
            "stroke": ink.stand_in("surface"),
            "strokeWidth": 1,
        },
        "encoding": {
            "theta": {"field": "v", "type": "quantitative", "stack": True},
            "order": {"field": "i", "type": "quantitative"},
            "color": {"field": "c", "type": "nominal", "scale": None},
            "description": {"field": "d"},
        },
    }


_START, _SWEEP = -2.1, 4.2
"""Radians of the arc of a gauge: from lower left over the top to lower right."""


def _gauge(chart: Gauge, width: int, height: int) -> Spec:
    radius = max(min(width, height) / 2 - 10, 10)
    inside = max(min((chart.value - chart.low) / (chart.high - chart.low), 1.0), 0.0)

    def arc(start: float, end: float, inner: float, outer: float, colour: str, name: str) -> Spec:
        return {
            "name": name,
            "data": {"values": [{"d": "s0"}]},
            "mark": {
                "type": "arc",
                "theta": _START + _SWEEP * start,
                "theta2": _START + _SWEEP * end,
                "innerRadius": round(radius * inner),
                "outerRadius": round(radius * outer),
                "color": ink.stand_in(colour),
            },
            "encoding": {"description": {"field": "d"}},
        }

    layers = [arc(0, 1, 0.72, 0.94, "edge", "ground"), arc(0, inside, 0.72, 0.94, chart.colour, "data")]
    for each in chart.thresholds:
        at = max(min((each.value - chart.low) / (chart.high - chart.low), 1.0), 0.0)
        if each.fill in ("above", "below"):
            ends = (at, 1.0) if each.fill == "above" else (0.0, at)
            layers.append(arc(*ends, 0.97, 1.02, each.colour, "threshold"))
        layers.append(arc(max(at - 0.004, 0), min(at + 0.004, 1), 0.7, 1.02, each.colour, "threshold"))
    size = round(radius * 0.3)
    text = {"type": "text", "fontSize": size, "fontWeight": "bold", "baseline": "middle"}
    value = {"n": amounts.amount(chart.value, chart.unit)}
    middle = {"x": {"value": width / 2}, "y": {"value": height / 2}, "text": {"field": "n"}}
    layers.append({"name": "amount", "data": {"values": [value]}, "mark": text, "encoding": middle})
    return {"layer": layers, "padding": 0}
