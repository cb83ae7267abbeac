"""Events in time order, read through the engine: the base of FilterLogEvents and GetLogEvents."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from insightctl.core.result import Result
from insightctl.core.time import TimeRange, to_ms
from insightctl.emulator.engine import Engine
from insightctl.emulator.store import NO_STREAM, Group

_FIELDS = "fields @timestamp, @message, @logStream, @ingestionTime"


class Event(NamedTuple):
    """One event; times in epoch ms. `twin` counts the events before it that look the same (stream, time, text)."""

    timestamp: int
    message: str
    stream: str
    ingestion: int
    twin: int = 0

    @property
    def id(self) -> str:
        """56 digits that name the event and sort by time, as the service's do."""
        digest = hashlib.sha256(f"{self.stream}\0{self.message}\0{self.twin}".encode()).digest()
        return f"{self.timestamp:020d}{int.from_bytes(digest[:14], 'big') % 10**36:036d}"


class Read(NamedTuple):
    """Events in order; `whole` when there are no more after them."""

    events: list[Event]
    whole: bool


def read_events(
    engine: Engine,
    group: Group,
    time: TimeRange | None,
    max_events: int,
    *,
    streams: Sequence[str] = (),
    newest_first: bool = False,
) -> Read:
    """Events of a group in time order, `max_events` at most. `streams` empty means all streams."""
    kept = f" | filter {_of_streams(streams)}" if streams else ""
    text = f"{_FIELDS}{kept} | sort @timestamp {'desc' if newest_first else 'asc'}"
    events = list(_events(engine.run(text, (group,), time, max_events)))
    whole = len(events) < max_events
    return Read(events if newest_first else _in_put_order(events, whole=whole), whole)


def _of_streams(names: Sequence[str]) -> str:
    listed = f"@logStream in [{', '.join(quoted(name) for name in names)}]"
    return f"({listed} or not ispresent(@logStream))" if NO_STREAM in names else listed


def _in_put_order(events: Sequence[Event], *, whole: bool) -> list[Event]:
    """Oldest first in every ms too: the engine gives the events of one ms newest first, whatever the sort.

    A last ms that may be cut off is left for the next read, if there is another one before it.
    """
    moments = [list(same) for _, same in groupby(events, key=lambda event: event.timestamp)]
    if not whole and len(moments) > 1:
        moments.pop()
    return [event for same in moments for event in reversed(same)]


def quoted(text: str) -> str:
    """A text as a string of the query language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _events(result: Result) -> Iterator[Event]:
    seen: Counter[tuple[int, str, str]] = Counter()
    for record in result.records():
        timestamp, message = _ms(record["@timestamp"]), str(record["@message"])
        stream = str(record["@logStream"] or NO_STREAM)
        key = (timestamp, stream, message)
        yield Event(timestamp, message, stream, _ms(record["@ingestionTime"] or record["@timestamp"]), seen[key])
        seen[key] += 1


def _ms(value: object) -> int:
    if isinstance(value, datetime):
        return to_ms(value)
    return int(float(str(value)))
