"""Whether a difference is more than noise: tests that need no package, each giving a p-value from 0 to 1.

A p-value says how often chance alone makes a difference of that size. docs/compare.md has the reasons for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import comb, erfc, exp, lgamma, log, sqrt

FEWEST_BINS = 6
"""With five bins a side the rank test cannot get below 0.8 %, however large the difference."""

_FEW = 10.0
"""Below so many expected events the normal curve is no longer near enough: the exact test then."""


def proportions_p(part0: float, whole0: float, part1: float, whole1: float) -> float | None:
    """Of two shares part/whole: the pooled z-test, Fisher's exact test for few events; None without a whole."""
    if whole0 <= 0 or whole1 <= 0:
        return None
    whole = whole0 + whole1
    part = part0 + part1
    fewest = min(part, whole - part) * min(whole0, whole1) / whole
    if part <= 0 or part >= whole:
        return 1.0
    if fewest < _FEW:
        return _fisher(round(part0), round(whole0), round(part1), round(whole1))
    share = part / whole
    return _normal((part1 / whole1 - part0 / whole0) / sqrt(share * (1 - share) * (1 / whole0 + 1 / whole1)))


def counts_p(count0: float, ms0: float, count1: float, ms1: float) -> float | None:
    """Of two counts over ranges of these lengths: how they fall into the two ranges, as a binomial (Poisson counts)."""
    total = count0 + count1
    if ms0 <= 0 or ms1 <= 0:
        return None
    if total == 0:
        return 1.0
    share = ms1 / (ms0 + ms1)
    if total * min(share, 1 - share) < _FEW:
        return _binomial(round(count1), round(total), share)
    return _normal((count1 - total * share) / sqrt(total * share * (1 - share)))


def ranks_p(before: Sequence[float], now: Sequence[float]) -> float | None:
    """Of two lists of bins: the rank-sum test (Mann and Whitney), with ties; None with too few bins.

    Ranks are robust: one wild bin counts as one bin, however wild.
    """
    n0, n1 = len(before), len(now)
    if min(n0, n1) < FEWEST_BINS:
        return None
    ranks = _ranks([*before, *now])
    n = n0 + n1
    u = sum(ranks[n0:]) - n1 * (n1 + 1) / 2
    ties = sum(t**3 - t for t in Counter([*before, *now]).values())
    spread = n0 * n1 / 12 * ((n + 1) - ties / (n * (n - 1)))
    if spread <= 0:
        return 1.0
    off = abs(u - n0 * n1 / 2)
    return _normal(max(0.0, off - 0.5) / sqrt(spread))


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share the middle of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for i in order[start : end + 1]:
            ranks[i] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def _normal(z: float) -> float:
    return erfc(abs(z) / sqrt(2))


def _fisher(part0: int, whole0: int, part1: int, whole1: int) -> float:
    """Two-sided: the chance of all tables that are no likelier than this one. The rarer side keeps the sum short."""
    if 2 * (part0 + part1) > whole0 + whole1:
        part0, part1 = whole0 - part0, whole1 - part1
    total = part0 + part1

    def chance(k: int) -> float:
        return _log_comb(whole0, total - k) + _log_comb(whole1, k) - _log_comb(whole0 + whole1, total)

    seen = chance(part1)
    return min(1.0, sum(exp(c) for k in range(total + 1) if (c := chance(k)) <= seen + 1e-9))


def _binomial(hits: int, total: int, share: float) -> float:
    chances = [_log_comb(total, k) + k * log(share) + (total - k) * log(1 - share) for k in range(total + 1)]
    return min(1.0, sum(exp(c) for c in chances if c <= chances[hits] + 1e-9))


def _log_comb(n: int, k: int) -> float:
    if not 0 <= k <= n:
        return float("-inf")
    return log(comb(n, k)) if n < 60 else lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
