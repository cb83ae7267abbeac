"""@ptr names an event: in every query, slice and page; GetLogRecord and GetLogGroupFields."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from insightctl.emulator.server import Emulator
from insightctl.local import LogSource

from .conftest import START_MS, Ask, Fill
from .test_emulator_adversity import ended

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

_numbers = itertools.count()


def pointers(answer: dict[str, Any]) -> list[str]:
    """The pointers of the rows."""
    return [cell["value"] for row in answer["results"] for cell in row if cell["field"] == "@ptr"]


@pytest.fixture
def twins(logs: CloudWatchLogsClient) -> str:
    """A group with 6 events in one ms, three of them the same, and one a second later."""
    group = f"/twins/{next(_numbers)}"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    texts = ["same", "same", "same", '{"n": 1}', '{"n": 1}', "other"]
    for text in texts:
        event: Any = {"timestamp": START_MS, "message": text}
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])
    late: Any = {"timestamp": START_MS + 1000, "message": "same"}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[late])
    return group


def test_events_that_look_the_same_have_pointers_of_their_own(twins: str, ask: Ask) -> None:
    assert len(set(pointers(ask(twins, "fields @message")))) == 7


@pytest.mark.parametrize(
    "parts",
    [
        ['filter @message = "same"', 'filter @message != "same"'],
        ["fields n | filter ispresent(n)", "fields n | filter not ispresent(n) | sort @message"],
        ["fields @ptr | sort @timestamp asc"],
        ['parse @message "s*e" as middle | display middle'],
    ],
)
def test_every_query_gives_an_event_the_same_pointer(twins: str, ask: Ask, parts: list[str]) -> None:
    whole = pointers(ask(twins, "fields @message"))
    assert sorted(ptr for text in parts for ptr in pointers(ask(twins, text))) == sorted(whole)


def test_slices_and_later_events_change_no_pointer(twins: str, ask: Ask, logs: CloudWatchLogsClient) -> None:
    whole = pointers(ask(twins, "fields @message"))
    slices = [pointers(ask(twins, "fields @message", startTime=ms, endTime=ms)) for ms in (START_MS, START_MS + 1000)]
    assert sorted(slices[0] + slices[1]) == sorted(whole)
    for _ in range(40):  # more than the spool keeps as files of their own
        event: Any = {"timestamp": START_MS, "message": "same"}
        logs.put_log_events(logGroupName=twins, logStreamName="s", logEvents=[event])
        logs.filter_log_events(logGroupName=twins, limit=1)
    assert set(whole) < set(pointers(ask(twins, "fields @message")))


def test_a_pointer_that_the_query_names_stands_there(twins: str, ask: Ask) -> None:
    answer: Any = ask(twins, "fields @ptr, @message | limit 1")
    assert [cell["field"] for cell in answer["results"][0]] == ["@ptr", "@message"]


def test_rows_that_are_no_events_have_none(twins: str, ask: Ask) -> None:
    assert pointers(ask(twins, "stats count(*) by @message")) == []


def test_events_of_the_data(aws: str, tmp_path: Path) -> None:
    import boto3

    data = tmp_path / "app.log"
    data.write_text("2026-11-23T10:00:00.000Z same\n  at one\n2026-11-23T10:00:00.000Z same\n" * 2)
    with Emulator((LogSource(data, log_group="/app"),)) as emulator:
        logs: CloudWatchLogsClient = boto3.client("logs", endpoint_url=emulator.url)
        asked: Any = {"logGroupName": "/app", "startTime": START_MS // 1000, "endTime": START_MS // 1000 + 60}

        def found(text: str) -> list[str]:
            return pointers(ended(logs, logs.start_query(queryString=text, **asked)["queryId"]))

        whole = found("fields @message")
        assert len(set(whole)) == 4
        assert sorted(found("filter @message like 'one'") + found("filter @message not like 'one'")) == sorted(whole)
        assert logs.get_log_record(logRecordPointer=whole[0])["logRecord"]["@message"] == "same"


def test_a_record(fill: Fill, ask: Ask, logs: CloudWatchLogsClient) -> None:
    group = fill([json.dumps({"level": "INFO", "user": {"ids": [7, 8]}, "@x": None}), "plain"])
    (ptr,) = pointers(ask(group, "filter level = 'INFO'"))
    record = logs.get_log_record(logRecordPointer=ptr)["logRecord"]
    assert record["@ptr"] == ptr
    assert record["@timestamp"] == "2026-11-23 10:00:00.000"
    assert record["@log"] == f"123456789012:{group}"
    assert (record["level"], record["user.ids.0"], record["user.ids.1"]) == ("INFO", "7", "8")


@pytest.mark.parametrize("ptr", ["nonsense", "W10=", "bnVsbA=="])
def test_no_pointer(logs: CloudWatchLogsClient, ptr: str) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.get_log_record(logRecordPointer=ptr)


def test_the_fields_of_a_group(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill(
        [
            '{"level": "INFO", "a": {"b": 1}}',
            '{"level": "WARN"}',
            "REPORT RequestId: 6a1f2c3d-0000-4000-8000-000000000001\tDuration: 2.30 ms\tBilled Duration: 3 ms\t"
            "Memory Size: 128 MB\tMax Memory Used: 64 MB",
            "plain",
        ]
    )
    fields = logs.get_log_group_fields(logGroupName=group, time=START_MS // 1000)["logGroupFields"]
    percent = {field["name"]: field["percent"] for field in fields}
    assert (percent["@message"], percent["level"], percent["a.b"], percent["@duration"]) == (100, 50, 25, 25)
    assert logs.get_log_group_fields(logGroupName=group)["logGroupFields"] == []


def test_pages_of_a_big_answer(logs: CloudWatchLogsClient, ask: Ask) -> None:
    group = f"/big/{next(_numbers)}"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    for batch in range(3):
        events: Any = [{"timestamp": START_MS + batch, "message": str(batch * 8000 + n)} for n in range(8000)]
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)
    first: Any = ask(group, "fields @message | sort @timestamp asc", limit=100_000)
    query_id = logs.describe_queries(logGroupName=group)["queries"][0]["queryId"]
    rows, token = first["results"], first.get("nextToken")
    sizes = [len(rows)]
    while token:
        page = logs.get_query_results(queryId=query_id, nextToken=token)
        sizes.append(len(page["results"]))
        rows, token = rows + page["results"], page.get("nextToken")
    assert sizes == [10_000, 10_000, 4_000]
    assert len(set(pointers({"results": rows}))) == 24_000
    assert len(pointers(ask(group, "fields @message"))) == 10_000
