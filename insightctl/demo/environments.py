"""The execution environments of one function: they start on demand, serve one attempt at a time, and expire."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush
from random import Random

from insightctl.demo.clock import Clock
from insightctl.demo.spec import Environment, FunctionSpec, Release

_MINUTE = 60_000
_HOUR = 60 * _MINUTE


class Fleet:
    """Hands out environments. `deployments` are (UTC ms it goes live, release), oldest first."""

    def __init__(
        self, spec: FunctionSpec, deployments: Sequence[tuple[int, Release]], rng: Random, clock: Clock
    ) -> None:
        self._spec = spec
        self._rng = rng
        self._clock = clock
        self._ahead = deque(deployments[1:])
        self._live_ms, self._live = deployments[0]
        self._started_live = False
        self._busy: list[tuple[int, int, Environment]] = []
        self._idle: deque[Environment] = deque()
        self._releases = 0

    def take(self, now_ms: int) -> Environment:
        """An idle environment, the one used last first, else a new one of the version that is live."""
        self._advance(now_ms)
        while self._idle and self._started_live:
            environment = self._idle.pop()
            if self._usable(environment, now_ms):
                return environment
        return self._start(now_ms)

    def give_back(self, environment: Environment, free_ms: int) -> None:
        """The environment is free again from `free_ms` on. One that ended is just not given back."""
        environment.last_ms = free_ms
        self._releases += 1
        heappush(self._busy, (free_ms, self._releases, environment))

    def _advance(self, now_ms: int) -> None:
        while self._ahead and self._ahead[0][0] <= now_ms:
            self._live_ms, self._live = self._ahead.popleft()
            self._started_live = False  # the first request after a deployment meets the new version
        while self._busy and self._busy[0][0] <= now_ms:
            self._idle.append(heappop(self._busy)[2])
        while self._idle and not self._usable(self._idle[0], now_ms):
            self._idle.popleft()

    def _usable(self, environment: Environment, now_ms: int) -> bool:
        if now_ms >= environment.ends_ms or now_ms - environment.last_ms > environment.idle_ms:
            return False
        return environment.release is self._live or now_ms < self._live_ms + environment.drain_ms

    def _start(self, now_ms: int) -> Environment:
        self._started_live = True
        rng, spec = self._rng, self._spec
        day = self._clock.stamp(now_ms)[:10].replace("-", "/")
        name = spec.name if spec.named_streams else ""
        return Environment(
            self._live,
            f"{day}/{name}[{self._live.version}]{rng.getrandbits(128):032x}",
            ends_ms=now_ms + int(rng.uniform(0.75, 2.5) * _HOUR),
            idle_ms=int(rng.uniform(3, 8) * _MINUTE),
            drain_ms=int(rng.uniform(5, 100) * 1000),
            memory_mb=spec.base_memory_mb + int(rng.random() * spec.base_memory_mb * 0.15),
        )
