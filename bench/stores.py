"""Stores: how fast logs go in, how small they are, and how much faster questions are there than over raw text."""

from __future__ import annotations

import resource
import shutil
import subprocess
import time
from pathlib import Path

from bench.corpus import CURATED, DATA, QUERY, TOOL, logs, megabytes, one_log, store

_REPORTS = """
SELECT timestamp, CASE WHEN type IS NULL THEN CASE WHEN is_json THEN message ELSE json END END AS j, {columns}
FROM read_parquet('{files}', hive_partitioning=false)
WHERE type = 'REPORT' OR (is_json AND contains(message, '"platform.report"'))
   OR (json IS NOT NULL AND contains(json, '"platform.report"'))
"""
_NUMBER = "coalesce({column}, TRY_CAST(json_extract_string(j, '$.record.metrics.{name}') AS DOUBLE))"
_HAND = {
    "p99-duration": (
        "duration",
        "SELECT time_bucket(INTERVAL 5 MINUTES, timestamp) AS b, count(*), quantile_disc(d, 0.5), quantile_disc(d, 0.9), "
        "quantile_disc(d, 0.95), quantile_disc(d, 0.99), quantile_disc(d, 0.999), max(d) FROM (SELECT timestamp, "
        + _NUMBER.format(column="duration", name="durationMs")
        + " AS d FROM ({reports})) GROUP BY b ORDER BY b DESC",
    ),
    "coldstarts": (
        "init_duration, message",
        "SELECT time_bucket(INTERVAL 5 MINUTES, timestamp) AS b, count(*), count(i), 100 * count(i) / count(*), count(r), "
        "quantile_disc(i, 0.5), quantile_disc(i, 0.9), quantile_disc(i, 0.99), max(i) FROM (SELECT timestamp, "
        + _NUMBER.format(column="init_duration", name="initDurationMs")
        + " AS i, coalesce(TRY_CAST(CASE WHEN contains(message, '\tRestore Duration: ') THEN "
        "regexp_extract(message, '\tRestore Duration: ([0-9.]+) ms', 1) END AS DOUBLE), "
        "TRY_CAST(json_extract_string(j, '$.record.metrics.restoreDurationMs') AS DOUBLE)) AS r FROM ({reports})) "
        "GROUP BY b ORDER BY b DESC",
    ),
}


def _imported(log: Path) -> str:
    fresh = DATA / "stores" / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run([TOOL, "local", "import", str(log), "--store", str(fresh)], check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    raw, stored = megabytes(log), megabytes(fresh)
    return (
        f"Import of {raw:,.0f} MB: {wall:.1f} s ({raw / wall:.0f} MB/s), {cpu:.1f} s of CPU ({raw / cpu:.0f} MB/s a core); "
        f"the store has {stored:,.0f} MB, {100 * stored / raw:.1f} % of the text.\n"
    )


def _seconds(source: Path, text: str, runs: int = 5) -> float:
    """The fastest run of a query inside one process: start-up apart."""
    from insightctl.core.job import QueryJob
    from insightctl.local import LocalBackend, LogSource

    backend = LocalBackend([LogSource(source)])
    best = float("inf")
    for _ in range(runs):
        started = time.perf_counter()
        backend.run(QueryJob(text, span=False))
        best = min(best, time.perf_counter() - started)
    return best


def _by_hand(folder: Path, name: str, runs: int = 5) -> float:
    import duckdb

    columns, outer = _HAND[name]
    sql = outer.format(reports=_REPORTS.format(columns=columns, files=f"{folder}/events/*/*/*.parquet"))
    best = float("inf")
    for _ in range(runs):
        started = time.perf_counter()
        connection = duckdb.connect()
        connection.execute(sql).fetchall()
        connection.close()
        best = min(best, time.perf_counter() - started)
    return best


def main() -> str:
    """The figures, as Markdown."""
    from insightctl.library import load, render

    log, everything = one_log(), logs(2.1)
    single, all_ = store(log, "checkout"), store(everything, "all")
    one_request = 'filter @requestId = "00000000-0000-4000-8000-000000000000"'
    raw, stored = _seconds(log, QUERY), _seconds(single, QUERY)
    lines = [
        "### Stores",
        "",
        _imported(log),
        f"| query (start-up apart) | raw text, s | store, s | raw / store |\n|---|---:|---:|---:|\n"
        f"| p99 by 5 min, {megabytes(log):,.0f} MB | {raw:.3f} | {stored:.3f} | {raw / stored:.1f} |",
    ]
    raw, stored = _seconds(log, one_request), _seconds(single, one_request)
    lines.append(f"| one request id | {raw:.3f} | {stored:.3f} | {raw / stored:.1f} |")
    for name in CURATED:
        text = render(load(name))
        raw, stored = _seconds(everything, text, 2), _seconds(all_, text)
        lines.append(f"| {name}, {megabytes(everything):,.0f} MB | {raw:.3f} | {stored:.3f} | {raw / stored:.1f} |")
    lines += [
        "",
        "| curated query, from the store | insightctl, s | hand-written SQL, s | ratio |",
        "|---|---:|---:|---:|",
    ]
    for name in _HAND:
        ours, hand = _seconds(all_, render(load(name))), _by_hand(all_, name)
        lines.append(f"| {name} | {ours:.3f} | {hand:.3f} | {ours / hand:.2f} |")
    return "\n".join(lines) + "\n"
