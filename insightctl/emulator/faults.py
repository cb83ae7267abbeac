"""Which fault befalls which call and which query: the dice, the quotas and the sessions of one emulator."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from insightctl.emulator.adversity import Adversity
from insightctl.emulator.errors import (
    AccessDenied,
    ExpiredToken,
    InternalFailure,
    OutOfService,
    ServiceError,
    Throttling,
)

_PARTIAL_SECONDS = 0.3  # the least time of a query that shows parts: without it nobody would see any


class Call(NamedTuple):
    """What befalls a call: refused by `error`, or its connection is cut, or it is answered `delay` seconds late."""

    error: ServiceError | None = None
    cut: Literal["before", "after"] | None = None
    delay: float = 0.0


class Fate(NamedTuple):
    """What befalls a query. Scheduled as an end means for ever."""

    end: Literal["Complete", "Failed", "Timeout", "Scheduled"] = "Complete"
    seconds: float = 0.0
    partial: bool = False


class Faults:
    """Draws the faults. Safe to use from several threads; `clock` tells monotonic seconds."""

    def __init__(self, adversity: Adversity, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.begin(adversity)

    def begin(self, adversity: Adversity) -> None:
        """Begin anew with these faults."""
        limits = {"StartQuery": adversity.starts_per_s, "GetQueryResults": adversity.results_per_s}
        with self._lock:
            self.adversity = adversity
            self._began = self._clock()
            self._dice: dict[str, random.Random] = {}
            self._sessions: dict[str, _Session] = {}
            self._calls = 0
            self._windows = {name: _Window(limit) for name, limit in limits.items() if limit is not None}

    def session(self, access_key: str) -> ServiceError | None:
        """The refusal of a call with an access key whose session is over."""
        limit_s, limit_calls = self.adversity.session_s, self.adversity.expire_after_calls
        if limit_s is None and limit_calls is None:
            return None
        with self._lock:
            session = self._sessions.setdefault(access_key, _Session(self._clock()))
            session.calls += 1
            late = limit_s is not None and self._clock() - session.began >= limit_s
            spent = limit_calls is not None and session.calls > limit_calls
        return ExpiredToken("The security token included in the request is expired") if late or spent else None

    def call(self, operation: str, *, of_logs: bool) -> Call:
        """What befalls a call of an operation."""
        window = self._windows.get(operation) if of_logs else None
        a = self.adversity
        hit = operation in a.only if a.only else of_logs
        with self._lock:
            if window is not None and not window.take(self._clock()):
                return Call(error=Throttling("Rate exceeded"))
            if not hit:
                return Call()
            dice = self._of(operation)
            what, which, late = dice.random(), dice.random() < 0.5, dice.random() < a.slow
        if what < a.throttle:
            return Call(error=Throttling("Rate exceeded"))
        if what < a.throttle + a.server_error:
            return Call(error=InternalFailure("An internal error occurred.") if which else OutOfService("Try again."))
        if what < a.throttle + a.server_error + a.reset:
            return Call(cut="before" if which else "after")
        return Call(delay=a.slow_seconds if late else 0.0)

    def denied(self, action: str, user: str) -> ServiceError | None:
        """The refusal of an action (service:Operation) that nobody may do."""
        service = action.partition(":")[0]
        refused = {word.lower() for word in self.adversity.deny}
        is_refused = bool(refused & {action.lower(), f"{service}:*".lower()})
        return AccessDenied.of(action, user) if is_refused else None

    def group_to_delete(self) -> str | None:
        """Counts a call; the name of the group that goes with this one."""
        with self._lock:
            self._calls += 1
            return self.adversity.delete_group if self._calls == self.adversity.delete_group_after_calls else None

    def fate(self) -> Fate:
        """What befalls the next query."""
        a = self.adversity
        with self._lock:
            dice = self._of("query")
            what, partial = dice.random(), dice.random() < a.partial
        if what < a.query_failed:
            return Fate("Failed", a.query_seconds)
        if what < a.query_failed + a.query_timeout:
            return Fate("Timeout", a.query_seconds)
        if what < a.query_failed + a.query_timeout + a.query_stuck:
            return Fate("Scheduled")
        return Fate("Complete", max(a.query_seconds, _PARTIAL_SECONDS) if partial else a.query_seconds, partial)

    def tail_seconds(self) -> tuple[float, bool]:
        """How long a Live Tail session lasts, and whether it is cut off then."""
        with self._lock:
            cut = self._of("tail").random() < self.adversity.tail_cut
        return (self.adversity.tail_cut_s, True) if cut else (self.adversity.tail_session_s, False)

    def others(self) -> int:
        """How many queries other people run now."""
        return self.adversity.others_at(self._clock() - self._began)

    def _of(self, name: str) -> random.Random:
        """Dice of its own for each operation: threads that ask for another one do not change them."""
        if name not in self._dice:
            self._dice[name] = random.Random(f"{self.adversity.seed}/{name}")  # noqa: S311 - has to be repeatable
        return self._dice[name]


@dataclass(slots=True)
class _Session:
    began: float
    calls: int = 0


class _Window:
    """So many calls in any second. Those that are refused do not count."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken: deque[float] = deque()

    def take(self, now: float) -> bool:
        while self._taken and now - self._taken[0] >= 1.0:
            self._taken.popleft()
        if len(self._taken) >= self._limit:
            return False
        self._taken.append(now)
        return True
