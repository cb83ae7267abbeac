"""CloudWatchBackend against the emulator: the same answer as the local engine, polling, pages, Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from insightctl.cloud.backend import CloudWatchBackend
from insightctl.core.errors import UsageError
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange, from_ms
from insightctl.emulator.engine import Engine
from insightctl.local import LocalBackend, LogSource
from insightctl.ql import QueryError
from tests.emulator.conftest import START_MS, Fill

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

HOUR = TimeRange(START_MS, START_MS + 3_600_000)
REPORT = (
    "REPORT RequestId: 8f5{n:05d}-0a0a-4b4b-8c8c-0123456789ab\tDuration: {n}.5 ms\tBilled Duration: {n} ms\t"
    "Memory Size: 128 MB\tMax Memory Used: 70 MB\t"
)


def job(text: str, *groups: str, time: TimeRange | None = HOUR, max_rows: int = 10_000) -> QueryJob:
    return QueryJob(text, Target(log_groups=groups), time, max_rows=max_rows)


def test_values_have_types_and_absent_fields_are_columns(fill: Fill) -> None:
    group = fill(['{"n": 1, "word": "a"}', '{"n": 2.5}'])
    result = CloudWatchBackend().run(job("fields @timestamp, n, word, nothing, n * 2 as twice | sort n", group))
    assert result.rows == (
        (from_ms(START_MS), 1, "a", None, 2),
        (from_ms(START_MS + 1000), 2.5, None, None, 5),
    )
    assert [(c.name, c.type, c.computed) for c in result.columns] == [
        ("@timestamp", "timestamp", False),
        ("n", "number", False),
        ("word", "string", False),
        ("nothing", "string", False),
        ("twice", "number", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "stats count(*) as n, avg(@duration), pct(@duration, 90) by bin(5m)",
        "filter @type = 'REPORT' | fields @timestamp, @requestId, @duration, @memorySize | sort @duration desc",
        "stats max(@maxMemoryUsed) / 1000000 as mb, latest(@timestamp) as last by @type",
        "fields @message, @logStream, @log | limit 3",
        "parse @message 'Duration: * ms' as ms | stats sum(ms), count_distinct(ms)",
        "fields json.a.b, json.list | filter ispresent(json.a.b)",
        "stats count(*) by nothing.there",
    ],
)
def test_the_same_answer_as_the_local_engine(fill: Fill, tmp_path: Path, logs: CloudWatchLogsClient, text: str) -> None:
    messages = [REPORT.format(n=n) for n in range(1, 12)] + [
        json.dumps({"json": {"a": {"b": 7}, "list": [1, {"x": 2}]}})
    ]
    group = fill(messages)
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in logs.filter_log_events(logGroupName=group)["events"]))
    local = LocalBackend([LogSource(path, log_group=group)], account="123456789012").run(job(text, group))
    cloud = CloudWatchBackend().run(job(text, group))
    assert cloud.columns == local.columns
    assert cloud.rows == local.rows
    assert cloud.statistics.records_matched == local.statistics.records_matched
    assert cloud.warnings == local.warnings
    assert cloud.time == local.time == HOUR


def test_the_range_is_covered_to_the_ms(fill: Fill) -> None:
    group = fill(["0", "1", "2", "3"])
    inside = job("fields @message | sort @timestamp asc", group, time=TimeRange(START_MS + 1000, START_MS + 3000))
    assert CloudWatchBackend().run(inside).column("@message") == ("1", "2")
    finer = job("fields @message", group, time=TimeRange(START_MS + 1000, START_MS + 2001))
    assert CloudWatchBackend().run(finer).column("@message") == ("2", "1")


def test_statistics_and_source(fill: Fill) -> None:
    group = fill(["a", "b"])
    backend = CloudWatchBackend(region="eu-west-1")
    with pytest.raises(Exception, match="does not exist in eu-west-1"):
        backend.run(job("fields @message", group))
    backend = CloudWatchBackend()
    statistics = backend.run(job("fields @message", group)).statistics
    assert (statistics.records_matched, statistics.records_scanned) == (2, 2)
    assert statistics.bytes_scanned > 0 and statistics.cost_usd is None  # an emulator sends no bill
    assert backend.source() == {"kind": "cloudwatch", "region": "us-east-1", "profile": None, "log_groups": [group]}


def test_globs_functions_and_source_commands(fill: Fill, logs: CloudWatchLogsClient) -> None:
    one, two = fill(["a"]), fill(["b"])
    counted = QueryJob("stats count(*) as n", Target(functions=(one.removeprefix("/aws/lambda/"),)), HOUR)
    assert CloudWatchBackend().run(counted).rows == ((1,),)
    backend = CloudWatchBackend()
    backend.run(job("stats count(*)", f"{two[:-1]}[{two[-1]}]", one))
    assert backend.source()["log_groups"] == [two, one]
    named = f"SOURCE '{one}' | SOURCE '{two}' | stats count(*) as n"
    assert CloudWatchBackend().run(job(named)).rows == ((2,),)
    with pytest.raises(UsageError, match="SOURCE"):
        CloudWatchBackend().run(job(named, one))


def test_an_answer_of_several_pages(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insightctl.emulator.queries._PAGE", 4)
    group = fill([str(n) for n in range(10)])
    result = CloudWatchBackend().run(job("fields @message | sort @timestamp asc", group, max_rows=10))
    assert result.column("@message") == tuple(str(n) for n in range(10))


def test_ctrl_c_in_a_process(fill: Fill, logs: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    group, done = fill(["a"]), threading.Event()

    def slow(*_: object) -> Result:
        done.wait(20)
        return Result((), ())

    monkeypatch.setattr(Engine, "run", slow)
    script = (
        # a test run in the background of a shell has SIGINT ignored, and its children with it
        "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from insightctl.cloud.backend import CloudWatchBackend\n"
        "from insightctl.core.errors import InsightctlError\n"
        "from insightctl.core.job import QueryJob, Target\n"
        "from insightctl.core.time import TimeRange\n"
        f"job = QueryJob('fields @message', Target(log_groups=({group!r},)), TimeRange(0, {START_MS}))\n"
        "try:\n    CloudWatchBackend().run(job)\n"
        "except InsightctlError as error:\n    print(error.what)\n    sys.exit(error.exit_code)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        while not logs.describe_queries(logGroupName=group)["queries"]:
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=10)
    done.set()
    assert process.returncode == 130
    assert "was stopped on CloudWatch" in out
    assert logs.describe_queries(logGroupName=group)["queries"][0]["status"] == "Cancelled"


def test_what_is_refused_before_anything_runs(aws: str) -> None:
    with pytest.raises(QueryError):
        CloudWatchBackend().run(job("stats percentile(x, 1)", "/any"))
    with pytest.raises(UsageError, match="needs a time range"):
        CloudWatchBackend().run(job("fields @message", "/any", time=None))
    with pytest.raises(UsageError, match="no log group is named"):
        CloudWatchBackend().run(job("fields @message"))


def test_bins_are_timestamps(fill: Fill) -> None:
    result = CloudWatchBackend().run(job("stats count(*) as n by bin(1m) as minute", fill(["a"])))
    assert result.rows == ((datetime(2026, 11, 23, 10, tzinfo=UTC), 1),)


def test_the_list_price_of_a_scan() -> None:
    from insightctl.cloud.prices import query_cost_usd

    assert query_cost_usd(2_000_000_000, "us-east-1") == pytest.approx(0.01)
