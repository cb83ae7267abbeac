"""When requests arrive: a Poisson process with daily rhythm, weekends, and whatever a case does to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

from bench.incidents.model import DAY_MS, HOUR_MS, MINUTE_MS, Function

_MONDAY_MS = 4 * DAY_MS  # 1970-01-05


def usual_rate(function: Function, ms: int) -> float:
    """Invocations an hour that are usual at a moment (UTC ms), without what a case does."""
    hour = ms % DAY_MS / HOUR_MS
    shape = 1 + function.depth * math.cos((hour - function.peak_hour) / 24 * 2 * math.pi)
    weekend = (ms - _MONDAY_MS) // DAY_MS % 7 >= 5
    return function.hourly * shape * (function.weekend if weekend else 1.0)


def expected(function: Function, start_ms: int, end_ms: int) -> float:
    """How many invocations are usual between two moments."""
    step = 5 * MINUTE_MS
    return sum(
        usual_rate(function, ms) * (min(ms + step, end_ms) - ms) / HOUR_MS for ms in range(start_ms, end_ms, step)
    )


def arrivals(function: Function, start_ms: int, end_ms: int, rng: Random) -> Iterator[tuple[int, int]]:
    """(UTC ms, number of the request) in order of time. The rate wanders by some percent, as real traffic does."""
    drift, number = 0.0, rng.randrange(10_000, 900_000)
    extra = sorted(function.extra)
    for minute in range(start_ms, end_ms, MINUTE_MS):
        drift = 0.95 * drift + rng.gauss(0, 0.02)
        rate = usual_rate(function, minute) * math.exp(drift)
        for change in function.rates:
            rate *= change(minute)
        here = [(minute + rng.randrange(MINUTE_MS), 0) for _ in range(_poisson(rate / 60, rng))]
        while extra and extra[0][0] < minute + MINUTE_MS:
            here.append(extra.pop(0))
        for ms, fixed in sorted(here):
            number += rng.randrange(1, 4)
            yield ms, fixed or number


def _poisson(mean: float, rng: Random) -> int:
    if mean > 40:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
