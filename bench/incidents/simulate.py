"""Plays a function: requests arrive, environments take them, effects change them, lines come out."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from bench.incidents.application import line, usual_lines
from bench.incidents.fleet import Fleet
from bench.incidents.forms import Record
from bench.incidents.model import Call, Function, Route
from bench.incidents.platform import Event, begin_ms, end_ms, json_events, text_events
from bench.incidents.traffic import arrivals

_RETRY_AFTER_MS = (0, 60_000, 120_000)


@dataclass(slots=True)
class Tally:
    """What came of a function: what its logs hold, and what the case did to it (end times, UTC ms)."""

    invocations: int = 0
    failures: int = 0
    hits: int = 0
    first_hit_ms: int | None = None
    streams: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)


class Play:
    """One function from the first to the last request."""

    def __init__(self, function: Function, rng: Random) -> None:
        self.function, self.rng = function, rng
        self.records: list[Record] = []
        self.tally = Tally()
        self._fleet = Fleet(function, rng)
        self._routes = sorted(function.routes, key=lambda route: route.at_ms)
        self._moments = [route.at_ms for route in self._routes]
        self._again: list[tuple[int, int, str, int]] = []

    def run(self, start_ms: int, end_ms: int) -> None:
        """Fills `records`, in order of time, with what arrives in the range."""
        for ms, number in arrivals(self.function, start_ms, end_ms, self.rng):
            self._retries(ms)
            self._attempt(ms, number, self._uuid(), 1)
        self._retries(end_ms)
        self.records.sort(key=lambda record: record[0])
        # What ends after the range is not in its logs: nobody has seen it yet.
        self.records = [record for record in self.records if record[0] < end_ms + 60_000]

    def _retries(self, before_ms: int) -> None:
        while self._again and self._again[0][0] <= before_ms:
            ms, number, request, attempt = heappop(self._again)
            self._attempt(ms, number, request, attempt)

    def _attempt(self, ms: int, number: int, request: str, attempt: int) -> None:
        function, rng = self.function, self.rng
        environment, cold = self._fleet.take(ms, self._version(ms), function.set_at(ms))
        duration = function.median_ms * math.exp(rng.gauss(0, function.sigma))
        init = function.init_ms * math.exp(rng.gauss(0, 0.15)) if cold else 0.0
        if cold:
            duration *= 1.6
        memory = environment.base_mb * (1 + min(environment.served, 50) * 0.002)
        call = Call(ms, request, attempt, number, function, environment, cold, duration, init, memory)
        usual_lines(call, rng)
        duration *= 1 + 0.1 * math.sin(ms / 7e6 + function.peak_hour)
        if rng.random() < (function.noise if attempt == 1 else function.sticky):
            call.failure = function.usual[number % len(function.usual)]
            call.duration_ms *= rng.uniform(0.2, 1.0)
        for effect in function.effects:
            effect(call)
        self._settle(call)
        self._write(call)

    def _settle(self, call: Call) -> None:
        """Ends the attempt: limits of time and memory, the environment, the retry, the counts."""
        function, environment = call.function, call.environment
        failure, end = call.failure, 0
        if failure is not None and failure.ending == "timeout":
            call.duration_ms = float(function.timeout_ms)
        call.duration_ms = max(1.0, min(call.duration_ms, function.timeout_ms))
        call.memory_mb = min(call.memory_mb, environment.setting.memory_mb)
        end = end_ms(call)
        environment.served += 1
        if failure is None or failure.ending in ("exception", "timeout"):
            self._fleet.give_back(environment, end + 1)
        if failure is not None and call.attempt < 3:
            self._try_again(call, end)
        tally = self.tally
        tally.invocations += 1
        tally.failures += failure is not None
        if call.hit:
            tally.hits += 1
            tally.first_hit_ms = end if tally.first_hit_ms is None else min(end, tally.first_hit_ms)
            tally.streams.add(call.environment.stream)
            tally.requests.add(call.request)

    def _try_again(self, call: Call, end: int) -> None:
        """Lambda tries an asynchronous request twice more; callers of others try at once, which is a new request."""
        if call.function.asynchronous:
            wait = int(_RETRY_AFTER_MS[call.attempt] * self.rng.uniform(1, 1.1))
            heappush(self._again, (end + wait, call.number, call.request, call.attempt + 1))
        elif call.function.insistent and self.rng.random() < 0.6:
            heappush(self._again, (end + self.rng.randrange(200, 4_000), call.number, self._uuid(), call.attempt + 1))

    def _write(self, call: Call) -> None:
        start, end, stream = begin_ms(call), end_ms(call), call.environment.stream
        failed_init = call.failure is not None and call.failure.ending == "init"
        own: list[Event] = []
        for wrote in [] if failed_init else call.lines:
            ms = start + int(wrote.after * (end - start))
            own.append((ms, line(call, wrote, ms)))
        make = text_events if call.function.log_format == "text" else json_events
        self.records += [(ms, stream, message) for ms, message in make(call, own)]

    def _version(self, ms: int) -> str:
        route: Route = self._routes[bisect_right(self._moments, ms) - 1]
        if route.canary is not None and self.rng.random() < route.weight:
            return route.canary
        return route.version

    def _uuid(self) -> str:
        text = f"{self.rng.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
