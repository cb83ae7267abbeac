"""Whether a quantity moved: ranks of its bins before and after, so one wild bin or a long tail decides nothing.

`find_shift` looks for the moment (Pettitt's test of a change point: Mann-Whitney's U of every split, the best one's
chance by his formula); `contrast` compares two groups that are known (old and new version) by Mann-Whitney's test.
Ranks tell that it moved, medians how far: both have to be enough, for a rhythm of the day moves ranks as well.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, sqrt
from statistics import median
from typing import NamedTuple

LEAST_BINS = 6


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


def contrast(old: Sequence[Point], new: Sequence[Point], factor: float) -> Shift | None:
    """The new group against the old one: a shift that starts with its first bin."""
    if len(old) < LEAST_BINS or len(new) < LEAST_BINS:
        return None
    before, after = [point.value for point in old], [point.value for point in new]
    chance = _mann_whitney(before, after)
    shift = Shift(new[0].start_ms, None, median(before), median(after), chance, len(new))
    return shift if _enough(shift, factor) else None


def _enough(shift: Shift, factor: float) -> bool:
    return shift.factor >= factor if factor > 1 else shift.factor <= factor


def _shift(points: Sequence[Point], first: int, last: int, chance: float, bin_ms: int) -> Shift | None:
    inside = [point.value for point in points[first:last]]
    outside = [point.value for point in (*points[:first], *points[last:])]
    if first == 0 or len(inside) < LEAST_BINS // 2 or len(outside) < LEAST_BINS:
        return None
    end = None if last == len(points) else points[last - 1].start_ms + bin_ms
    return Shift(points[first].start_ms, end, median(outside), median(inside), chance, len(inside))


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
    """Two-sided, by the normal approximation without correction for ties."""
    n, m = len(old), len(new)
    u = sum(_ranks([*old, *new])[n:]) - m * (m + 1) / 2
    z = (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return erfc(abs(z) / sqrt(2))
