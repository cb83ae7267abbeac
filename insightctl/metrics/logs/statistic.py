"""Statistics by their CloudWatch spelling. Source: "CloudWatch statistics definitions"."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

Kind = Literal["Sum", "Average", "Minimum", "Maximum", "SampleCount", "p", "tm", "wm", "tc", "ts", "pr"]
PLAIN: tuple[Kind, ...] = ("Sum", "Average", "Minimum", "Maximum", "SampleCount")
_SHORT = re.compile(r"(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d+)?)", re.IGNORECASE)
_LONG = re.compile(r"(TM|WM|TC|TS|PR)\(\s*([\d.]*)(%?)\s*:\s*([\d.]*)(%?)\s*\)", re.IGNORECASE)


class Stat(NamedTuple):
    """A statistic. `low` and `high` bound what is taken: percent of the samples, values where `by_value`."""

    kind: Kind
    low: float = 0.0
    high: float = 100.0
    by_value: bool = False

    @property
    def needs_samples(self) -> bool:
        """Whether counts, sums, extremes and percentiles do not tell it."""
        return self.kind not in PLAIN and self.kind != "p"


class Weighted(NamedTuple):
    """Samples that are nearly equal: how many, and their sum."""

    n: float
    total: float

    @property
    def mean(self) -> float:
        """Their value."""
        return self.total / self.n


def read_stat(text: str) -> Stat | None:
    """The statistic that a text names; None when it names none."""
    for kind in PLAIN:
        if text == kind:
            return Stat(kind)
    if text == "IQM":
        return Stat("tm", 25.0, 75.0)
    if match := _SHORT.fullmatch(text):
        kind_ = match[1].lower()
        return Stat(kind_, 0.0, float(match[2])) if float(match[2]) <= 100 else None  # type: ignore[arg-type]
    if match := _LONG.fullmatch(text):
        percent = bool(match[3] or match[5])
        low = float(match[2] or 0.0)
        high = float(match[4]) if match[4] else 100.0 if percent else math.inf
        return Stat(match[1].lower(), low, high, by_value=not percent)  # type: ignore[arg-type]
    return None


def of_samples(stat: Stat, samples: Sequence[Weighted]) -> float | None:
    """A trimmed statistic of samples; None when none is left."""
    ordered = sorted((s for s in samples if s.n > 0), key=lambda sample: sample.mean)
    total = sum(sample.n for sample in ordered)
    if not ordered:
        return None
    inside, clamped = _inside(stat, ordered, total)
    count = sum(sample.n for sample in inside)
    value = math.fsum(sample.total for sample in inside)
    match stat.kind:
        case "tc":
            return count
        case "ts":
            return value
        case "pr":
            return 100 * count / total
        case "wm":
            return (value + clamped) / total
        case _:
            return value / count if count else None


def _inside(stat: Stat, ordered: Sequence[Weighted], total: float) -> tuple[list[Weighted], float]:
    """What lies within the bounds, and the sum of the rest once each of it takes the bound's value (winsorized)."""
    if stat.by_value:
        kept = [s for s in ordered if stat.low < s.mean <= stat.high]
        clamped = sum(s.n * (stat.low if s.mean <= stat.low else stat.high) for s in ordered if s not in kept)
        return kept, clamped
    first, last = total * stat.low / 100, total * stat.high / 100
    kept, seen, below, above = [], 0.0, 0.0, 0.0
    for sample in ordered:
        start, seen = seen, seen + sample.n
        share = max(0.0, min(seen, last) - max(start, first))
        if share > 0:
            kept.append(Weighted(share, share * sample.mean))
        below += max(0.0, min(seen, first) - start)
        above += max(0.0, seen - max(start, last))
    if not kept:
        return [], 0.0
    return kept, below * kept[0].mean + above * kept[-1].mean
