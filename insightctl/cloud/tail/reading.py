"""FilterLogEvents for a tail: history, polling and the filling of gaps, within its quota of requests."""

from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from insightctl.cloud.failures import Place, error_code, said_plainly
from insightctl.cloud.tail.events import LATE_MS, Failed, Floor, Heard, Item, Notice, TailEvent
from insightctl.core.errors import CloudError

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

PER_SECOND = 5
"""Requests: the least quota of FilterLogEvents in any region is 5 a second, and other people use it too."""
_WIDE_EVERY = 6  # polls: the others look back a little only, for busy groups have many events in two minutes
_SHORT_MS = 10_000
_PASSING = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "LimitExceededException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "InternalFailure",
        "InternalServerError",
        "RequestTimeout",
    }
)


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds: between polls of a group, before a gap is read again, between attempts (doubled up to the last)."""

    poll_s: float = 1.0
    again_s: tuple[float, ...] = (0.0, 4.0, 20.0)
    retry_s: float = 0.5
    longest_retry_s: float = 15.0


def is_passing(error: BaseException) -> bool:
    """Whether an error of boto3 goes away by itself: throttling, an outage, the network."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return error_code(error) in _PASSING or status >= 500
    return isinstance(error, (ConnectionError, HTTPClientError))


class Pace:
    """At most so many requests in any second. Safe to use from several threads."""

    def __init__(self, per_second: int, now: Callable[[], float] = time.monotonic) -> None:
        self._sent: deque[float] = deque(maxlen=per_second)
        self._now = now
        self._lock = threading.Lock()

    def wait(self, sleep: Callable[[float], object] = time.sleep) -> None:
        """Return when the next request may go."""
        with self._lock:
            if len(self._sent) == self._sent.maxlen and (left := self._sent[0] + 1.0 - self._now()) > 0:
                sleep(left)
            self._sent.append(self._now())


@dataclass(frozen=True, slots=True)
class Pages:
    """Reads events of log groups by time, oldest first, in `pattern` (the service's filter pattern).

    `arns` are those of the groups of linked accounts, which their names do not find.
    """

    logs: CloudWatchLogsClient
    pace: Pace
    pattern: str | None = None
    arns: Mapping[str, str] = field(default_factory=dict)

    def read(self, group: str, start_ms: int, end_ms: int | None = None) -> Iterator[tuple[TailEvent, ...]]:
        """Pages of a group from `start_ms` to before `end_ms`. Raises boto3's errors."""
        asked: dict[str, Any] = {"startTime": max(start_ms, 0)}
        asked |= {"logGroupIdentifier": self.arns[group]} if group in self.arns else {"logGroupName": group}
        if end_ms is not None:
            asked["endTime"] = max(end_ms - 1, start_ms, 0)
        if self.pattern:
            asked["filterPattern"] = self.pattern
        while True:
            self.pace.wait()
            page = self.logs.filter_log_events(**asked)
            yield tuple(
                TailEvent(
                    group, e["logStreamName"], e["timestamp"], e.get("ingestionTime", 0), e["message"], e["eventId"]
                )
                for e in page["events"]
            )
            token = page.get("nextToken")
            if not token:
                return
            asked["nextToken"] = token

    def merged(self, groups: Sequence[str], start_ms: int, end_ms: int | None = None) -> Iterator[TailEvent]:
        """The events of several groups in order of time. Throttling is waited for; raises boto3's other errors."""
        streams = [itertools.chain.from_iterable(self.read(group, start_ms, end_ms)) for group in groups]
        return heapq.merge(*streams, key=_time_of)


def _time_of(event: TailEvent) -> int:
    return event.time_ms


Tell = Callable[[Floor], None]


@dataclass(slots=True)
class _Job:
    """A time of a group to read, once or (`polls` is not None) again and again."""

    group: str
    slot: str
    start_ms: int
    end_ms: int | None = None
    polls: int | None = None
    is_last: bool = False
    stumbles: int = 0


@dataclass(slots=True)
class Reader:
    """A thread that reads times of log groups when they are due, and tells what it finds.

    `now_ms` is the service's clock; nothing before `since_ms` is read. Errors that pass are waited for; others end the
    tail when a group is polled, and are said when a gap is filled.
    """

    pages: Pages
    out: queue.Queue[Item]
    place: Place
    now_ms: Callable[[], int]
    tempo: Tempo = field(default_factory=Tempo)
    since_ms: int = 0
    _jobs: list[tuple[float, int, _Job]] = field(default_factory=list)
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _thread: threading.Thread | None = None
    _polled: set[str] = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)
    _told: bool = False

    def poll(self, groups: Sequence[str], from_ms: int, tell: Tell) -> None:
        """Read these groups again and again from a time on. `tell` hears what is going to be read, before it is."""
        for group in groups:
            slot, start_ms = f"poll {group}", max(from_ms, self.since_ms)
            tell(Floor(slot, start_ms))
            self._polled.add(group)
            self._add(0.0, _Job(group, slot, start_ms, polls=0))

    def fill(self, groups: Sequence[str], from_ms: int, to_ms: int, tell: Tell) -> None:
        """Read a time of these groups, and again a little later, for events take time to be found."""
        for group in groups:
            slot, start_ms = f"gap {next(self._numbers)}", max(from_ms, self.since_ms)
            tell(Floor(slot, start_ms))
            last = len(self.tempo.again_s) - 1
            for number, pause in enumerate(self.tempo.again_s):
                self._add(pause, _Job(group, slot, start_ms, to_ms, is_last=number == last))

    def stop(self) -> None:
        """Read no more, and let the sessions that share `stopped` end."""
        self.stopped.set()
        with self._wake:
            self._jobs.clear()
            self._wake.notify()

    def _add(self, pause_s: float, job: _Job) -> None:
        with self._wake:
            if self.stopped.is_set():
                return
            heapq.heappush(self._jobs, (time.monotonic() + pause_s, next(self._numbers), job))
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="tail-reader", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _serve(self) -> None:
        while True:
            with self._wake:
                while not self._jobs or self._jobs[0][0] > time.monotonic():
                    if self.stopped.is_set():
                        return
                    self._wake.wait(self._jobs[0][0] - time.monotonic() if self._jobs else None)
                job = heapq.heappop(self._jobs)[2]
            self._run(job)

    def _run(self, job: _Job) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        began_ms = self.now_ms()
        try:
            for events in self.pages.read(job.group, job.start_ms, job.end_ms):
                if events:
                    self.out.put(Heard(job.slot, events))
        except (BotoCoreError, ClientError) as error:
            self._failed(job, error)
            return
        if self._told:
            self._told = False
            self.out.put(Notice("CloudWatch answers again; what was missed is read now"))
        if job.polls is None:
            if job.is_last:
                self.out.put(Floor(job.slot, None))
            return
        self.out.put(Floor(job.slot, began_ms - LATE_MS))
        polls = job.polls + 1
        back_ms = LATE_MS if polls % _WIDE_EVERY == 0 else _SHORT_MS
        self._add(self.tempo.poll_s, _Job(job.group, job.slot, max(began_ms - back_ms, self.since_ms), polls=polls))

    def _failed(self, job: _Job, error: Exception) -> None:
        from botocore.exceptions import ClientError

        if is_passing(error):
            job.stumbles += 1
            if job.stumbles == 4 and not self._told:
                self._told = True
                self.out.put(Notice(f"{plain(error, self.place).what}; trying on"))
            pause = min(self.tempo.retry_s * 2 ** min(job.stumbles - 1, 10), self.tempo.longest_retry_s)
            self._add(pause, job)
            return
        said = plain(error, self.place)
        if job.polls is not None:
            self._polled.discard(job.group)
            gone = isinstance(error, ClientError) and error_code(error) == "ResourceNotFoundException"
            # one of several groups may be deleted meanwhile; anything else concerns all of them
            self.out.put(Notice(f"{job.group} is gone") if gone and self._polled else Failed(said))
            self.out.put(Floor(job.slot, None))
            return
        if job.is_last:
            self.out.put(Notice(f"a gap in {job.group} cannot be filled ({said.what}): events may be missing"))
            self.out.put(Floor(job.slot, None))


def plain(error: Exception, place: Place) -> CloudError:
    """An error of boto3 as people should hear it."""
    try:
        with said_plainly(place):
            raise error
    except CloudError as said:
        return said
