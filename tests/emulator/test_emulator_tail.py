"""StartLiveTail, as boto3 reads its event stream."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator

from .conftest import START_MS

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient


@pytest.fixture(scope="module")
def place() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def client(aws: str, place: Emulator) -> Iterator[CloudWatchLogsClient]:
    """A client that leaves the host alone, and two groups with two streams."""
    import boto3

    place.suffer(Adversity(tail_every_s=0.05))
    made: CloudWatchLogsClient = boto3.client(
        "logs", endpoint_url=place.url, config=Config(inject_host_prefix=False, retries={"total_max_attempts": 1})
    )
    for group in ("/a", "/b"):
        made.create_log_group(logGroupName=group)
        for stream in ("one", "two"):
            made.create_log_stream(logGroupName=group, logStreamName=stream)
    yield made
    for group in ("/a", "/b"):
        made.delete_log_group(logGroupName=group)


def put(client: CloudWatchLogsClient, group: str, *messages: str, stream: str = "one") -> None:
    client.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": START_MS + n, "message": text} for n, text in enumerate(messages)],
    )


def arn(group: str) -> str:
    return f"arn:aws:logs:us-east-1:123456789012:log-group:{group}"


@contextmanager
def tail(client: CloudWatchLogsClient, **asked: Any) -> Iterator[Iterable[Any]]:
    """The events of a session, whose connection is closed at the end."""
    with closing(client.start_live_tail(**asked)["responseStream"]) as stream:
        yield stream


def updates(stream: Iterator[Any], enough: Callable[[list[Any]], object]) -> list[Any]:
    """The updates until there are enough."""
    found: list[Any] = []
    for event in stream:
        found.append(event["sessionUpdate"])
        if enough(found):
            return found
    raise AssertionError("the session ended")


def messages(found: list[Any]) -> list[str]:
    return [result["message"] for update in found for result in update["sessionResults"]]


def test_what_is_put_comes_at_once(client: CloudWatchLogsClient) -> None:
    put(client, "/a", "before")
    with tail(client, logGroupIdentifiers=[arn("/a"), arn("/b")]) as stream:
        events = iter(stream)
        started = next(events)["sessionStart"]
        assert started["logGroupIdentifiers"] == [arn("/a"), arn("/b")]
        put(client, "/a", "first", "second")
        put(client, "/b", "third")
        found = updates(events, lambda found: len(messages(found)) == 3)
        assert messages(found) == ["first", "second", "third"]
        result = next(r for u in found for r in u["sessionResults"])
        assert (result["logGroupIdentifier"], result["logStreamName"]) == ("123456789012:/a", "one")
        assert result["timestamp"] == START_MS
        assert not any(update["sessionMetadata"]["sampled"] for update in found)
        updates(events, lambda found: found[-1]["sessionResults"] == [])


def test_pattern_and_streams(client: CloudWatchLogsClient) -> None:
    asked: dict[str, Any] = {"logEventFilterPattern": "ERROR", "logStreamNamePrefixes": ["tw"]}
    with tail(client, logGroupIdentifiers=[arn("/a")], **asked) as stream:
        events = iter(stream)
        next(events)
        put(client, "/a", "ERROR one")
        put(client, "/a", "INFO two", "ERROR two", stream="two")
        assert messages(updates(events, messages)) == ["ERROR two"]


def test_more_than_500_events_are_sampled(client: CloudWatchLogsClient, place: Emulator) -> None:
    place.suffer(Adversity(tail_every_s=0.3))
    with tail(client, logGroupIdentifiers=[arn("/a")]) as stream:
        events = iter(stream)
        next(events)
        put(client, "/a", *(f"event {n}" for n in range(800)))
        found = updates(events, messages)
        assert len(messages(found)) == 500
        assert found[-1]["sessionMetadata"]["sampled"] is True


def test_a_session_times_out(client: CloudWatchLogsClient, place: Emulator) -> None:
    place.suffer(Adversity(tail_every_s=0.05, tail_session_s=0.2))
    asked = {"logGroupIdentifiers": [arn("/a")]}
    with pytest.raises(EventStreamError, match="SessionTimeoutException"), tail(client, **asked) as stream:
        list(stream)


def test_a_session_is_cut(client: CloudWatchLogsClient, place: Emulator) -> None:
    place.suffer(Adversity(tail_every_s=0.05, tail_cut=1.0, tail_cut_s=0.2))
    began = time.monotonic()
    asked = {"logGroupIdentifiers": [arn("/a")]}
    cut = pytest.raises(Exception, match=r"(?i)incomplete|broken|reset|prematurely")
    with cut, tail(client, **asked) as stream:
        list(stream)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"logGroupIdentifiers": ["/a"]}, "InvalidParameterException"),
        ({"logGroupIdentifiers": [arn("/a") + ":*"]}, "InvalidParameterException"),
        ({"logGroupIdentifiers": [arn(f"/{n}") for n in range(11)]}, "InvalidParameterException"),
        ({"logGroupIdentifiers": [arn("/a"), arn("/b")], "logStreamNames": ["one"]}, "InvalidParameterException"),
        ({"logGroupIdentifiers": [arn("/nope")]}, "ResourceNotFoundException"),
    ],
)
def test_refusals(client: CloudWatchLogsClient, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        client.start_live_tail(**asked)
    assert caught.value.response["Error"]["Code"] == code


def test_a_closed_emulator_ends_its_sessions(aws: str) -> None:
    import boto3

    emulator = Emulator()
    config = Config(inject_host_prefix=False)
    client: CloudWatchLogsClient = boto3.client("logs", endpoint_url=emulator.url, config=config)
    client.create_log_group(logGroupName="/a")
    with tail(client, logGroupIdentifiers=[arn("/a")]) as stream:
        emulator.close()
        assert "sessionStart" in next(iter(stream))
