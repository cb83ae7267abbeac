"""Stores: what a query answers from one is what it answers from the files; their Parquet is of use to others, too."""

from __future__ import annotations

import gzip
import io
import json
import sys
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from insightctl.core.job import QueryJob, Target
from insightctl.core.time import TimeRange
from insightctl.local import LocalBackend, LogSource
from insightctl.local.stores import schema
from insightctl.local.stores.importing import import_logs
from insightctl.local.stores.layout import Store

AT = 1_795_391_700_000  # 2026-11-22T23:55:00Z: the logs go over midnight
ID = "{:08x}-1111-4111-8111-111111111111"
STREAM = "2026/11/23/[{}]fbd13160e9794b9da58305d2765ed9c6"


def iso(ms: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "")


def tail(count: int) -> str:
    """What `aws logs tail` writes of a function."""
    lines = []
    for n in range(count):
        at, id_ = AT + n * 1000, ID.format(n // 4)
        message = (
            f"START RequestId: {id_} Version: {40 + n % 3}",
            f"[ERROR]\t{iso(at)}Z\t{id_}\tit broke: {n}\nTraceback (most recent call last):\n  File \"a.py\", line {n}\n\nKeyError: 'é{n}'",
            json.dumps({"level": "INFO", "n": n, "took": n * 1.5, "who": {"name": f"user{n % 5}", "tags": ["a", n]}}),
            f"REPORT RequestId: {id_}\tDuration: {n}.25 ms\tBilled Duration: {n + 1} ms\tMemory Size: 512 MB\t"
            f"Max Memory Used: {60 + n % 40} MB\t" + (f"Init Duration: {n}.5 ms\t" if n % 8 == 3 else ""),
        )[n % 4]
        lines.append(f"{iso(at)}000+00:00 {STREAM.format(n % 2)} {message}\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of files of several formats and log groups, and the store made of it."""
    root = tmp_path_factory.mktemp("logs")
    files = root / "files"
    files.mkdir()
    (files / "checkout.log").write_text(tail(900))
    (files / "payment.log.gz").write_bytes(gzip.compress(tail(60).replace("broke", "failed").encode()))
    events = [{"timestamp": AT + n * 777, "message": f"audit {n} {{\"n\": {n}}} seen", "logStreamName": "s", "ingestionTime": AT + n * 777 + 5} for n in range(50)]  # fmt: skip
    (files / "audit.json").write_text(json.dumps({"events": events}, indent=1))
    (files / "bare.log").write_text("".join(f'{{"time": "{iso(AT + n * 999)}Z", "n": {n}}}\n' for n in range(40)))
    import_logs(Store.create(root / "store"), [LogSource(files)])
    return files, root / "store"


QUERIES = [
    "fields @timestamp, @message, @logStream, @log, @ingestionTime | sort @timestamp asc, @log asc, @message asc | limit 10000",
    "filter @message like /broke|failed/ | fields @message | sort @timestamp desc, @log asc | limit 7",
    "filter @message like 'KeyError' and @message not like 'é5' | stats count(*) as n by @log | sort @log asc",
    "stats count(*), avg(@duration), max(@maxMemoryUsed), pct(@billedDuration, 90), sum(@initDuration) by @log | sort @log asc",
    "filter @type = 'REPORT' | fields @requestId, @duration, @memorySize | sort @duration asc, @log asc | limit 20",
    "filter @requestId = '" + ID.format(7) + "' | fields @message, @type | sort @timestamp asc, @log asc",
    "filter level = 'INFO' and took > 100 | stats count(*) by who.name | sort who.name asc",
    "fields n, who.tags.1 as tag | filter n > 20 | sort n asc, @log asc | limit 15",
    "parse @message 'it broke: *' as what | filter ispresent(what) | stats count_distinct(what), min(what)",
    "stats count(*) as c by bin(1m) as t, @logStream | sort t asc, @logStream asc",
    'filter @message like /line 1\\d\\d/ | parse @message /File "(?<file>[^"]+)", line (?<line>\\d+)/ | fields file, line | sort @timestamp asc',
    "fields @message | sort @timestamp desc, @log asc | limit 3 | fields strlen(@message)",
    "SOURCE '/aws/lambda/audit' | fields @message, n, @ingestionTime | sort @timestamp asc",
    "fields @log | sort @log asc | dedup @log",
    "filter @message = 'nothing'",
    "stats count(*) by @type | sort @type asc",
]
TIMES = [None, TimeRange(AT + 100_000, AT + 400_001), TimeRange(AT, AT + 1), TimeRange(0, 1)]


@pytest.mark.parametrize("query", QUERIES)
def test_answers_are_those_of_the_files(query: str, logs: tuple[Path, Path]) -> None:
    files, store = logs
    for time in TIMES:
        target = Target(log_groups=("/aws/lambda/checkout", "/aws/lambda/payment")) if "bin(" in query else Target()
        job = QueryJob(query, target, time=time)
        raw = LocalBackend([LogSource(files)]).run(job)
        found = LocalBackend([LogSource(store)]).run(job)
        assert found.columns == raw.columns
        assert found.rows == raw.rows
        assert found.statistics.records_matched == raw.statistics.records_matched
        assert found.statistics.records_scanned == raw.statistics.records_scanned
        assert found.time == raw.time


def test_a_store_and_a_file_at_once(logs: tuple[Path, Path], tmp_path: Path) -> None:
    files, store = logs
    more = tmp_path / "more.log"
    more.write_text(tail(8))
    for query in (QUERIES[0], QUERIES[3], QUERIES[6]):
        raw = LocalBackend([LogSource(files), LogSource(more)]).run(QueryJob(query))
        found = LocalBackend([LogSource(store), LogSource(more)]).run(QueryJob(query))
        assert found.rows == raw.rows
        assert found.statistics.records_scanned == raw.statistics.records_scanned


def test_groups_and_span(logs: tuple[Path, Path]) -> None:
    raw, found = (LocalBackend([LogSource(path)]) for path in logs)
    assert [(g.name, g.first_ms, g.last_ms, g.streams) for g in found.groups()] == [
        (g.name, g.first_ms, g.last_ms, g.streams) for g in raw.groups()
    ]
    assert found.span(QueryJob("limit 1")) == raw.span(QueryJob("limit 1"))


def test_a_name_for_the_log_group_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.create(tmp_path / "store")
    file = tmp_path / "a.log"
    file.write_text(tail(20))

    class Piped:
        buffer = io.BytesIO(tail(40).encode())

        @staticmethod
        def isatty() -> bool:
            return False

    import_logs(store, [LogSource(file, "/custom/group")])
    monkeypatch.setattr(sys, "stdin", Piped)
    report = import_logs(store, [LogSource(Path("-"), "/custom/group")])
    assert report.grown == 1, "standard input is known by its content, too"
    assert {(o.path, o.log_group) for o in store.contents.origins} == {("standard input", "/custom/group")}
    result = LocalBackend([LogSource(store.path)]).run(QueryJob("stats count(*) by @log"))
    assert result.rows == ((f"{'0' * 12}:/custom/group", 40),) or list(result.rows[0]) == [
        "0" * 12 + ":/custom/group",
        40,
    ]


TYPES = {
    "timestamp": "TIMESTAMP_MS", "log_stream": "VARCHAR", "message": "VARCHAR", "json": "VARCHAR",
    **dict(schema.FIELDS.values()), "day": "DATE", "log_group": "VARCHAR",
}  # fmt: skip


def test_any_engine_reads_it(logs: tuple[Path, Path]) -> None:
    _, store = logs
    files = f"read_parquet('{store}/events/**/*.parquet', hive_partitioning=true)"
    found = {name: kind for name, kind, *_ in duckdb.execute(f"DESCRIBE SELECT * FROM {files}").fetchall()}
    found["timestamp"] = "TIMESTAMP_MS" if found["timestamp"].startswith("TIMESTAMP") else found["timestamp"]
    found["json"] = "VARCHAR" if found["json"] == "JSON" else found["json"]
    assert {name: found.get(name) for name in TYPES} == TYPES
    groups = duckdb.execute(f"SELECT log_group, count(*) FROM {files} GROUP BY 1 ORDER BY 1").fetchall()
    assert groups == [
        (f"/aws/lambda/{n}", c) for n, c in (("audit", 50), ("bare", 40), ("checkout", 900), ("payment", 60))
    ]
    wrong = duckdb.execute(f"SELECT count(*) FROM {files} WHERE CAST(timestamp AS DATE) <> day").fetchall()
    assert wrong == [(0,)]
    codecs = duckdb.execute(
        f"SELECT DISTINCT compression FROM parquet_metadata('{store}/events/**/*.parquet')"
    ).fetchall()
    assert codecs == [("ZSTD",)]


def test_files_are_sorted_and_can_be_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from insightctl.local.stores import writing

    monkeypatch.setattr(writing, "ROW_GROUP", 2048)
    file, store = tmp_path / "app.log", tmp_path / "store"
    lines = [f"2026-11-23T{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}.000Z START RequestId: {ID.format(n // 4 * 7919 % 10007)} Version: 1\n" for n in range(10_000)]  # fmt: skip
    file.write_text("".join(reversed(lines)))
    import_logs(Store.create(store), [LogSource(file)])
    (path,) = store.rglob("*.parquet")
    rows = duckdb.execute(f"SELECT timestamp FROM read_parquet('{path}', hive_partitioning=false)").fetchall()
    assert rows == sorted(rows)
    meta = f"SELECT stats_min_value, stats_max_value FROM parquet_metadata('{path}') WHERE path_in_schema = 'timestamp'"
    groups = sorted(duckdb.execute(meta).fetchall())
    assert len(groups) > 3
    assert all(before[1] < after[0] for before, after in pairwise(groups))
    probe = f"SELECT count(*) FILTER (NOT bloom_filter_excludes), count(*) FROM parquet_bloom_probe('{path}', 'request_id', $1)"
    there, total = duckdb.execute(probe, [ID.format(7919)]).fetchall()[0]
    assert there < total, "one request id reads some row groups only"
