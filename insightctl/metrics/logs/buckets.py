"""What was measured in a bin, and any statistic of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from insightctl.metrics.logs.asking import number
from insightctl.metrics.logs.statistic import Stat, Weighted, of_samples

USUAL_PERCENTILES = (50.0, 90.0, 95.0, 99.0)
"""Asked for at once: one query then answers all that a dashboard usually shows."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Samples of a bin: how many, their sum and extremes, their percentiles, and the samples where they were asked for."""

    count: float
    total: float
    low: float
    high: float
    percentiles: Mapping[float, float] = field(default_factory=dict)
    samples: tuple[Weighted, ...] = ()


def percentile_columns(value: str, percentiles: Iterable[float]) -> str:
    """Columns of a stats command: `p99` of a field."""
    return "".join(f", pct({value}, {p:g}) as {column(p)}" for p in sorted(set(percentiles)))


def column(percentile: float) -> str:
    """The name of a percentile's column: p99_9."""
    return f"p{percentile:g}".replace(".", "_")


def bucket(row: Mapping[str, object], percentiles: Iterable[float], prefix: str = "") -> Bucket | None:
    """The bucket of a row with the columns n, total, low, high; None when it counts nothing."""
    count = number(row[f"{prefix}n"])
    if not count:
        return None
    found = {p: value for p in percentiles if (value := number(row.get(column(p)))) is not None}
    total, low, high = (number(row[f"{prefix}{name}"]) or 0.0 for name in ("total", "low", "high"))
    return Bucket(count, total, low, high, found)


def joined(buckets: Sequence[Bucket]) -> Bucket:
    """Several bins of one period. Percentiles are those of the largest bin: only CloudWatch knows better."""
    largest = max(buckets, key=lambda each: each.count)
    return Bucket(
        math.fsum(each.count for each in buckets),
        math.fsum(each.total for each in buckets),
        min(each.low for each in buckets),
        max(each.high for each in buckets),
        largest.percentiles,
        tuple(sample for each in buckets for sample in each.samples),
    )


def value(stat: Stat, of: Bucket) -> float | None:
    """A statistic of a bucket."""
    match stat.kind:
        case "Sum":
            return of.total
        case "SampleCount":
            return of.count
        case "Average":
            return of.total / of.count
        case "Minimum":
            return of.low
        case "Maximum":
            return of.high
        case "p":
            return of.high if stat.high == 100 else of.percentiles.get(stat.high)
        case _:
            return of_samples(stat, of.samples)
