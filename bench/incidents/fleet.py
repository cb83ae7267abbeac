"""Execution environments: a warm one is taken again, the last one used first; none is free means a cold start."""

from __future__ import annotations

from heapq import heappop, heappush
from random import Random
from time import gmtime, strftime

from bench.incidents.model import HOUR_MS, Environment, Function, Setting


class Fleet:
    """The environments of one function."""

    def __init__(self, function: Function, rng: Random) -> None:
        self._function, self._rng = function, rng
        self._idle: dict[str, list[Environment]] = {}
        self._busy: list[tuple[int, int, Environment]] = []
        self._count = 0

    def take(self, ms: int, version: str, setting: Setting) -> tuple[Environment, bool]:
        """An environment for an attempt that begins now, and whether it is a new one."""
        while self._busy and self._busy[0][0] <= ms:
            free = heappop(self._busy)[2]
            self._idle.setdefault(free.version, []).append(free)
        idle = self._idle.get(version, [])
        while idle:
            one = idle.pop()
            if (
                (one.setting is setting or setting.gradual)
                and ms < one.ends_ms
                and ms - one.free_ms < self._function.idle_ms
            ):
                return one, False
        return self._new(ms, version, setting), True

    def give_back(self, environment: Environment, free_ms: int) -> None:
        """It is free again at that moment (UTC ms)."""
        environment.free_ms = free_ms
        self._count += 1
        heappush(self._busy, (free_ms, self._count, environment))

    def _new(self, ms: int, version: str, setting: Setting) -> Environment:
        rng, function = self._rng, self._function
        name = function.name if function.named_streams else ""
        stream = f"{strftime('%Y/%m/%d', gmtime(ms / 1000))}/{name}[{version}]{rng.getrandbits(128):032x}"
        life = int(rng.uniform(1.2, 3.5) * HOUR_MS)
        return Environment(stream, version, setting, ms, ms + life, ms, function.used_mb * rng.uniform(0.94, 1.06))
