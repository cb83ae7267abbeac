"""Bytes that came into log groups, from CloudWatch's metric IncomingBytes (AWS/Logs, by LogGroupName).

The metric is "the volume of log events in uncompressed bytes uploaded" to a group (CloudWatch Logs user guide). One
call asks for up to 500 groups, each with few enough points that the answer is one page of 100,800.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from insightctl.cloud.failures import error_code, error_message
from insightctl.cloud.pull import name_of
from insightctl.cloud.session import Cloud, is_loopback
from insightctl.core.time import TimeRange, from_ms, to_ms

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

MAX_METRICS = 500  # a call (GetMetricData, MetricDataQueries)
MAX_POINTS = 200  # a metric: 500 x 200 fit in one page of 100,800 points
DAY_MS = 86_400_000
_KEPT = ((15 * DAY_MS, 60_000), (63 * DAY_MS, 300_000), (455 * DAY_MS, 3_600_000))
"""How long CloudWatch keeps points of a period (GetMetricData): older ones are there in coarser periods only."""
_MARGIN_MS = 3_600_000  # the call begins up to a period earlier, and takes its time
_PERIODS_MS = (60_000, 300_000, 900_000, 3_600_000, 21_600_000, DAY_MS)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})

Group = tuple[str, str | None]
"""A log group's name, and its account when that is another one."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Bytes by group, of those that the metric knows; `notes` say why others are missing."""

    sizes: Mapping[Group, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def period_ms(span: TimeRange, now_ms: int) -> int | None:
    """The finest period that CloudWatch still has for all of a range and that gives few enough points, in ms.

    None when the range begins before anything that CloudWatch keeps.
    """
    age = now_ms - span.start_ms + _MARGIN_MS
    least = next((period for limit, period in _KEPT if age <= limit), None)
    if least is None:
        return None
    fitting = (p for p in _PERIODS_MS if p >= least and span.duration_ms / p <= MAX_POINTS)
    return next(fitting, _PERIODS_MS[-1])


def share(point_ms: int, period: int, span: TimeRange, now_ms: int) -> float:
    """The part of a point that lies in a range; of the point that is not over yet, the part of what has passed."""
    end = min(point_ms + period, max(now_ms, point_ms + 1))
    inside = min(end, span.end_ms) - max(point_ms, span.start_ms)
    return max(0.0, inside / (end - point_ms))


def incoming_bytes(cloud: Cloud, asked: Mapping[Group, TimeRange], now_ms: int) -> Incoming:
    """The bytes that came into each group in its range. Never raises for what AWS answers: a note says what failed.

    A group without a point had no events: AWS keeps this metric for every group. But an emulator may lack it and a
    linked account may share its logs only: there, without a point of any group, all groups stay unknown.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    spans = {group: span for group, span in asked.items() if period_ms(span, now_ms) is not None}
    client = _client(cloud) if spans else None
    if client is None:
        return Incoming()
    whole = TimeRange(min(s.start_ms for s in spans.values()), max(s.end_ms for s in spans.values()))
    period = period_ms(whole, now_ms) or _PERIODS_MS[-1]
    found: dict[Group, float] = {}
    try:
        for batch in _batches(list(spans)):
            for group, points in _points(client, batch, whole, period):
                size = sum(value * share(at, period, spans[group], now_ms) for at, value in points)
                found[group] = found.get(group, 0.0) + size
    except (ClientError, BotoCoreError) as error:
        return Incoming(notes=(_reason(error),))
    trusted = {account for (_, account), size in found.items() if size}
    trusted |= set() if is_loopback(client.meta.endpoint_url) else {None}
    return Incoming({group: round(size) for group, size in found.items() if group[1] in trusted})


def _batches(groups: Sequence[Group]) -> Iterator[Sequence[Group]]:
    return (groups[start : start + MAX_METRICS] for start in range(0, len(groups), MAX_METRICS))


def _points(
    client: CloudWatchClient, groups: Sequence[Group], whole: TimeRange, period: int
) -> Iterator[tuple[Group, list[tuple[int, float]]]]:
    """The points (UTC ms, bytes) of each group that CloudWatch has an answer for; a group may come in parts."""
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[_query(f"g{number}", group, period) for number, group in enumerate(groups)],
        # aligned, so that each point covers a whole period of the clock
        StartTime=from_ms(whole.start_ms // period * period),
        EndTime=from_ms(-(-whole.end_ms // period) * period),
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            if result.get("StatusCode") in ("Complete", "PartialData"):
                stamps = [to_ms(moment) for moment in result.get("Timestamps", [])]
                yield groups[int(result["Id"][1:])], list(zip(stamps, result.get("Values", []), strict=False))


def _query(key: str, group: Group, period: int) -> MetricDataQueryTypeDef:
    name, account = group
    query: MetricDataQueryTypeDef = {
        "Id": key,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Logs",
                "MetricName": "IncomingBytes",
                "Dimensions": [{"Name": "LogGroupName", "Value": name_of(name)}],
            },
            "Period": period // 1000,
            "Stat": "Sum",
        },
    }
    return query if account is None else {**query, "AccountId": account}


def _client(cloud: Cloud) -> CloudWatchClient | None:
    """A client for metrics; None when only the logs are on an emulator: its groups are not those of the account."""
    client = cloud.session.client("cloudwatch", endpoint_url=cloud.access.endpoint_url, config=cloud.logs.meta.config)
    only_logs = is_loopback(cloud.logs.meta.endpoint_url) and not is_loopback(client.meta.endpoint_url)
    return None if only_logs else client


def _reason(error: Exception) -> str:
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        if error_code(error) in _DENIED:
            return "cloudwatch:GetMetricData is not allowed: sizes come from stored bytes, which is rough"
        return f"IncomingBytes could not be read ({error_message(error) or error_code(error)}): stored bytes stand in"
    return f"IncomingBytes could not be read ({' '.join(str(error).split())}): stored bytes stand in"
