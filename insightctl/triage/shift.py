"""Whether a quantity moved: ranks of its bins before and after, so one wild bin or a long tail decides nothing.

`find_shift` looks for the moment (Pettitt's test of a change point: Mann-Whitney's U of every split, the best one's
chance by his formula); `contrast` compares two groups that are known (old and new version) by Mann-Whitney's test.
Ranks tell that it moved, medians how far: both have to be enough, for a rhythm of the day moves ranks as well.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, comb, cos, erfc, exp, log, pi, sin, sqrt
from statistics import mean, median
from typing import NamedTuple

from insightctl.triage.onset import Count, find_onset, stretches
from insightctl.triage.proportions import Share

LEAST_BINS = 6
_FEW_BINS = 15
"""Of so few even ranks that do not overlap are no small chance."""
_LEAST_OLD, _LEAST_NEW = 4, 2
"""Of versions: their chance says whether these are enough."""
_LEAST_SPREAD = 0.1
"""Of logarithms: values of a few bins may agree by accident."""

_NEXT_TO = 0.75
"""How much of the way from the old median to the new one a bin has gone that belongs to what is new (of logarithms)."""


class Point(NamedTuple):
    """A value of the bin that begins at `start_ms` (UTC ms)."""

    start_ms: int
    value: float


@dataclass(frozen=True, slots=True)
class Shift:
    """From `start_ms` on (to `end_ms`, None: to the end of the data) values have another median. `chance` is uncorrected."""

    start_ms: int
    end_ms: int | None
    before: float
    after: float
    chance: float
    bins: int

    @property
    def factor(self) -> float:
        """How many times as much it is after; infinite when it was nothing before."""
        return self.after / self.before if self.before else float("inf") if self.after else 1.0


def find_shift(points: Sequence[Point], bin_ms: int, factor: float) -> Shift | None:
    """The stretch in which the median is `factor` times as high as outside (as low, for a factor below 1)."""
    if len(points) < 2 * LEAST_BINS:
        return None
    first, chance = _pettitt([point.value for point in points])
    found = [_shift(points, first, len(points), chance, bin_ms)]
    # A stretch in the middle: the best split is one of its ends, the other one lies in either part.
    for low, high in ((0, first), (first, len(points))):
        part = [point.value for point in points[low:high]]
        if len(part) >= 2 * LEAST_BINS:
            second, chance_too = _pettitt(part)
            ends = sorted((first, low + second))
            found.append(_shift(points, ends[0], ends[1], max(chance, chance_too), bin_ms))
    good = [shift for shift in found if shift and _enough(shift, factor)]
    return min(good, key=lambda shift: (shift.chance, -abs(shift.factor - 1)), default=None)


def find_move(points: Sequence[Point], bin_ms: int, factor: float) -> Shift | None:
    """The likelier of a lasting shift and of a short stretch."""
    looked = (find_shift(points, bin_ms, factor), find_stretch(points, bin_ms, factor))
    return min((shift for shift in looked if shift), key=lambda shift: shift.chance, default=None)


def contrast(old: Sequence[Point], new: Sequence[Point], factor: float) -> Shift | None:
    """The new group against the old one: a shift that starts with its first bin."""
    if len(old) < _LEAST_OLD or len(new) < _LEAST_NEW:
        return None
    before, after = [point.value for point in old], [point.value for point in new]
    chance = _mann_whitney(before, after)
    if min(len(old), len(new)) < _FEW_BINS:
        chance = min(chance, _student(before, after))
    shift = Shift(new[0].start_ms, None, median(before), median(after), chance, len(new))
    return shift if _enough(shift, factor) else None


def _enough(shift: Shift, factor: float) -> bool:
    return shift.factor >= factor if factor > 1 else shift.factor <= factor


def _shift(points: Sequence[Point], first: int, last: int, chance: float, bin_ms: int) -> Shift | None:
    inside = [point.value for point in points[first:last]]
    outside = [point.value for point in (*points[:first], *points[last:])]
    if first == 0 or len(inside) < LEAST_BINS // 2 or len(outside) < LEAST_BINS:
        return None
    before, after = median(outside), median(inside)
    # Ranks alone split late where most bins lie behind the change: the lowest of these stand below the middle as well.
    while first > 1 and _is_like(points[first - 1].value, after, before):
        first -= 1
    end = None if last == len(points) else points[last - 1].start_ms + bin_ms
    # Pettitt's formula is a bound, and a wide one for a dozen bins: any split may have been the best.
    chance = min(chance, len(points) * _mann_whitney(outside, inside))
    return Shift(points[first].start_ms, end, before, after, chance, last - first)


def _is_like(value: float, one: float, other: float) -> bool:
    """Whether a value lies in that quarter between two others (of logarithms) which is next to the one, or behind it."""
    if min(value, one, other) <= 0 or one == other:
        return False
    return log(value / other) / log(one / other) >= _NEXT_TO


def _ranks(values: Sequence[float]) -> list[float]:
    """Mid-ranks, from 1."""
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + bisect_right(ordered, value) + 1) / 2 for value in values]


def _pettitt(values: Sequence[float]) -> tuple[int, float]:
    """Where the best split is (the index of the first value after it), and its chance (Pettitt 1979)."""
    n, run, best, at = len(values), 0.0, 0.0, 1
    for index, rank in enumerate(_ranks(values), 1):
        run += rank
        u = abs(2 * run - index * (n + 1))
        if index < n and u > best:
            best, at = u, index
    return at, min(1.0, 2 * exp(-6 * best**2 / (n**3 + n**2)))


def _mann_whitney(old: Sequence[float], new: Sequence[float]) -> float:
    """Two-sided: exact where the groups do not overlap, else by the normal approximation without correction for ties."""
    n, m = len(old), len(new)
    if min(new) > max(old) or max(new) < min(old):
        return 2 / comb(n + m, m)
    u = sum(_ranks([*old, *new])[n:]) - m * (m + 1) / 2
    z = (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return erfc(abs(z) / sqrt(2))


def _student(old: Sequence[float], new: Sequence[float]) -> float:
    """Student's t of logarithms, two-sided: durations are about log-normal, and ranks of a few bins tell little."""
    n, m = len(old), len(new)
    before, after = [log(max(value, 1e-9)) for value in old], [log(max(value, 1e-9)) for value in new]
    squares = sum((v - mean(before)) ** 2 for v in before) + sum((v - mean(after)) ** 2 for v in after)
    spread = max(sqrt(squares / (n + m - 2)), _LEAST_SPREAD)
    return _beyond(abs(mean(after) - mean(before)) / (spread * sqrt(1 / n + 1 / m)), n + m - 2)


def _beyond(t: float, freedom: int) -> float:
    """The chance of a |t| at least as large (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    angle = atan2(t, sqrt(freedom))
    term = total = cos(angle) if freedom % 2 else 1.0
    for k in range(2 + freedom % 2, freedom - 1, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    if freedom % 2 == 0:
        return max(0.0, 1 - sin(angle) * total)
    return max(0.0, 1 - 2 / pi * (angle + (sin(angle) * total if freedom > 1 else 0.0)))


def find_stretch(points: Sequence[Point], bin_ms: int, factor: float) -> Shift | None:
    """A stretch shorter than half of the range: bins above the middle between usual and `factor` times it are counted."""
    if len(points) < 2 * LEAST_BINS:
        return None
    usual = median(point.value for point in points)
    limit = usual * sqrt(factor)
    counts = [
        Count(p.start_ms, Share(int((p.value >= limit) if factor > 1 else (p.value <= limit)), 1)) for p in points
    ]
    onset = find_onset(counts, bin_ms, stretches(len(counts)), LEAST_BINS // 2)
    if onset is None or onset.from_start:
        return None
    inside = [point.value for point in points if onset.holds(point.start_ms)]
    outside = [point.value for point in points if not onset.holds(point.start_ms)]
    if len(outside) < LEAST_BINS:
        return None
    found = Shift(onset.start_ms, onset.end_ms, median(outside), median(inside), onset.chance, len(inside))
    return found if _enough(found, factor) else None
