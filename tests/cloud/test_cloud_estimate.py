"""Estimates before a run: which figures are used, what is said when they are missing, what is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.cloud.estimate import (
    DAY_MS,
    Estimate,
    GroupEstimate,
    GroupSize,
    estimate,
    joined,
    kept,
    stored_share,
    usd_text,
)
from insightctl.cloud.incoming import MAX_POINTS, period_ms, share
from insightctl.cloud.prices import query_cost_usd
from insightctl.cloud.session import Access, Cloud
from insightctl.core.errors import CostRefused
from insightctl.core.prices import price_list
from insightctl.core.time import TimeRange
from insightctl.emulator.store import EVENT_OVERHEAD

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

HOUR_MS = 3_600_000
NOW_MS = 1_795_428_000_000
"""2026-11-23T10:00:00Z."""
LAST_HOUR = TimeRange(NOW_MS - HOUR_MS, NOW_MS)
_names = (f"/estimate/{number}" for number in count())


CameIn = Callable[[dict[int, int]], str]


@pytest.fixture
def came_in(logs: CloudWatchLogsClient) -> CameIn:
    """Makes a log group whose events were so many bytes at these UTC ms, all told; returns its name."""

    def make(sizes: dict[int, int]) -> str:
        group = next(_names)
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        for at, size in sorted(sizes.items()):
            event: InputLogEventTypeDef = {"timestamp": at, "message": "x" * (size - EVENT_OVERHEAD)}
            logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])
        return group

    return make


def test_bytes_that_came_in(came_in: CameIn) -> None:
    group = came_in({NOW_MS - 2 * HOUR_MS: 7_000, NOW_MS - 1_800_000: 1_000, NOW_MS - 120_000: 200_000})
    found = estimate(Cloud(), [GroupSize(group, stored_bytes=10**12)], LAST_HOUR, now_ms=NOW_MS, usd_per_gb=10)
    assert found.groups == (GroupEstimate(group, "us-east-1", 201_000, "metric"),)
    assert found.usd == pytest.approx(0.00201)
    assert found.notes == ()
    assert str(found) == "about 0.2 MB in 1 log group, 0.0020 USD"


def test_an_emulator_sends_no_bill(aws: str) -> None:
    found = estimate(Cloud(), [GroupSize(next(_names), 10**12, 30)], LAST_HOUR, now_ms=NOW_MS)
    assert found.usd is None
    found.refuse_above(0.0)


def test_edges_count_by_what_lies_inside(came_in: CameIn) -> None:
    group = came_in({NOW_MS - 600_000: 6_000})
    half = TimeRange(NOW_MS - 570_000, NOW_MS)
    found = estimate(Cloud(), [GroupSize(group)], half, now_ms=NOW_MS)
    assert found.groups[0].size == 3_000


def test_a_quiet_group_beside_one_with_events_scans_nothing(came_in: CameIn) -> None:
    busy, quiet = came_in({NOW_MS - 600_000: 500}), came_in({})
    found = estimate(Cloud(), [GroupSize(busy), GroupSize(quiet, 10**9, 10)], LAST_HOUR, now_ms=NOW_MS)
    assert [(group.size, group.by) for group in found.groups] == [(500, "metric"), (0, "metric")]


def test_a_group_of_a_linked_account_is_asked_for_there(came_in: CameIn) -> None:
    mine, linked = came_in({NOW_MS - 600_000: 500}), came_in({NOW_MS - 600_000: 700})
    silent = next(_names)
    groups = [
        GroupSize(mine),
        GroupSize(f"arn:aws:logs:us-east-1:222222222222:log-group:{linked}", account="222222222222"),
        GroupSize(f"arn:aws:logs:us-east-1:333333333333:log-group:{silent}", account="333333333333"),
    ]
    found = estimate(Cloud(), groups, LAST_HOUR, now_ms=NOW_MS)
    assert [group.size for group in found.groups] == [500, 700, None], "an account that shows no metrics says nothing"


def test_stored_bytes_stand_in_for_a_metric_that_is_not_there(aws: str) -> None:
    groups = [
        GroupSize(next(_names), 240_000_000_000, retention_days=10),
        GroupSize(next(_names), 48_000_000, created_ms=NOW_MS - 2 * DAY_MS),
        GroupSize(next(_names), 10**12),
        GroupSize(next(_names)),
    ]
    found = estimate(Cloud(), groups, LAST_HOUR, now_ms=NOW_MS, usd_per_gb=0.005)
    assert [(group.size, group.by) for group in found.groups] == [
        (1_000_000_000, "stored"),
        (1_000_000, "stored"),
        (None, "unknown"),
        (None, "unknown"),
    ]
    assert found.notes == ("rough for 2 of 4 log groups: their stored bytes, spread evenly over time",)
    assert str(found) == "about 1.0 GB in 4 log groups, 0.0050 USD, 2 of unknown size"


def test_nothing_is_scanned_of_what_retention_has_dropped(came_in: CameIn) -> None:
    group = came_in({NOW_MS - 25 * DAY_MS: 9_000})
    long_ago = TimeRange(NOW_MS - 30 * DAY_MS, NOW_MS - 20 * DAY_MS)
    found = estimate(Cloud(), [GroupSize(group, 10**9, retention_days=7)], long_ago, now_ms=NOW_MS)
    assert found.groups[0].size == 0


def test_many_groups_are_asked_for_in_several_calls(came_in: CameIn) -> None:
    names = [next(_names) for _ in range(501)]
    names[0], names[500] = came_in({NOW_MS - 600_000: 110}), came_in({NOW_MS - 600_000: 130})
    found = estimate(Cloud(), [GroupSize(name) for name in names], LAST_HOUR, now_ms=NOW_MS)
    assert (found.size, found.unknown) == (240, ())


class _Denied(BaseHTTPRequestHandler):
    """CloudWatch as it answers an identity without the permission."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = "User: arn:aws:iam::1:user/x is not authorized to perform: cloudwatch:GetMetricData"
        body = json.dumps({"__type": "com.amazon.coral.service#AccessDeniedException", "message": said}).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("x-amzn-query-error", "AccessDenied;Sender")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def denied() -> Iterator[str]:
    """The URL of a CloudWatch that refuses."""
    server = HTTPServer(("127.0.0.1", 0), _Denied)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_without_the_permission_it_is_named_and_stored_bytes_stand_in(aws: str, denied: str) -> None:
    cloud = Cloud(Access(endpoint_url=denied))
    found = estimate(cloud, [GroupSize("/g", 240, retention_days=10)], LAST_HOUR, now_ms=NOW_MS)
    assert found.groups == (GroupEstimate("/g", "us-east-1", 1, "stored"),)
    assert found.notes[0] == "cloudwatch:GetMetricData is not allowed: sizes come from stored bytes, which is rough"


def test_an_endpoint_that_is_away_is_no_reason_to_fail(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = Cloud(Access(endpoint_url="http://127.0.0.1:9"))
    found = estimate(cloud, [GroupSize("/g", 240, retention_days=10)], LAST_HOUR, now_ms=NOW_MS)
    assert found.groups[0].by == "stored"
    assert found.notes[0].startswith("IncomingBytes could not be read (")


def test_metrics_of_the_account_say_nothing_of_logs_on_an_emulator(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", aws)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://metrics.invalid")
    found = estimate(Cloud(), [GroupSize("/g", 240, retention_days=10)], LAST_HOUR, now_ms=NOW_MS)
    assert (found.groups[0].by, len(found.notes)) == ("stored", 1), "nothing was asked of the other endpoint"


@pytest.mark.parametrize(
    ("hours_ago", "hours", "period"),
    [
        (1, 1, 60_000),
        (3, 3, 60_000),
        (24, 24, 900_000),
        (14 * 24, 1, 60_000),
        (16 * 24, 1, 300_000),
        (64 * 24, 1, 3_600_000),
        (7 * 24, 7 * 24, 3_600_000),
        (400 * 24, 400 * 24, DAY_MS),
        (456 * 24, 1, None),
    ],
)
def test_periods(hours_ago: int, hours: int, period: int | None) -> None:
    start = NOW_MS - hours_ago * HOUR_MS
    assert period_ms(TimeRange(start, start + hours * HOUR_MS), NOW_MS) == period


ranges = st.tuples(st.integers(0, 454 * DAY_MS), st.integers(1, 400 * DAY_MS)).map(
    lambda drawn: TimeRange(NOW_MS - drawn[0], min(NOW_MS, NOW_MS - drawn[0] + drawn[1]))
)


@given(ranges.filter(lambda span: span.start_ms < span.end_ms))
def test_evenly_filled_points_add_up_to_the_range(span: TimeRange) -> None:
    period = period_ms(span, NOW_MS)
    assert period is not None
    first = span.start_ms // period * period
    points = range(first, span.end_ms, period)
    assert len(points) <= max(MAX_POINTS, 455) + 1
    # a point holds as many bytes as ms of it have passed
    total = sum((min(at + period, NOW_MS) - at) * share(at, period, span, NOW_MS) for at in points)
    assert total == pytest.approx(span.duration_ms)


@given(
    st.integers(0, 10**15),
    st.integers(1, 3653) | st.none(),
    st.integers(1, 4000 * DAY_MS) | st.none(),
    ranges.filter(lambda span: span.start_ms < span.end_ms),
)
def test_a_share_is_never_more_than_what_is_stored(
    stored: int, retention: int | None, age: int | None, span: TimeRange
) -> None:
    group = GroupSize("/g", stored, retention, None if age is None else NOW_MS - age)
    inside = kept(group, span, NOW_MS)
    size = None if inside is None else stored_share(group, inside, NOW_MS)
    assert size is None or 0 <= size <= stored


def sized(usd: float | None, *sizes: int | None) -> Estimate:
    groups = tuple(
        GroupEstimate(f"/g{n}", "us-east-1", size, "unknown" if size is None else "metric")
        for n, size in enumerate(sizes)
    )
    return Estimate(groups, usd)


def test_what_costs_more_than_the_limit_is_refused() -> None:
    sized(1.0, 1).refuse_above(1.0)
    with pytest.raises(CostRefused, match=r"about 1\.50 USD, more than 1\.00") as error:
        sized(1.5, 300_000_000_000).refuse_above(1.0)
    assert error.value.exit_code == 3
    with pytest.raises(CostRefused, match="the size of /g1 is not known"):
        sized(0.0, 0, None).refuse_above(1.0)


def test_estimates_of_several_regions_join() -> None:
    both = joined([sized(0.5, 100), sized(0.25, 50, None)])
    assert (both.usd, both.size, both.unknown) == (0.75, 150, ("/g1",))
    assert joined([sized(None, 1)]).usd is None
    assert joined([]).size == 0


def test_usd_texts() -> None:
    assert [usd_text(usd) for usd in (0, 0.00005, 0.5, 1, 1234.5)] == ["0.0000", "0.0001", "0.5000", "1.00", "1,234.50"]


def test_a_scan_is_priced_by_region() -> None:
    assert query_cost_usd(10**9, "eu-central-1") == 0.0063
    assert query_cost_usd(10**9, "eu-central-1", price_list().with_own({("logs_scanned_gb", ""): 0.001})) == 0.001
