"""A service by dice: its functions, their usual days, and deployments that harm nobody."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random

from bench.incidents.model import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    Call,
    Failure,
    Function,
    Logger,
    Rate,
    Route,
    Runtime,
    Setting,
)

MOST = 22_000
"""Invocations of a case: about 30 MB of logs."""
_WORDS = (
    "order",
    "invoice",
    "cart",
    "search",
    "image",
    "mail",
    "ledger",
    "price",
    "login",
    "export",
    "stock",
    "webhook",
)
_JOBS = ("api", "worker", "sync", "handler", "consumer", "report")
_RUNTIMES = {"python": "python:3.12.v", "node": "nodejs:20.v", "java": "java:21.v", "go": "provided:al2023.v"}
_LOGGERS: dict[Runtime, tuple[Logger, ...]] = {
    "python": ("plain", "powertools"),
    "node": ("plain", "powertools", "pino"),
    "java": ("plain", "powertools"),
    "go": ("plain",),
}
_USUAL: dict[Runtime, tuple[Failure, ...]] = {
    "python": (
        Failure(
            "exception", "ValueError", "bad amount in request {id}", ('File "/var/task/app.py", line 61, in handler',)
        ),
        Failure("exception", "KeyError", "'customer_id'", ('File "/var/task/app.py", line 40, in handler',)),
    ),
    "node": (
        Failure(
            "exception", "ValidationError", "request {id} has no customer", ("    at check (/var/task/check.js:14:9)",)
        ),
        Failure("exception", "SyntaxError", "Unexpected end of JSON input", ("    at JSON.parse (<anonymous>)",)),
    ),
    "java": (
        Failure(
            "exception", "java.lang.IllegalArgumentException", "amount of {id}", ("shop.Check.amount(Check.java:88)",)
        ),
        Failure(
            "exception", "java.lang.NumberFormatException", 'For input string: ""', ("shop.Parse.of(Parse.java:19)",)
        ),
    ),
    "go": (
        Failure("exception", "errorString", "no customer in request {id}"),
        Failure("exception", "UnmarshalTypeError", "json: cannot unmarshal string into Go struct field"),
    ),
}


@dataclass(slots=True)
class World:
    """A service in a range of time (UTC ms); triage is asked about what is after `asked_ms`. About `most` invocations."""

    rng: Random
    most: int
    start_ms: int
    asked_ms: int
    end_ms: int
    functions: list[Function]

    @property
    def hours(self) -> float:
        """Of the range that triage is asked about."""
        return (self.end_ms - self.asked_ms) / HOUR_MS


def service(rng: Random, most: int = MOST) -> World:
    """One to six functions over some hours, a day, or a day with the days before it."""
    hours = rng.choice((1, 3, 3, 5, 8, 12, 24, 24, 24))
    before = rng.choice((0, 0, 0, 24, 48)) if hours <= 24 else 0
    end = 1_790_000_000_000 - rng.randrange(300 * DAY_MS) // MINUTE_MS * MINUTE_MS
    start = end - (hours + before) * HOUR_MS
    busiest = most / (hours + before)
    hourly = math.exp(rng.uniform(math.log(60), math.log(max(busiest, 80))))
    count = rng.choice((1, 2, 3, 3, 4, 6))
    shares = [rng.random() ** 2 + 0.05 for _ in range(count)]
    names = rng.sample([f"{word}-{job}" for word in _WORDS for job in _JOBS], count)
    style = rng.choice(("text", "json", "mixed"))
    functions = [
        _function(rng, name, max(40.0, hourly * share / sum(shares)), style, start)
        for name, share in zip(names, shares, strict=True)
    ]
    world = World(rng, most, start, end - hours * HOUR_MS, end, functions)
    for function in functions:
        _harmless(world, function)
    return world


def _function(rng: Random, name: str, hourly: float, style: str, start_ms: int) -> Function:
    runtime: Runtime = rng.choice(("python", "python", "node", "node", "java", "go"))
    used = rng.uniform(60, 220)
    memory = next(size for size in (128, 256, 512, 1024) if size > used * rng.uniform(1.3, 2.2))
    median = math.exp(rng.uniform(math.log(8), math.log(900)))
    first = str(rng.randrange(3, 140))
    return Function(
        name=name,
        runtime=runtime,
        log_format="json" if style == "json" or (style == "mixed" and rng.random() < 0.5) else "text",
        logger=rng.choice(_LOGGERS[runtime]),
        named_streams=rng.random() < 0.4,
        hourly=hourly,
        depth=rng.choice((0.0, rng.uniform(0.2, 0.5), rng.uniform(0.5, 0.85))),
        peak_hour=rng.uniform(9, 20),
        weekend=rng.choice((1.0, rng.uniform(0.4, 1.3))),
        median_ms=median,
        sigma=rng.uniform(0.2, 0.6),
        timeout_ms=next(s for s in (3_000, 10_000, 30_000) if s > 8 * median) if median < 3_500 else 30_000,
        used_mb=used,
        init_ms=rng.uniform(1_500, 4_000) if runtime == "java" else rng.uniform(120, 900),
        noise=rng.choice((0.0, rng.uniform(0.0005, 0.004), rng.uniform(0.004, 0.02))),
        usual=tuple(rng.sample(_USUAL[runtime], rng.choice((1, 2)))),
        asynchronous=rng.random() < 0.3,
        insistent=rng.random() < 0.4,
        sticky=rng.choice((0.1, 0.6)),
        idle_ms=int(rng.uniform(6, 15) * MINUTE_MS),
        chatty=rng.choice((0, 1, 2, 3)),
        routes=[Route(start_ms - DAY_MS, first)],
        settings=[Setting(0, memory, f"{_RUNTIMES[runtime]}{rng.randrange(20, 80)}", arn(rng))],
    )


def arn(rng: Random) -> str:
    """Of a runtime version."""
    return f"arn:aws:lambda:eu-west-1::runtime:{rng.getrandbits(256):064x}"


def change_runtime(function: Function, runtime: Runtime) -> None:
    """It is written in that language."""
    function.runtime, function.usual = runtime, _USUAL[runtime][:1]
    function.settings = [
        replace(s, runtime=f"{_RUNTIMES[runtime]}{s.runtime.rsplit('v', 1)[1]}") for s in function.settings
    ]


def on_latest(function: Function) -> None:
    """Nobody publishes versions of it."""
    function.routes = [Route(function.routes[0].at_ms, "$LATEST")]


def _harmless(world: World, function: Function) -> None:
    """What changes on a usual day: deployments, some by a canary, configuration, the runtime, a nightly batch."""
    rng = world.rng

    def moment() -> int:
        return rng.randrange(world.start_ms, world.end_ms)

    if rng.random() < 0.12:
        on_latest(function)
    else:
        for ms in sorted(moment() for _ in range(rng.choice((0, 0, 1, 1, 2)))):
            deploy(world, function, ms, canary=rng.random() < 0.3)
        _different(function, rng)
    if rng.random() < 0.15:
        before = function.settings[-1]
        name, number = before.runtime.rsplit("v", 1)
        after = replace(before, at_ms=moment(), runtime=f"{name}v{int(number) + 1}", arn=arn(rng), gradual=True)
        function.settings.append(after)
    elif rng.random() < 0.1 and not function.numbered:
        function.settings.append(
            replace(function.settings[-1], at_ms=moment(), memory_mb=2 * function.settings[-1].memory_mb)
        )
    if rng.random() < 0.15:
        function.rates.append(_batch(rng))


def _different(function: Function, rng: Random) -> None:
    """Versions differ a little in speed and in their start."""
    speed: dict[str, float] = {}

    def strike(call: Call) -> None:
        factor = speed.setdefault(call.version, rng.uniform(0.85, 1.2))
        call.duration_ms *= factor
        call.init_ms *= factor

    function.effects.append(strike)


def _batch(rng: Random) -> Rate:
    """Every day at the same minute a job brings some times the usual traffic."""
    begins = rng.randrange(DAY_MS // MINUTE_MS)
    minutes, factor = rng.randrange(5, 30), rng.uniform(2, 4)

    def rate(ms: int) -> float:
        return factor if (ms // MINUTE_MS - begins) % (DAY_MS // MINUTE_MS) < minutes else 1.0

    return rate


def deploy(world: World, function: Function, ms: int, *, canary: bool = False) -> str:
    """A new version at that moment (UTC ms), by a canary for some minutes or at once; its number."""
    version = function.version_after()
    before = function.live(ms)
    function.routes = [route for route in function.routes if route.at_ms <= ms]
    if canary:
        function.routes.append(Route(ms, before, version, world.rng.choice((0.05, 0.1, 0.25))))
        ms += int(world.rng.uniform(5, 20)) * MINUTE_MS
    function.routes.append(Route(ms, version))
    return version
