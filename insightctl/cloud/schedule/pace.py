"""How often one kind of call may be made."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

WINDOW_S = 1.0
_RECOVERY_S = 1.0  # without a throttle, one more call a second is allowed every so often


class Pace:
    """At most so many calls arrive in any second, wherever they are held up on the way.

    A call counts from when it is sent until a second after it was answered: its arrival lies somewhere between, so the
    next but `per_second` is sent a second after it at the earliest. When the service throttles (others use the same
    quota), the pace halves and then creeps up again. `now` is monotonic seconds. Safe to use from several threads.
    """

    def __init__(self, per_second: int, now: Callable[[], float]) -> None:
        self._most = per_second
        self._allowed = per_second
        self._now = now
        self._under_way = 0
        self._answered: deque[float] = deque()
        self._changed = float("-inf")
        self._rest_until = float("-inf")
        self._lock = threading.RLock()

    def wait_s(self) -> float:
        """Seconds until a call may be made: 0 for now; infinity while it has to wait for an answer."""
        with self._lock:
            return self._wait_s()

    def take(self) -> bool:
        """Makes room for a call that goes out now; False when there is none."""
        with self._lock:
            if self._wait_s() > 0:
                return False
            self._under_way += 1
            return True

    def _wait_s(self) -> float:
        now = self._now()
        self._recover(now)
        while self._answered and now - self._answered[0] >= WINDOW_S:
            self._answered.popleft()
        resting = max(0.0, self._rest_until - now)
        room = self._allowed - self._under_way - len(self._answered)
        if room > 0:
            return resting
        behind = len(self._answered) - (self._allowed - self._under_way)
        if not 0 <= behind < len(self._answered):
            return float("inf")
        return max(resting, self._answered[behind] + WINDOW_S - now)

    def answered(self) -> None:
        """A call came back, with an answer or an error."""
        with self._lock:
            self._under_way -= 1
            self._answered.append(self._now())

    def throttled(self) -> None:
        """The service said that calls come too fast."""
        with self._lock:
            now = self._now()
            if now - self._changed > WINDOW_S / 2:  # several throttles at once are one message
                self._allowed = max(1, self._allowed // 2)
            self._changed = now
            self._rest_until = now + WINDOW_S / 2

    def _recover(self, now: float) -> None:
        if self._allowed < self._most and now - self._changed >= _RECOVERY_S:
            self._allowed += 1
            self._changed = now
