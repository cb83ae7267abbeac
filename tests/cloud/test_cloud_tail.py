"""A tail against the emulator: history, live, polling, broken sessions; each event once, none lost."""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from insightctl.cloud.session import Access, Cloud
from insightctl.cloud.tail.events import Notice
from insightctl.cloud.tail.follow import Tail, Wishes
from insightctl.cloud.tail.groups import TailGroup, find_groups
from insightctl.cloud.tail.reading import Pace, Tempo
from insightctl.core.errors import CloudError
from insightctl.core.job import Target
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

STREAM = "2026/11/23/[7]0123456789abcdef0123456789abcdef"
TEMPO = Tempo(poll_s=0.1, again_s=(0.0, 0.3), retry_s=0.05, longest_retry_s=0.2)


@pytest.fixture(scope="module")
def place() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def client(aws: str, place: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudWatchLogsClient]:
    import boto3

    place.suffer(Adversity(tail_every_s=0.05))
    monkeypatch.setenv("AWS_ENDPOINT_URL", place.url)
    made: CloudWatchLogsClient = boto3.client("logs")
    for group in ("/aws/lambda/a", "/aws/lambda/b"):
        made.create_log_group(logGroupName=group)
        made.create_log_stream(logGroupName=group, logStreamName=STREAM)
    yield made
    for group in ("/aws/lambda/a", "/aws/lambda/b"):
        made.delete_log_group(logGroupName=group)


def put(client: CloudWatchLogsClient, *messages: str, group: str = "/aws/lambda/a", ago_ms: int = 0) -> None:
    now = time.time_ns() // 1_000_000 - ago_ms
    client.put_log_events(
        logGroupName=group,
        logStreamName=STREAM,
        logEvents=[{"timestamp": now, "message": message} for message in messages],
    )


def wishes(**given: Any) -> Wishes:
    return Wishes(time.time_ns() // 1_000_000 - 3_600_000, tempo=TEMPO, **given)


@functools.cache
def cloud_of(url: str) -> Cloud:
    """The clients of an endpoint, made once: that takes longer than most tests."""
    return Cloud(Access(endpoint_url=url))


class Run:
    """A tail in a thread of its own."""

    def __init__(self, asked: Wishes, functions: Sequence[str] = ("a", "b")) -> None:
        cloud = cloud_of(os.environ["AWS_ENDPOINT_URL"])
        self.tail = Tail(cloud, find_groups(cloud, Target(functions=tuple(functions))), asked)
        self.messages: list[str] = []
        self.notices: list[str] = []
        self._stop = False
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        items = self.tail.items()
        for item in items:
            if isinstance(item, Notice):
                self.notices.append(item.text)
            else:
                self.messages += [event.message for event in item.events]
            if self._stop:
                break
        items.close()  # type: ignore[attr-defined]

    def until(self, enough: Callable[[], object], seconds: float = 8.0) -> None:
        limit = time.monotonic() + seconds
        while not enough():
            assert time.monotonic() < limit, (self.messages, self.notices)
            time.sleep(0.02)

    def end(self, quiet_s: float = 0.6) -> list[str]:
        """What was shown, after a moment in which repeats would have come."""
        time.sleep(quiet_s)
        self._stop = True
        self._thread.join(3)
        assert not self._thread.is_alive()
        return self.messages


@pytest.mark.parametrize("live", [True, False])
def test_history_then_what_comes(client: CloudWatchLogsClient, live: bool) -> None:
    put(client, "old", "twin", "twin", ago_ms=5000)
    put(client, "older", group="/aws/lambda/b", ago_ms=60_000)
    run = Run(wishes(live=live))
    run.until(lambda: len(run.messages) == 4)
    put(client, "new", "twin", "twin")
    put(client, "late", group="/aws/lambda/b", ago_ms=1500)
    run.until(lambda: len(run.messages) >= 8)
    assert run.messages[:4] == ["older", "old", "twin", "twin"]
    assert sorted(run.end()) == ["late", "new", "old", "older", "twin", "twin", "twin", "twin"]
    assert run.notices == []


def test_nothing_is_lost_or_doubled_at_the_seam(client: CloudWatchLogsClient) -> None:
    """Events go on coming while history is read and the session begins."""
    stop = threading.Event()
    sent: list[str] = []

    def talk() -> None:
        while not stop.wait(0.004):
            sent.append(f"m{len(sent)}")
            put(client, sent[-1])

    talker = threading.Thread(target=talk)
    talker.start()
    time.sleep(0.3)
    run = Run(wishes())
    time.sleep(1.5)
    stop.set()
    talker.join()
    run.until(lambda: len(run.messages) >= len(sent))
    assert sorted(run.end()) == sorted(sent)


def test_sessions_that_break_lose_and_repeat_nothing(client: CloudWatchLogsClient, place: Emulator) -> None:
    place.suffer(Adversity(tail_every_s=0.03, tail_session_s=0.5, tail_cut=0.5, tail_cut_s=0.2, seed=3))
    run = Run(wishes())
    sent = []
    for n in range(80):
        sent.append(f"m{n % 40}")  # texts come again, at other times
        put(client, sent[-1], group=f"/aws/lambda/{'ab'[n % 2]}")
        time.sleep(0.02)
    run.until(lambda: len(run.messages) >= len(sent))
    assert sorted(run.end()) == sorted(sent)


def test_throttled_and_cut_calls(client: CloudWatchLogsClient, place: Emulator) -> None:
    put(client, *[f"old{n}" for n in range(5)], ago_ms=3000)
    place.suffer(
        Adversity(tail_every_s=0.05, throttle=0.3, reset=0.1, seed=5, only=("FilterLogEvents", "StartLiveTail"))
    )
    run = Run(wishes(live=False))
    run.until(lambda: len(run.messages) == 5, 20)
    put(client, "new")
    run.until(lambda: "new" in run.messages, 20)
    assert sorted(run.end()) == ["new", *(f"old{n}" for n in range(5))]


def test_a_refused_live_tail_is_said_once_and_polled(
    client: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ARN that is not there stands for every refusal: the emulator has no IAM."""
    monkeypatch.setattr(
        "tests.cloud.test_cloud_tail.find_groups",
        lambda *_: (TailGroup("/aws/lambda/a", "arn:aws:logs:us-east-1:123456789012:log-group:none"),),
    )
    run = Run(wishes())
    run.until(lambda: run.notices)
    put(client, "new")
    run.until(lambda: run.messages == ["new"])
    assert len(run.notices) == 1 and run.notices[0].startswith("polling /aws/lambda/a: Live Tail is refused (")
    assert run.end() == ["new"]


def test_sampling_is_said(client: CloudWatchLogsClient) -> None:
    run = Run(wishes())
    put(client, "first")
    run.until(lambda: run.messages)
    put(client, *[f"m{n}" for n in range(900)])
    run.until(lambda: run.notices)
    assert run.notices == [
        "sampled: more than 500 events a second matched in 1 s, Live Tail gave 500 of them; "
        "narrow it with --filter, or read all of them with --no-live"
    ]
    run.end(0)


def test_a_filter_counts_for_history_and_live(client: CloudWatchLogsClient) -> None:
    put(client, "ERROR one", "fine")
    run = Run(wishes(pattern="ERROR"))
    run.until(lambda: run.messages == ["ERROR one"])
    put(client, "fine", "ERROR two")
    run.until(lambda: len(run.messages) == 2)
    assert run.end() == ["ERROR one", "ERROR two"]


def test_groups_that_only_queries_read(client: CloudWatchLogsClient) -> None:
    client.create_log_group(logGroupName="/ia", logGroupClass="INFREQUENT_ACCESS")
    try:
        cloud = Cloud(Access())
        alone = find_groups(cloud, Target(log_groups=("/ia",)))
        with pytest.raises(CloudError, match="only queries can read") as caught:
            list(Tail(cloud, alone, wishes(follow=False)).items())
        assert caught.value.remedy and "insightctl run" in caught.value.remedy
        put(client, "one")
        both = find_groups(cloud, Target(log_groups=("/ia", "/aws/lambda/[a]")))
        items = list(Tail(cloud, both, wishes(follow=False)).items())
        assert next(item.text for item in items if isinstance(item, Notice)).startswith("/ia: only queries")
    finally:
        client.delete_log_group(logGroupName="/ia")


def test_streams_of_one_version_only(client: CloudWatchLogsClient) -> None:
    other = STREAM.replace("[7]", "[8]")
    client.create_log_stream(logGroupName="/aws/lambda/a", logStreamName=other)

    def say(stream: str, message: str) -> None:
        now = time.time_ns() // 1_000_000
        client.put_log_events(
            logGroupName="/aws/lambda/a", logStreamName=stream, logEvents=[{"timestamp": now, "message": message}]
        )

    say(STREAM, "seven before")
    say(other, "eight before")
    run = Run(wishes(), functions=("a:8",))
    run.until(lambda: run.messages == ["eight before"])
    say(STREAM, "seven")
    say(other, "eight")
    run.until(lambda: len(run.messages) == 2)
    assert run.end() == ["eight before", "eight"]


def test_a_group_of_a_linked_account_is_read_by_its_arn(client: CloudWatchLogsClient) -> None:
    put(client, "one")
    arn = client.describe_log_groups(logGroupNamePrefix="/aws/lambda/a")["logGroups"][0]["logGroupArn"]
    group = TailGroup("a name that is no group here", arn, linked=True)
    items = list(Tail(Cloud(Access()), (group,), wishes(follow=False)).items())
    assert [e.message for item in items if not isinstance(item, Notice) for e in item.events] == ["one"]


def test_a_pace_is_kept_in_any_second() -> None:
    now, sent = [0.0], []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    pace = Pace(5, lambda: now[0])
    for _ in range(23):
        pace.wait(sleep)
        sent.append(now[0])
        now[0] += 0.01
    assert all(later - earlier >= 0.999 for earlier, later in zip(sent, sent[5:], strict=False))
