"""One account and region: quotas hold within it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from insightctl.cloud.failures import Place
from insightctl.cloud.schedule.pace import Pace

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

STARTS_PER_S = RESULTS_PER_S = 10
"""Of an account and region (CloudWatch Logs quotas: StartQuery and GetQueryResults)."""
LOOKS_PER_S = 5
"""DescribeQueries and StopQuery: no more than is needed."""
CONCURRENT = 100
"""Queries that run at once in an account and region, other people's among them."""
_ROOM_AGAIN_S = 2.0


Paces = tuple[Pace, Pace, Pace]
_known: dict[Hashable, Paces] = {}
_lock = threading.Lock()


def _paces(lane: Lane) -> Paces:
    """The paces of an account and region in this process: several runs at once share the quotas.

    Accounts are told apart by the key of their credentials: asking for the account would be one more call.
    """
    made = Pace(STARTS_PER_S, lane.now), Pace(RESULTS_PER_S, lane.now), Pace(LOOKS_PER_S, lane.now)
    if lane.now is not time.monotonic:
        return made
    signer = getattr(lane.logs, "_request_signer", None)
    key = getattr(getattr(signer, "_credentials", None), "access_key", None)
    with _lock:
        return _known.setdefault((lane.place.endpoint_url, lane.place.region, key or lane.place.profile), made)


@dataclass(slots=True)
class Lane:
    """The client and the limits of an account and region. The client must not retry by itself: the scheduler does.

    `room` is how many of our queries may run at once; it shrinks when the service says that too many do, and grows
    again while it does not. `now` is monotonic seconds.
    """

    logs: CloudWatchLogsClient
    place: Place
    now: Callable[[], float]
    room: int = CONCURRENT
    running: int = 0
    starts: Pace = field(init=False)
    results: Pace = field(init=False)
    looks: Pace = field(init=False)
    _changed: float = field(default=float("-inf"), init=False)
    _typical: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.starts, self.results, self.looks = _paces(self)

    def share(self, other: Lane) -> None:
        """Takes part in the paces of another lane: the quotas are the account's, whoever asks."""
        self.starts, self.results, self.looks = other.starts, other.results, other.looks

    def has_room(self) -> bool:
        """Whether another query may be started."""
        if self.room < CONCURRENT and self.now() - self._changed >= _ROOM_AGAIN_S:
            self.room, self._changed = self.room + max(1, self.room // 4), self.now()
        return self.running < self.room

    def crowded(self) -> None:
        """The service runs as many queries as it does at once: ours are enough for now."""
        self.room, self._changed = max(1, self.running), self.now()

    def took(self, seconds: float | None) -> None:
        """A query took about so many seconds: when to look for the next ones. None: it was done at the first look.

        That look was when others took as long, so it tells nothing new (and a late look must not make the next later).
        """
        if seconds is not None:
            self._typical = seconds if self._typical is None else 0.7 * self._typical + 0.3 * seconds

    @property
    def typical_s(self) -> float | None:
        """How long queries took lately; None before the first was done."""
        return self._typical
