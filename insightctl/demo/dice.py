"""Decides an attempt in full: how long it takes, whether it starts cold, whether and how it fails."""

from __future__ import annotations

from math import log
from random import Random

from insightctl.demo.spec import Attempt, Environment, Fault, FaultKind, FunctionSpec, Release

MAX_INIT_MS = 4000
"""No initialisation or restore takes longer, so an attempt's end can be bounded before it begins."""
PLANTED_EVERY = 7
"""One attempt in so many meets the fault of a bad release."""
_MOST_INITS_FAIL = 0.05  # of the cold starts
_COLD_FACTOR = 1.7  # first calls open connections and fill caches
_RETRY_FAILS = 0.35  # what fails once is likelier to fail again
_INIT_SIGMA = 0.25
_BILLED_RESTORE = 0.56  # the share of a restore that is billed, about as in real reports


class Dice:
    """Draws the attempts of one function from its random source."""

    def __init__(self, spec: FunctionSpec, rng: Random) -> None:
        self._spec = spec
        self._rng = rng
        self._random = rng.random
        self._limit = spec.timeout_ms * 100
        self._init_mu = log(spec.init_median_ms)
        self._shape = {
            release.version: (log(release.median_ms), sum(fault.chance for fault in release.faults))
            for release in spec.releases
        }
        self._timeout = Fault(FaultKind.TIMEOUT, "timeout")
        self._attempts = self._colds = 0
        self._turn = self._victim = 0

    def throw(self, environment: Environment, request_id: str, begin_ms: int, number: int, may_fail: bool) -> Attempt:
        """The attempt that begins at `begin_ms` (UTC ms); `number` counts the attempts at this request from 1."""
        cold = not environment.used
        environment.used = True
        self._attempts += 1
        self._colds += cold
        init_fault = self._spec.init_fault
        if cold and init_fault is not None and may_fail and self._random() < self._init_chance(init_fault):
            return self._failed_init(environment, request_id, begin_ms, init_fault)
        fault = self._fault(environment.release, number) if may_fail else None
        duration = self._duration(environment.release, cold, fault)
        if duration >= self._limit:
            duration = self._limit if may_fail else self._limit - 1
            fault = self._timeout if may_fail else None
        init = self._init() if cold else 0
        start_ms = begin_ms + -(-init // 100)
        restore = init if self._spec.snap_start else 0
        billed_restore_ms = int(restore * _BILLED_RESTORE) // 100
        billed_init = billed_restore_ms * 100 if restore else init
        return Attempt(
            environment=environment,
            request_id=request_id,
            begin_ms=begin_ms,
            start_ms=start_ms,
            end_ms=start_ms + -(-duration // 100),
            duration=duration,
            billed_ms=-(-(duration + billed_init) // 100),
            cold=cold,
            init=init - restore,
            restore=restore,
            billed_restore_ms=billed_restore_ms,
            memory_mb=self._memory(environment, fault),
            fault=fault,
            failed_inits=None,
        )

    def _init_chance(self, fault: Fault) -> float:
        """For a cold start. Thin traffic is nearly all cold, and its failures shall be no less rare."""
        return min(_MOST_INITS_FAIL, fault.chance * self._attempts / self._colds)

    def _is_victim(self) -> bool:
        """True once in each block of PLANTED_EVERY calls, at a random place: even a small incident shows its rate."""
        if self._turn % PLANTED_EVERY == 0:
            self._victim = self._turn + int(self._random() * PLANTED_EVERY)
        self._turn += 1
        return self._turn - 1 == self._victim

    def _fault(self, release: Release, number: int) -> Fault | None:
        if release.planted is not None and self._is_victim():
            return release.planted
        total = self._shape[release.version][1]
        chance = self._random()
        if number > 1:
            chance *= total / _RETRY_FAILS
        if chance >= total:
            return None
        for fault in release.faults:
            chance -= fault.chance
            if chance < 0:
                return fault
        return None

    def _duration(self, release: Release, cold: bool, fault: Fault | None) -> int:
        """Hundredths of a ms."""
        if fault is not None and fault.kind is FaultKind.TIMEOUT:
            return self._limit
        duration = self._rng.lognormvariate(self._shape[release.version][0], release.sigma) * 100
        if cold:
            duration *= _COLD_FACTOR
        if fault is not None:  # an exception ends the work early; running out of memory takes a while
            duration *= 4 if fault.kind is FaultKind.OUT_OF_MEMORY else 0.3 + 0.6 * self._random()
            return min(max(100, int(duration)), self._limit - 1)
        return max(100, int(duration))

    def _init(self) -> int:
        """Hundredths of a ms."""
        return min(MAX_INIT_MS * 100, int(self._rng.lognormvariate(self._init_mu, _INIT_SIGMA) * 100))

    def _memory(self, environment: Environment, fault: Fault | None) -> int:
        """MB; the most that the environment has used so far, which is what REPORT shows."""
        if fault is not None and fault.kind is FaultKind.OUT_OF_MEMORY:
            return self._spec.memory_mb
        if self._random() < 0.05:
            environment.memory_mb = min(environment.memory_mb + 1, self._spec.memory_mb * 9 // 10)
        return environment.memory_mb

    def _failed_init(self, environment: Environment, request_id: str, begin_ms: int, fault: Fault) -> Attempt:
        """The second try is part of the invocation: its time counts as the invocation's duration."""
        phases = (self._init() // 2, self._init() // 2)
        duration = phases[1] + 200 + int(self._random() * 2000)
        start_ms = begin_ms + phases[0] // 100 + phases[1] // 100
        end_ms = start_ms + 2 + int(self._random() * 20)
        return Attempt(
            environment=environment,
            request_id=request_id,
            begin_ms=begin_ms,
            start_ms=start_ms,
            end_ms=end_ms,
            duration=duration,
            billed_ms=-(-duration // 100),
            cold=True,
            init=0,
            restore=0,
            billed_restore_ms=0,
            memory_mb=environment.memory_mb // 2,
            fault=fault,
            failed_inits=phases,
        )
