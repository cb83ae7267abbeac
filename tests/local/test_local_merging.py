"""Merged == unsliced: the answers of slices, put together, are exactly the answer over everything."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.core.job import QueryJob
from insightctl.core.result import Result
from insightctl.core.spelling import raw_rows
from insightctl.core.time import TimeRange
from insightctl.local import LocalBackend, LogSource
from insightctl.local.merging import SliceRows, merge_stats
from insightctl.ql import check
from insightctl.ql.partial import NotMergeable, bin_width_ms, partial_stats
from tests.effort import examples

START = 1_764_000_000_000
HOUR = 3_600_000
QUERIES = (
    "stats count(*)",
    "stats count(*) as n, sum(ms), avg(ms), min(ms), max(ms) by fn",
    "stats avg(ms) as a, stddev(ms) as s, variance(ms) as v by fn | sort a desc, fn",
    "stats sum(size) as total, sum(size) / count(*) as mean, count(err) as failed, failed * 100 / count(*) as pct by fn, bin(5m)",
    "stats earliest(err) as first, latest(err) as last, max(@timestamp) as seen, min(@timestamp) as since by fn",
    "stats sortsFirst(err), sortsLast(err), min(err), max(err) by fn",
    "stats pct(ms, 50) as p50, pct(ms, 99) as p99, median(ms) as m, count(*) as n by fn",
    "stats pct(ms, 90), avg(size), max(size) by bin(10m) | sort bin(10m) desc",
    "stats count_distinct(err) as kinds, count(*) by fn | filter kinds > 0 | sort kinds desc, fn",
    "stats count_distinct(ms), histogram(size, 4) by fn",
    "filter ms > 100 | fields ms / 1000 as sec | stats avg(sec), sum(sec), max(sec) by concat(fn, '/x') as where",
    "stats sum(ms) as x by fn, bin(5m) | stats max(x) as top, avg(x) as mean by fn",
    "stats count(*) by bin(7m) | fillmissing with 0 for `count(*)`",
    'parse @message \'"fn":"*"\' as name | stats count(*) as n, avg(ms) by name | sort n desc | limit 2',
    "stats count(missing), sum(missing), avg(missing), max(missing), pct(missing, 50), stddev(missing) by fn",
)


def _log(path: Path, seed: int, events: int) -> Path:
    dice = random.Random(seed)
    lines = []
    for _ in range(events):
        record: dict[str, object] = {"fn": dice.choice("abc"), "ms": round(dice.expovariate(1 / 200), 2)}
        if dice.random() < 0.7:
            record["size"] = dice.choice((dice.randint(0, 10**12), dice.randint(0, 50)))
        if dice.random() < 0.3:
            record["err"] = dice.choice(("Timeout", "Throttled", "7", 7, 12.5, "10"))
        if dice.random() < 0.05:
            record["ms"] = "slow"
        # few distinct times: many events in one millisecond, on the edges of slices too
        at = START + dice.randrange(0, HOUR, 60_000) + dice.choice((0, 0, 1, 59_999))
        lines.append((at, json.dumps({"timestamp": at, "message": json.dumps(record, separators=(",", ":"))})))
    path.write_text("".join(line + "\n" for _, line in sorted(lines, key=lambda x: x[0])))
    return path


def _slices(edges: Sequence[int]) -> list[TimeRange]:
    cuts = [START, *sorted({START + edge for edge in edges if 0 < edge < HOUR}), START + HOUR]
    return [TimeRange(a, b) for a, b in pairwise(cuts)]


def _merged(backend: LocalBackend, text: str, slices: Sequence[TimeRange], *, aligned: bool) -> Result:
    checked = check(text)
    partial = partial_stats(checked, aligned=aligned, ordered=True)
    answers = []
    for time in slices:
        rows = raw_rows(backend.run(QueryJob(partial.text, time=time)))
        answers.append(SliceRows(time.start_ms, [{cell["field"]: cell["value"] for cell in row} for row in rows]))
    return merge_stats(checked, partial, answers, TimeRange(START, START + HOUR), 10_000)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> LocalBackend:
    return LocalBackend([LogSource(_log(tmp_path_factory.mktemp("merging") / "events.json", 3, 400))])


@settings(max_examples=examples(2, 8), deadline=None)
@given(edges=st.lists(st.integers(0, HOUR // 60_000).map(lambda m: m * 60_000) | st.integers(1, HOUR), max_size=4))
@pytest.mark.parametrize("text", QUERIES)
def test_merged_is_unsliced(backend: LocalBackend, text: str, edges: list[int]) -> None:
    whole = backend.run(QueryJob(text, time=TimeRange(START, START + HOUR)))
    merged = _merged(backend, text, _slices(edges), aligned=False)
    assert merged.columns == whole.columns
    assert merged.rows == whole.rows


@pytest.mark.parametrize("text", [q for q in QUERIES if "bin(" in q])
def test_slices_along_the_bins(backend: LocalBackend, text: str) -> None:
    width = bin_width_ms(check(text))
    assert width is not None
    first = (START // width + 1) * width - START
    edges = [first + width * k for k in (0, 2, 3)]
    whole = backend.run(QueryJob(text, time=TimeRange(START, START + HOUR)))
    merged = _merged(backend, text, _slices(edges), aligned=True)
    assert (merged.columns, merged.rows) == (whole.columns, whole.rows)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("stats topk(3, err)", "topk"),
        ("stats values(err)", "values"),
        ("stats count(*) by bin(5m) offset 2m", "offset"),
        ("stats count(*) by ms / 7", "computed number"),
        ("fields ms / 7 as r | stats count(*) by r", "computed number r"),
        ("stats max(now())", "now"),
        ("SOURCE '/g' start=-3h | stats count(*)", "time range of its own"),
        ("stats rate(ms, 1m)", "rate"),
        ("accum ms | stats count(*)", "accum"),
        ("fields @message | limit 3", "no stats"),
        ("stats latest(err), pct(ms, 50)", "beside percentiles"),
    ],
)
def test_what_cannot_be_merged_says_why(text: str, reason: str) -> None:
    with pytest.raises(NotMergeable, match=reason):
        partial_stats(check(text), aligned=False, ordered=True)
