"""The newer commands from end to end: what boto3 gets from the emulator is what the local engine answers."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from insightctl.core.job import QueryJob, Target
from insightctl.core.spelling import raw_rows
from insightctl.core.time import TimeRange
from insightctl.local import LocalBackend, LogSource

from .conftest import START_MS, STREAM, rows

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

ACCOUNT = "123456789012"
API, PAYMENTS = "/lang/api", "/lang/payments"
DAY_MS, MINUTE_MS = 86_400_000, 60_000
END_MS = START_MS + 10 * MINUTE_MS


def _api() -> list[tuple[int, str]]:
    """Requests of the ten minutes from START_MS on, of the ten before, and of the same ten a week earlier."""
    found = []
    for shift, many in ((0, 12), (-10 * MINUTE_MS, 6), (-7 * DAY_MS, 4)):
        for n in range(many):
            body = {
                "requestId": f"r{n}",
                "status": 500 if n % 3 == 0 else 200,
                "message": f"request {n} took {n * 7} ms",
                "tags": [{"name": "a"}, {"name": f"t{n % 2}"}],
                "latency": n * 7,
            }
            found.append((START_MS + shift + n * (40_000 if n < 6 else 50_000), json.dumps(body)))
    return sorted(found)


def _payments() -> list[tuple[int, str]]:
    bodies = (
        {"requestId": f"r{n}", "duration": n * 1.5, "state": "FAILED" if n % 2 else "OK"} for n in range(0, 12, 3)
    )
    return [(START_MS + n * 1000, json.dumps(body)) for n, body in enumerate(bodies)]


GROUPS = {API: _api(), PAYMENTS: _payments()}

QUERIES = {
    "join": f"""filter status >= 500
        | join type=inner left=api right=pay where api.requestId=pay.requestId (SOURCE '{PAYMENTS}')
        | fields api.requestId, api.status, pay.duration, pay.state | sort pay.duration desc""",
    "left join": f"""filter status >= 200
        | join type=left left=api right=pay where api.requestId=pay.requestId (SOURCE '{PAYMENTS}' | filter state = "OK")
        | stats count(*) as n, count(pay.state) as paid by api.status""",
    "subquery": f"""filter requestId in (SOURCE '{PAYMENTS}' | filter state = "FAILED" | fields requestId)
        | fields requestId, status | sort requestId asc""",
    "not in a subquery": f"""filter requestId not in (SOURCE '{PAYMENTS}' | fields requestId) | stats count(*) as n""",
    "SOURCE with a prefix": "SOURCE logGroups(namePrefix: ['/lang/']) | stats count(*) as n by @log | sort @log asc",
    "SOURCE with two prefixes": """SOURCE logGroups(namePrefix: ['/lang/pay', '/lang/a'])
        | filter ispresent(duration) or status = 500 | stats count(*) as n""",
    "pattern": "parse message 'request * took' as x | pattern message",
    "diff": "pattern message | diff",
    "logcompare": "stats count(*) as n by status | logcompare timeshift 7d",
    "unnest": "fields jsonParse(@message) as js | unnest js.tags into tag | stats count(*) as n by tag.name | sort tag.name asc",
    "fillmissing": "filter latency > 40 | stats count(*) as n, max(latency) as worst by bin(1m) | fillmissing with 0 for n",
    "appendcols": f"""stats count(*) as n by status | sort status asc
        | appendcols (SOURCE '{PAYMENTS}' | stats count(*) as m by state | sort state asc)""",
}


@pytest.fixture
def groups(logs: CloudWatchLogsClient) -> dict[str, list[tuple[int, str]]]:
    """The log groups of GROUPS, filled once for all tests."""
    there = {group["logGroupName"] for group in logs.describe_log_groups(logGroupNamePrefix="/lang/")["logGroups"]}
    for name, events in GROUPS.items():
        if name not in there:
            logs.create_log_group(logGroupName=name)
            logs.create_log_stream(logGroupName=name, logStreamName=STREAM)
            put: list[Any] = [{"timestamp": at, "message": message} for at, message in events]
            for day in sorted({at // DAY_MS for at, _ in events}):  # a batch spans 24 hours at most
                logs.put_log_events(
                    logGroupName=name,
                    logStreamName=STREAM,
                    logEvents=[event for event in put if event["timestamp"] // DAY_MS == day],
                )
    return GROUPS


def local_rows(folder: Path, text: str) -> list[dict[str, str]]:
    """The answer of the local engine over the same events, spelled like the service's."""
    sources = []
    for number, (name, events) in enumerate(GROUPS.items()):
        path = folder / f"{number}.jsonl"
        lines = (
            {"timestamp": at, "message": message, "logStreamName": STREAM, "ingestionTime": at}
            for at, message in events
        )
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        sources.append(LogSource(path, log_group=name))
    job = QueryJob(
        text, Target() if "SOURCE logGroups" in text else Target(log_groups=(API,)), TimeRange(START_MS, END_MS)
    )
    found = LocalBackend(sources, account=ACCOUNT).run(job)
    return [{cell["field"]: cell["value"] for cell in row} for row in raw_rows(found)]


def service_rows(logs: CloudWatchLogsClient, text: str) -> list[dict[str, str]]:
    """The answer that boto3 gets."""
    where: dict[str, Any] = {} if "SOURCE logGroups" in text else {"logGroupName": API}
    query_id = logs.start_query(queryString=text, startTime=START_MS, endTime=END_MS - 1, **where)["queryId"]
    while (answer := logs.get_query_results(queryId=query_id))["status"] in ("Scheduled", "Running"):
        time.sleep(0.02)
    return rows(dict(answer))


@pytest.mark.parametrize("name", QUERIES)
def test_the_same_answer_as_the_local_engine(
    logs: CloudWatchLogsClient, groups: object, tmp_path: Path, name: str
) -> None:
    answer = service_rows(logs, QUERIES[name])
    assert answer
    assert answer == local_rows(tmp_path, QUERIES[name])


def test_what_some_of_them_answer(logs: CloudWatchLogsClient, groups: object) -> None:
    joined = service_rows(logs, QUERIES["join"])
    assert [row["api.requestId"] for row in joined] == ["r9", "r6", "r3", "r0"]
    assert [row["requestId"] for row in service_rows(logs, QUERIES["subquery"])] == ["r3", "r9"]
    assert service_rows(logs, QUERIES["SOURCE with a prefix"]) == [
        {"@log": f"{ACCOUNT}:{API}", "n": "12"},
        {"@log": f"{ACCOUNT}:{PAYMENTS}", "n": "4"},
    ]
    assert service_rows(logs, QUERIES["unnest"]) == [
        {"tag.name": "a", "n": "12"},
        {"tag.name": "t0", "n": "6"},
        {"tag.name": "t1", "n": "6"},
    ]
    counts = [row["n"] for row in service_rows(logs, QUERIES["fillmissing"])]
    assert "0" in counts
    assert len(counts) == 10
    (difference,) = service_rows(logs, QUERIES["diff"])
    assert "request" in difference["@pattern"]
