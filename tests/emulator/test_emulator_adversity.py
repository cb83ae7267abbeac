"""What goes wrong on purpose, as a client meets it through boto3."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError

from insightctl.core.errors import UsageError
from insightctl.emulator.adversity import Adversity, from_settings
from insightctl.emulator.journal import Entry, busiest_second
from insightctl.emulator.server import Emulator

from .conftest import START_MS, STREAM

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

ASKED: dict[str, Any] = {
    "logGroupName": "/app",
    "queryString": "fields @message | sort @timestamp asc",
    "startTime": START_MS // 1000,
    "endTime": START_MS // 1000 + 3600,
}
COUNT = {**ASKED, "queryString": "stats count(*) as n"}

Suffer = Callable[..., "CloudWatchLogsClient"]


@pytest.fixture(scope="module")
def place() -> Iterator[Emulator]:
    """An emulator of this file's own, with a group of 100 events."""
    with Emulator() as running:
        yield running


def stop_all(client: CloudWatchLogsClient, place: Emulator) -> None:
    """Stops what runs; a query of another test may end between the two calls."""
    for query_id in place.running():
        with suppress(client.exceptions.InvalidParameterException):
            client.stop_query(queryId=query_id)


@pytest.fixture
def suffer(aws: str, place: Emulator) -> Suffer:
    """Faults from now on; returns a client that does not try again."""

    def begin(key: str = "testing", **faults: Any) -> CloudWatchLogsClient:
        place.suffer(Adversity())
        client = client_of(place, key)
        if not client.describe_log_groups()["logGroups"]:
            client.create_log_group(logGroupName="/app")
            client.create_log_stream(logGroupName="/app", logStreamName=STREAM)
            client.put_log_events(
                logGroupName="/app",
                logStreamName=STREAM,
                logEvents=[{"timestamp": START_MS + n * 1000, "message": f"event {n}"} for n in range(100)],
            )
        stop_all(client, place)
        place.suffer(Adversity(**faults))
        place.clear_journal()
        return client

    return begin


def client_of(place: Emulator, key: str = "testing") -> CloudWatchLogsClient:
    """A client that does not try again."""
    import boto3

    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=50)
    return boto3.client("logs", endpoint_url=place.url, config=config, aws_access_key_id=key, aws_secret_access_key="x")


def outcome(call: Callable[[], object]) -> str:
    """OK, the code of the error and its HTTP status, or Closed."""
    try:
        call()
    except ClientError as error:
        return f"{error.response['Error']['Code']} {error.response['ResponseMetadata']['HTTPStatusCode']}"
    except (ConnectionClosedError, HTTPClientError):
        return "Closed"
    return "OK"


def ended(client: CloudWatchLogsClient, query_id: str) -> dict[str, Any]:
    """The last answer of GetQueryResults."""
    for _ in range(300):
        answer = client.get_query_results(queryId=query_id)
        if answer["status"] not in ("Scheduled", "Running"):
            return dict(answer)
        time.sleep(0.02)
    raise AssertionError("the query did not end")


def test_calls_fail_in_their_shares(suffer: Suffer, place: Emulator) -> None:
    client = suffer(throttle=0.3, server_error=0.3, reset=0.3, seed=1)
    seen = Counter(outcome(client.describe_log_groups) for _ in range(100))
    assert set(seen) == {
        "OK",
        "ThrottlingException 400",
        "InternalFailure 500",
        "ServiceUnavailableException 503",
        "Closed",
    }
    assert 20 <= seen["ThrottlingException 400"] <= 40
    assert 20 <= seen["Closed"] <= 40
    told = Counter(entry.outcome for entry in place.journal)
    assert told["ResetBefore"] + told["ResetAfter"] == seen["Closed"]
    assert min(told["ResetBefore"], told["ResetAfter"]) > 5


def test_the_same_seed_gives_the_same_faults(suffer: Suffer) -> None:
    runs = []
    for _ in range(2):
        client = suffer(throttle=0.5, seed=5)
        runs.append([outcome(client.describe_log_groups) for _ in range(20)])
    assert runs[0] == runs[1]


def test_a_reset_may_leave_a_query_behind(suffer: Suffer, place: Emulator) -> None:
    client = suffer(reset=1.0, only=("StartQuery",), query_seconds=30.0)
    for _ in range(12):
        assert outcome(lambda: client.start_query(**COUNT)) == "Closed"
    lost = [entry.query_id for entry in place.journal if entry.outcome == "ResetAfter"]
    assert 0 < len(lost) < 12
    assert list(place.running()) == lost
    described = client.describe_queries(logGroupName="/app")["queries"]
    assert {query["queryId"] for query in described if query["status"] in ("Scheduled", "Running")} == set(lost)
    stop_all(client, place)
    assert place.running() == []


def test_only_names_the_operations_that_suffer(suffer: Suffer) -> None:
    client = suffer(throttle=1.0, only=("DescribeLogGroups",))
    assert outcome(client.describe_log_groups) == "ThrottlingException 400"
    assert outcome(lambda: client.filter_log_events(logGroupName="/app", limit=1)) == "OK"


def test_slow_answers(suffer: Suffer) -> None:
    client = suffer(slow=1.0, slow_seconds=0.2)
    began = time.monotonic()
    client.describe_log_groups()
    assert time.monotonic() - began >= 0.2


def test_queries_fail_time_out_and_stick(suffer: Suffer, place: Emulator) -> None:
    client = suffer(query_failed=0.4, query_timeout=0.3, query_stuck=0.3, query_seconds=0.05, seed=2)
    ids = [client.start_query(**COUNT)["queryId"] for _ in range(30)]
    time.sleep(0.1)
    statuses = Counter(client.get_query_results(queryId=query_id)["status"] for query_id in ids)
    assert set(statuses) == {"Failed", "Timeout", "Scheduled"}
    assert len(place.running()) == statuses["Scheduled"]
    assert outcome(lambda: client.stop_query(queryId=place.running()[0])) == "OK"


def test_hundreds_of_queries_take_their_time_together(suffer: Suffer, place: Emulator) -> None:
    client = suffer(query_stuck=0.9, query_seconds=1.0)
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: client.start_query(**COUNT)["queryId"], range(200)))
    started = {entry.query_id: entry.at for entry in place.journal if entry.operation == "StartQuery"}
    assert set(started) == set(ids)
    assert len(place.running()) > 150
    described = {q["queryId"]: q["status"] for q in client.describe_queries(logGroupName="/app")["queries"]}
    finishing = [query_id for query_id in ids if described[query_id] != "Scheduled"]
    assert finishing
    for query_id in finishing:
        assert ended(client, query_id)["results"] == [[{"field": "n", "value": "100"}]]
        assert time.monotonic() - started[query_id] >= 1.0


def test_parts_grow_until_the_query_is_complete(suffer: Suffer) -> None:
    client = suffer(partial=1.0, query_seconds=0.6)
    query_id = client.start_query(**ASKED)["queryId"]
    seen = []
    while (answer := client.get_query_results(queryId=query_id))["status"] != "Complete":
        seen.append((len(answer["results"]), answer["statistics"]["recordsMatched"]))
        time.sleep(0.03)
    assert seen == sorted(seen)
    assert len({rows for rows, _ in seen if 0 < rows < 100}) >= 3
    assert (len(answer["results"]), answer["statistics"]["recordsMatched"]) == (100, 100.0)


def test_an_event_is_seen_only_after_a_while(aws: str) -> None:
    with Emulator(adversity=Adversity(visible_after_s=0.5)) as place:
        client = client_of(place)
        client.create_log_group(logGroupName="/app")
        client.create_log_stream(logGroupName="/app", logStreamName="s")
        event: Any = {"timestamp": START_MS, "message": "late"}
        client.put_log_events(logGroupName="/app", logStreamName="s", logEvents=[event])
        assert client.filter_log_events(logGroupName="/app")["events"] == []
        assert ended(client, client.start_query(**COUNT)["queryId"])["results"] == []
        time.sleep(0.5)
        assert len(client.filter_log_events(logGroupName="/app")["events"]) == 1


def test_quotas_of_a_second(suffer: Suffer, place: Emulator) -> None:
    client = suffer(starts_per_s=5, results_per_s=3)
    outcomes = [outcome(lambda: client.start_query(**COUNT)) for _ in range(7)]
    assert outcomes == ["OK"] * 5 + ["ThrottlingException 400"] * 2
    query_id = next(entry.query_id for entry in place.journal if entry.query_id)
    polled = [outcome(lambda: client.get_query_results(queryId=str(query_id))) for _ in range(4)]
    assert polled == ["OK"] * 3 + ["ThrottlingException 400"]
    assert busiest_second(place.journal, "StartQuery") == 7
    time.sleep(1.0)
    assert outcome(lambda: client.start_query(**COUNT)) == "OK"


def test_slots_that_other_people_hold(suffer: Suffer, place: Emulator) -> None:
    client = suffer(concurrent=5, others=(3, 0), others_every_s=0.6, query_seconds=20.0)
    outcomes = [outcome(lambda: client.start_query(**COUNT)) for _ in range(3)]
    assert outcomes == ["OK", "OK", "LimitExceededException 400"]
    time.sleep(0.6)
    assert outcome(lambda: client.start_query(**COUNT)) == "OK"
    stop_all(client, place)


def test_a_session_ends_and_another_begins(suffer: Suffer, place: Emulator) -> None:
    import boto3

    client = suffer(expire_after_calls=2)
    assert [outcome(client.describe_log_groups) for _ in range(3)] == ["OK", "OK", "ExpiredTokenException 400"]
    assert outcome(boto3.client("sts", endpoint_url=place.url).get_caller_identity) == "ExpiredToken 400"
    assert outcome(boto3.client("lambda", endpoint_url=place.url).list_functions) == "ExpiredTokenException 400"
    assert outcome(client_of(place, "renewed").describe_log_groups) == "OK"


def test_a_session_ends_after_some_time(suffer: Suffer) -> None:
    client = suffer(session_s=0.3)
    assert outcome(client.describe_log_groups) == "OK"
    time.sleep(0.3)
    assert outcome(client.describe_log_groups) == "ExpiredTokenException 400"


def test_a_group_goes_half_way(suffer: Suffer, place: Emulator) -> None:
    client = suffer()
    client.create_log_group(logGroupName="/doomed")
    place.suffer(Adversity(delete_group="/doomed", delete_group_after_calls=2))
    asked = {**COUNT, "logGroupName": "/doomed"}
    outcomes = [outcome(lambda: client.start_query(**asked)) for _ in range(2)]
    assert outcomes == ["OK", "ResourceNotFoundException 400"]
    client.create_log_group(logGroupName="/other")
    place.delete_group("/other")
    assert outcome(lambda: client.filter_log_events(logGroupName="/other")) == "ResourceNotFoundException 400"


def test_the_journal_tells_rates() -> None:
    entries = [Entry(at, "StartQuery", "OK") for at in (0.0, 0.5, 0.9, 1.0, 1.4)]
    assert busiest_second(entries, "StartQuery") == 4
    assert busiest_second(entries, "StopQuery") == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"throtle": 0.2}, "there is no fault 'throtle'"),
        ({"throttle": "often"}, "must be a number"),
        ({"throttle": 1.2}, "a share is from 0 to 1"),
        ({"throttle": 0.6, "reset": 0.6}, "more than 1 together"),
        ({"starts_per_s": 1.5}, "must be a whole number"),
        ({"others": [1, "2"]}, "must be a list of whole numbers"),
        ({"query_seconds": -1}, "must not be negative"),
        ({"delete_group": "/a"}, "go together"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        from_settings(settings)


def test_settings() -> None:
    assert from_settings({"throttle": 1, "others": [1, 2], "only": ["StartQuery"], "session_s": 3}) == Adversity(
        throttle=1, others=(1, 2), only=("StartQuery",), session_s=3
    )
