"""PutLogEvents, FilterLogEvents and GetLogEvents, through boto3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import START_MS, STREAM, Fill

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient


def test_events_come_back_as_they_were_put(fill: Fill, logs: CloudWatchLogsClient) -> None:
    messages = ["plain", "two\nlines\n", 'quotes " and \\', "ünï \U0001f600", '{"json": true}', "\x1b[31mred"]
    group = fill(messages)
    events = logs.filter_log_events(logGroupName=group)["events"]
    assert [event["message"] for event in events] == messages
    assert [event["timestamp"] for event in events] == [START_MS + n * 1000 for n in range(len(messages))]
    assert {event["logStreamName"] for event in events} == {STREAM}
    assert len({event["eventId"] for event in events}) == len(messages)


def test_events_of_one_ms_keep_their_order_across_pages(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill([])
    same = [{"timestamp": START_MS, "message": str(n)} for n in range(10)]
    logs.put_log_events(logGroupName=group, logStreamName=STREAM, logEvents=same)  # type: ignore[arg-type]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, PaginationConfig={"PageSize": 3})
    assert [e["message"] for page in pages for e in page["events"]] == [str(n) for n in range(10)]


def test_a_long_group_is_read_in_pieces(
    fill: Fill, logs: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("insightctl.emulator.log_events._SCAN", 4)
    group = fill([])
    events = [{"timestamp": START_MS + n // 3, "message": str(n)} for n in range(20)]
    logs.put_log_events(logGroupName=group, logStreamName=STREAM, logEvents=events)  # type: ignore[arg-type]
    pages = logs.get_paginator("filter_log_events")
    whole = [e["message"] for page in pages.paginate(logGroupName=group) for e in page["events"]]
    assert whole == [str(n) for n in range(20)]
    few = [e["message"] for page in pages.paginate(logGroupName=group, filterPattern="9") for e in page["events"]]
    assert few == ["9", "19"]
    newest = pages.paginate(logGroupName=group, startFromHead=False)
    assert [e["message"] for page in newest for e in page["events"]] == [str(n) for n in reversed(range(20))]


def test_twins_have_different_ids_that_stay(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill([])
    logs.put_log_events(
        logGroupName=group, logStreamName=STREAM, logEvents=[{"timestamp": START_MS, "message": "same"}] * 3
    )
    whole = [event["eventId"] for event in logs.filter_log_events(logGroupName=group)["events"]]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, PaginationConfig={"PageSize": 1})
    assert [event["eventId"] for page in pages for event in page["events"]] == whole
    assert len(set(whole)) == 3


def test_filter_by_time_stream_and_newest_first(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill(["a", "b", "c", "d"])
    inside = logs.filter_log_events(logGroupName=group, startTime=START_MS + 1000, endTime=START_MS + 2000)
    assert [event["message"] for event in inside["events"]] == ["b", "c"]
    newest = logs.filter_log_events(logGroupName=group, startFromHead=False, limit=3)
    assert [event["message"] for event in newest["events"]] == ["d", "c", "b"]
    rest = logs.filter_log_events(logGroupName=group, nextToken=newest["nextToken"])
    assert [event["message"] for event in rest["events"]] == ["a"]
    assert logs.filter_log_events(logGroupName=group, logStreamNamePrefix="2025")["events"] == []
    assert len(logs.filter_log_events(logGroupName=group, logStreamNames=[STREAM])["events"]) == 4


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("ERROR", ["ERROR one", "an ERROR two"]),
        ("ERROR two", ["an ERROR two"]),
        ('"ERROR two"', ["an ERROR two"]),
        ("?one ?fine", ["ERROR one", "all fine"]),
        ("ERROR -two", ["ERROR one"]),
        ("%^ERR%", ["ERROR one"]),
        ('{ $.level = "WARN" }', ['{"level": "WARN", "ms": 250, "at": {"line": 3}}']),
        ('{ $.level = "W*" && $.ms >= 250 }', ['{"level": "WARN", "ms": 250, "at": {"line": 3}}']),
        ("{ $.at.line = 3 || $.ms > 999 }", ['{"level": "WARN", "ms": 250, "at": {"line": 3}}']),
        ("{ $.level NOT EXISTS }", []),
        ("{ $.ms != 250 }", []),
    ],
)
def test_filter_patterns(fill: Fill, logs: CloudWatchLogsClient, pattern: str, found: list[str]) -> None:
    warning = json.dumps({"level": "WARN", "ms": 250, "at": {"line": 3}})
    group = fill(["ERROR one", "an ERROR two", "all fine", warning])
    events = logs.filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
    assert [event["message"] for event in events] == found


@pytest.mark.parametrize(
    "pattern", ["[ip, user]", "{ $.a = }", "{ $.a > 'x' }", '"open', "{ $.a = 1 && $.b = 2 || $.c = 3 }"]
)
def test_patterns_that_are_refused(fill: Fill, logs: CloudWatchLogsClient, pattern: str) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.filter_log_events(logGroupName=fill(["a"]), filterPattern=pattern)


def test_get_log_events_from_the_head_and_back(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill([str(n) for n in range(7)])
    stream: dict[str, Any] = {"logGroupName": group, "logStreamName": STREAM}
    first = logs.get_log_events(**stream, limit=3, startFromHead=True)
    second = logs.get_log_events(**stream, limit=3, nextToken=first["nextForwardToken"])
    third = logs.get_log_events(**stream, limit=3, nextToken=second["nextForwardToken"])
    end = logs.get_log_events(**stream, limit=3, nextToken=third["nextForwardToken"])
    read = [event["message"] for page in (first, second, third) for event in page["events"]]
    assert read == [str(n) for n in range(7)]
    assert end["events"] == []
    assert end["nextForwardToken"] == third["nextForwardToken"]
    back = logs.get_log_events(**stream, limit=3, nextToken=second["nextBackwardToken"])
    assert [event["message"] for event in back["events"]] == ["0", "1", "2"]
    newest = logs.get_log_events(**stream, limit=2)
    assert [event["message"] for event in newest["events"]] == ["5", "6"]
    inside = logs.get_log_events(**stream, startTime=START_MS + 1000, endTime=START_MS + 3000)
    assert [event["message"] for event in inside["events"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([{"timestamp": 2, "message": "b"}, {"timestamp": 1, "message": "a"}], "InvalidParameterException"),
        ([{"timestamp": 0, "message": "a"}, {"timestamp": 86_400_001, "message": "b"}], "InvalidParameterException"),
        ([{"timestamp": 1, "message": "x" * 1_100_000}], "InvalidParameterException"),
    ],
)
def test_batches_that_are_refused(
    fill: Fill, logs: CloudWatchLogsClient, events: list[dict[str, object]], code: str
) -> None:
    group = fill([])
    with pytest.raises(ClientError) as caught:
        logs.put_log_events(logGroupName=group, logStreamName=STREAM, logEvents=events)  # type: ignore[arg-type]
    assert caught.value.response["Error"]["Code"] == code
    assert logs.filter_log_events(logGroupName=group)["events"] == []


def test_missing_groups_and_streams(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill(["a"])
    for call in (
        lambda: logs.put_log_events(
            logGroupName=group, logStreamName="nope", logEvents=[{"timestamp": 1, "message": "a"}]
        ),
        lambda: logs.get_log_events(logGroupName=group, logStreamName="nope"),
        lambda: logs.filter_log_events(logGroupName="/nope"),
        lambda: logs.filter_log_events(logGroupName=group, logStreamNames=["nope"]),
    ):
        with pytest.raises(logs.exceptions.ResourceNotFoundException):
            call()
