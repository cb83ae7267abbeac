"""The life of one function: requests arrive, environments take them, lines come out in time order."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from random import Random

from insightctl.core.time import TimeRange
from insightctl.demo.clock import Clock
from insightctl.demo.dice import MAX_INIT_MS, Dice
from insightctl.demo.environments import Fleet
from insightctl.demo.json_platform import json_lines
from insightctl.demo.scenario import MINUTE_MS
from insightctl.demo.spec import Attempt, FaultKind, FunctionSpec, Release, uuid_text
from insightctl.demo.tally import Tally
from insightctl.demo.text_platform import text_lines
from insightctl.demo.traffic import Budget, arrivals
from insightctl.demo.writer import OrderedWriter

_PLATFORMS = {"text": text_lines, "json": json_lines}
_RETRY_AFTER_MS = {1: 60_000, 2: 120_000}
_RETRY_JITTER = 0.05
_REPORT_EVERY = 512  # attempts between two calls of `progress`


class FunctionStream:
    """Generates one function. `seed` with the function's name seeds its own random source."""

    def __init__(self, spec: FunctionSpec, seed: int, time: TimeRange, budget: Budget, writer: OrderedWriter) -> None:
        self._spec = spec
        self._rng = Random(f"{seed}:{spec.name}")
        self._clock = Clock()
        self._budget = budget
        self._writer = writer
        self._time = time
        self._last_ms = time.end_ms - spec.timeout_ms - 2 * MAX_INIT_MS  # what begins before it ends within the range
        self.deployments = deployments(spec, time, self._rng)
        self.tally = Tally(spec)
        self._fleet = Fleet(spec, self.deployments, self._rng, self._clock)
        self._dice = Dice(spec, self._rng)
        self._lines = _PLATFORMS[spec.log_format]
        self._retries: list[tuple[int, str, int]] = []

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Write every line. `progress` gets the attempts and the bytes made so far, now and then."""
        made = size = 0
        forced = [ms for ms, _ in self.deployments[1:]]
        for arrival in arrivals(self._time.start_ms, self._last_ms, forced, self._budget, self._rng):
            while self._retries and self._retries[0][0] <= arrival:
                size += self._attempt(*heappop(self._retries))
                made += 1
            size += self._attempt(arrival, uuid_text(self._rng), 1)
            made += 1
            self._writer.settle(arrival)
            if made % _REPORT_EVERY == 0:
                progress(made, size)
        while self._retries:
            size += self._attempt(*heappop(self._retries))
            made += 1
        self._writer.finish()
        progress(made, size)

    def _attempt(self, begin_ms: int, request_id: str, number: int) -> int:
        environment = self._fleet.take(begin_ms)
        retry_ms = self._retry_at(begin_ms, number) if self._spec.asynchronous else None
        # A failure whose retry would exceed the budget does not happen: totals stay exact, and no retry is missing.
        may_fail = retry_ms is None or self._budget.left() > 0
        attempt = self._dice.throw(environment, request_id, begin_ms, number, may_fail)
        if attempt.fault is None or attempt.fault.kind is FaultKind.EXCEPTION:
            self._fleet.give_back(environment, attempt.end_ms + 1)
        if attempt.fault is not None and retry_ms is not None:
            self._budget.plan(1)
            heappush(self._retries, (retry_ms, request_id, number + 1))
        self.tally.record(attempt, number)
        return self._write(attempt)

    def _retry_at(self, begin_ms: int, number: int) -> int | None:
        """When a failure would be tried again (UTC ms); None when no more, or not within the range."""
        wait = _RETRY_AFTER_MS.get(number)
        if wait is None:
            return None
        retry_ms = begin_ms + self._spec.timeout_ms + int(wait * (1 + _RETRY_JITTER * self._rng.random()))
        return retry_ms if retry_ms < self._last_ms else None

    def _write(self, attempt: Attempt) -> int:
        """Hand the lines to the writer; returns their size (in characters, which are bytes but for a few names)."""
        stamp, tag, pending = self._clock.stamp, attempt.environment.tag, self._writer.pending
        size = 0
        for ms, message in self._lines(self._spec, attempt, self._rng, self._clock):
            text = f"{stamp(ms)}{tag}{message}\n"
            size += len(text)
            pending.append((ms, text))
        self._budget.wrote(size)
        return size


def deployments(spec: FunctionSpec, time: TimeRange, rng: Random) -> list[tuple[int, Release]]:
    """When each release goes live: (UTC ms, release), whole minutes within the range but for the first."""
    first, *later = spec.releases
    plan = [(time.start_ms, first)]
    for release in later:
        share = release.at + release.spread * rng.random()
        plan.append((int(time.start_ms + share * time.duration_ms) // MINUTE_MS * MINUTE_MS, release))
    return plan
