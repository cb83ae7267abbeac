"""Events for tests, put past the wire: no faults, no limits of a request, in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from insightctl.emulator.errors import InvalidParameter
from insightctl.emulator.live_tail import Sessions
from insightctl.emulator.spool import PutEvent
from insightctl.emulator.store import Store, Stream
from insightctl.emulator.twin import Twin


class Seeder:
    """Puts events into groups and streams, which it makes if need be; `now_ms` is the clock."""

    def __init__(self, store: Store, twin: Twin, sessions: Sessions, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._twin = twin
        self._sessions = sessions
        self._now_ms = now_ms

    def put(self, region: str, group: str, stream: str, events: Sequence[tuple[int, str]]) -> None:
        """Keep events (UTC ms, message). Raises InvalidParameter for an empty message."""
        now = self._now_ms()
        if group not in self._store.groups(region):
            self._store.create(region, group, now)
            self._twin.create_group(region, group, {})
        found = self._store.group(region, group)
        if stream not in found.streams:
            found.streams[stream] = Stream(stream, now)
            self._twin.create_stream(region, group, stream)
        if not all(message for _, message in events):
            raise InvalidParameter("a log event has no message")
        put = [PutEvent(at_ms, message, stream, now) for at_ms, message in events]
        if put:
            found.put(found.streams[stream], put)
            self._sessions.tell(found, put)
