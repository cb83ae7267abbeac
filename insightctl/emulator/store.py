"""Which log groups and streams exist, region by region. Groups of the data exist in every region."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from insightctl.emulator.errors import ResourceAlreadyExists, ResourceNotFound
from insightctl.emulator.spool import PutEvent, Spool

ACCOUNT = "123456789012"  # moto's account
NO_STREAM = "no-stream"  # CloudWatch has no event without a stream; files that name none get this one
EVENT_OVERHEAD = 26  # bytes the service counts for an event beside its text (PutLogEvents quota)


@dataclass(slots=True)
class Stream:
    """A log stream; times in epoch ms, None while it has no events."""

    name: str
    created_ms: int
    first_ms: int | None = None
    last_ms: int | None = None
    ingested_ms: int | None = None

    def saw(self, first_ms: int, last_ms: int, ingested_ms: int) -> None:
        """Widen the stream's span by events from `first_ms` to `last_ms`."""
        self.first_ms = first_ms if self.first_ms is None else min(first_ms, self.first_ms)
        self.last_ms = last_ms if self.last_ms is None else max(last_ms, self.last_ms)
        self.ingested_ms = ingested_ms


@dataclass(slots=True)
class Group:
    """A log group: its streams by name, its size in bytes, and the spool of what was put into it.

    `minutes` are the events and bytes that were put, by the epoch ms of their minute.
    """

    name: str
    region: str
    created_ms: int
    spool: Spool
    stored_bytes: int = 0
    streams: dict[str, Stream] = field(default_factory=dict)
    log_class: str = "STANDARD"
    minutes: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The ARN, without the trailing `:*`."""
        return f"arn:aws:logs:{self.region}:{ACCOUNT}:log-group:{self.name}"

    def stream(self, name: str) -> Stream:
        """Raises ResourceNotFound."""
        try:
            return self.streams[name]
        except KeyError:
            raise ResourceNotFound("The specified log stream does not exist.") from None

    def put(self, stream: Stream, events: Sequence[PutEvent]) -> None:
        """Keep events of one stream; queries see them from now on."""
        self.spool.append(events)
        for event in events:
            size, minute = len(event.message.encode()) + EVENT_OVERHEAD, event.timestamp // 60_000 * 60_000
            count, total = self.minutes.get(minute, (0, 0))
            self.minutes[minute] = (count + 1, total + size)
            self.stored_bytes += size
        times = [event.timestamp for event in events]
        stream.saw(min(times), max(times), events[-1].ingestion)


@dataclass(frozen=True, slots=True)
class SeedStream:
    """A stream of the data; times in epoch ms."""

    name: str
    first_ms: int | None
    last_ms: int | None


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """A log group of the data."""

    name: str
    stored_bytes: int
    first_ms: int | None
    streams: tuple[SeedStream, ...]


class Store:
    """All log groups of all regions."""

    def __init__(self, folder: Path, seeds: Sequence[SeedGroup], now_ms: int, visible_after_s: float = 0.0) -> None:
        self._visible_after_s = visible_after_s
        self._folder = folder
        self._seeds = tuple(seeds)
        self._now_ms = now_ms
        self._regions: dict[str, dict[str, Group]] = {}
        self._lock = threading.Lock()
        self._spools = 0

    def groups(self, region: str) -> dict[str, Group]:
        """The groups of a region by name."""
        with self._lock:
            if region not in self._regions:
                self._regions[region] = {seed.name: self._seeded(region, seed) for seed in self._seeds}
            return self._regions[region]

    def group(self, region: str, identifier: str) -> Group:
        """A group by name or ARN. Raises ResourceNotFound."""
        name = name_of(identifier)
        found = self.groups(region).get(name)
        if found is None:
            raise ResourceNotFound(f"Log group '{name}' does not exist for account ID '{ACCOUNT}'")
        return found

    def create(self, region: str, name: str, now_ms: int, log_class: str = "STANDARD") -> Group:
        """A new, empty group. Raises ResourceAlreadyExists."""
        groups = self.groups(region)
        with self._lock:
            if name in groups:
                raise ResourceAlreadyExists("The specified log group already exists")
            groups[name] = Group(name, region, now_ms, self._spool(), log_class=log_class)
            return groups[name]

    def delete(self, region: str, name: str) -> None:
        """Forget a group and what was put into it. Raises ResourceNotFound."""
        self.group(region, name).spool.close()
        self.groups(region).pop(name, None)

    def _spool(self) -> Spool:
        self._spools += 1
        return Spool(self._folder / f"{self._spools:06d}", self._visible_after_s)

    def _seeded(self, region: str, seed: SeedGroup) -> Group:
        created = self._now_ms if seed.first_ms is None else seed.first_ms
        streams = {
            s.name: Stream(s.name, created if s.first_ms is None else s.first_ms, s.first_ms, s.last_ms, s.last_ms)
            for s in seed.streams
        }
        return Group(seed.name, region, created, self._spool(), seed.stored_bytes, streams)


def name_of(identifier: str) -> str:
    """The log group's name, from a name or an ARN (with or without `:*`)."""
    if not identifier.startswith("arn:"):
        return identifier
    return identifier.partition(":log-group:")[2].removesuffix(":*")
