"""What a query will scan and cost, before it runs.

Per log group, the best that can be had: the bytes that came in during the range (CloudWatch's metric IncomingBytes),
else the stored bytes spread evenly over the time they cover, else nothing is known. Each group tells which (`by`).

A query scans all text of its groups in its range, so the bytes that came in are the bytes that it scans, but for three
things: the metric counts by arrival and a query by the events' own time; a field index lets a query skip text; and AWS
does not say whether the metric counts the 26 bytes that PutLogEvents' limit counts beside each event's text, nor whether
storedBytes is before or after compression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from insightctl.cloud.incoming import Incoming, incoming_bytes
from insightctl.cloud.session import Cloud, is_loopback
from insightctl.core.errors import CostRefused
from insightctl.core.prices import BYTES_PER_GB, PriceList, price_list
from insightctl.core.sizes import size_text
from insightctl.core.time import TimeRange

DAY_MS = 86_400_000

By = Literal["metric", "stored", "unknown"]


@dataclass(frozen=True, slots=True)
class GroupSize:
    """What DescribeLogGroups says of a log group: bytes, days (None: kept for ever), UTC ms.

    `account` is set for a group of a linked account only, whose metrics CloudWatch is then asked for.
    """

    name: str
    stored_bytes: int | None = None
    retention_days: int | None = None
    created_ms: int | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class GroupEstimate:
    """Bytes that a query over one group scans, and the way they were found; `size` None when `by` is "unknown"."""

    name: str
    region: str
    size: int | None
    by: By


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes and USD of a query over all of its groups, as far as they are known.

    `usd` is None on an emulator, which sends no bill. `notes` are sentences for the user: what is rough, and why.
    """

    groups: tuple[GroupEstimate, ...]
    usd: float | None
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes, of the groups that are known."""
        return sum(group.size or 0 for group in self.groups)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The groups of which nothing is known."""
        return tuple(group.name for group in self.groups if group.by == "unknown")

    def __str__(self) -> str:
        """`about 12.3 GB in 3 log groups, 0.0615 USD`."""
        count = f"{len(self.groups)} log group{'' if len(self.groups) == 1 else 's'}"
        parts = [f"{size_text(self.size)} in {count}"]
        parts += [] if self.usd is None else [f"{usd_text(self.usd)} USD"]
        parts += [f"{len(self.unknown)} of unknown size"] if self.unknown else []
        return f"about {', '.join(parts)}"

    def refuse_above(self, limit_usd: float) -> None:
        """Raises CostRefused when the run may cost more: by the estimate, or because a group's size is not known."""
        if self.usd is None:
            return
        if self.usd > limit_usd:
            raise CostRefused(
                f"the run would cost about {usd_text(self.usd)} USD, more than {usd_text(limit_usd)}",
                where=f"{size_text(self.size)} to scan",
                remedy="narrow the time range or the log groups, or raise --max-cost",
            )
        if self.unknown:
            raise CostRefused(
                f"nobody can tell what the run would cost: the size of {', '.join(self.unknown[:3])} is not known",
                remedy="allow cloudwatch:GetMetricData and logs:DescribeLogGroups, or leave out the limit",
            )


def usd_text(usd: float) -> str:
    """USD for people: cents from a dollar on, four digits after the point below."""
    return f"{usd:,.2f}" if usd >= 1 else f"{usd:.4f}"


def joined(estimates: Sequence[Estimate]) -> Estimate:
    """One estimate of several, of other regions or accounts."""
    usd = [estimate.usd for estimate in estimates if estimate.usd is not None]
    return Estimate(
        tuple(group for estimate in estimates for group in estimate.groups),
        sum(usd) if usd else None,
        tuple(dict.fromkeys(note for estimate in estimates for note in estimate.notes)),
    )


def estimate(
    cloud: Cloud,
    groups: Sequence[GroupSize],
    time: TimeRange,
    *,
    now_ms: int,
    prices: PriceList | None = None,
    usd_per_gb: float | None = None,
) -> Estimate:
    """What a query over these groups of one region scans and costs; `usd_per_gb` (--price) stands above the list.

    Asks CloudWatch with GetMetricData (0.01 USD a thousand log groups); when that is not allowed or fails, the stored
    bytes stand in and a note says so: it never raises for what AWS answers.
    """
    ranges = {group: kept(group, time, now_ms) for group in groups}
    asked = {(group.name, group.account): span for group, span in ranges.items() if span is not None}
    found = incoming_bytes(cloud, asked, now_ms)
    region = cloud.place.region or ""
    sized = tuple(_sized(group, ranges[group], found, region, now_ms) for group in groups)
    return Estimate(sized, *_cost(cloud, sized, found, prices or price_list(), usd_per_gb))


def kept(group: GroupSize, time: TimeRange, now_ms: int) -> TimeRange | None:
    """The part of a range of which a group still has events; None when there is none."""
    start = time.start_ms
    if group.retention_days is not None:
        start = max(start, now_ms - group.retention_days * DAY_MS)
    end = min(time.end_ms, now_ms)
    return TimeRange(start, end) if start < end else None


def stored_share(group: GroupSize, span: TimeRange, now_ms: int) -> int | None:
    """The part of the stored bytes that lies in a range, if they came in evenly; None when that cannot be told."""
    if group.stored_bytes is None:
        return None
    ages = [now_ms - group.created_ms] if group.created_ms is not None else []
    ages += [group.retention_days * DAY_MS] if group.retention_days is not None else []
    if not ages:
        return None if group.stored_bytes else 0
    oldest = now_ms - max(min(ages), 1)
    inside = max(0, span.end_ms - max(span.start_ms, oldest))
    return round(group.stored_bytes * min(1.0, inside / (now_ms - oldest)))


def _sized(group: GroupSize, span: TimeRange | None, found: Incoming, region: str, now_ms: int) -> GroupEstimate:
    if span is None:
        return GroupEstimate(group.name, region, 0, "stored")
    size = found.sizes.get((group.name, group.account))
    if size is not None:
        return GroupEstimate(group.name, region, size, "metric")
    share = stored_share(group, span, now_ms)
    return GroupEstimate(group.name, region, share, "unknown" if share is None else "stored")


def _cost(
    cloud: Cloud, groups: Sequence[GroupEstimate], found: Incoming, prices: PriceList, usd_per_gb: float | None
) -> tuple[float | None, tuple[str, ...]]:
    notes = list(found.notes)
    if rough := [group for group in groups if group.by == "stored" and group.size]:
        notes.append(f"rough for {len(rough)} of {len(groups)} log groups: their stored bytes, spread evenly over time")
    size = sum(group.size or 0 for group in groups)
    if usd_per_gb is not None:
        return size / BYTES_PER_GB * usd_per_gb, tuple(notes)
    place = cloud.place
    if is_loopback(place.endpoint_url):
        return None, tuple(notes)
    price = prices.price("logs_scanned_gb", place.region or "")
    if price.assumed:
        notes.append(f"no price for {place.region} is known here: that of us-east-1 is assumed (--price names yours)")
    return size / BYTES_PER_GB * price.usd, tuple(notes)
