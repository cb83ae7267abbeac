"""A picture of a metric widget: a line chart through Vega-Lite."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

from insightctl.emulator.errors import ServiceError
from insightctl.metrics import Series


class NoPictures(ServiceError):
    """The emulator lacks what draws."""

    code: ClassVar[str] = "InternalServiceFault"
    status: ClassVar[int] = 500


def draw(widget: Mapping[str, object], lines: Sequence[Series]) -> bytes:
    """A PNG of `width` by `height` pixels (600 by 400 by default). Raises NoPictures without vl-convert."""
    try:
        import vl_convert
    except ImportError:
        raise NoPictures("this emulator draws no pictures: pip install 'insightctl[preview]'") from None
    rows = [
        {"at": at, "value": value, "line": line.label}
        for line in lines
        for at, value in zip(line.times_ms, line.values, strict=True)
    ]
    width, height = (_pixels(widget.get(name), default) for name, default in (("width", 600), ("height", 400)))
    coloured = [line for line in lines if line.colour]
    title = widget.get("title")
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": "white",
        "title": title if isinstance(title, str) else "",
        "data": {"values": rows},
        "mark": {"type": "area" if widget.get("stacked") is True else "line"},
        "encoding": {
            "x": {"field": "at", "type": "temporal", "scale": {"type": "utc"}, "title": None},
            "y": {"field": "value", "type": "quantitative", "title": None},
            "color": {
                "field": "line",
                "type": "nominal",
                "title": None,
                "legend": {"orient": "bottom"},
                **(
                    {"scale": {"domain": [x.label for x in lines], "range": [x.colour for x in lines]}}
                    if coloured and len(coloured) == len(lines)
                    else {}
                ),
            },
        },
    }
    png: bytes = vl_convert.vegalite_to_png(json.dumps(spec), scale=1)
    return png


def _pixels(value: object, default: int) -> int:
    return min(max(value, 50), 2000) if isinstance(value, int) and not isinstance(value, bool) else default
