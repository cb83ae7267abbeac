"""Triage on a service whose queries take two seconds each, and Ctrl-C while they run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from insightctl.cloud.backend import CloudWatchBackend
from insightctl.core.job import Target
from insightctl.core.time import TimeRange, iso
from insightctl.demo import Scenario, Truth, generate
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from insightctl.local import LogSource
from insightctl.triage import triage

MOST_QUERIES, MOST_SECONDS = 12, 15.0


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate(Scenario(seed=11, end_ms=1_795_480_000_000, invocations=3_000), tmp_path_factory.mktemp("day"))


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def _running(day: Truth, seconds: float) -> Emulator:
    return Emulator([LogSource(day.truth_file.parent / "logs")], adversity=Adversity(query_seconds=seconds))


@pytest.fixture
def slow(day: Truth) -> Iterator[Emulator]:
    with _running(day, 2.0) as emulator:
        yield emulator


@pytest.mark.slow
def test_fifteen_seconds_and_twelve_queries(day: Truth, slow: Emulator) -> None:
    backend = CloudWatchBackend(endpoint_url=slow.url)
    asked = TimeRange(day.start_ms, day.end_ms)
    baseline = TimeRange(day.start_ms - 7 * 86_400_000, day.start_ms)
    begun = time.perf_counter()
    report = triage(backend, Target(log_groups=("*",)), asked, baseline=baseline)

    assert time.perf_counter() - begun < MOST_SECONDS
    assert report.statistics.queries <= MOST_QUERIES
    assert report.findings[0].version == day.incident.version


def _statuses(emulator: Emulator) -> list[str]:
    import boto3

    logs = boto3.client("logs", endpoint_url=emulator.url)
    return [query["status"] for query in logs.describe_queries()["queries"]]


@pytest.mark.parametrize(
    "options",
    [[], pytest.param(["--watch"], marks=pytest.mark.slow), pytest.param(["--fleet"], marks=pytest.mark.slow)],
)
def test_ctrl_c_stops_the_queries_that_run(day: Truth, tmp_path: Path, options: list[str]) -> None:
    asked = TimeRange(day.start_ms, day.end_ms)
    until = [] if options == ["--watch"] else ["--until", iso(asked.end)]
    with _running(day, 60.0) as emulator:
        process = subprocess.Popen(
            [sys.executable, "-m", "insightctl", "triage", "-g", "*", "--since", iso(asked.start), *until, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"AWS_ENDPOINT_URL": emulator.url, "XDG_CACHE_HOME": str(tmp_path)},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        deadline = time.monotonic() + 30
        while len(_statuses(emulator)) < 3:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

        assert (process.returncode, out) == (130, "")
        assert err.startswith("error: interrupted; ") and "Traceback" not in err
        assert set(_statuses(emulator)) == {"Cancelled"}
