"""What the kinds share: where and when an incident strikes, how long it lasts, and whom it touches."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from bench.incidents.model import MINUTE_MS, Call, Effect, Failure, Function, Route
from bench.incidents.traffic import expected
from bench.incidents.truth import Planted
from bench.incidents.world import World, deploy

Kind = Callable[[World], Planted]
LEAST = 12
"""An incident touches that many attempts on the average, at least."""

_APART_MS = 10 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Site:
    """A function, and from when to when (UTC ms) an incident strikes it. `share` of its attempts are touched."""

    function: Function
    start_ms: int
    end_ms: int
    share: float
    lasts: bool

    @property
    def ended(self) -> int | None:
        """The end for the truth: None when it lasts to the end of the data."""
        return None if self.lasts else self.end_ms

    def strikes(self, call: Call) -> bool:
        """Whether it touches an attempt. By the number of its request: a retry fares no better."""
        return self.start_ms <= call.at_ms < self.end_ms and call.number * 2_654_435_761 % 10_007 / 10_007 < self.share


def site(world: World, low: float = 1.0, high: float = 1.0, *, early: float = 0.25, late: float = 0.75) -> Site:
    """A place and a time by dice. From a dozen attempts to thousands are touched."""
    rng = world.rng
    function = rng.choice(world.functions)
    span = world.end_ms - world.asked_ms
    start = world.asked_ms + int(span * rng.uniform(early, late))
    share = rng.uniform(low, high)
    target = math.exp(rng.uniform(math.log(LEAST), math.log(3_000)))
    whole = expected(function, start, world.end_ms) * share
    if whole < LEAST + 3:
        function.hourly *= (LEAST + 3) / max(whole, 0.01)
        whole = LEAST + 3
    # With a harmless deployment in the same minutes nobody could tell which of the two it was.
    function.routes = [r for r in function.routes if not start - _APART_MS < r.at_ms < start + _APART_MS]
    step = 2 * MINUTE_MS
    end = start + step
    while end < world.end_ms and expected(function, start, end) * share < target:
        end += step
    lasts = rng.random() < 0.5 or end >= world.end_ms
    return Site(function, start, world.end_ms if lasts else end, share, lasts)


def too_much(world: World) -> bool:
    """Whether a case has become larger than cases are to be."""
    return sum(expected(f, world.start_ms, world.end_ms) for f in world.functions) > 1.5 * world.most


def bad_deployment(world: World, place: Site, effect: Callable[[Call], None], *, weight: float | None = None) -> str:
    """Deploys a version that does `effect` to its attempts, and takes it back, or mends it, when the incident ends.

    With `weight` only that share of the invocations is sent to it, for as long as the incident lasts.
    """
    function, rng = place.function, world.rng
    if not function.numbered:
        function.routes = [Route(function.routes[0].at_ms, str(rng.randrange(2, 30)))]
    before = function.live(place.start_ms)
    version = deploy(world, function, place.start_ms)
    if weight is not None:
        function.routes[-1] = Route(place.start_ms, before, version, weight)
    if not place.lasts:
        if rng.random() < 0.5:
            function.routes.append(Route(place.end_ms, before))
        else:
            deploy(world, function, place.end_ms)

    def strike(call: Call) -> None:
        if call.version == version:
            effect(call)

    function.effects.append(strike)
    return version


def decoy(world: World, function: Function, before_ms: int) -> None:
    """A harmless deployment some time before an incident that it has nothing to do with."""
    if world.rng.random() < 0.6 and function.numbered:
        minutes = world.rng.choice((20, 45, 90, 180)) * world.rng.uniform(0.8, 1.2)
        moment = before_ms - int(minutes * MINUTE_MS)
        later = [route for route in function.routes if route.at_ms > moment]
        if moment > world.asked_ms and not later:
            deploy(world, function, moment)


def fail(failure: Failure, call: Call, *, quick: bool = True) -> None:
    """The attempt fails."""
    call.failure, call.hit = failure, True
    if quick:
        call.duration_ms *= 0.6


def failing(place: Site, failure: Failure) -> Effect:
    """An effect: what the incident strikes fails."""

    def strike(call: Call) -> None:
        if place.strikes(call):
            fail(failure, call)

    return strike


def frames(function: Function, where: str, number: int) -> tuple[str, ...]:
    """A stack of the function's own code, as its runtime prints it."""
    if function.runtime == "python":
        return (
            'File "/var/task/app.py", line 31, in handler',
            f'File "/var/task/{where}.py", line {number}, in {where}',
        )
    if function.runtime == "node":
        return (f"    at {where} (/var/task/{where}.js:{number}:11)", "    at handler (/var/task/index.js:22:9)")
    if function.runtime == "java":
        return (
            f"shop.{where.title()}.run({where.title()}.java:{number})",
            "shop.Handler.handleRequest(Handler.java:31)",
        )
    return ()
