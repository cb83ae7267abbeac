"""What changes under the code: configuration, the runtime, one environment, memory that is never given back."""

from __future__ import annotations

from dataclasses import replace

from bench.incidents.kinds.texts import host
from bench.incidents.model import HOUR_MS, MINUTE_MS, Call, Effect, Environment, Failure, Line
from bench.incidents.planting import LEAST, Kind, Site, bad_deployment, decoy, fail, frames, site
from bench.incidents.traffic import expected
from bench.incidents.truth import Planted
from bench.incidents.world import World, arn, on_latest


def memory_lowered(world: World) -> Planted:
    """Somebody saved money: the same code has half the memory, and is killed now and then."""
    place, rng = site(world, 0.2, 0.7), world.rng
    function = place.function
    on_latest(function)
    setting = function.set_at(place.start_ms)
    size = max(128, setting.memory_mb // 2)
    function.settings = [replace(s, memory_mb=2 * size) for s in function.settings if s.at_ms < place.start_ms]
    before = function.settings[-1]
    function.settings.append(replace(before, at_ms=place.start_ms, memory_mb=size))
    if not place.lasts:
        function.settings.append(replace(before, at_ms=place.end_ms))
    function.used_mb = size * rng.uniform(0.8, 0.88)

    def strike(call: Call) -> None:
        if call.environment.setting.memory_mb == size and place.strikes(call):
            call.memory_mb = size
            fail(Failure("oom"), call)

    function.effects.append(strike)
    return Planted(
        "config: memory lowered", (function.name,), ("memory", "deployment"), None, (f"{size} MB",),
        place.start_ms, end_ms=place.ended,
    )  # fmt: skip


def runtime_update(world: World) -> Planted:
    """AWS updates the runtime, environment by environment, and the code does not bear it."""
    place, rng = site(world, 0.4, 1.0), world.rng
    function = place.function
    decoy(world, function, place.start_ms)
    before = function.set_at(place.start_ms)
    function.settings = [s for s in function.settings if s.at_ms < place.start_ms]
    name, number = before.runtime.rsplit("v", 1)
    after = replace(
        before, at_ms=place.start_ms, runtime=f"{name}v{int(number) + 1}", arn=arn(rng), gradual=rng.random() < 0.5
    )
    function.settings.append(after)
    if not place.lasts:
        function.settings.append(replace(before, at_ms=place.end_ms, gradual=False))
    error = {
        "python": Failure("exception", "ImportError", "/lib64/libssl.so.3: version `OPENSSL_3.2.0' not found"),
        "node": Failure("exception", "Error", "/var/task/node_modules/sharp.node: invalid ELF header"),
        "java": Failure("exception", "java.lang.NoSuchMethodError", "'void sun.misc.Unsafe.ensureClassInitialized()'"),
        "go": Failure("exit"),
    }[function.runtime]
    error = replace(error, frames=frames(function, "native", 8)) if error.type else error

    def strike(call: Call) -> None:
        if call.environment.setting is after and place.strikes(call):
            fail(error, call)

    function.effects.append(strike)
    words = (after.runtime, after.arn[-16:])
    return Planted("runtime update", (function.name,), ("runtime",), None, words, place.start_ms, end_ms=place.ended)


def one_environment(world: World) -> Planted:
    """One of several environments fails whatever it gets; the others serve on."""
    place = site(world, early=0.2, late=0.6)
    function = place.function
    function.hourly, function.median_ms = max(function.hourly, 700.0), max(function.median_ms, 3_000.0)
    function.timeout_ms, function.depth = 30_000, min(function.depth, 0.4)
    function.sigma = min(function.sigma, 0.4)
    kind, message = {
        "python": ("OSError", "[Errno 28] No space left on device"),
        "node": ("Error", "ENOSPC: no space left on device, write"),
        "java": ("java.sql.SQLException", "connection is closed"),
        "go": ("PathError", "write /tmp/cache.db: no space left on device"),
    }[function.runtime]
    broken = Failure("exception", kind, message, frames(function, "save", 70))
    chosen: list[Environment] = []
    seen: dict[str, int] = {}

    def strike(call: Call) -> None:
        if call.at_ms < place.start_ms:
            return
        others = [ms for stream, ms in seen.items() if stream != call.environment.stream and call.at_ms - ms < 60_000]
        if not chosen and others:
            chosen.append(call.environment)
            call.environment.ends_ms = max(call.environment.ends_ms, call.at_ms + 2 * 3_600_000)
        if chosen and call.environment is chosen[0]:
            fail(broken, call, quick=False)
        seen[call.environment.stream] = call.at_ms

    function.effects.append(strike)
    function.asynchronous = False
    return Planted("one environment", (function.name,), ("environment",), None, (), place.start_ms, told_by="stream")


def leak(world: World) -> Planted:
    """From some moment on each request leaves something behind, until the environment is killed."""
    place = replace(site(world, early=0.15, late=0.5), end_ms=world.end_ms, lasts=True)
    function, soon = place.function, place.start_ms - HOUR_MS
    # The first kill comes long after the cause: a deployment within the hour before would be as good an explanation.
    function.routes = [r for r in function.routes if r.at_ms <= soon or r.at_ms >= place.start_ms]
    place.function.effects.append(_leaking(world, place))
    return Planted("memory leak", (place.function.name,), ("memory",), None, (), place.start_ms)


def leaking_deployment(world: World) -> Planted:
    """The new version leaks."""
    place = replace(site(world, early=0.15, late=0.5), end_ms=world.end_ms, lasts=True)
    version = bad_deployment(world, place, _leaking(world, place))
    causes = ("deployment", "memory")
    return Planted("deployment: memory leak", (place.function.name,), causes, version, (), place.start_ms)


def _leaking(world: World, place: Site) -> Effect:
    """Kills an environment after so many requests that some dozens, or some hundreds, are killed."""
    function = place.function
    calls = expected(function, place.start_ms, world.end_ms)
    kills = world.rng.uniform(1.3 * LEAST, 60)
    if calls < 20 * kills:
        function.hourly *= 20 * kills / max(calls, 1)
        calls = 20 * kills
    function.idle_ms = max(function.idle_ms, 12 * MINUTE_MS)
    each = world.rng.uniform(0.7, 1.0) * min(80.0, calls / kills)

    def strike(call: Call) -> None:
        if call.at_ms < place.start_ms:
            return
        environment, room = call.environment, call.environment.setting.memory_mb - call.environment.base_mb
        environment.waste_mb += room / each * world.rng.uniform(0.5, 1.5)
        call.memory_mb += environment.waste_mb
        if call.memory_mb >= environment.setting.memory_mb:
            fail(Failure("oom"), call)

    return strike


def extension(world: World) -> Planted:
    """A monitoring extension crashes, and takes the invocation with it."""
    place, rng = site(world, 0.2, 0.8), world.rng
    decoy(world, place.function, place.start_ms)
    name = rng.choice(("datadog-agent", "otel-collector", "cloudwatch_lambda_agent"))
    error = Failure("extension", name, "exit code 1")

    def strike(call: Call) -> None:
        if place.strikes(call):
            fail(error, call)

    place.function.effects.append(strike)
    return Planted(
        "extension crash", (place.function.name,), ("runtime", "unknown", "downstream"), None,
        ("Extension.Crash", name), place.start_ms, end_ms=place.ended,
    )  # fmt: skip


def silent(world: World) -> Planted:
    """Errors are logged and swallowed: each invocation is a success."""
    place, name = site(world, 0.3, 1.0), host(world.rng)
    decoy(world, place.function, place.start_ms)

    def strike(call: Call) -> None:
        if place.strikes(call):
            text = f"could not notify {name} about order {call.number}: connection refused"
            call.lines.append(Line(0.8, "ERROR", text))
            call.hit = True

    place.function.effects.append(strike)
    causes = ("downstream", "unknown")
    return Planted("silent failure", (place.function.name,), causes, None, (name,), place.start_ms, end_ms=place.ended)


def debug_left_on(world: World) -> Planted:
    """Somebody set the log level to debug."""
    place = site(world)
    function = place.function
    on_latest(function)
    before = function.set_at(place.start_ms)
    function.settings = [s for s in function.settings if s.at_ms < place.start_ms]
    function.settings.append(replace(before, at_ms=place.start_ms))
    if not place.lasts:
        function.settings.append(replace(before, at_ms=place.end_ms))

    def strike(call: Call) -> None:
        if place.strikes(call):
            call.lines += [
                Line(n / 31, "DEBUG", f"sql {n}: select * from t where id = {call.number}") for n in range(30)
            ]
            call.hit = True

    function.effects.append(strike)
    return Planted(
        "log volume", (function.name,), ("unknown", "deployment"), None, ("log",), place.start_ms, end_ms=place.ended
    )


ENVIRONMENTS: dict[str, Kind] = {
    "config: memory lowered": memory_lowered,
    "runtime update": runtime_update,
    "one environment": one_environment,
    "memory leak": leak,
    "deployment: memory leak": leaking_deployment,
    "extension crash": extension,
    "silent failure": silent,
    "log volume": debug_left_on,
}
