"""Specifications drawn as SVG by vl-convert, and where the graph stands in the drawing."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from types import ModuleType

from insightctl.core.errors import InsightctlError, UsageError
from insightctl.dashboards.preview.model import Chart
from insightctl.dashboards.preview.spec import spec

# Vega's SVG has one frame for the whole graph, moved by the room for the axes, with a background of its size.
_FRAME = re.compile(
    r'<g fill="none" stroke-miterlimit="10" transform="translate\((?P<x>[-\d.]+),(?P<y>[-\d.]+)\)">.*?'
    r'<path class="background"[^>]* d="M[-\d.]+,[-\d.]+h(?P<width>[\d.]+)v(?P<height>[\d.]+)h',
    re.DOTALL,
)
_HIDDEN = re.compile(r'<text [^>]*opacity="0"[^>]*>[^<]*</text>')
_ROOT = re.compile(r"<svg [^>]*?viewBox=\"(?P<box>[^\"]*)\"[^>]*>")
_SERIES = re.compile(r'aria-label="s(?P<index>\d+)" role="graphics-symbol" aria-roledescription="[^"]*"')
_IDS = re.compile(r'((?: id="|url\(#))(?=clip|gradient)')
_WORDS = re.compile(r' (?:aria-roledescription|aria-label|aria-hidden|role)="[^"]*"')


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing in stand-ins for inks; `frame` is x, y, width and height of the graph in it, in pixels."""

    svg: str
    width: int
    height: int
    frame: tuple[float, float, float, float]


def plot(chart: Chart, width: int, height: int, key: str) -> Plot:
    """The drawing of a chart; `key` keeps its ids apart from those of other drawings on the page.

    Raises UsageError when vl-convert is not installed, InsightctlError when it fails."""
    convert = _vl_convert()
    try:
        svg: str = convert.vegalite_to_svg(spec(chart, width, height))
    except ValueError as error:
        raise InsightctlError(f"the chart could not be drawn: {' '.join(str(error).splitlines()[:2])}") from error
    found = _FRAME.search(svg)
    frame = (0.0, 0.0, float(width), float(height))
    if found:
        x, y, wide, high = (float(found[name]) for name in ("x", "y", "width", "height"))
        frame = (x, y, wide, high)
    return Plot(_tidy(svg, key), width, height, frame)


def _tidy(svg: str, key: str) -> str:
    """Vega's drawing without what is hidden and what screen readers would read out mark by mark."""
    marked = _SERIES.sub(lambda match: f'data-s="{match["index"]}"', _HIDDEN.sub("", svg))
    marked = _IDS.sub(lambda match: f"{match[1]}{key}-", marked)
    root = _ROOT.search(marked)
    assert root is not None
    inner = _WORDS.sub("", marked[root.end() :])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{root["box"]}">{inner}'


def to_png(svg: str, scale: float = 2.0) -> bytes:
    """A finished drawing as PNG, `scale` pixels for each of its own. Raises UsageError without vl-convert."""
    png: bytes = _vl_convert().svg_to_png(svg, scale=scale)
    return png


def _vl_convert() -> ModuleType:
    try:
        return importlib.import_module("vl_convert")
    except ImportError:
        raise UsageError(
            "previews need vl-convert, which is not installed", remedy="pip install 'insightctl[preview]'"
        ) from None
