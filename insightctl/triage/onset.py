"""Since when: the stretch of time in which a function fails more than in the rest of the range.

Every stretch of bins is a way to split the invocations in two; the one whose two failure shares explain the failures
best (likelihood ratio) is tested by Fisher's exact test, its chance multiplied by the number of stretches there were
(Bonferroni). Shares, not counts, so a daily rhythm of traffic is no change. The interval of the start holds every
start that explains the failures nearly as well (99 %).

Failures come in bursts: a request that runs again fails again. So the spread of the bins outside the stretch is held
against what chance alone gives (Pearson's chi-square by degree of freedom); where it is wider, all counts are divided by
it before they are tested (quasi-likelihood), and a quiet day with bursts stays quiet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor, log

from insightctl.triage.proportions import CHI2_99_1, Share, fisher_greater, gain, likelihood

ALPHA = 0.004
"""The chance of a false alarm in a whole triage, were failures independent."""
WEAK = 0.015
"""The same for what is told as a warning only."""
LEAST_FAILURES = 5
"""Fewer are no incident: one poison message and its retries make three."""
_LEAST_TO_SPREAD = 8
_LEAST_GROUPS = 4


@dataclass(frozen=True, slots=True)
class Count:
    """The failures of a function in a bin that begins at `start_ms`."""

    start_ms: int
    share: Share


@dataclass(frozen=True, slots=True)
class Onset:
    """A stretch of failures. `end_ms` None: it lasts to the end of the data. Times in UTC ms.

    `inside` and `outside` are the shares in the stretch and in the rest; `chance` is corrected for all that was tried;
    `from_start`: it may have begun before the data; `error_type`: only failures of that type are meant.
    `slack` is what picking the best of all stretches gains by itself:
    an explanation that was there before anybody looked (a deployment) may be that much worse and is still the better.
    """

    start_ms: int
    low_ms: int
    high_ms: int
    end_ms: int | None
    inside: Share
    outside: Share
    chance: float
    gain: float
    slack: float
    from_start: bool
    error_type: str | None = None

    def holds(self, start_ms: int) -> bool:
        """Whether a bin lies in the stretch."""
        return start_ms >= self.start_ms and (self.end_ms is None or start_ms < self.end_ms)


def stretches(bins: int) -> int:
    """How many tests the stretches of a range of bins amount to.

    There are n(n + 1) / 2, but neighbours share nearly all their invocations: by simulation the smallest chance of them
    all behaves like that of 1.1 n to 3.4 n independent ones (docs/triage.md).
    """
    return min(bins * (bins + 1) // 2, 4 * bins)


def find_onsets(
    counts: Sequence[Count],
    bin_ms: int,
    tried: int,
    *,
    least: int = LEAST_FAILURES,
    most: int = 3,
    alpha: float = ALPHA,
) -> tuple[Onset, ...]:
    """The stretches that stand out one after the other, the most striking first: each in what the ones before left."""
    found: list[Onset] = []
    left = list(counts)
    while len(found) < most and (onset := find_onset(left, bin_ms, tried, least, alpha)) is not None:
        found.append(onset)
        left = [count for count in left if not onset.holds(count.start_ms)]
    return tuple(found)


def find_onset(
    counts: Sequence[Count], bin_ms: int, tried: int, least: int = LEAST_FAILURES, alpha: float = ALPHA
) -> Onset | None:
    """The stretch that stands out, None when none does. `counts` in order of time; `tried` is the Bonferroni factor."""
    scan = _Scan(counts)
    best = scan.best()
    if best is None:
        return None
    first, last = best
    top = scan.gain(first, last)
    end = len(counts) - 1
    if scan.gain(first, end) >= top - CHI2_99_1:
        last = end
    inside, outside = scan.split(first, last)
    spread = dispersion([count.share for i, count in enumerate(counts) if not first <= i <= last])
    chance = min(1.0, tried * fisher_greater(*(_thinned(share, spread) for share in scan.split(*best))))
    if chance > alpha or inside.failures < least:
        return None
    reach = scan.gain(first, last) - CHI2_99_1
    starts = [start for start in range(last + 1) if scan.gain(start, last) >= reach]
    low, high = min(starts), max(starts)
    return Onset(
        counts[first].start_ms,
        counts[low - 1].start_ms + bin_ms if low else counts[0].start_ms,
        counts[high].start_ms + bin_ms,
        None if last == end else counts[last].start_ms + bin_ms,
        inside,
        outside,
        chance,
        top,
        2 * log(len(counts) * (len(counts) + 1) / 2),
        low == 0,
    )


def dispersion(shares: Sequence[Share]) -> float:
    """How much wider failures spread over bins than chance spreads them; at least 1. Bins of few expected failures join."""
    failures = sum(share.failures for share in shares)
    invocations = sum(share.invocations for share in shares)
    if failures < _LEAST_TO_SPREAD or failures >= invocations:
        return 1.0
    rate = failures / invocations
    total, groups, k, n = 0.0, 0, 0, 0
    for share in shares:
        k, n = k + share.failures, n + share.invocations
        if n * rate >= 1:
            total += (k - n * rate) ** 2 / (n * rate * (1 - rate))
            groups, k, n = groups + 1, 0, 0
    return max(1.0, total / (groups - 1)) if groups > _LEAST_GROUPS else 1.0


def _thinned(share: Share, spread: float) -> Share:
    if spread <= 1:
        return share
    failures, rest = share.failures / spread, (share.invocations - share.failures) / spread
    return Share(floor(failures), floor(failures) + ceil(rest))


class _Scan:
    """Shares of any stretch in constant time."""

    def __init__(self, counts: Sequence[Count]) -> None:
        self.failing = [index for index, count in enumerate(counts) if count.share.failures]
        self._failures = [0, *accumulate(count.share.failures for count in counts)]
        self._invocations = [0, *accumulate(count.share.invocations for count in counts)]
        self._all = Share(self._failures[-1], self._invocations[-1])

    def best(self) -> tuple[int, int] | None:
        """The stretch of most gain (the first of equals), None without failures.

        From a failing bin to a failing bin: bins without failures at an end only thin a stretch out. A range has tens of
        thousands of stretches, so `gain` is written out here.
        """
        all_k, all_n = self._all
        as_one = likelihood(all_k, all_n)
        found, top = None, -1.0
        ends = [(last, self._failures[last + 1], self._invocations[last + 1]) for last in self.failing]
        for position, first in enumerate(self.failing):
            k_before, n_before = self._failures[first], self._invocations[first]
            for last, k_until, n_until in ends[position:]:
                k, n = k_until - k_before, n_until - n_before
                k0, n0 = all_k - k, all_n - n
                better = 2 * (likelihood(k, n) + likelihood(k0, n0) - as_one) if k * n0 > k0 * n else 0.0
                if better > top:
                    found, top = (first, last), better
        return found

    def split(self, first: int, last: int) -> tuple[Share, Share]:
        """The shares in the bins from `first` to `last`, and in all others."""
        inside = Share(
            self._failures[last + 1] - self._failures[first], self._invocations[last + 1] - self._invocations[first]
        )
        return inside, self._all.minus(inside)

    def gain(self, first: int, last: int) -> float:
        """How much better two shares explain the failures than one."""
        return gain(*self.split(first, last))
