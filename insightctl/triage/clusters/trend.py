"""Where counts by bin go: growing, falling or steady.

Laplace's trend test: were the rate steady, the mean time of the events would be that of the exposure (all bins alike, or
as the invocations fell), with a known spread. Events come in bursts (retries, one poison batch), so the spread is
widened by how much neighbouring bins differ beyond Poisson's chance; neighbours, for a slow trend hardly moves those.
Two-sided at 1 %, so that of a hundred steady clusters one is said to move.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from insightctl.triage.clusters.model import Trend

LEAST = 10
"""Fewer events than this tell no trend: two by two, anything may look like one."""
_LEAST_BINS = 4
_Z_99 = 2.575829


def trend(counts: Sequence[int], exposure: Sequence[float] | None = None) -> Trend:
    """The trend of counts by bin. `exposure` is what they are held against (invocations by bin); None: time alone."""
    weights = [1.0] * len(counts) if exposure is None else [max(0.0, each) for each in exposure]
    kept = [
        (i, count, weight) for i, (count, weight) in enumerate(zip(counts, weights, strict=True)) if weight or count
    ]
    total, all_weight = sum(count for _, count, _ in kept), sum(weight for _, _, weight in kept)
    if total < LEAST or len(kept) < _LEAST_BINS or not all_weight:
        return "too few"
    middle = sum(i * weight for i, _, weight in kept) / all_weight
    spread = sum((i - middle) ** 2 * weight for i, _, weight in kept) / all_weight
    if not spread:
        return "too few"
    mean = sum(i * count for i, count, _ in kept) / total
    z = (mean - middle) / sqrt(spread / total * _burstiness([count for _, count, _ in kept]))
    return "growing" if z > _Z_99 else "falling" if z < -_Z_99 else "steady"


def _burstiness(counts: Sequence[int]) -> float:
    """How much neighbouring bins differ, over what chance would make of them (1 or more)."""
    mean = sum(counts) / len(counts)
    apart = sum((b - a) ** 2 for a, b in pairwise(counts)) / (2 * (len(counts) - 1))
    return max(1.0, apart / mean)
