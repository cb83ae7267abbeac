"""What others did: services and hosts that fail, slow down or refuse, in the middle of a version's life."""

from __future__ import annotations

from bench.incidents.kinds.texts import host, refused, unreachable
from bench.incidents.model import Call, Failure, Line
from bench.incidents.planting import Kind, decoy, fail, failing, site
from bench.incidents.truth import Planted
from bench.incidents.world import World


def outage(world: World) -> Planted:
    """A host cannot be reached; often several functions need it."""
    place = site(world, 0.3, 1.0)
    decoy(world, place.function, place.start_ms)
    name, hurt = host(world.rng), [place.function]
    place.function.effects.append(failing(place, unreachable(place.function, name, world.rng)))
    if len(world.functions) > 2 and world.rng.random() < 0.4:
        other = world.rng.choice([f for f in world.functions if f is not place.function])
        other.effects.append(failing(place, unreachable(other, name, world.rng)))
        hurt.append(other)
    names = tuple(function.name for function in hurt)
    return Planted("downstream: outage", names, ("downstream",), None, (name,), place.start_ms, end_ms=place.ended)


def throttled(world: World) -> Planted:
    """A table refuses for lack of capacity."""
    place = site(world, 0.2, 0.9)
    decoy(world, place.function, place.start_ms)
    code = "ProvisionedThroughputExceededException"
    why = "The level of configured provisioned throughput for the table was exceeded."
    place.function.effects.append(failing(place, refused(place.function, "PutItem", code, why)))
    return Planted(
        "downstream: throttled", (place.function.name,), ("downstream", "throttle"), None,
        ("ProvisionedThroughput", "DynamoDB"), place.start_ms, end_ms=place.ended,
    )  # fmt: skip


def unavailable(world: World) -> Planted:
    """An AWS service answers with 503."""
    place = site(world, 0.3, 1.0)
    decoy(world, place.function, place.start_ms)
    error = refused(
        place.function, "PutObject", "ServiceUnavailable", "Please reduce your request rate to bucket media"
    )
    place.function.effects.append(failing(place, error))
    return Planted(
        "downstream: unavailable", (place.function.name,), ("downstream",), None, ("ServiceUnavailable", "S3"),
        place.start_ms, end_ms=place.ended,
    )  # fmt: skip


def slow(world: World) -> Planted:
    """A host answers so slowly that invocations time out; a line before tells whom they wait for."""
    place = site(world, 0.3, 1.0)
    decoy(world, place.function, place.start_ms)
    name = host(world.rng)

    def strike(call: Call) -> None:
        if place.strikes(call):
            call.lines.append(Line(0.6, "WARN", f"no answer from {name} yet, trying again (timeout of 2000 ms)"))
            fail(Failure("timeout"), call)

    place.function.effects.append(strike)
    return Planted(
        "downstream: slow", (place.function.name,), ("downstream",), None, (name,), place.start_ms, end_ms=place.ended
    )


def permission(world: World) -> Planted:
    """Somebody changed a policy."""
    place = site(world, 0.4, 1.0)
    decoy(world, place.function, place.start_ms)
    why = f"User: arn:aws:sts::123456789012:assumed-role/{place.function.name}-role is not authorized to perform: dynamodb:Query"
    error = refused(place.function, "Query", "AccessDeniedException", why)
    place.function.effects.append(failing(place, error))
    return Planted(
        "permission", (place.function.name,), ("downstream", "unknown"), None, ("AccessDenied", "dynamodb:Query"),
        place.start_ms, end_ms=place.ended,
    )  # fmt: skip


DOWNSTREAM: dict[str, Kind] = {
    "downstream: outage": outage,
    "downstream: throttled": throttled,
    "downstream: unavailable": unavailable,
    "downstream: slow": slow,
    "permission": permission,
}
