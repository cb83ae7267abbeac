"""Requests that cannot be served, and are tried again and again."""

from __future__ import annotations

from bench.incidents.kinds.texts import new_error
from bench.incidents.model import MINUTE_MS, Call
from bench.incidents.planting import Kind, decoy, fail, site
from bench.incidents.truth import Planted
from bench.incidents.world import World


def poison(world: World) -> Planted:
    """One record is delivered again and again (a queue or a stream), and fails each time with the same error."""
    rng, place = world.rng, site(world)
    decoy(world, place.function, place.start_ms)
    number = rng.randrange(2_000_000, 3_000_000)
    gap, times = rng.choice((5_000, 30_000, 60_000)), rng.choice((8, 12, 30, 100))
    moments = [place.start_ms + step * gap + rng.randrange(400) for step in range(times)]
    place.function.extra += [(ms, number) for ms in moments if ms < world.end_ms - MINUTE_MS]
    error = new_error(place.function, rng)
    told = rng.choice((f"record {number}: ", f"message id {number:08d}-5c1a: "))
    error = type(error)(error.ending, error.type, told + error.message, error.frames)

    def strike(call: Call) -> None:
        if call.number == number:
            fail(error, call)

    place.function.effects.append(strike)
    place.function.asynchronous = False
    end = None if moments[-1] > world.end_ms else moments[-1]
    words = (str(number),)
    return Planted("input: poison record", (place.function.name,), ("input",), None, words, place.start_ms, end_ms=end)


def bad_events(world: World) -> Planted:
    """Somebody sends some events that cannot be served: Lambda tries each of them three times."""
    rng, place = world.rng, site(world)
    function = place.function
    decoy(world, function, place.start_ms)
    function.asynchronous = True
    numbers = {rng.randrange(2_000_000, 3_000_000) for _ in range(rng.choice((4, 6, 12, 40)))}
    end = min(world.end_ms - 5 * MINUTE_MS, place.start_ms + rng.choice((2, 10, 30)) * MINUTE_MS)
    function.extra += [(rng.randrange(place.start_ms, max(end, place.start_ms + 1_000)), number) for number in numbers]
    error = new_error(function, rng)

    def strike(call: Call) -> None:
        if call.number in numbers:
            fail(error, call)

    function.effects.append(strike)
    return Planted(
        "input: bad events", (function.name,), ("input",), None, (), place.start_ms, end_ms=end, told_by="request"
    )


REQUESTS: dict[str, Kind] = {"input: poison record": poison, "input: bad events": bad_events}
