"""StartQuery, GetQueryResults, StopQuery and DescribeQueries, through boto3."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from insightctl.core.result import Result
from insightctl.emulator.engine import Engine
from insightctl.emulator.server import Emulator

from .conftest import START_MS, Ask, Fill

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

HOUR: dict[str, Any] = {"startTime": START_MS // 1000, "endTime": START_MS // 1000 + 3600}


def test_what_was_put_is_what_queries_see(fill: Fill, ask: Ask) -> None:
    group = fill([json.dumps({"level": "ERROR", "n": n}) for n in range(3)])
    answer = ask(group, "stats count(*) as errors, sum(n) by level")
    assert answer["status"] == "Complete"
    assert answer["results"] == [
        [{"field": "level", "value": "ERROR"}, {"field": "errors", "value": "3"}, {"field": "sum(n)", "value": "3"}]
    ]
    statistics = answer["statistics"]
    assert isinstance(statistics, dict)
    assert (statistics["recordsMatched"], statistics["recordsScanned"]) == (3.0, 3.0)
    assert statistics["bytesScanned"] > 0


def test_rows_of_events_carry_a_pointer(fill: Fill, ask: Ask) -> None:
    rows = ask(fill(["a", "b"]), "fields @message | sort @timestamp asc")["results"]
    assert isinstance(rows, list)
    assert [[cell["field"] for cell in row] for row in rows] == [["@message", "@ptr"]] * 2
    assert len({row[1]["value"] for row in rows}) == 2


def test_absent_fields_are_left_out(fill: Fill, ask: Ask) -> None:
    rows = ask(fill(["plain text"]), "fields @message, nothing.here")["results"]
    assert isinstance(rows, list)
    assert [cell["field"] for cell in rows[0]] == ["@message", "@ptr"]


def test_an_event_put_after_a_query_is_in_the_next_one(fill: Fill, ask: Ask, logs: CloudWatchLogsClient) -> None:
    group = fill(["first"])
    assert ask(group, "stats count(*) as n")["results"] == [[{"field": "n", "value": "1"}]]
    for n in range(40):  # more than the spool keeps as files of their own
        stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
        event = {"timestamp": START_MS + n, "message": f"more {n}"}
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])  # type: ignore[list-item]
        if n % 2:
            logs.filter_log_events(logGroupName=group, limit=1)
    assert ask(group, "stats count(*) as n")["results"] == [[{"field": "n", "value": "41"}]]


def test_both_ends_of_the_range_are_inclusive_to_the_ms(fill: Fill, ask: Ask) -> None:
    group = fill(["0 s", "1 s", "2 s"])
    seconds = ask(
        group, "fields @message | sort @timestamp asc", startTime=START_MS // 1000, endTime=START_MS // 1000 + 1
    )
    ms = ask(group, "fields @message | sort @timestamp asc", startTime=START_MS + 1, endTime=START_MS + 1999)
    assert _messages(seconds) == ["0 s", "1 s"]
    assert _messages(ms) == ["1 s"]


def test_limit_cuts_and_pages_join(fill: Fill, logs: CloudWatchLogsClient, ask: Ask) -> None:
    group = fill([str(n) for n in range(10)])
    assert len(_messages(ask(group, "fields @message", limit=4))) == 4
    query_id = logs.start_query(logGroupName=group, queryString="fields @message | sort @timestamp asc", **HOUR)[
        "queryId"
    ]
    while logs.get_query_results(queryId=query_id)["status"] != "Complete":
        time.sleep(0.02)
    first = logs.get_query_results(queryId=query_id, maxItems=6)
    second = logs.get_query_results(queryId=query_id, nextToken=first["nextToken"])
    assert _messages(dict(first)) + _messages(dict(second)) == [str(n) for n in range(10)]
    assert "nextToken" not in second


def test_several_groups_by_name_arn_and_source(fill: Fill, logs: CloudWatchLogsClient, ask: Ask) -> None:
    one, two = fill(["a"]), fill(["b"])
    arn = logs.describe_log_groups(logGroupNamePrefix=two)["logGroups"][0]["logGroupArn"]
    query_id = logs.start_query(logGroupIdentifiers=[one, arn], queryString="stats count(*) as n", **HOUR)["queryId"]
    while (answer := logs.get_query_results(queryId=query_id))["status"] != "Complete":
        time.sleep(0.02)
    assert answer["results"] == [[{"field": "n", "value": "2"}]]
    logs.start_query(queryString=f"SOURCE '{one}' | stats count(*)", **HOUR)


def test_an_empty_group_answers_nothing(fill: Fill, ask: Ask) -> None:
    answer = ask(fill([]), "fields @message")
    assert (answer["status"], answer["results"]) == ("Complete", [])


def test_a_malformed_query_says_where(fill: Fill, logs: CloudWatchLogsClient) -> None:
    with pytest.raises(logs.exceptions.MalformedQueryException) as caught:
        logs.start_query(logGroupName=fill(["a"]), queryString="stats percentile(x, 9)", **HOUR)
    error = caught.value.response["queryCompileError"]  # type: ignore[typeddict-item]
    assert error["location"] == {"startCharOffset": 6, "endCharOffset": 16}
    assert "percentile" in error["message"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"logGroupName": "/nope"}, "ResourceNotFoundException"),
        ({}, "InvalidParameterException"),
        ({"logGroupName": "/nope", "logGroupNames": ["/nope"]}, "InvalidParameterException"),
        ({"logGroupName": "/nope", "endTime": 1}, "InvalidParameterException"),
        ({"logGroupName": "/nope", "queryLanguage": "SQL"}, "InvalidParameterException"),
        ({"logGroupName": "/nope", "limit": 100_001}, "InvalidParameterException"),
        ({"logGroupName": "/nope", "queryString": "fields @message" + " " * 10_000}, "InvalidParameterException"),
        ({"logGroupNames": [f"/nope/{n}" for n in range(51)]}, "InvalidParameterException"),
    ],
)
def test_what_start_query_refuses(logs: CloudWatchLogsClient, asked: dict[str, object], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        logs.start_query(**{"queryString": "fields @message", **HOUR, **asked})
    assert caught.value.response["Error"]["Code"] == code


def test_unknown_ids(logs: CloudWatchLogsClient) -> None:
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.get_query_results(queryId="12345678-aaaa-bbbb-cccc-1234567890ab")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.stop_query(queryId="12345678-aaaa-bbbb-cccc-1234567890ab")


def test_a_running_query_can_be_stopped_once(
    fill: Fill, logs: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, go_on = fill(["a"]), threading.Event()

    def slow(*_: object) -> Result:
        go_on.wait(10)
        return Result((), ())

    monkeypatch.setattr(Engine, "run", slow)
    query_id = logs.start_query(logGroupName=group, queryString="fields @message", **HOUR)["queryId"]
    assert logs.get_query_results(queryId=query_id)["status"] in ("Scheduled", "Running")
    assert logs.stop_query(queryId=query_id)["success"] is True
    go_on.set()
    answer = logs.get_query_results(queryId=query_id)
    assert (answer["status"], answer["results"]) == ("Cancelled", [])
    with pytest.raises(logs.exceptions.InvalidParameterException, match="already ended with Cancelled"):
        logs.stop_query(queryId=query_id)


def test_describe_queries_lists_the_newest_first(fill: Fill, ask: Ask, logs: CloudWatchLogsClient) -> None:
    group = fill(["a"])
    ask(group, "fields @message")
    ask(group, "stats count(*)")
    queries = logs.describe_queries(logGroupName=group, status="Complete")["queries"]
    assert [query["queryString"] for query in queries] == ["stats count(*)", "fields @message"]
    assert queries[0]["logGroupName"] == group
    assert logs.describe_queries(logGroupName=group, status="Failed")["queries"] == []
    page = logs.describe_queries(logGroupName=group, maxResults=1)
    assert logs.describe_queries(logGroupName=group, nextToken=page["nextToken"])["queries"] == queries[1:]


def test_many_clients_at_once(fill: Fill, ask: Ask, emulator: Emulator) -> None:
    group = fill([str(n) for n in range(100)])
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(group, "stats count(*) as n")["results"])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[[{"field": "n", "value": "100"}]]] * 8


def _messages(answer: dict[str, object]) -> list[str]:
    rows = answer["results"]
    assert isinstance(rows, list)
    return [row[0]["value"] for row in rows]
