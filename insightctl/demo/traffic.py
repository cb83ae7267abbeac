"""When requests arrive: a daily sinusoid, low at night, with chance on top; and how many are left to make."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Protocol

from insightctl.demo.scenario import DAY_MS, MINUTE_MS

_SWING = 0.75  # noon has seven times the traffic of the night
_QUIET_HOUR = 3.0  # UTC
_TOGETHER = 0.25  # this share of the requests comes right after another: a page makes several calls
_TOGETHER_MS = 150
_FORCED_WITHIN_MS = 30_000  # a forced arrival comes early enough that START, after its init, keeps to the minute


class Budget(Protocol):
    """How many attempts a function still has to make."""

    def left(self) -> int:
        """Attempts still to be made."""
        ...

    def plan(self, attempts: int) -> None:
        """These attempts are going to be made."""
        ...

    def wrote(self, size: int) -> None:
        """An attempt was made; it took `size` bytes."""
        ...


class CountBudget:
    """Exactly so many attempts."""

    def __init__(self, attempts: int) -> None:
        self._left = attempts

    def left(self) -> int:
        return self._left

    def plan(self, attempts: int) -> None:
        self._left -= attempts

    def wrote(self, size: int) -> None:
        """Sizes do not matter here."""


class ByteBudget:
    """As many attempts as fill so many bytes, by the mean size of those made so far."""

    _TRUST = 40  # attempts that the first guess weighs

    def __init__(self, target: int, typical: int) -> None:
        self._target = target
        self._bytes = 0
        self._mean_bytes = float(typical * self._TRUST)
        self._mean_attempts = self._TRUST
        self._planned = 0

    def left(self) -> int:
        mean = self._mean_bytes / self._mean_attempts
        return max(0, round((self._target - self._bytes) / mean) - self._planned)

    def plan(self, attempts: int) -> None:
        self._planned += attempts

    def wrote(self, size: int) -> None:
        self._bytes += size
        self._mean_bytes += size
        self._mean_attempts += 1
        self._planned -= 1


def arrivals(start_ms: int, end_ms: int, forced: Sequence[int], budget: Budget, rng: Random) -> Iterator[int]:
    """Arrival times (UTC ms, ascending) in [start, end) until the budget is used up.

    Each minute of `forced` (UTC ms of its start, ascending) gets an arrival in its first half, if the budget allows.
    """
    waiting = list(forced)
    minute = start_ms
    while minute < end_ms:
        following = min(end_ms, (minute // MINUTE_MS + 1) * MINUTE_MS)
        due = bool(waiting) and minute == waiting[0]
        if due:
            waiting.pop(0)
        share = _traffic(minute, following) / _traffic(minute, end_ms)
        free = max(0, budget.left() - len(waiting))
        count = min(free, max(_binomial(budget.left(), share, rng), due))
        budget.plan(count)
        yield from _within(minute, following, count, due, rng)
        minute = following


def _within(start_ms: int, end_ms: int, count: int, forced: bool, rng: Random) -> list[int]:
    length = end_ms - start_ms
    times = [start_ms + int(rng.random() * length) for _ in range(count)]
    for i in range(1, count):
        if rng.random() < _TOGETHER:
            times[i] = min(times[i - 1] + int(rng.random() * _TOGETHER_MS), end_ms - 1)
    if forced and times:
        times[0] = start_ms + int(rng.random() * _FORCED_WITHIN_MS)
    times.sort()
    return times


def _traffic(start_ms: int, end_ms: int) -> float:
    """The integral of the daily curve 1 - swing * cos(...), in days."""
    turn = 2 * math.pi
    quiet = _QUIET_HOUR / 24
    start, end = start_ms / DAY_MS - quiet, end_ms / DAY_MS - quiet
    return (end - start) - _SWING / turn * (math.sin(turn * (end % 1)) - math.sin(turn * (start % 1)))


def _binomial(trials: int, chance: float, rng: Random) -> int:
    """About binomial: Poisson for a small mean, normal for a large one (random has no binomial before 3.12)."""
    if chance >= 1:
        return trials
    mean = trials * chance
    if mean > 30:
        return max(0, min(trials, round(rng.gauss(mean, math.sqrt(mean * (1 - chance))))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return min(trials, count)
