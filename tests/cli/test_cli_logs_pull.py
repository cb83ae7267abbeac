"""`insightctl logs pull`: the way it takes, the count that verifies it, and what Ctrl-C does to its queries."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from tests.cli.conftest import Cli
from tests.cli.test_cli_logs import SINCE, UNTIL, home, put
from tests.emulator.conftest import START_MS, STREAM, Fill, aws, emulator, fill, logs, no_aws

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

__all__ = ["aws", "emulator", "fill", "home", "logs", "no_aws"]


def test_the_way_is_chosen_and_said(cli: Cli, fill: Fill, tmp_path: Path) -> None:
    group = fill(["a\n", "b"])
    words = ("logs", "pull", "-g", group, "--since", SINCE, "--until", UNTIL)
    done = cli(*words, "--store", "prod", "--via", "insights", "--no-verify")
    assert (done.code, done.err) == (0, f"pull: {group} by Insights queries: as asked, about 0.0 MB\n")
    assert done.out.startswith("prod: 2 new events, ") and done.out.count("\n") == 1
    again = cli(*words, "--store", "prod", "--via", "filter", "--overlap", "1h")
    assert again.out.startswith("prod: 0 new events, 2 known, ")
    assert "verified: 2 events" in again.out
    assert cli(*words, "--store", "b", "--via", "fax").err == (
        "error: --via fax: there is no such way\nhelp: one of auto, filter, insights\n"
    )


def test_a_count_that_differs_is_a_partial_answer(cli: Cli, fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill(["a"])
    words = ("logs", "pull", "-g", group, "--since", SINCE, "--until", UNTIL, "--store", "prod")
    assert cli(*words).code == 0
    put(logs, group, (1000, "very late"))
    done = cli(*words)
    assert done.code == 4
    assert done.out.startswith("prod: 0 new events, ") and done.out.count("\n") == 1
    assert "the store has 1 events, CloudWatch counts 2 (store prod)\nhelp: some came late" in done.err
    assert cli(*words, "--no-verify").code == 0
    assert "verified: 2 events" in cli(*words, "--overlap", "1h").out


def test_functions_by_service_and_version(
    cli: Cli, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = fill(["a"])
    monkeypatch.chdir(tmp_path)
    Path("insightctl.toml").write_text(f"[services.web]\nfunctions = ['{group.rpartition('/')[2]}:7']\n")
    done = cli("logs", "pull", "--service", "web", "--since", SINCE, "--until", UNTIL, "--store", "prod")
    assert done.err.startswith(f"pull: {group} is pulled whole: a store has all streams of a log group\n")
    assert done.out.startswith("prod: 1 new events, ")


def test_ctrl_c_stops_the_queries_of_a_pull(cli: Cli, home: Path, aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(adversity=Adversity(query_seconds=30)) as slow:
        slow.put("/aws/lambda/a", STREAM, [(START_MS, "a")])
        words = [
            "logs",
            "pull",
            "-f",
            "a",
            "--via",
            "insights",
            "--since",
            "2026-11-23T10:00Z",
            "--until",
            "2026-11-23T10:10Z",
            "--store",
            "prod",
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "insightctl", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"AWS_ENDPOINT_URL": slow.url},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        limit = time.monotonic() + 20
        while not slow.running() and time.monotonic() < limit:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (130, "")
        assert "error: interrupted; the query was stopped on CloudWatch; what was committed is kept" in err
        assert not slow.running()
