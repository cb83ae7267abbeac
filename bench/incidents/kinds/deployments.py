"""Deployments that break something."""

from __future__ import annotations

from bench.incidents.kinds.texts import new_error
from bench.incidents.model import Call, Failure, Line, Runtime
from bench.incidents.planting import Kind, Site, bad_deployment, fail, site
from bench.incidents.truth import Planted
from bench.incidents.world import World, change_runtime

_IMPORT_ERRORS: dict[Runtime, str] = {
    "python": "Unable to import module 'app': No module named 'boltons'",
    "node": "Error: Cannot find module 'dayjs'",
}


def _truth(kind: str, place: Site, version: str, *also: str) -> Planted:
    causes = ("deployment", *also)
    return Planted(kind, (place.function.name,), causes, version, (), place.start_ms, end_ms=place.ended)


def exception(world: World) -> Planted:
    """Most invocations of the new version raise."""
    place = site(world, 0.5, 1.0)
    error = new_error(place.function, world.rng)

    def strike(call: Call) -> None:
        if place.strikes(call):
            fail(error, call)

    return _truth("deployment: exception", place, bad_deployment(world, place, strike))


def subset(world: World) -> Planted:
    """The new version fails a few of its requests."""
    place = site(world, 0.05, 0.3)
    error = new_error(place.function, world.rng)

    def strike(call: Call) -> None:
        if place.strikes(call):
            fail(error, call)

    return _truth("deployment: subset", place, bad_deployment(world, place, strike))


def canary(world: World) -> Planted:
    """Old and new serve together, and the new one fails."""
    weight = world.rng.uniform(0.05, 0.5)
    place = site(world, weight, weight)
    error, share = new_error(place.function, world.rng), world.rng.uniform(0.6, 1.0)

    def strike(call: Call) -> None:
        if world.rng.random() < share:
            fail(error, call)

    return _truth("deployment: canary", place, bad_deployment(world, place, strike, weight=weight))


def timeouts(world: World) -> Planted:
    """The new version hangs."""
    place = site(world, 0.2, 1.0)

    def strike(call: Call) -> None:
        if place.strikes(call):
            fail(Failure("timeout"), call)

    return _truth("deployment: timeouts", place, bad_deployment(world, place, strike))


def latency(world: World) -> Planted:
    """The new version is three to eight times as slow, and fails nothing."""
    place = site(world)
    factor = world.rng.uniform(3, 8)
    function = place.function
    function.median_ms = min(function.median_ms, function.timeout_ms / 60)

    def strike(call: Call) -> None:
        call.duration_ms *= factor
        call.hit = True

    return _truth("deployment: latency", place, bad_deployment(world, place, strike))


def memory(world: World) -> Planted:
    """The new version is killed for lack of memory."""
    place = site(world, 0.2, 1.0)

    def strike(call: Call) -> None:
        call.memory_mb = call.environment.setting.memory_mb * world.rng.uniform(0.85, 0.97)
        if place.strikes(call):
            call.memory_mb = call.environment.setting.memory_mb
            fail(Failure("oom"), call)

    return _truth("deployment: memory", place, bad_deployment(world, place, strike), "memory")


def imports(world: World) -> Planted:
    """The new version cannot even be loaded."""
    place = site(world)
    if place.function.runtime not in _IMPORT_ERRORS:
        change_runtime(place.function, "python")
    error = Failure("init", "Runtime.ImportModuleError", _IMPORT_ERRORS[place.function.runtime])

    def strike(call: Call) -> None:
        call.init_ms = call.function.init_ms
        fail(error, call)

    return _truth("deployment: import error", place, bad_deployment(world, place, strike))


def init_duration(world: World) -> Planted:
    """Cold starts take several times as long since the new version."""
    place = site(world)
    place.function.idle_ms //= 3
    factor = world.rng.uniform(4, 9)

    def strike(call: Call) -> None:
        if call.cold:
            call.init_ms = min(9_500.0, call.init_ms * factor)
            call.hit = True

    return _truth("deployment: cold starts", place, bad_deployment(world, place, strike), "cold_start")


def silent(world: World) -> Planted:
    """The new version logs an error and answers as if all were well."""
    place = site(world, 0.2, 1.0)
    if place.function.chatty == 0:
        place.function.chatty = 1

    def strike(call: Call) -> None:
        if place.strikes(call):
            call.lines.append(Line(0.9, "ERROR", f"could not publish event of order {call.number}: queue url is empty"))
            call.hit = True

    return _truth("deployment: silent failure", place, bad_deployment(world, place, strike))


def debug(world: World) -> Planted:
    """Debug logging was left on."""
    place = site(world)

    def strike(call: Call) -> None:
        for step in range(25):
            text = f"step {step}: state of order {call.number} is {'x' * 80}"
            call.lines.append(Line(step / 26, "DEBUG", text))
        call.hit = True

    return _truth("deployment: log volume", place, bad_deployment(world, place, strike))


DEPLOYMENTS: dict[str, Kind] = {
    "deployment: exception": exception,
    "deployment: subset": subset,
    "deployment: canary": canary,
    "deployment: timeouts": timeouts,
    "deployment: latency": latency,
    "deployment: memory": memory,
    "deployment: import error": imports,
    "deployment: cold starts": init_duration,
    "deployment: silent failure": silent,
    "deployment: log volume": debug,
}
