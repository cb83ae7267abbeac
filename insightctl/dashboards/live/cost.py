"""What a dashboard costs a month: the dashboard itself, and the queries of its log widgets.

CloudWatch bills a dashboard by the month after the first three of an account that have up to 50 metrics each
(aws.amazon.com/cloudwatch/pricing), and each query of a log widget by the text that it scans, at every refresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insightctl.core.prices import BYTES_PER_GB, price_list
from insightctl.core.sizes import size_text
from insightctl.core.time import TimeRange
from insightctl.dashboards.body import Body

if TYPE_CHECKING:
    from insightctl.cloud.estimate import GroupSize
    from insightctl.cloud.session import Cloud
    from insightctl.dashboards.client import Live

FREE_DASHBOARDS, FREE_METRICS = 3, 50
DAYS = 30
_DEFAULT_HOURS = 3  # what the console opens a dashboard with that names no range
_SOURCE = re.compile(r"\bSOURCE\s+(?:'([^']+)'|\"([^\"]+)\"|`([^`]+)`)", re.IGNORECASE)
_SELECTOR = re.compile(r"\bSOURCE\s+(?:logGroups|dataSource|all|tag)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LogQuery:
    """The query of a log widget: its region, the log groups that it names, and whether it selects others too."""

    region: str
    groups: tuple[str, ...]
    selects: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """USD and bytes. `dashboards` in the account, this one included; None when they could not be counted.

    `scanned` bytes a refresh, of the log groups that are known; `refresh_usd` is what that costs.
    """

    metrics: int
    dashboards: int | None
    dashboard_usd: float
    queries: int
    scanned: int
    refresh_usd: float
    refreshes: int
    hours: float
    notes: tuple[str, ...] = ()

    @property
    def month_usd(self) -> float:
        """All of it, in a month of 30 days."""
        return self.dashboard_usd + self.refresh_usd * self.refreshes * DAYS


def cost(live: Live, body: Body, *, is_new: bool, refreshes: int) -> Cost:
    """What a body costs; `refreshes` a day is for the caller to say. Asks CloudWatch; what it may not ask is a note."""
    region = live.region()
    metrics = metric_count(body)
    dashboards = _dashboards(live, is_new=is_new)
    month = price_list().price("dashboard_month", region)
    is_free = metrics <= FREE_METRICS and dashboards is not None and dashboards <= FREE_DASHBOARDS
    notes = ["the number of dashboards is not known (cloudwatch:ListDashboards)"] if dashboards is None else []
    notes += [f"no price for {region} is known here: that of us-east-1 is assumed"] if month.assumed else []
    hours = shown_hours(body)
    queries = tuple(log_queries(body, region))
    scanned, usd, said = _scans(live, queries, hours)
    return Cost(
        metrics,
        dashboards,
        0.0 if is_free else month.usd,
        len(queries),
        scanned,
        usd,
        refreshes,
        hours,
        (*notes, *said),
    )


def cost_text(found: Cost) -> Iterator[str]:
    """Sentences: the dashboard, its queries, the sum, what is assumed."""
    counted = "" if found.dashboards is None else f"number {found.dashboards} of the account; "
    yield (
        f"cost: dashboard {found.dashboard_usd:.2f} USD a month ({counted}{_many(found.metrics, 'metric')}; "
        f"the first {FREE_DASHBOARDS} with up to {FREE_METRICS} metrics each are free)"
    )
    if found.queries:
        yield (
            f"cost: each refresh runs {_many(found.queries, 'query', 'queries')} and scans {size_text(found.scanned)} "
            f"(the last {found.hours:g} h), {found.refresh_usd:.4f} USD; {found.refreshes} refreshes a day "
            f"(assumed, see --refreshes) make {found.refresh_usd * found.refreshes * DAYS:.2f} USD a month"
        )
        yield f"cost: {found.month_usd:.2f} USD a month, list prices"
    yield from (f"cost: {note}" for note in found.notes)


def _many(count: int, one: str, more: str | None = None) -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"


def metric_count(body: Body) -> int:
    """Metrics by name in metric widgets; a search or a SELECT counts one, as nobody knows what it finds."""
    rows = [
        row
        for properties in _properties(body, "metric")
        if isinstance(metrics := properties.get("metrics"), list)
        for row in metrics
        if isinstance(row, list)
    ]
    return sum(any(isinstance(item, str) for item in row) or _looks_up(row) for row in rows)


def log_queries(body: Body, region: str) -> Iterator[LogQuery]:
    """The queries of all log widgets; `region` is that of widgets that name none."""
    for properties in _properties(body, "log"):
        text = str(properties.get("query") or "")
        groups = tuple(next(filter(None, found)) for found in _SOURCE.findall(text))
        named = properties.get("region")
        selects = bool(_SELECTOR.search(text)) or "logGroupPrefixes" in properties
        yield LogQuery(named if isinstance(named, str) and named else region, groups, selects)


def shown_hours(body: Body) -> float:
    """The hours that the dashboard shows when it opens; 3 where it does not say."""
    from insightctl.dashboards.lint.rows import Body as LintBody
    from insightctl.dashboards.lint.times import span_days
    from insightctl.dashboards.rules.node import Node

    days = span_days(LintBody(Node(body)))
    return days * 24 if days and days > 0 else _DEFAULT_HOURS


def _properties(body: Body, kind: str) -> Iterator[Mapping[str, object]]:
    widgets = body.get("widgets")
    for widget in widgets if isinstance(widgets, list) else []:
        if isinstance(widget, Mapping) and widget.get("type") == kind:
            properties = widget.get("properties")
            if isinstance(properties, Mapping):
                yield properties


def _looks_up(row: Sequence[object]) -> bool:
    texts = [str(item.get("expression", "")) for item in row if isinstance(item, Mapping)]
    return any(re.search(r"\bSEARCH\s*\(|^\s*SELECT\b", text, re.IGNORECASE) for text in texts)


def _dashboards(live: Live, *, is_new: bool) -> int | None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        pages = live.client().get_paginator("list_dashboards").paginate()
        return sum(len(page.get("DashboardEntries", [])) for page in pages) + is_new
    except (ClientError, BotoCoreError):
        return None


def _scans(live: Live, queries: Sequence[LogQuery], hours: float) -> tuple[int, float, tuple[str, ...]]:
    """Bytes and USD of one refresh, and what is not known."""
    from dataclasses import replace

    from insightctl.cloud.session import Cloud

    scanned, usd = 0, 0.0
    notes: list[str] = []
    for region in sorted({query.region for query in queries}):
        there = [query for query in queries if query.region == region]
        sizes = _sizes(Cloud(replace(live.access, region=region)), sorted({g for q in there for g in q.groups}), hours)
        known = sum(sizes.get(group) or 0 for query in there for group in query.groups)
        scanned += known
        usd += known / BYTES_PER_GB * price_list().price("logs_scanned_gb", region).usd
        unknown = sorted({g for q in there for g in q.groups if sizes.get(g) is None})
        if unknown:
            notes.append(f"not counted, as nothing is known of it in {region}: {', '.join(unknown[:3])}")
    if any(query.selects for query in queries):
        notes.append("not counted: log groups that a query selects by prefix, tag or class")
    return scanned, usd, tuple(notes)


def _sizes(cloud: Cloud, groups: Sequence[str], hours: float) -> dict[str, int | None]:
    """Bytes of each group in the time that is shown; None when unknown."""
    import time

    from botocore.exceptions import BotoCoreError, ClientError

    from insightctl.cloud.estimate import estimate
    from insightctl.core.errors import CloudError

    now_ms = time.time_ns() // 1_000_000
    span = TimeRange(now_ms - round(hours * 3_600_000), now_ms)
    try:
        found = [size for group in groups if (size := _described(cloud, group)) is not None]
        return {each.name: each.size for each in estimate(cloud, found, span, now_ms=now_ms).groups} if found else {}
    except (ClientError, BotoCoreError, CloudError):
        return {}


def _described(cloud: Cloud, name: str) -> GroupSize | None:
    """What DescribeLogGroups says of a group; None when it is not there."""
    from insightctl.cloud.estimate import GroupSize

    for group in cloud.logs.describe_log_groups(logGroupNamePrefix=name, limit=50)["logGroups"]:
        if group["logGroupName"] == name:
            return GroupSize(name, group.get("storedBytes"), group.get("retentionInDays"), group.get("creationTime"))
    return None
