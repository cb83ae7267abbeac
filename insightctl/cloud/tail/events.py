"""What the parts of a tail tell each other."""

from __future__ import annotations

from typing import NamedTuple

from insightctl.core.errors import InsightctlError

LATE_MS = 120_000
"""How late an event may come and still is found when a time is read again: Lambda's logs take seconds."""


class TailEvent(NamedTuple):
    """One log event; times in epoch ms. Live Tail gives no `event_id`, FilterLogEvents does."""

    group: str
    stream: str
    time_ms: int
    ingested_ms: int
    message: str
    event_id: str | None = None


class Heard(NamedTuple):
    """Events as they came. `source` names a Live Tail session: within one no event comes twice."""

    source: str
    events: tuple[TailEvent, ...]


class Notice(NamedTuple):
    """A sentence for the reader: a fallback, a gap, sampling."""

    text: str


class Floor(NamedTuple):
    """A promise of whoever reads: after this item nothing before `ms` is read again. None: nothing at all is."""

    slot: str
    ms: int | None


class Sampled(NamedTuple):
    """A second in which the service left events out, and how many it gave."""

    given: int


class Fallback(NamedTuple):
    """Log groups that have to be polled from a time on, because of a reason."""

    groups: tuple[str, ...]
    from_ms: int
    reason: str


class Failed(NamedTuple):
    """The tail cannot go on."""

    error: InsightctlError


class Started(NamedTuple):
    """A Live Tail session of these groups listens since `at_ms`."""

    slot: str
    groups: tuple[str, ...]
    at_ms: int


Item = Heard | Notice | Floor | Sampled | Fallback | Failed | Started
