"""Triage on the service: the same findings as over files, in few queries side by side; what is refused is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from insightctl.cloud.backend import CloudWatchBackend
from insightctl.core.job import Target
from insightctl.core.time import TimeRange
from insightctl.demo import Scenario, Truth, generate
from insightctl.emulator.server import Emulator
from insightctl.local import LocalBackend, LogSource
from insightctl.triage import triage

MOST_QUERIES = 12


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate(Scenario(seed=3, end_ms=1_795_480_000_000, invocations=3_000), tmp_path_factory.mktemp("day"))


@pytest.fixture
def service(day: Truth, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    with Emulator([LogSource(_logs(day))]) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        yield emulator


def _logs(day: Truth) -> Path:
    return day.truth_file.parent / "logs"


def test_the_same_findings_as_over_the_files(day: Truth, service: Emulator) -> None:
    range_ = TimeRange(day.start_ms, day.end_ms)
    there = triage(CloudWatchBackend(endpoint_url=service.url), Target(log_groups=("*",)), range_)
    here = triage(LocalBackend([LogSource(_logs(day))]), Target(), range_)

    assert [(f.code, f.function, f.version, f.started) for f in there.findings] == [
        (f.code, f.function, f.version, f.started) for f in here.findings
    ]
    assert there.findings[0].version == day.incident.version
    assert (there.statistics.invocations, there.skipped) == (day.totals.invocations, ())
    assert there.statistics.queries <= MOST_QUERIES
