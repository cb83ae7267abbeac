"""Too much, too little, and limits."""

from __future__ import annotations

from bench.incidents.kinds.texts import refused
from bench.incidents.model import HOUR_MS, MINUTE_MS, Call, Function
from bench.incidents.planting import Kind, decoy, failing, site
from bench.incidents.traffic import expected, usual_rate
from bench.incidents.truth import Planted
from bench.incidents.world import World


def _multiply(function: Function, start_ms: int, end_ms: int, factor: float) -> None:
    def rate(ms: int) -> float:
        return factor if start_ms <= ms < end_ms else 1.0

    def touch(call: Call) -> None:
        call.hit = call.hit or start_ms <= call.at_ms < end_ms

    function.rates.append(rate)
    function.effects.append(touch)


def _whole_minute(ms: int) -> int:
    return ms // MINUTE_MS * MINUTE_MS


def storm(world: World) -> Planted:
    """A campaign: many times the traffic at once, so that hundreds wait for new environments to start."""
    rng, place = world.rng, site(world)
    function, start = place.function, _whole_minute(place.start_ms)
    function.init_ms, function.median_ms = max(function.init_ms, 2_500.0), max(function.median_ms, 400.0)
    function.timeout_ms = max(function.timeout_ms, 10_000)
    factor = rng.uniform(8, 20)
    end = min(world.end_ms, start + rng.choice((10, 20, 45)) * MINUTE_MS)
    factor = max(8.0, min(factor, world.most / 3 / max(1.0, expected(function, start, end))))
    _multiply(function, start, end, factor)
    causes = ("traffic", "cold_start")
    return Planted(
        "traffic: spike", (function.name,), causes, None, (), start, end_ms=end if end < world.end_ms else None
    )


def drop(world: World) -> Planted:
    """Whoever calls it is gone. A function that is alone comes back, else nobody could see that it was missed."""
    rng, place = world.rng, site(world, early=0.4, late=0.7)
    function, start = place.function, _whole_minute(place.start_ms)
    function.hourly = max(function.hourly, 240.0)
    lasts = len(world.functions) > 1 and rng.random() < 0.5
    end = world.end_ms if lasts else start + int((world.end_ms - start) * rng.uniform(0.4, 0.8))
    function.rates.append(lambda ms: 0.0 if start <= ms < end else 1.0)
    missing = int(expected(function, start, end))
    ends = None if lasts else end
    return Planted("traffic: gone", (function.name,), ("traffic",), None, (), start, start, ends, hits=missing)


def recursion(world: World) -> Planted:
    """What it writes calls it again: the same few requests go round and round."""
    rng, place = world.rng, site(world)
    function, start = place.function, place.start_ms
    end = min(world.end_ms, start + rng.choice((10, 30, 60)) * MINUTE_MS)
    each = HOUR_MS / max(1_200.0, 12 * usual_rate(function, start))
    each = max(each, (end - start) / 12_000)
    numbers = [rng.randrange(2_000_000, 3_000_000) for _ in range(3)]
    function.extra += [(int(start + n * each), numbers[n % 3]) for n in range(int((end - start) / each))]

    def touch(call: Call) -> None:
        call.hit = call.hit or call.number in numbers

    function.effects.append(touch)
    ends = end if end < world.end_ms else None
    return Planted("traffic: recursion", (function.name,), ("traffic", "input"), None, (), start, end_ms=ends)


def concurrency(world: World) -> Planted:
    """It calls a function that has reached its limit of concurrency."""
    place = site(world, 0.2, 0.8)
    decoy(world, place.function, place.start_ms)
    error = refused(place.function, "Invoke", "TooManyRequestsException", "Rate Exceeded.")
    place.function.effects.append(failing(place, error))
    causes = ("throttle", "downstream")
    return Planted(
        "throttle: concurrency", (place.function.name,), causes, None, ("TooManyRequests", "Rate Exceeded"),
        place.start_ms, end_ms=place.ended,
    )  # fmt: skip


LOAD: dict[str, Kind] = {
    "traffic: spike": storm,
    "traffic: gone": drop,
    "traffic: recursion": recursion,
    "throttle: concurrency": concurrency,
}
