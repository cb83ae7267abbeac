"""One emulator for the session, AWS settings that point at it, and log groups filled with events."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from insightctl.emulator.server import Emulator

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

START_MS = 1_795_428_000_000
"""2026-11-23T10:00:00Z: when the events of the tests begin."""

STREAM = "2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef"

Fill = Callable[[Sequence[str]], str]

_numbers = itertools.count()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """An empty emulator."""
    with Emulator() as running:
        yield running


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No AWS settings at all, whatever the machine has. Returns the path of the (missing) config file."""
    for name in (
        "ACCESS_KEY_ID",
        "SECRET_ACCESS_KEY",
        "SESSION_TOKEN",
        "PROFILE",
        "REGION",
        "DEFAULT_REGION",
        "ENDPOINT_URL",
    ):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    config = tmp_path / "aws-config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return config


@pytest.fixture
def aws(no_aws: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> str:
    """Settings that point every AWS client at the emulator. Returns its URL."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    return emulator.url


@pytest.fixture
def logs(aws: str) -> CloudWatchLogsClient:
    """A real client of the emulator."""
    import boto3

    return boto3.client("logs")


@pytest.fixture
def fill(logs: CloudWatchLogsClient) -> Fill:
    """Makes a new log group with these messages, one a second from START_MS on; returns its name."""

    def make(messages: Sequence[str]) -> str:
        group = f"/aws/lambda/fn-{next(_numbers)}"
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName=STREAM)
        if messages:
            logs.put_log_events(
                logGroupName=group,
                logStreamName=STREAM,
                logEvents=[{"timestamp": START_MS + n * 1000, "message": m} for n, m in enumerate(messages)],
            )
        return group

    return make


def rows(answer: dict[str, object]) -> list[dict[str, str]]:
    """The rows of GetQueryResults by field, without the pointers."""
    found = answer["results"]
    assert answer["status"] == "Complete"
    assert isinstance(found, list)
    return [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in found]


Ask = Callable[..., dict[str, object]]


@pytest.fixture
def ask(logs: CloudWatchLogsClient) -> Ask:
    """Runs a query over a group for the hour from START_MS on; returns the last GetQueryResults."""

    def run(group: str, text: str, **options: object) -> dict[str, object]:
        query_id = logs.start_query(
            logGroupName=group,
            queryString=text,
            **{"startTime": START_MS // 1000, "endTime": START_MS // 1000 + 3600, **options},  # type: ignore[arg-type]
        )["queryId"]
        for _ in range(200):
            answer = logs.get_query_results(queryId=query_id)
            if answer["status"] not in ("Scheduled", "Running"):
                return dict(answer)
            time.sleep(0.02)
        raise AssertionError("the query did not end")

    return run
