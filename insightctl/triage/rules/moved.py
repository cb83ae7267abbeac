"""Whose doing it is that a quantity moved: a deployment's, a changed setting's, or nobody's that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from insightctl.core.time import from_ms, to_ms
from insightctl.triage.attribution import Contrast
from insightctl.triage.case import Case
from insightctl.triage.facts import Bin
from insightctl.triage.model import Cause
from insightctl.triage.outcomes import middle
from insightctl.triage.shift import Point, Shift, contrast, find_move
from insightctl.triage.why import change_near

ALPHA = 1e-4
"""The chance of a false alarm by one quantity in a whole triage, were bins independent."""
ALPHA_OF_VERSIONS = 1e-3
"""The same for versions against each other: few comparisons, at moments that were known before anybody looked."""
_QUANTITIES = 4
Measure = Callable[[Bin], float | None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A shift with its cause; times are UTC, `low` and `high` hold the start."""

    shift: Shift
    cause: Cause
    at: datetime
    low: datetime
    high: datetime
    versions: Contrast | None = None
    note: str = ""


def moved(
    case: Case,
    measure: Measure,
    factor: float,
    weigh: Measure | None = None,
    *,
    of_versions: float | None = None,
    least: int = 0,
) -> Moved | None:
    """The first of: a version that differs from the one before it; a moment from which all bins differ.

    `of_versions` is the least factor between versions, `factor` otherwise: no rhythm of the day lies between them.
    `least` is how many invocations either version needs.
    """
    by_version = [
        (found, pair)
        for pair in case.contrasts
        if pair.deployment is not None
        and min(pair.older.share.invocations, pair.newer.share.invocations) >= least
        and (found := _between(case, pair, measure, of_versions or factor)) is not None
    ]
    if by_version:
        shift, pair = min(by_version, key=lambda each: each[0].chance)
        assert pair.deployment is not None
        at = pair.deployment.at
        cause = Cause("deployment", pair.newer.name, at)
        return Moved(shift, cause, at, min(pair.older.last_seen, at), at, pair)
    points = series(case.bins, measure, weigh)
    found = find_move(points, case.bucket.ms, factor)
    if found is None or found.chance * case.tried > ALPHA:
        return None
    return placed(case, found)


def placed(case: Case, shift: Shift) -> Moved:
    """A shift in time with the deployment or change that lies at its start."""
    width = case.bucket.ms
    low, high = shift.start_ms - 2 * width, shift.start_ms + 2 * width
    start = from_ms(shift.start_ms)
    near = [d for d in case.deployments if low <= to_ms(d.at) < high]
    if near:
        deployment = min(near, key=lambda d: abs(to_ms(d.at) - shift.start_ms))
        cause = Cause("deployment", deployment.version, deployment.at)
        return Moved(shift, cause, deployment.at, from_ms(low), from_ms(high), case.contrast(deployment.version))
    change = change_near(case, shift.start_ms - width, shift.start_ms + width)
    if change is not None:
        at = from_ms(change.at_ms)
        return Moved(shift, change.cause, at, from_ms(low), from_ms(high), note=change.what)
    return Moved(shift, Cause("unknown"), start, from_ms(shift.start_ms - width), from_ms(shift.start_ms + width))


def _between(case: Case, pair: Contrast, measure: Measure, factor: float) -> Shift | None:
    old = series((b for b in case.bins if b.version == pair.older.name), measure)
    new = series((b for b in case.bins if b.version == pair.newer.name), measure)
    found = contrast(old, new, factor)
    return found if found and found.chance * _QUANTITIES * case.contrasts_tried <= ALPHA_OF_VERSIONS else None


def series(bins: Iterable[Bin], measure: Measure, weigh: Measure | None = None) -> list[Point]:
    """One value a bin: the median over versions, weighted by `weigh` (invocations by default)."""
    groups: dict[int, list[tuple[float, int]]] = {}
    for bin in bins:
        value = measure(bin)
        weight = bin.share.invocations if weigh is None else weigh(bin)
        if value is not None and weight:
            groups.setdefault(bin.start_ms, []).append((value, int(weight)))
    return [Point(start, value) for start in sorted(groups) if (value := middle(groups[start])) is not None]


def invocations_since(bins: Sequence[Bin], shift: Shift, version: str | None = None) -> int:
    """How many invocations a shift concerns."""
    return sum(
        b.share.invocations
        for b in bins
        if b.start_ms >= shift.start_ms
        and (shift.end_ms is None or b.start_ms < shift.end_ms)
        and (version is None or b.version == version)
    )
