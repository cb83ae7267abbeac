"""PutLogEvents, FilterLogEvents and GetLogEvents.

Unlike the service, events of any age are taken: replaying old logs is what an emulator is for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from insightctl.core.time import TimeRange
from insightctl.emulator.engine import Engine
from insightctl.emulator.errors import InvalidParameter
from insightctl.emulator.events import Event, read_events
from insightctl.emulator.filter_pattern import compile_pattern
from insightctl.emulator.live_tail import Sessions
from insightctl.emulator.log_groups import group_of
from insightctl.emulator.spool import PutEvent
from insightctl.emulator.store import Group, Store
from insightctl.emulator.wire import Call

_PAGE = 10_000  # events a response, as the service
_SCAN = 20_000  # events read for one page of FilterLogEvents; the service too gives short pages with a token
_STREAMS_IN_QUERY = 20  # more names than this would make the query too long
_WHOLE_STREAM = 1_000_000  # events
_BATCH_EVENTS, _BATCH_BYTES, _BATCH_SPAN_MS = 10_000, 1_048_576, 86_400_000  # PutLogEvents quotas
_END_OF_TIME_MS = 253_402_300_800_000  # the year 10000
_FILTER_TOKEN = re.compile(r"(\d+)\.(\d+)\.(asc|desc)")
_STREAM_TOKEN = re.compile(r"([fb])/(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class _Scan:
    """Where FilterLogEvents goes on: the time of the last event looked at, and how many of that time were."""

    at_ms: int | None
    skip: int
    newest_first: bool


class LogEvents:
    """Answers the calls about events; `now_ms` is the clock."""

    def __init__(self, store: Store, engine: Engine, sessions: Sessions, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._sessions = sessions
        self._engine = engine
        self._now_ms = now_ms

    def put_log_events(self, call: Call) -> dict[str, object]:
        """PutLogEvents."""
        group = group_of(self._store, call)
        stream = group.stream(call.required("logStreamName"))
        events = _read_batch(call, stream.name, self._now_ms())
        group.put(stream, events)
        self._sessions.tell(group, events)
        return {"nextSequenceToken": "0" * 56}

    def filter_log_events(self, call: Call) -> dict[str, object]:
        """FilterLogEvents."""
        group = _readable(group_of(self._store, call))
        matches = compile_pattern(call.text("filterPattern"))
        limit = call.integer("limit", low=1, high=_PAGE) or _PAGE
        streams, scan = _wanted_streams(call, group), _read_scan(call)
        if streams == ():
            return {"events": [], "searchedLogStreams": []}
        time = _narrowed(_time(call, inclusive_end=True), scan)
        asked = streams if streams and len(streams) <= _STREAMS_IN_QUERY else ()
        most = scan.skip + _SCAN
        read, whole = read_events(self._engine, group, time, most, streams=asked, newest_first=scan.newest_first)
        found: list[Event] = []
        looked_at = scan.skip
        for event in read[scan.skip :]:
            if len(found) == limit:
                break
            looked_at += 1
            if (streams is None or event.stream in streams) and matches(event.message):
                found.append(event)
        more = looked_at < len(read) or not whole
        token = _write_scan(read[:looked_at], scan) if more and looked_at else None
        return {"events": [_filtered(event) for event in found], "searchedLogStreams": [], "nextToken": token}

    def get_log_events(self, call: Call) -> dict[str, object]:
        """GetLogEvents."""
        group = _readable(group_of(self._store, call))
        stream = group.stream(call.required("logStreamName"))
        limit = call.integer("limit", low=1, high=_PAGE) or _PAGE
        time = _time(call, inclusive_end=False)
        events, _ = read_events(self._engine, group, time, _WHOLE_STREAM, streams=(stream.name,))
        places = _places(events)
        start, end = _slice(call, places, limit)
        before, after = _around(places, start, end)
        token = call.text("nextToken") or ""
        return {
            "events": [
                {"timestamp": e.timestamp, "message": e.message, "ingestionTime": e.ingestion}
                for e in events[start:end]
            ],
            "nextForwardToken": token if start == end and token.startswith("f") else f"f/{after[0]}.{after[1]}",
            "nextBackwardToken": token if start == end and token.startswith("b") else f"b/{before[0]}.{before[1]}",
        }


def _readable(group: Group) -> Group:
    """Raises InvalidParameter for a class whose events only queries see (the page of log classes)."""
    if group.log_class == "STANDARD":
        return group
    raise InvalidParameter(
        f"Log groups of class {group.log_class} do not support this operation, use Logs Insights queries: {group.name}"
    )


def _read_batch(call: Call, stream: str, now_ms: int) -> list[PutEvent]:
    given = call.members.get("logEvents")
    if not isinstance(given, list) or not given:
        raise InvalidParameter.constraint("logEvents", given, "Member must have length greater than or equal to 1")
    events = []
    for item in given:
        timestamp = item.get("timestamp") if isinstance(item, dict) else None
        message = item.get("message") if isinstance(item, dict) else None
        if not isinstance(timestamp, int) or isinstance(timestamp, bool) or timestamp < 0:
            raise InvalidParameter.constraint("logEvents", timestamp, "Member timestamp must be a time in ms")
        if not isinstance(message, str) or not message:
            raise InvalidParameter.constraint("logEvents", message, "Member message must have length of at least 1")
        # JSON can spell half a surrogate pair, UTF-8 cannot
        events.append(PutEvent(timestamp, message.encode("utf-8", "replace").decode(), stream, now_ms))
    _check_batch(events)
    return events


def _check_batch(events: Sequence[PutEvent]) -> None:
    times = [event.timestamp for event in events]
    if any(later < earlier for earlier, later in pairwise(times)):
        raise InvalidParameter("Log events in a single PutLogEvents request must be in chronological order.")
    if times[-1] - times[0] > _BATCH_SPAN_MS:
        raise InvalidParameter(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
        )
    if len(events) > _BATCH_EVENTS:
        raise InvalidParameter.constraint(
            "logEvents", f"[{len(events)} events]", "Member must have length at most 10000"
        )
    size = sum(len(event.message.encode()) + 26 for event in events)
    if size > _BATCH_BYTES:
        raise InvalidParameter(f"Upload too large: {size} bytes exceeds limit of {_BATCH_BYTES}")


def _time(call: Call, *, inclusive_end: bool) -> TimeRange | None:
    start, end = call.integer("startTime"), call.integer("endTime")
    if start is None and end is None:
        return None
    until = _END_OF_TIME_MS if end is None else end + inclusive_end
    return TimeRange(start or 0, max(until, start or 0))


def _wanted_streams(call: Call, group: Group) -> tuple[str, ...] | None:
    """The streams asked for; None means all, empty means that none fits."""
    names, prefix = call.texts("logStreamNames"), call.text("logStreamNamePrefix")
    if names and prefix:
        raise InvalidParameter("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
    for name in names:
        group.stream(name)
    if prefix:
        return tuple(name for name in group.streams if name.startswith(prefix))
    return names or None


def _read_scan(call: Call) -> _Scan:
    token = call.text("nextToken")
    if token is None:
        return _Scan(None, 0, not call.flag("startFromHead", default=True))
    match = _FILTER_TOKEN.fullmatch(token)
    if match is None:
        raise InvalidParameter("The specified nextToken is invalid.")
    return _Scan(int(match[1]), int(match[2]), match[3] == "desc")


def _write_scan(looked_at: Sequence[Event], scan: _Scan) -> str:
    at_ms = looked_at[-1].timestamp
    skip = sum(event.timestamp == at_ms for event in looked_at)
    return f"{at_ms}.{skip}.{'desc' if scan.newest_first else 'asc'}"


def _narrowed(time: TimeRange | None, scan: _Scan) -> TimeRange | None:
    """What is left of the range where a scan goes on; the events of its last ms are read again and skipped."""
    if scan.at_ms is None:
        return time
    whole = time or TimeRange(0, _END_OF_TIME_MS)
    if scan.newest_first:
        return TimeRange(whole.start_ms, scan.at_ms + 1)
    return TimeRange(scan.at_ms, max(whole.end_ms, scan.at_ms))


def _filtered(event: Event) -> dict[str, object]:
    return {
        "logStreamName": event.stream,
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingestion,
        "eventId": event.id,
    }


def _places(events: Sequence[Event]) -> list[tuple[int, int]]:
    """Each event's place in its stream: its time, and its number among the events of that time."""
    places: list[tuple[int, int]] = []
    for event in events:
        same = bool(places) and places[-1][0] == event.timestamp
        places.append((event.timestamp, places[-1][1] + 1 if same else 0))
    return places


def _slice(call: Call, places: Sequence[tuple[int, int]], limit: int) -> tuple[int, int]:
    token = call.text("nextToken")
    if token is None:
        return (
            (0, min(limit, len(places))) if call.flag("startFromHead") else (max(0, len(places) - limit), len(places))
        )
    match = _STREAM_TOKEN.fullmatch(token)
    if match is None:
        raise InvalidParameter("The specified nextToken is invalid.")
    place = (int(match[2]), int(match[3]))
    if match[1] == "f":
        start = bisect_right(places, place)
        return start, min(start + limit, len(places))
    end = bisect_left(places, place)
    return max(0, end - limit), end


def _around(places: Sequence[tuple[int, int]], start: int, end: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The places that lie before and after a page: backward goes on before the one, forward after the other."""
    if start < end:
        return places[start], places[end - 1]
    if start == 0:
        return (0, 0), (0, 0)
    time, number = places[start - 1]
    return (time, number + 1), (time, number)
