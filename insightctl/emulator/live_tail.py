"""StartLiveTail: sessions that are told of events as they are put, as a real event stream.

botocore puts `stream-` before the host of this operation, and `stream-127.0.0.1` is no host: a client of the emulator
sets AWS_DISABLE_HOST_PREFIX_INJECTION=true, or `Config(inject_host_prefix=False)`.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from insightctl.emulator.errors import InvalidOperation, InvalidParameter
from insightctl.emulator.event_stream import Stream, exception, message
from insightctl.emulator.faults import Faults
from insightctl.emulator.filter_pattern import Test, compile_pattern
from insightctl.emulator.spool import PutEvent
from insightctl.emulator.store import ACCOUNT, Group, Store
from insightctl.emulator.wire import Call

_MOST_GROUPS = 10
_UPDATE_EVENTS = 500  # of an update; of more, so many at random (botocore's model of StartLiveTail, 2026)
_BUFFER = 5000  # events kept for a client that reads slowly; the oldest go first
_TIMED_OUT = "The Live Tail session has timed out."


@dataclass(slots=True)
class _Session:
    groups: frozenset[str]
    streams: tuple[str, ...]
    prefixes: tuple[str, ...]
    matches: Test
    seen: deque[tuple[str, PutEvent]] = field(default_factory=lambda: deque(maxlen=_BUFFER))

    def hear(self, arn: str, events: Iterable[PutEvent]) -> None:
        if arn in self.groups:
            self.seen.extend((arn, event) for event in events if self._wants(event))

    def _wants(self, event: PutEvent) -> bool:
        if self.streams and event.stream not in self.streams:
            return False
        if self.prefixes and not event.stream.startswith(self.prefixes):
            return False
        return self.matches(event.message)


class Sessions:
    """The sessions that are open. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[_Session] = []
        self.closed = threading.Event()

    def tell(self, group: Group, events: Sequence[PutEvent]) -> None:
        """Events were put into a group."""
        with self._lock:
            for session in self._open:
                session.hear(group.arn, events)

    def close(self) -> None:
        """End all sessions."""
        self.closed.set()

    def add(self, session: _Session) -> None:
        """A session begins to listen."""
        with self._lock:
            self._open.append(session)

    def remove(self, session: _Session) -> None:
        """A session is over."""
        with self._lock:
            self._open = [other for other in self._open if other is not session]

    def taken(self, session: _Session) -> list[tuple[str, PutEvent]]:
        """What a session has heard since the last time."""
        with self._lock:
            heard = list(session.seen)
            session.seen.clear()
            return heard


class LiveTail:
    """Answers StartLiveTail. What was put before a session began is not in it."""

    def __init__(self, store: Store, sessions: Sessions, faults: Faults) -> None:
        self._store = store
        self._sessions = sessions
        self._faults = faults

    def start_live_tail(self, call: Call) -> Stream:
        """StartLiveTail."""
        arns = call.texts("logGroupIdentifiers")
        streams, prefixes = call.texts("logStreamNames"), call.texts("logStreamNamePrefixes")
        _check(arns, streams, prefixes)
        groups = [self._store.group(call.region, arn) for arn in arns]
        for group in groups:
            if group.log_class != "STANDARD":
                raise InvalidOperation(f"Live Tail is not supported for log groups of class {group.log_class}")
        session = _Session(
            frozenset(group.arn for group in groups),
            streams,
            prefixes,
            compile_pattern(call.text("logEventFilterPattern")),
        )
        self._sessions.add(session)  # before the answer: what is put from now on is in it
        start: dict[str, object] = {
            "requestId": str(uuid.uuid4()),
            "sessionId": str(uuid.uuid4()),
            "logGroupIdentifiers": list(arns),
            "logStreamNames": list(streams),
            "logStreamNamePrefixes": list(prefixes),
            "logEventFilterPattern": call.text("logEventFilterPattern") or "",
        }
        return Stream(self._updates(session, start), lambda: self._sessions.remove(session))

    def _updates(self, session: _Session, start: dict[str, object]) -> Iterator[bytes]:
        seconds, cut = self._faults.tail_seconds()
        every = self._faults.adversity.tail_every_s
        ends = time.monotonic() + seconds
        dice = random.Random(self._faults.adversity.seed)  # noqa: S311 - has to be repeatable
        yield message("initial-response", {})
        yield message("sessionStart", start)
        while (left := ends - time.monotonic()) > 0:
            if self._sessions.closed.wait(min(every, left)):
                return
            yield _update(self._sessions.taken(session), dice.sample)
        if cut:
            raise ConnectionResetError("the session is cut on purpose")
        yield exception("SessionTimeoutException", {"message": _TIMED_OUT})


def _check(arns: Sequence[str], streams: Sequence[str], prefixes: Sequence[str]) -> None:
    if not 1 <= len(arns) <= _MOST_GROUPS:
        raise InvalidParameter.constraint(
            "logGroupIdentifiers", f"[{len(arns)} ARNs]", f"Member must have length from 1 to {_MOST_GROUPS}"
        )
    for arn in arns:
        if not arn.startswith("arn:") or arn.endswith("*"):
            raise InvalidParameter(f"'{arn}' is not the ARN of a log group (without ':*' at its end)")
    if streams and prefixes:
        raise InvalidParameter("logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.")
    if (streams or prefixes) and len(arns) > 1:
        raise InvalidParameter("Log streams can be chosen in a session of one log group only.")


def _update(
    heard: list[tuple[str, PutEvent]],
    sample: Callable[[Sequence[int], int], list[int]],
) -> bytes:
    sampled = len(heard) > _UPDATE_EVENTS
    if sampled:
        heard = [heard[place] for place in sorted(sample(range(len(heard)), _UPDATE_EVENTS))]
    results = [
        {
            "logGroupIdentifier": f"{ACCOUNT}:{arn.partition(':log-group:')[2]}",
            "logStreamName": event.stream,
            "message": event.message,
            "timestamp": event.timestamp,
            "ingestionTime": event.ingestion,
        }
        for arn, event in heard
    ]
    return message("sessionUpdate", {"sessionMetadata": {"sampled": sampled}, "sessionResults": results})
