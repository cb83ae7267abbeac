"""A function's bins as inline SVG: bars or a line over time, the interval of the onset, deployments as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from insightctl.core.time import from_ms, to_ms
from insightctl.deployments import Deployment
from insightctl.triage.facts import Bin
from insightctl.triage.model import Finding

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 900, 190, 56, 26, 24


class Point(NamedTuple):
    """A value at the start of a bin (UTC ms); None where nothing is known."""

    at_ms: int
    value: float | None


class Chart(NamedTuple):
    """A drawn picture with its title."""

    title: str
    svg: Markup


def charts(
    function: str, bins: Sequence[Bin], findings: Sequence[Finding], deployed: Sequence[Deployment]
) -> list[Chart]:
    """The share of failures, and the p99 where it is known; none without two bins of the function."""
    own = sorted((b for b in bins if b.function == function), key=lambda b: b.start_ms)
    points = list(_points(own))
    if len(points) < 2:
        return []
    kept = [f for f in findings if f.function == function]
    at = [d for d in deployed if d.function == function and d.is_release]
    failed = [Point(at_ms, failures) for at_ms, failures, _ in points]
    slow = [Point(at_ms, p99) for at_ms, _, p99 in points]
    found = [Chart("failed, % of invocations", _svg(failed, "%", kept, at))]
    if any(point.value is not None for point in slow):
        found.append(Chart("p99 duration, ms", _svg(slow, "ms", kept, at)))
    return found


def _points(bins: Iterable[Bin]) -> Iterator[tuple[int, float | None, float | None]]:
    """Start, percent failed and p99 of each bin, its versions together."""
    for start, group in groupby(bins, key=lambda b: b.start_ms):
        every = list(group)
        invocations = sum(b.share.invocations for b in every)
        p99 = [b.p99_ms for b in every if b.p99_ms is not None]
        failed = 100 * sum(b.share.failures for b in every) / invocations if invocations else None
        yield start, failed, max(p99) if p99 else None


def _svg(points: Sequence[Point], unit: str, findings: Sequence[Finding], deployed: Sequence[Deployment]) -> Markup:
    start = points[0].at_ms
    step = min((b.at_ms - a.at_ms for a, b in pairwise(points)), default=60_000)
    end = points[-1].at_ms + step
    top = max((p.value for p in points if p.value is not None), default=0) or 1

    def x(ms: float) -> float:
        return round(_LEFT + (min(max(ms, start), end) - start) / (end - start) * (_WIDTH - _LEFT - 8), 1)

    def y(value: float) -> float:
        return round(_TOP + (1 - value / top) * (_HEIGHT - _TOP - _BOTTOM), 1)

    floor = _HEIGHT - _BOTTOM
    parts = [f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{floor}" y2="{floor}"/>']
    for finding in findings:
        low, high = finding.started_low or finding.started, finding.started_high or finding.started
        if low and high:
            left, width = x(to_ms(low)), max(3.0, x(to_ms(high)) - x(to_ms(low)))
            parts.append(f'<rect class="onset" x="{left}" y="{_TOP}" width="{width:.1f}" height="{floor - _TOP}"/>')
    wide = max(1.0, x(start + step) - x(start) - 0.6)
    parts += [
        f'<rect class="bar" x="{x(point.at_ms)}" y="{y(point.value)}" width="{wide:.1f}" '
        f'height="{floor - y(point.value):.1f}"><title>{_clock(point.at_ms)}: {point.value:,.1f} {unit}</title></rect>'
        for point in points
        if point.value
    ]
    for each in deployed:
        at = x(to_ms(each.at))
        anchor = "end" if at > _WIDTH * 0.8 else "start"
        parts.append(f'<line class="deploy" x1="{at}" x2="{at}" y1="{_TOP - 8}" y2="{floor}"/>')
        parts.append(
            f'<text class="deploy" x="{at}" y="{_TOP - 11}" text-anchor="{anchor}">{escape(each.version[:24])}</text>'
        )
    parts.append(f'<text x="{_LEFT - 6}" y="{_TOP + 4}" text-anchor="end">{top:,.0f} {unit}</text>')
    parts.append(f'<text x="{_LEFT - 6}" y="{floor}" text-anchor="end">0</text>')
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        ms = int(start + share * (end - start))
        parts.append(f'<text x="{x(ms)}" y="{_HEIGHT - 6}" text-anchor="{anchor}">{_clock(ms)}</text>')
    label = f"{len(points)} bins of {timedelta(milliseconds=step)} from {_clock(start)} UTC"
    return Markup(  # noqa: S704 - numbers, times, and one text that is escaped above
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} {_HEIGHT}">{"".join(parts)}</svg>'
    )


def _clock(ms: int) -> str:
    return from_ms(ms).strftime("%m-%d %H:%M")
