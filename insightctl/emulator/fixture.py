"""A pytest fixture: CloudWatch on this machine, for tests of your own scripts.

    # conftest.py
    pytest_plugins = ["insightctl.emulator.fixture"]

    # test_report.py
    def test_report(cloudwatch):
        cloudwatch.put("/aws/lambda/checkout", ["ERROR out of stock", "INFO paid"])
        assert my_report() == {"errors": 1}       # your script, with boto3 or the aws CLI

While a test has the fixture, AWS_ENDPOINT_URL points at the emulator, credentials are dummies, and the machine's own
AWS settings are out of reach. Each test begins with empty log groups. `@pytest.mark.adversity(throttle=0.2)` makes
things go wrong.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from insightctl.emulator.adversity import from_settings
from insightctl.emulator.server import Emulator

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

REGION = "us-east-1"
_AGE_MS = 60_000


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "adversity(**faults): what goes wrong in the emulator of the test")


@dataclass(frozen=True, slots=True)
class CloudWatch:
    """The emulator of a test. `logs` is a boto3 client of it."""

    emulator: Emulator

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.emulator.url

    @property
    def logs(self) -> CloudWatchLogsClient:
        """A boto3 client with the settings of the test."""
        import boto3

        return boto3.client("logs")

    def put(
        self,
        group: str,
        messages: Sequence[str],
        *,
        stream: str = "test",
        at_ms: int | None = None,
        step_ms: int = 1,
    ) -> None:
        """Put messages into a log group, which is made if need be, `step_ms` apart; the first is at `at_ms` (UTC).

        Without `at_ms` the last one is a minute old: a query whose end is this second would not see it otherwise.
        No fault befalls this.
        """
        last = time.time_ns() // 1_000_000 - _AGE_MS
        start = last - (len(messages) - 1) * step_ms if at_ms is None else at_ms
        self.emulator.put(group, stream, [(start + n * step_ms, text) for n, text in enumerate(messages)])


@pytest.fixture
def cloudwatch(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CloudWatch]:
    """A running emulator that every AWS client of the test talks to."""
    marker = request.node.get_closest_marker("adversity")
    _settings(monkeypatch, tmp_path_factory.mktemp("aws"))
    with Emulator(adversity=from_settings(marker.kwargs if marker else {})) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        yield CloudWatch(emulator)


def _settings(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # else Live Tail asks for stream-127.0.0.1
    }.items():
        monkeypatch.setenv(name, value)
