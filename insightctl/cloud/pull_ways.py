"""Which way a pull takes for each log group: the one that costs less, and of two that cost the same the faster one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from insightctl.cloud.estimate import Estimate, GroupEstimate, GroupSize, estimate, joined, usd_text
from insightctl.cloud.session import Cloud
from insightctl.cloud.targets import LogGroup
from insightctl.cloud.targets.classes import DELIVERY, INFREQUENT
from insightctl.core.errors import UsageError
from insightctl.core.sizes import size_text
from insightctl.core.time import TimeRange

Way = Literal["filter", "insights"]
Via = Literal["filter", "insights", "auto"]
WAYS: tuple[Via, ...] = ("auto", "filter", "insights")

FILTER_BYTES_PER_S = 3e6
"""FilterLogEvents: a page has at most 1 MB, and comes in about a third of a second."""
INSIGHTS_BYTES_PER_S = 20e6
"""GetQueryResults: 10 pages a second (quota) of 10,000 events of about 200 bytes."""
INSIGHTS_START_S = 3.0
_NOTHING_USD = 0.00005  # less than what is shown


@dataclass(frozen=True, slots=True)
class Plan:
    """The way of each group by its name, why (a sentence a way), and what queries would scan if that was looked up."""

    ways: Mapping[str, Way]
    why: tuple[str, ...]
    scan: Estimate | None = None


def plan(
    cloud: Cloud,
    groups: Sequence[LogGroup],
    spans: Mapping[str, Sequence[TimeRange]],
    via: Via,
    *,
    now_ms: int,
    usd_per_gb: float | None = None,
) -> Plan:
    """How to fetch `spans` (by name) of the groups.

    Groups of the infrequent-access class go by Insights always: FilterLogEvents refuses them. Raises UsageError for a
    group that neither reads.
    """
    for group in groups:
        if group.log_class == DELIVERY:
            raise UsageError(
                f"log group '{group.name}' is of the Delivery class, which nothing reads",
                remedy="read where its logs are delivered to (S3), or leave the group out",
            )
    bound = {group.name for group in groups if group.log_class == INFREQUENT}
    if via == "filter" and not bound:
        return Plan(dict.fromkeys(spans, via), tuple(_why(dict.fromkeys(spans, via), via, bound, None)))
    scan = scanned(cloud, groups, spans, now_ms=now_ms, usd_per_gb=usd_per_gb)
    ways: dict[str, Way] = {
        group.name: "insights" if group.name in bound else _cheaper(scan, group.name) if via == "auto" else via
        for group in groups
    }
    return Plan(ways, tuple(_why(ways, via, bound, scan)), scan)


def scanned(
    cloud: Cloud,
    groups: Sequence[LogGroup],
    spans: Mapping[str, Sequence[TimeRange]],
    *,
    now_ms: int,
    usd_per_gb: float | None = None,
) -> Estimate:
    """What queries over these ranges scan and cost. Groups with the same range are asked about in one call."""
    at: dict[TimeRange, list[GroupSize]] = {}
    for group in groups:
        for span in spans[group.name]:
            at.setdefault(span, []).append(size_of(group))
    return joined([estimate(cloud, sizes, span, now_ms=now_ms, usd_per_gb=usd_per_gb) for span, sizes in at.items()])


def size_of(group: LogGroup) -> GroupSize:
    """What is known of a group's size."""
    account = group.account if group.linked else None
    return GroupSize(group.name, group.stored_bytes, group.retention_days, group.created_ms, account)


def _cheaper(scan: Estimate, name: str) -> Way:
    parts = [part for part in scan.groups if part.name == name]
    if any(part.size is None for part in parts):
        return "filter"
    size = sum(part.size or 0 for part in parts)
    usd = 0.0 if scan.usd is None or not scan.size else scan.usd * size / scan.size
    if usd >= _NOTHING_USD:
        return "filter"
    is_faster = INSIGHTS_START_S + size / INSIGHTS_BYTES_PER_S < size / FILTER_BYTES_PER_S
    return "insights" if is_faster else "filter"


def _why(ways: Mapping[str, Way], via: Via, bound: set[str], scan: Estimate | None) -> list[str]:
    told = []
    for way, label in (("filter", "FilterLogEvents"), ("insights", "Insights queries")):
        names = [name for name in ways if ways[name] == way and name not in bound]
        if names:
            told.append(f"{_count(names)} by {label}: {_reason(way, via, names, scan)}")
    if bound:
        cost = f"; {_cost(scan, bound)}" if scan else ""
        told.append(
            f"{_count(sorted(bound))} by Insights queries: FilterLogEvents refuses the infrequent-access class{cost}"
        )
    return told


def _reason(way: str, via: Via, names: Sequence[str], scan: Estimate | None) -> str:
    cost = f", {_cost(scan, names)}" if scan else ""
    if via != "auto":
        return f"as asked{cost if way == 'insights' else ''}"
    if way == "insights":
        return f"costs nothing and is faster{cost}"
    if scan is not None and any(part.size is None for part in _of(scan, names)):
        return "costs nothing (their size is not known)"
    if scan is None or scan.usd is None or scan.usd < _NOTHING_USD:
        return "costs nothing, and is faster for so little"
    return f"costs nothing (Insights queries: {_cost(scan, names)})"


def _cost(scan: Estimate, names: Sequence[str] | set[str]) -> str:
    parts = _of(scan, names)
    if any(part.size is None for part in parts):
        return "of unknown size"
    size = sum(part.size or 0 for part in parts)
    usd = "" if scan.usd is None else f", {usd_text(scan.usd * size / scan.size if scan.size else 0.0)} USD"
    return f"about {size_text(size)}{usd}"


def _of(scan: Estimate, names: Sequence[str] | set[str]) -> list[GroupEstimate]:
    return [part for part in scan.groups if part.name in names]


def _count(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} log groups"
