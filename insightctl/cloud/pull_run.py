"""A pull as a whole: which groups, by which way, into the store, and whether all of it is there."""

from __future__ import annotations

import shutil
import tempfile
import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from insightctl.cloud.estimate import joined, kept, usd_text
from insightctl.cloud.prices import query_cost_usd
from insightctl.cloud.pull import EventSource
from insightctl.cloud.pull_slices import SliceSource
from insightctl.cloud.pull_verify import SETTLED_MS, Verified, verify
from insightctl.cloud.pull_ways import Plan, Via, plan, scanned, size_of
from insightctl.cloud.schedule import Patience, Progress
from insightctl.cloud.session import is_loopback
from insightctl.cloud.tail.groups import is_denied
from insightctl.cloud.targets import LogGroup
from insightctl.core.errors import CloudError, Interrupted, PartialAnswer
from insightctl.core.job import Target
from insightctl.core.prices import BYTES_PER_GB
from insightctl.core.sizes import size_text
from insightctl.core.time import TimeRange
from insightctl.local.stores.layout import Store, find
from insightctl.local.stores.pulling import Progress as Fetched
from insightctl.local.stores.pulling import Pulled, missing, pull, window

LEFT = "what was committed is kept, and the same command goes on from there"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be pulled into the store at `place`.

    `go_on`: from where the last pull ended, though that is before `asked`. `max_usd` refuses what queries would cost
    more, those that verify too; `usd_per_gb` stands above the price list.
    """

    target: Target
    place: Path
    asked: TimeRange
    overlap_ms: int
    go_on: bool = False
    via: Via = "auto"
    verify: bool = True
    max_usd: float | None = None
    usd_per_gb: float | None = None
    patience: Patience | None = None


@dataclass(slots=True)
class Pull:
    """One pull, step by step: `prepare`, `fetch`, `verify`. `say` is told sentences for the user; `now_ms` is UTC ms."""

    order: Order
    source: EventSource
    say: Callable[[str], None]
    now_ms: int
    scanned_bytes: int = 0
    groups: tuple[LogGroup, ...] = ()
    _plan: Plan = field(default_factory=lambda: Plan({}, ()))
    _spans: dict[str, list[TimeRange]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Finds the groups and the way of each, and says it; nothing is made or fetched.

        Raises UsageError, CloudError, CostRefused.
        """
        order = self.order
        self.groups = self.source.groups(order.target)
        self._spans = self._missing()
        now_ms, price = self.now_ms, order.usd_per_gb
        self._plan = plan(self.source.cloud, self.groups, self._spans, order.via, now_ms=now_ms, usd_per_gb=price)
        self.source.check([group for group in self.groups if self._plan.ways[group.name] == "filter"])
        self._guard()
        for group in self.groups:
            if group.streams:
                self.say(f"{group.name} is pulled whole: a store has all streams of a log group")
        for sentence in self._plan.why:
            self.say(sentence)

    def fetch(self, progress: Fetched) -> tuple[Store, Pulled]:
        """Fetches what the store has not. Raises InsightctlError; what was committed is kept whatever happens."""
        order, ways = self.order, self._plan.ways
        named = {group.name: group.identifier for group in self.groups}
        store = Store.create(order.place)
        folder = Path(tempfile.mkdtemp(prefix="insightctl-"))
        slices = SliceSource(self.source.cloud, folder, self._density(), order.patience)
        try:
            done = pull(
                store,
                tuple(named),
                order.asked,
                lambda name, time: (slices if ways[name] == "insights" else self.source).pages(named[name], time),
                overlap_ms=order.overlap_ms,
                go_on=order.go_on,
                progress=progress,
            )
        except Interrupted as stop:
            raise Interrupted(f"{stop.what}; {LEFT}", remedy=stop.remedy) from None
        except PartialAnswer as error:
            # the scheduler's word of answers in the cache is not true here
            own = error.remedy if error.remedy and "cache" not in error.remedy else ""
            raise PartialAnswer(error.what, where=error.where, remedy="; ".join(filter(None, (own, LEFT)))) from error
        finally:
            self.scanned_bytes += slices.counts.bytes_scanned
            shutil.rmtree(folder, ignore_errors=True)
        return store, done

    def verify(self, store: Store, watch: Callable[[Progress], None] | None = None) -> Verified | None:
        """Counts what the store and CloudWatch have of all that was asked; None when nothing is old enough.

        Without the permission to query it says so and gives None. Raises CloudError, PartialAnswer, Interrupted.
        """
        asked = {
            group.name: (group.identifier, span)
            for group in self.groups
            if (span := self._settled(group, self._whole(group))) is not None
        }
        if not asked:
            self.say("not verified: CloudWatch counts events surely when they are 5 minutes old")
            return None
        try:
            found = verify(self.source.cloud, store, asked, patience=self.order.patience, watch=watch)
        except CloudError as error:
            if not is_denied(error):
                raise
            self.say(f"not verified: {error.what}")
            return None
        self.scanned_bytes += found.scanned.bytes_scanned
        return found

    @property
    def cost(self) -> str:
        """What queries cost so far: `1.2 GB scanned, 0.0061 USD`; nothing on an emulator, which sends no bill."""
        place, size = self.source.cloud.place, self.scanned_bytes
        if self.order.usd_per_gb is not None:
            usd = size / BYTES_PER_GB * self.order.usd_per_gb
        elif is_loopback(place.endpoint_url):
            return ""
        else:
            usd = query_cost_usd(size, place.region or "")
        return f"{size_text(size)} scanned, {usd_text(usd)} USD" if size else ""

    def _missing(self) -> dict[str, list[TimeRange]]:
        """What is to be fetched of each group."""
        order, place = self.order, find(self.order.place)
        pulls = Store(place).contents.pulls if place is not None else {}
        found = {}
        for group in self.groups:
            known = window(pulls, group.name)
            start_ms = min(order.asked.start_ms, known.end_ms) if order.go_on and known else order.asked.start_ms
            found[group.name] = missing(known, TimeRange(start_ms, order.asked.end_ms), order.overlap_ms)
        return found

    def _whole(self, group: LogGroup) -> TimeRange:
        """What the store should have of a group after this pull: all that was asked, or what came since the last."""
        asked, pieces = self.order.asked, self._spans[group.name]
        return TimeRange(pieces[0].start_ms, asked.end_ms) if self.order.go_on and pieces else asked

    def _guard(self) -> None:
        """Raises CostRefused when the queries of the pull would cost too much, those that verify too."""
        if self.order.max_usd is None:
            return
        asked: list[tuple[Sequence[LogGroup], Mapping[str, Sequence[TimeRange]]]] = []
        asked.append(([group for group in self.groups if self._plan.ways[group.name] == "insights"], self._spans))
        if self.order.verify:
            asked.append((self.groups, {group.name: [self._whole(group)] for group in self.groups}))
        cloud, now_ms, price = self.source.cloud, self.now_ms, self.order.usd_per_gb
        found = [scanned(cloud, groups, each, now_ms=now_ms, usd_per_gb=price) for groups, each in asked if groups]
        joined(found).refuse_above(self.order.max_usd)

    def _settled(self, group: LogGroup, span: TimeRange) -> TimeRange | None:
        """The part of a range that CloudWatch can be asked to count: not too new, and not past the retention."""
        end_ms = min(span.end_ms, clock.time_ns() // 1_000_000 - SETTLED_MS)
        if end_ms <= span.start_ms:
            return None
        return kept(size_of(group), TimeRange(span.start_ms, end_ms), self.now_ms)

    def _density(self) -> dict[str, float]:
        """Events a ms of the groups whose bytes are known; an event has about 200."""
        scan = self._plan.scan
        if scan is None:
            return {}
        found = {}
        for group in self.groups:
            size = sum(part.size or 0 for part in scan.groups if part.name == group.name)
            span = sum(piece.duration_ms for piece in self._spans[group.name])
            if size and span:
                found[group.identifier] = size / 200 / span
        return found
