"""The kinds of incidents: each plants one into a world and says what is true about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.incidents.kinds.deployments import DEPLOYMENTS
from bench.incidents.kinds.downstream import DOWNSTREAM
from bench.incidents.kinds.environments import ENVIRONMENTS
from bench.incidents.kinds.load import LOAD
from bench.incidents.kinds.requests import REQUESTS
from bench.incidents.planting import Kind
from bench.incidents.truth import Planted
from bench.incidents.world import World

_SINGLE: dict[str, Kind] = {**DEPLOYMENTS, **DOWNSTREAM, **ENVIRONMENTS, **LOAD, **REQUESTS}
_LOUD = (
    "deployment: exception",
    "deployment: timeouts",
    "deployment: canary",
    "deployment: memory",
    "downstream: outage",
    "downstream: throttled",
    "permission",
)


def _alone(kind: Kind) -> Callable[[World], tuple[Planted, ...]]:
    return lambda world: (kind(world),)


def _two(world: World) -> tuple[Planted, ...]:
    """Two of different functions; which is the worse one shows when they have been played."""
    first, second = (_SINGLE[name] for name in world.rng.sample(_LOUD, 2))
    one, other = first(world), second(world)
    if set(one.functions) & set(other.functions):
        return (replace(one, kind="two incidents"), replace(one, kind="two incidents"))  # never clear: thrown again
    return (replace(one, kind="two incidents"), replace(other, kind="two incidents"))


KINDS: dict[str, Callable[[World], tuple[Planted, ...]]] = {
    **{name: _alone(kind) for name, kind in _SINGLE.items()},
    "two incidents": _two,
}
"""By name. What they return, the worst first, is true once the world has been played."""

__all__ = ["KINDS"]
