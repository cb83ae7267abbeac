"""What was shown: the same event comes by history, live and when a gap is filled, and is shown once.

FilterLogEvents names events by eventId, Live Tail does not. So an event is known by log group, stream, time, time of
ingestion and message. Real twins are alike in all of these; they are told from repeats by number: a source (one Live
Tail session, or FilterLogEvents with its ids) never gives an event twice, so of events that are alike as many are shown
as the source that gave most of them gave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from insightctl.cloud.tail.events import TailEvent

MOST = 1_000_000
"""Events that are remembered; with more in the last minutes the oldest are forgotten, and may show again."""
_BY_ID = ""  # the one source of all events that have an id


@dataclass(slots=True)
class _Seen:
    time_ms: int
    shown: int = 0
    given: dict[str, int] = field(default_factory=dict)


class Ledger:
    """Remembers events by identity, until they are let go by time."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: dict[bytes, _Seen] = {}
        self._ids: dict[bytes, int] = {}

    def __len__(self) -> int:
        return max(len(self._seen), len(self._ids))

    @property
    def is_full(self) -> bool:
        """Whether it remembers more than it should."""
        return len(self) > self._most

    def fresh(self, source: str, events: Iterable[TailEvent]) -> list[TailEvent]:
        """Those that were not shown yet, in their order. `source` is the session of events without an id."""
        return [event for event in events if self._is_fresh(source, event)]

    def forget_before(self, ms: int) -> None:
        """Let go of the events of times that nobody reads again."""
        self._seen = {key: seen for key, seen in self._seen.items() if seen.time_ms >= ms}
        self._ids = {key: at for key, at in self._ids.items() if at >= ms}

    def shrink(self) -> None:
        """Let go of the older half."""
        times = sorted(seen.time_ms for seen in self._seen.values())
        self.forget_before(times[len(times) // 2] if times else 0)

    def _is_fresh(self, source: str, event: TailEvent) -> bool:
        if event.event_id is not None:
            name = _digest(event.group, event.event_id)
            if name in self._ids:
                return False
            self._ids[name] = event.time_ms
            source = _BY_ID
        seen = self._seen.setdefault(_identity(event), _Seen(event.time_ms))
        given = seen.given[source] = seen.given.get(source, 0) + 1
        if given <= seen.shown:
            return False
        seen.shown = given
        return True


def _identity(event: TailEvent) -> bytes:
    return _digest(event.group, event.stream, str(event.time_ms), str(event.ingested_ms), event.message)


def _digest(*parts: str) -> bytes:
    # no group, stream or number has a NUL; the message comes last
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
