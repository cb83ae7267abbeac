"""A tail as a whole: history, the seam, what is live, and what is polled, each event once."""

from __future__ import annotations

import queue
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from insightctl.cloud.failures import said_plainly
from insightctl.cloud.session import Cloud
from insightctl.cloud.tail.clock import ServiceClock
from insightctl.cloud.tail.events import (
    LATE_MS,
    Failed,
    Fallback,
    Floor,
    Heard,
    Item,
    Notice,
    Sampled,
    Started,
    TailEvent,
)
from insightctl.cloud.tail.groups import TailGroup, is_denied
from insightctl.cloud.tail.ledger import Ledger
from insightctl.cloud.tail.live import GROUPS_A_SESSION, SESSIONS, Session, batches, live_client
from insightctl.cloud.tail.reading import PER_SECOND, Pace, Pages, Reader, Tempo, is_passing
from insightctl.core.errors import CloudError

_WAITING = 2_000  # items between the threads and the reader
_START_S = 15.0  # a session that has not begun by then is not waited for
_FORGET_S = 5.0
_SAMPLED_EVERY_S = 10.0
_SEAM_MS = 5_000
_CHUNK = 200
_PATIENCE = 8  # attempts at history
_IDLE_S = 0.25


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a tail is to show: from when on (epoch ms), a filter pattern of the service, whether to go on, and how."""

    since_ms: int
    pattern: str | None = None
    follow: bool = True
    live: bool = True
    until_ms: int | None = None
    tempo: Tempo = field(default_factory=Tempo)


class Shown(NamedTuple):
    """Events to show, each for the first time, in order of time. Empty when nothing came for a moment."""

    events: tuple[TailEvent, ...]


@dataclass(slots=True)
class Counts:
    """What was shown, and in how many seconds the service left events out."""

    events: int = 0
    sampled_s: int = 0
    sampled_events: int = 0


@dataclass(slots=True)
class Tail:
    """Follows log groups. `counts` tells how far it is."""

    cloud: Cloud
    groups: Sequence[TailGroup]
    wishes: Wishes
    counts: Counts = field(default_factory=Counts)
    _out: queue.Queue[Item] = field(default_factory=lambda: queue.Queue(_WAITING))
    _ledger: Ledger = field(default_factory=Ledger)
    _floors: dict[str, int] = field(default_factory=dict)
    _forgot_at: float = 0.0
    _sampled: Counts = field(default_factory=Counts)
    _no_reading: bool = False
    _sampled_at: float | None = None
    _said: set[str] = field(default_factory=set)
    _streams: dict[str, re.Pattern[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._streams = {group.name: re.compile("|".join(group.streams)) for group in self.groups if group.streams}

    def items(self) -> Iterator[Shown | Notice]:
        """Events and sentences as they come, until history ends (without `follow`) or for ever.

        Raises CloudError when it cannot go on.
        """
        readable = [group for group in self.groups if group.log_class == "STANDARD"]
        yield from self._unreadable(readable)
        if not self.wishes.follow:
            yield from self._history([group.name for group in readable])
            return
        clock = ServiceClock(self.cloud.logs)
        pages = self._pages()
        reader = Reader(pages, self._out, self.cloud.place, clock.now_ms, self.wishes.tempo, self.wishes.since_ms)
        try:
            yield from self._followed(reader, clock, pages, readable)
        finally:
            reader.stop()

    def _followed(
        self, reader: Reader, clock: ServiceClock, pages: Pages, readable: Sequence[TailGroup]
    ) -> Iterator[Shown | Notice]:
        began_ms = clock.now_ms()
        self._floors["history"] = began_ms - LATE_MS
        held: list[Item] = []
        live, polled = self._plan(readable)
        if polled:
            self._out.put(Fallback(tuple(g.name for g in polled[0]), began_ms - LATE_MS, polled[1]))
        yield from self._start(reader, clock, live, held)
        try:
            yield from self._history([group.name for group in readable], pages)
        except CloudError as error:
            # what is live may be allowed where reading is not
            if not any(isinstance(item, Started) for item in held) or not is_denied(error):
                raise
            self._no_reading = True
            yield Notice(f"history is left out, and gaps cannot be filled ({error.what})")
        for item in held:
            yield from self._handle(item, reader)
        self._floors.pop("history", None)
        yield from self._endless(reader)

    def _unreadable(self, readable: Sequence[TailGroup]) -> Iterator[Notice]:
        others = [group.name for group in self.groups if group not in readable]
        if not others:
            return
        # FilterLogEvents and Live Tail are for the Standard class only (CloudWatch Logs, "Log classes")
        why = "only queries can read log groups of the infrequent-access and delivery classes"
        if not readable:
            raise CloudError(
                f"{', '.join(others)}: {why}",
                where=str(self.cloud.place),
                remedy=f"insightctl run 'fields @timestamp, @message' -g {others[0]} --since 10m",
            )
        yield Notice(f"{', '.join(others)}: {why}; left out")

    def _plan(self, readable: Sequence[TailGroup]) -> tuple[list[TailGroup], tuple[list[TailGroup], str] | None]:
        """The groups to follow live, and those to poll with the reason."""
        if not self.wishes.live:
            return [], (list(readable), "")
        named = [group for group in readable if group.arn]
        live = named[: SESSIONS * GROUPS_A_SESSION]
        if len(named) > len(live):
            reason = f"Live Tail takes {SESSIONS * GROUPS_A_SESSION} log groups"
        else:
            reason = "without logs:DescribeLogGroups their ARNs are not known, which Live Tail wants"
        rest = [group for group in readable if group not in live]
        return live, (rest, reason) if rest else None

    def _start(self, reader: Reader, clock: ServiceClock, live: list[TailGroup], held: list[Item]) -> Iterator[Notice]:
        """Begins the sessions, and holds what comes until each of them has begun or is given up."""
        client = live_client(self.cloud) if live else None
        waiting = 0
        for number, groups in enumerate(batches(live)):
            assert client is not None
            place, pattern = self.cloud.place, self.wishes.pattern
            slot = f"live {number}"
            self._floors[slot] = clock.now_ms() - LATE_MS
            Session(slot, groups, client, pattern, self._out, reader, place, clock.now_ms, self.wishes.tempo).start()
            waiting += 1
        limit = time.monotonic() + _START_S
        while waiting and (left := limit - time.monotonic()) > 0:
            try:
                item = self._out.get(timeout=left)
            except queue.Empty:
                break
            held.append(item)
            waiting -= isinstance(item, Started) or (
                isinstance(item, Fallback) and bool(set(item.groups) & _names(live))
            )
        while not waiting and not self._out.empty():
            held.append(self._out.get())
        if waiting:
            yield Notice(f"{waiting} Live Tail session{'' if waiting == 1 else 's'} did not begin yet; trying on")

    def _history(self, names: Sequence[str], pages: Pages | None = None) -> Iterator[Shown | Notice]:
        pages = pages or self._pages()
        with said_plainly(self.cloud.place):
            chunk: list[TailEvent] = []
            for event in patiently(pages, names, self.wishes.since_ms, self.wishes.until_ms, self.wishes.tempo):
                chunk.append(event)
                if len(chunk) >= _CHUNK:
                    yield self._shown("", chunk)
                    chunk = []
                    self._forget()
            yield self._shown("", chunk)

    def _endless(self, reader: Reader) -> Iterator[Shown | Notice]:
        while True:
            try:
                item = self._out.get(timeout=_IDLE_S)
            except queue.Empty:
                pass
            else:
                yield from self._handle(item, reader)
            yield Shown(())  # whoever reads may stop here
            yield from self._sampling()
            self._forget()
            if self._ledger.is_full:
                self._ledger.shrink()
                yield from self._once("more events than can be remembered: late ones may show twice")

    def _handle(self, item: Item, reader: Reader) -> Iterator[Shown | Notice]:
        match item:
            case Heard(source, events):
                if (shown := self._shown(source, events)).events:
                    yield shown
            case Floor(slot, None):
                self._floors.pop(slot, None)
            case Floor(slot, int(ms)):
                self._floors[slot] = ms
            case Started(_, groups, at_ms):
                if not self._no_reading:
                    reader.fill(groups, at_ms - LATE_MS, at_ms + _SEAM_MS, self._set_floor)
            case Fallback(groups, from_ms, reason):
                reader.poll(groups, from_ms, self._set_floor)
                if reason:
                    yield from self._once(f"polling {_count(groups)}: {reason}")
            case Sampled(given):
                self._sampled.sampled_s += 1
                self._sampled.sampled_events += given
            case Failed(error):
                raise error
            case Notice():
                yield item

    def _set_floor(self, floor: Floor) -> None:
        if floor.ms is not None:
            self._floors[floor.slot] = floor.ms

    def _pages(self) -> Pages:
        arns = {group.name: group.arn for group in self.groups if group.linked and group.arn}
        return Pages(self.cloud.logs, Pace(PER_SECOND), self.wishes.pattern, arns)

    def _shown(self, source: str, events: Sequence[TailEvent]) -> Shown:
        fresh = self._ledger.fresh(source, [event for event in events if self._is_meant(event)])
        self.counts.events += len(fresh)
        return Shown(tuple(sorted(fresh, key=lambda event: event.time_ms)))

    def _is_meant(self, event: TailEvent) -> bool:
        streams = self._streams.get(event.group)
        return streams is None or streams.search(event.stream) is not None

    def _forget(self) -> None:
        if self._floors and time.monotonic() - self._forgot_at > _FORGET_S:
            self._ledger.forget_before(min(self._floors.values()))
            self._forgot_at = time.monotonic()

    def _once(self, text: str) -> Iterator[Notice]:
        if text not in self._said:
            self._said.add(text)
            yield Notice(text)

    def _sampling(self) -> Iterator[Notice]:
        due = self._sampled_at is None or time.monotonic() - self._sampled_at > _SAMPLED_EVERY_S
        if not self._sampled.sampled_s or not due:
            return
        self._sampled_at = time.monotonic()
        seconds, events = self._sampled.sampled_s, self._sampled.sampled_events
        self.counts.sampled_s += seconds
        self.counts.sampled_events += events
        self._sampled = Counts()
        yield Notice(
            f"sampled: more than 500 events a second matched in {seconds} s, Live Tail gave {events:,} of them; "
            "narrow it with --filter, or read all of them with --no-live"
        )


def patiently(
    pages: Pages, names: Sequence[str], since_ms: int, until_ms: int | None, tempo: Tempo
) -> Iterator[TailEvent]:
    """History in order of time; an outage is waited for, and what was given already is passed over."""
    from botocore.exceptions import BotoCoreError, ClientError

    given: dict[str, int] = {}
    last_ms, stumbles = since_ms, 0
    while True:
        try:
            for event in pages.merged(names, last_ms, until_ms):
                key = f"{event.group}\0{event.event_id}"
                if key in given:
                    continue
                if event.time_ms > last_ms:
                    last_ms = event.time_ms
                    given = {}
                given[key] = event.time_ms
                stumbles = 0
                yield event
            return
        except (BotoCoreError, ClientError) as error:
            stumbles += 1
            if not is_passing(error) or stumbles >= _PATIENCE:
                raise
            time.sleep(min(tempo.retry_s * 2 ** (stumbles - 1), tempo.longest_retry_s))


def _names(groups: Sequence[TailGroup]) -> set[str]:
    return {group.name for group in groups}


def _count(groups: Sequence[str]) -> str:
    return groups[0] if len(groups) == 1 else f"{len(groups)} log groups"
