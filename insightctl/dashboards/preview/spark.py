"""The course of a number as a small line: too small for axes, so drawn without Vega."""

from __future__ import annotations

from insightctl.dashboards.preview import ink
from insightctl.dashboards.preview.model import Line

WIDTH, HEIGHT = 240, 40


def spark(line: Line) -> str:
    """An SVG in stand-ins for inks."""
    low, high = min(line.values), max(line.values)
    first, last = line.times_ms[0], line.times_ms[-1]
    points = " ".join(
        f"{(at - first) / max(last - first, 1) * WIDTH:.1f},{HEIGHT - 3 - (value - low) / ((high - low) or 1) * (HEIGHT - 6):.1f}"
        for at, value in zip(line.times_ms, line.values, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">'
        f'<polyline points="{points}" fill="none" stroke="{ink.stand_in(line.colour)}" stroke-width="1.75" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
