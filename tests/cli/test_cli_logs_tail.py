"""`insightctl logs tail` against the emulator: what it prints in each format, what it refuses, how it ends."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import Cli
from tests.cloud.test_cloud_doctor import Manners, server
from tests.emulator.conftest import START_MS, Fill, aws, emulator, fill, logs, no_aws

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

__all__ = ["aws", "emulator", "fill", "logs", "no_aws"]

SINCE = ("--since", "2026-11-23T10:00Z", "--no-follow")
REPORT = (
    "REPORT RequestId: 1\tDuration: 12.3 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 83 MB\t\n"
)
HOSTILE = "\x1b]0;owned\x07\x1b[2Jbad \u202etxt"
TAIL = [sys.executable, "-m", "insightctl", "logs", "tail"]


def function(group: str) -> str:
    return group.rpartition("/")[2]


# formats


def test_text(cli: Cli, fill: Fill) -> None:
    name = function(fill([REPORT, '{"level":"ERROR","message":"no stock","order":{"id":7}}', HOSTILE, "two\nlines"]))
    done = cli("logs", "tail", "-f", name, *SINCE, "--tz", "Europe/Berlin", "--highlight", "stock")
    lead = [f"11:00:0{n}.000 {name} $LATEST " for n in range(4)]
    assert done.out.splitlines() == [
        f"{lead[0]}REPORT duration 12 ms, billed 13 ms, memory 83/128 MB",
        f"{lead[1]}ERROR no stock order.id=7",
        f"{lead[2]}␛]0;owned␇␛[2Jbad \\u202etxt",
        f"{lead[3]}two",
        f"{' ' * len(lead[3])}lines",
    ]
    assert (done.code, done.err) == (0, "")


def test_json_and_raw(cli: Cli, fill: Fill) -> None:
    group = fill([REPORT, HOSTILE])
    done = cli("logs", "tail", "-g", group, *SINCE, "-o", "json")
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [each["message"] for each in told] == [REPORT, HOSTILE]
    assert (told[0]["time"], told[0]["function"]) == ("2026-11-23T10:00:00.000Z", function(group))
    assert (told[0]["log_group"], told[0]["version"]) == (group, "$LATEST")
    assert "\x1b" not in done.out
    assert cli("logs", "tail", "-g", group, *SINCE, "-o", "raw").out == f"{REPORT}{HOSTILE}\n"


def test_grep_filter_and_since(cli: Cli, fill: Fill) -> None:
    group = fill(["ERROR one", "fine one", "ERROR two", "[x] one"])

    def raw(*words: str) -> list[str]:
        return cli("logs", "tail", "-g", group, "-o", "raw", *words).out.splitlines()

    assert raw(*SINCE, "--grep", "one") == ["ERROR one", "fine one", "[x] one"]
    assert raw(*SINCE, "--grep", "one", "--grep", "/^(ERROR|\\[)/") == ["ERROR one", "[x] one"]
    assert raw(*SINCE, "--filter", "ERROR") == ["ERROR one", "ERROR two"]
    assert raw("--since", "2026-11-23T10:00:02Z", "--no-follow") == ["ERROR two", "[x] one"]
    assert raw("--since", "5m", "--no-follow") == []


def test_several_groups_in_order_of_time(cli: Cli, fill: Fill) -> None:
    one, two = fill(["a0", "a1"]), fill(["b0", "b1"])
    words = ("-f", function(one), "-g", f"/{two[1:-1]}[{two[-1]}]$/", *SINCE)
    lines = cli("logs", "tail", *words).out.splitlines()
    assert sorted(line.split()[1] for line in lines) == sorted([function(one), function(two)] * 2)
    assert [line.split()[0] for line in lines] == ["10:00:00.000"] * 2 + ["10:00:01.000"] * 2


def test_a_version_and_a_service(
    cli: Cli, fill: Fill, logs: CloudWatchLogsClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = fill(["latest"])
    logs.create_log_stream(logGroupName=group, logStreamName="2026/11/23/[7]ab")
    logs.put_log_events(
        logGroupName=group,
        logStreamName="2026/11/23/[7]ab",
        logEvents=[{"timestamp": START_MS + 1, "message": "seven"}],
    )
    assert cli("logs", "tail", "-f", f"{function(group)}:7", *SINCE, "-o", "raw").out == "seven\n"
    monkeypatch.chdir(tmp_path)
    Path("insightctl.toml").write_text(f"[services.web]\nfunctions = ['{function(group)}']\n")
    assert cli("logs", "tail", "--service", "web", *SINCE, "-o", "raw").out == "latest\nseven\n"


def test_a_terminal_gets_colour_and_no_escapes_of_others(fill: Fill) -> None:
    group = fill(["an ERROR here", HOSTILE])
    for output, expected in (("text", "\x1b[31man ERROR \x1b[7mhere\x1b[0m"), ("raw", "an ERROR here")):
        main, side = pty.openpty()
        words = [*TAIL, "-g", group, *SINCE, "-o", output, "--highlight", "here"]
        environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
        done = subprocess.run(words, stdout=side, stderr=subprocess.PIPE, env=environment, timeout=30)
        os.close(side)
        out = os.read(main, 100_000).decode()
        os.close(main)
        assert done.returncode == 0
        assert expected in out
        assert "␛]0;owned␇␛[2Jbad \\u202etxt" in out
        assert "\x1b]0" not in out and "\x1b[2J" not in out


# what is refused


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "no log group is named"),
        (("-f", "nobody"), 1, "there is no function 'nobody' in us-east-1"),
        (("-g", "/none/at/all"), 1, "log group '/none/at/all' does not exist in us-east-1"),
        (("-f", "none-*"), 1, "no log group matches '/aws/lambda/none-*'"),
        (("-f", "x", "-o", "csv"), 2, "-o csv: there is no such format"),
        (("-f", "x", "--grep", "/(/"), 2, "--grep /(/: missing )"),
        (("-f", "x", "--tz", "Mars/Olympus"), 2, "there is no time zone 'Mars/Olympus'"),
        (("-f", "x", "--since", "soon"), 2, "'soon' is not a time"),
        (("-f", "x", "--service", "web"), 2, "--service web: there is no "),
    ],
)
def test_wrong_ways(cli: Cli, aws: str, words: tuple[str, ...], code: int, said: str) -> None:
    done = cli("logs", "tail", *words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err and "help: " in done.err
    assert "Traceback" not in done.err


def test_without_permission(cli: Cli, fill: Fill, aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    group = fill(["one"])
    with server(aws, Manners(denied=frozenset({"logs:FilterLogEvents"}))) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        for words in (SINCE, ("--since", "2026-11-23T10:00Z", "--no-live")):
            done = cli("logs", "tail", "-g", group, *words)
            assert (done.code, done.out) == (1, "")
            assert "error: not allowed: logs:FilterLogEvents" in done.err
            assert "help: let the IAM policy of this identity allow logs:FilterLogEvents" in done.err
            assert "\x1b" not in done.err
    with server(aws, Manners(denied=frozenset({"logs:DescribeLogGroups", "logs:ListLogGroups"}))) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        assert cli("logs", "tail", "-g", group, *SINCE, "-o", "raw").out == "one\n"
        globbed = cli("logs", "tail", "-g", f"{group}*", *SINCE)
        assert globbed.code == 1 and "not allowed: logs:" in globbed.err


# how it ends


@pytest.fixture
def recent(fill: Fill, logs: CloudWatchLogsClient) -> str:
    """A log group with an event of just now."""
    group = fill([])
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    now = time.time_ns() // 1_000_000
    logs.put_log_events(
        logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": now, "message": f"m{n}"} for n in range(3)]
    )
    return group


@pytest.fixture
def follower(recent: str) -> Iterator[subprocess.Popen[str]]:
    """A tail that goes on; a shell in the background would have made it deaf to SIGINT."""
    process = subprocess.Popen(
        [*TAIL, "-g", recent, "-o", "raw"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    yield process
    process.kill()
    process.communicate()


def test_ctrl_c_says_what_was_shown(follower: subprocess.Popen[str]) -> None:
    assert follower.stdout is not None
    assert [follower.stdout.readline() for _ in range(3)] == ["m0\n", "m1\n", "m2\n"]
    follower.send_signal(signal.SIGINT)
    out, err = follower.communicate(timeout=10)
    assert (follower.returncode, out) == (130, "")
    assert err.startswith("error: interrupted; 3 events of 1 log group in ")
    assert err.count("\n") == 1


def test_a_reader_that_leaves_ends_it_quietly(recent: str, logs: CloudWatchLogsClient) -> None:
    """`insightctl logs tail ... | head -1`: the next line that nobody takes ends it."""
    process = subprocess.Popen(
        [*TAIL, "-g", recent, "-o", "raw"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline() == "m0\n"
    process.stdout.close()
    stream = logs.describe_log_streams(logGroupName=recent)["logStreams"][0]["logStreamName"]
    limit = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < limit:
        event = {"timestamp": time.time_ns() // 1_000_000, "message": "more"}
        logs.put_log_events(logGroupName=recent, logStreamName=stream, logEvents=[event])  # type: ignore[list-item]
        time.sleep(0.2)
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(1) in (0, 141, -signal.SIGPIPE)
    assert err == ""
