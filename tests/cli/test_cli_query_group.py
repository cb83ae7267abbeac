"""`query @triage`, `query --all` and `--compare`: locally and against the emulator."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from insightctl.library import load_all
from tests.cli.conftest import Cli, World
from tests.cli.test_cli_library import TIME, report
from tests.cli.test_cli_query_own import here, put
from tests.emulator.conftest import START_MS, ask, aws, emulator, fill, logs, no_aws

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

__all__ = ["ask", "aws", "emulator", "fill", "here", "logs", "no_aws"]

GOOD = '+++\ntitle = "{0}"\nquestion = "{0}?"\n+++\nfilter @type = "REPORT" | stats count(*) as n\n'
BAD = '+++\ntitle = "Bad"\nquestion = "Bad?"\n+++\nfilter nosuch( | limit 1\n'
WANTS = '+++\ntitle = "W"\nquestion = "W?"\n[params.id]\ntype = "string"\nrequired = true\n+++\nfilter a = {{ id }}\n'


def test_a_group_side_by_side(cli: Cli, world: World, here: Path) -> None:
    put(here / "queries" / "ops" / "a.ql", GOOD.format("A"))
    put(
        here / "queries" / "ops" / "b.ql",
        GOOD.format("B").replace("REPORT", "NOSUCH").replace("count(*) as n", "max(x) by y"),
    )
    put(here / "queries" / "ops" / "w.ql", WANTS)
    done = cli("query", "@ops", "--local", str(world.logs))
    assert done.code == 0 and done.err == ""
    assert "a: A?\n    n\n─────\n3,400\n" in done.out
    assert "b: B?\nnothing found\n" in done.out
    assert done.out.endswith("not asked, for each wants a value of its own: w\n")


def test_one_that_fails_does_not_stop_the_others(cli: Cli, world: World, here: Path) -> None:
    put(here / "queries" / "ops" / "a.ql", BAD)
    put(here / "queries" / "ops" / "b.ql", GOOD.format("B"))
    done = cli("query", "@ops", "--local", str(world.logs), "-o", "json")
    answer = json.loads(done.out)
    assert done.code == 4 and "error: 1 of 2 queries failed: a" in done.err
    assert [each["query"]["name"] for each in answer["answers"]] == ["a", "b"]
    assert "error" in answer["answers"][0] and answer["answers"][1]["rows"] == [{"n": 3400}]
    table = cli("query", "@ops", "--local", str(world.logs))
    assert table.code == 4 and "a: Bad?\nerror: " in table.out and "b: B?" in table.out


def test_a_shipped_group(cli: Cli, world: World) -> None:
    done = cli("query", "@changes", "--local", str(world.logs), "-o", "json")
    names = [each["query"]["name"] for each in json.loads(done.out)["answers"]]
    assert done.code == 0 and names == [s.name for s in load_all() if s.group == "changes"]


def test_groups_that_are_not_there(cli: Cli) -> None:
    done = cli("query", "@triag", "--local", ".")
    assert (done.code, done.err) == (2, "error: there is no group '@triag'\nhelp: did you mean '@triage'?\n")
    done = cli("query", "@triage", "--local", ".", "-o", "csv")
    assert done.code == 2 and "@triage has no format 'csv'" in done.err


@pytest.fixture
def group(logs: CloudWatchLogsClient) -> Iterator[str]:
    """A log group with ten minutes of REPORT lines, one a second from START_MS on, not in streams of Lambda's."""
    name = "/shop/reports"
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="all")
    events: list[InputLogEventTypeDef] = [
        {"timestamp": START_MS + n * 1000, "message": report(n + 1)} for n in range(599)
    ]
    logs.put_log_events(logGroupName=name, logStreamName="all", logEvents=events)
    yield name
    logs.delete_log_group(logGroupName=name)


def test_a_group_on_cloudwatch(cli: Cli, aws: str, group: str, here: Path) -> None:
    for name in "abcdefg":
        put(here / "queries" / "ops" / f"{name}.ql", GOOD.format(name.upper()))
    put(here / "queries" / "ops" / "h.ql", BAD)
    done = cli("query", "@ops", "-g", group, *TIME)
    answer = json.loads(done.out)
    assert done.code == 4 and "1 of 8 queries failed: h" in done.err
    assert [each.get("rows") for each in answer["answers"]] == [[{"n": 599}]] * 7 + [None]


def test_a_group_that_all_fails_the_same_way_is_one_error(
    cli: Cli, aws: str, logs: CloudWatchLogsClient, here: Path
) -> None:
    put(here / "queries" / "ops" / "a.ql", GOOD.format("A"))
    put(here / "queries" / "ops" / "b.ql", GOOD.format("B"))
    done = cli("query", "@ops", "-g", "/no/such", "--since", "1h")
    assert done.code == 1 and done.err.count("error: ") == 1


def test_a_group_has_one_limit_on_what_it_costs(cli: Cli, aws: str, group: str, here: Path) -> None:
    for name in "ab":
        put(here / "queries" / "ops" / f"{name}.ql", GOOD.format(name.upper()))
    done = cli("query", "@ops", "-g", group, *TIME, "--max-cost", "0", "--price", "1000000")
    assert done.code == 3 and "error: 2 queries cost " in done.err and done.out == ""


COMPARED = ("function", "version", "measure", "before", "now", "change", "change_pct", "verdict")


def test_compare_with_the_newest_deployment(cli: Cli, world: World) -> None:
    done = cli("query", "health", "--compare", "deploy", "--local", str(world.logs), "-f", "checkout", "-o", "json")
    answer = json.loads(done.out)
    rows = {row["measure"]: row for row in answer["rows"]}
    assert done.code == 0
    assert rows["failures"]["verdict"] == rows["error_pct"]["verdict"] == "higher"
    assert rows["error_pct"]["now"] == pytest.approx(world.truth.incident.failure_pct_after, abs=2)
    assert rows["timeouts"]["verdict"] == "same"
    assert "as long before checkout 42 went live" in answer["warnings"][-1]
    assert answer["query"]["params"]["compare"] == "deploy"


def test_compare_with_a_span_before(cli: Cli, world: World) -> None:
    noon = ("--since", "2026-11-23T12:00", "--until", "2026-11-23T16:00")
    done = cli("query", "error-rate", "--compare", "6h", "--local", str(world.logs), *noon)
    assert done.code == 0
    assert "before: 2026-11-23T06:00:00.000Z to 2026-11-23T10:00:00.000Z (6h before)" in done.out
    assert "now: 2026-11-23T12:00:00.000Z to 2026-11-23T16:00:00.000Z" in done.out
    header = next(line for line in done.out.split("\n") if line.startswith("function"))
    assert tuple(header.split()) == ("function", *COMPARED[2:])


def test_ranges_that_overlap_are_said(cli: Cli, world: World) -> None:
    noon = ("--since", "2026-11-23T12:00", "--until", "2026-11-23T16:00")
    done = cli("query", "errors", "--compare", "1h", "--local", str(world.logs), "-f", "checkout", *noon)
    shared = "2026-11-23T12:00:00.000Z to 2026-11-23T15:00:00.000Z"
    assert done.err == f"warning: both ranges have {shared} in them, counted twice: name --until, or a longer span\n"
    assert "share_pct" not in done.out


def test_what_only_one_range_has_is_said(cli: Cli, world: World) -> None:
    evening = ("--since", "2026-11-23T16:00", "--until", "2026-11-23T22:00")
    done = cli("query", "errors", "--compare", "6h", "--local", str(world.logs), "-f", "checkout", *evening)
    assert done.err == ""
    assert "only now: checkout ValidationError discount_code must not be empty (failed 16, more than noise)" in done.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("health", "--compare", "yesterday", "--since", "2026-11-23"), "--compare: 'yesterday' is neither a span nor"),
        (("health", "--compare", "0d", "--since", "2026-11-23"), "--compare 0d: that is the same range"),
        (("health", "--compare", "1d"), "--compare 1d: which range of these logs?"),
        (("slowest", "--compare", "1h", "--since", "2026-11-23"), "'slowest' lists events, which cannot be compared"),
        (
            ("health", "--compare", "deploy", "-f", "search", "--since", "2026-11-23T12:00"),
            "--compare deploy: no deployment in this time range",
        ),
    ],
)
def test_what_cannot_be_compared(cli: Cli, world: World, words: tuple[str, ...], message: str) -> None:
    done = cli("query", *words, "--local", str(world.logs))
    assert done.code == 2 and message in done.err, done.err


def test_compare_on_cloudwatch(cli: Cli, aws: str, group: str) -> None:
    half = ("--since", "2026-11-23T10:05", "--until", "2026-11-23T10:10", "-o", "json")
    done = cli("query", "coldstarts", "--bin", "30s", "--compare", "5m", "-g", group, *half)
    rows = {row["measure"]: row for row in json.loads(done.out)["rows"]}
    assert done.code == 0, done.err
    assert (rows["invocations"]["before"], rows["invocations"]["now"]) == (300, 299)
    assert rows["cold_pct"]["verdict"] == "same"
    assert rows["init_p50_ms"]["verdict"] == "higher", "init durations grow line by line there"


def test_ctrl_c_stops_every_query_of_a_group(no_aws: Path, here: Path) -> None:
    for name in "abc":
        put(here / "queries" / "ops" / f"{name}.ql", GOOD.format(name.upper()))
    with Emulator(adversity=Adversity(query_seconds=60)) as slow:
        environ = os.environ | {
            "AWS_ENDPOINT_URL": slow.url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "us-east-1",
        }
        client = boto3.client(
            "logs",
            endpoint_url=slow.url,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        client.create_log_group(logGroupName="/g")
        process = subprocess.Popen(
            [sys.executable, "-m", "insightctl", "query", "@ops", "-g", "/g", "--since", "1h", "--no-cache"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

        def running() -> int:
            return len(client.describe_queries(status="Running")["queries"])

        began = time.monotonic()
        while running() < 3 and process.poll() is None and time.monotonic() - began < 20:
            time.sleep(0.1)
        assert running() == 3, "all of them at the same time"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (130, "", "error: interrupted; the queries that ran were stopped\n")
        assert running() == 0
