"""Metrics from CloudWatch: GetMetricData in as few calls as can be, ListMetrics for searches."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from insightctl.core.errors import CloudError
from insightctl.core.time import TimeRange, to_ms
from insightctl.metrics.model import Dimensions, MetricName, MetricQuery, Points

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricTypeDef

    from insightctl.cloud.session import Access

MAX_QUERIES = 500  # of a GetMetricData call
MAX_POINTS = 100_800  # of a GetMetricData answer
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_KEPT = ((3 * _HOUR_MS, 1), (15 * _DAY_MS, 60), (63 * _DAY_MS, 300))
"""How old data may be to be had at a period of so many seconds ("Metrics retention"); beyond that, 3600."""


class ServiceMetrics:
    """A MetricSource on CloudWatch. Rows of other regions are asked there; of other accounts, by the monitoring account.

    `client` is one of the region of `access`, where there is one already: making one takes half a second.
    """

    def __init__(self, access: Access, client: CloudWatchClient | None = None) -> None:
        self._access = access
        self._clients: dict[str | None, CloudWatchClient] = {} if client is None else {None: client}

    def fetch(self, queries: Sequence[MetricQuery], time: TimeRange) -> tuple[Points, ...]:
        """One answer a query. Raises CloudError naming the permission that is missing."""
        answers: dict[int, Points] = {}
        by_region: dict[str | None, list[int]] = {}
        for place, query in enumerate(queries):
            by_region.setdefault(query.region, []).append(place)
        now_ms = int(clock.time() * 1000)
        for region, places in by_region.items():
            for some in _batches(places, queries, time):
                with self._said("GetMetricData", region):
                    answers |= self._batch(region, {p: _possible(queries[p], time, now_ms) for p in some}, time)
        return tuple(answers[place] for place in range(len(queries)))

    def _batch(self, region: str | None, queries: dict[int, MetricQuery], time: TimeRange) -> dict[int, Points]:
        asked = [_asked(place, query) for place, query in queries.items()]
        found: dict[int, dict[int, float]] = {place: {} for place in queries}
        notes: dict[int, str] = {}
        pages = (
            self._client(region)
            .get_paginator("get_metric_data")
            .paginate(MetricDataQueries=asked, StartTime=time.start, EndTime=time.end, ScanBy="TimestampAscending")
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                place = int(result.get("Id", "m0")[1:].partition("_")[0])
                found[place] |= {to_ms(at): v for at, v in zip(result["Timestamps"], result["Values"], strict=True)}
                if result.get("StatusCode") in ("Forbidden", "InternalError"):
                    notes[place] = f"CloudWatch says {result.get('StatusCode')} for this metric"
        return {
            place: Points(tuple(sorted(v)), tuple(v[at] for at in sorted(v)), note=notes.get(place))
            for place, v in found.items()
        }

    def find(
        self,
        namespace: str | None,
        name: str | None = None,
        dimensions: Dimensions = (),
        *,
        time: TimeRange,
        region: str | None = None,
        account: str | None = None,
    ) -> tuple[MetricName, ...]:
        """The metrics that exist. Raises CloudError naming the permission that is missing."""
        wanted: dict[str, object] = {"Dimensions": [{"Name": key, "Value": value} for key, value in dimensions]}
        if namespace:
            wanted["Namespace"] = namespace
        if name:
            wanted["MetricName"] = name
        if account:
            wanted |= {"IncludeLinkedAccounts": True, "OwningAccount": account}
        if time.start_ms > (clock.time() * 1000 - 3 * _HOUR_MS):
            wanted["RecentlyActive"] = "PT3H"
        found: list[MetricName] = []
        with self._said("ListMetrics", region):
            for page in self._client(region).get_paginator("list_metrics").paginate(**wanted):  # type: ignore[arg-type]
                for metric in page["Metrics"]:
                    named = tuple(sorted((d["Name"], d["Value"]) for d in metric.get("Dimensions", ())))
                    found.append(MetricName(metric.get("Namespace", ""), metric.get("MetricName", ""), named, account))
        return tuple(sorted(found))

    def _client(self, region: str | None) -> CloudWatchClient:
        if region not in self._clients:
            from botocore.config import Config

            from insightctl.cloud.session import ATTEMPTS, CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Cloud

            config = Config(
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=READ_TIMEOUT_S,
                user_agent_extra="insightctl",
            )
            access = replace(self._access, region=region or self._access.region)
            session = Cloud(access).session
            self._clients[region] = session.client("cloudwatch", endpoint_url=access.endpoint_url, config=config)
        return self._clients[region]

    @contextmanager
    def _said(self, operation: str, region: str | None) -> Iterator[None]:
        from botocore.exceptions import ClientError

        from insightctl.cloud.failures import Place, error_code, said_plainly

        place = Place(region or self._access.region, self._access.profile, self._access.endpoint_url)
        with said_plainly(place):
            try:
                yield
            except ClientError as error:
                if error_code(error) in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"):
                    action = f"cloudwatch:{operation}"
                    raise CloudError(
                        f"not allowed: {action}",
                        where=str(place).replace("CloudWatch Logs", "CloudWatch", 1),
                        remedy=f"let the IAM policy of this identity allow {action} (and check --profile)",
                    ) from error
                raise


def _asked(place: int, query: MetricQuery) -> MetricDataQueryTypeDef:
    asked: MetricDataQueryTypeDef = {"Id": f"m{place}", "ReturnData": True}
    if query.account:
        asked["AccountId"] = query.account
    if not query.namespace:  # a Metrics Insights query
        return {**asked, "Expression": query.name, "Period": query.period_s}
    metric: MetricTypeDef = {
        "Namespace": query.namespace,
        "MetricName": query.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in query.dimensions],
    }
    asked["MetricStat"] = {"Metric": metric, "Period": query.period_s, "Stat": query.stat}
    return asked


def _possible(query: MetricQuery, time: TimeRange, now_ms: int) -> MetricQuery:
    """The query with the shortest period at which data of that age is kept."""
    age = now_ms - time.start_ms
    least = next((seconds for oldest, seconds in _KEPT if age <= oldest), 3600)
    if query.period_s >= least and query.period_s % least == 0:
        return query
    return replace(query, period_s=-(-query.period_s // least) * least)


def _batches(places: Sequence[int], queries: Sequence[MetricQuery], time: TimeRange) -> Iterator[list[int]]:
    """Places in calls: at most 500 metrics each, and no more points than an answer can have."""
    some: list[int] = []
    points = 0
    for place in places:
        more = time.duration_ms // (queries[place].period_s * 1000) + 2
        if some and (len(some) == MAX_QUERIES or points + more > MAX_POINTS):
            yield some
            some, points = [], 0
        some.append(place)
        points += more
    if some:
        yield some
