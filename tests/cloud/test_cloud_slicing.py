"""Beyond the service's limits, exactly: slices and batches give what one query would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from insightctl.cloud.backend import CloudWatchBackend, Guard
from insightctl.cloud.schedule import loop
from insightctl.cloud.schedule import task as tasks
from insightctl.cloud.slicing import cut
from insightctl.cloud.slicing.times import between, halves, parts, steps
from insightctl.core.errors import CostRefused, PartialAnswer, UsageError
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.emulator.server import Emulator

START = 1_795_428_000_000
HOUR = TimeRange(START, START + 3_600_000)
GROUPS = 53

QUERIES = (
    "fields @timestamp, @message, n",
    "fields n | limit 7",
    "filter n > 20 | fields n, k | sort n desc, k | limit 25",
    "fields k, n | sort k, n | dedup k",
    "display n, concat(k, '-', n) | sort n asc | limit 9",
    "stats count(*) as c, sum(n) as s, avg(n), stddev(n) by k | sort k",
    "stats pct(n, 90), count_distinct(k) by bin(10m)",
    "stats max(n), min(n) by k, bin(5m) | sort k, bin(5m)",
    "stats count(*) as c by k | filter c > 3 | stats max(c)",
)


@pytest.fixture(scope="module")
def filled() -> Iterator[Emulator]:
    dice = random.Random(5)
    with Emulator() as running:
        for number in range(GROUPS):
            events = [
                (
                    START + dice.randrange(0, 3_600_000, 1000),
                    f'{{"n": {dice.randrange(40)}, "k": "{dice.choice("xyz")}"}}',
                )
                for _ in range(6)
            ]
            running.put(f"/many/{number:02}", "s", sorted(events))
        yield running


@pytest.fixture(autouse=True)
def settings(filled: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("ACCESS_KEY_ID", "a"),
        ("SECRET_ACCESS_KEY", "b"),
        ("REGION", "us-east-1"),
        ("ENDPOINT_URL", filled.url),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)


def ask(text: str, *groups: str, wanted: int = 10_000, **options: object) -> Result:
    job = QueryJob(text, Target(log_groups=groups or ("/many/0*",)), HOUR, max_rows=wanted)
    return CloudWatchBackend(**options).run(job)  # type: ignore[arg-type]


def rows(result: Result) -> list[tuple[object, ...]]:
    """Rows whose order among equals is nobody's promise."""
    return sorted(result.rows, key=repr)


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("minutes", [10, 25])
def test_split_is_whole(text: str, minutes: int) -> None:
    whole, split = ask(text), ask(text, split_ms=minutes * 60_000)
    assert split.columns == whole.columns
    assert rows(split) == rows(whole)
    if "sort" in text and "dedup" not in text:
        assert [r[0] for r in split.rows] == [r[0] for r in whole.rows]
    assert split.statistics.records_scanned == whole.statistics.records_scanned


@pytest.mark.parametrize("text", [q for q in QUERIES if "limit" not in q])
def test_more_log_groups_than_one_query_takes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insightctl.cloud.slicing.cut.MAX_GROUPS", 20)
    batched = ask(text, "/many/0*", "/many/1*", "/many/2*")
    monkeypatch.setattr("insightctl.cloud.slicing.cut.MAX_GROUPS", 50)
    assert rows(batched) == rows(ask(text, "/many/0*", "/many/1*", "/many/2*"))


def test_53_groups() -> None:
    assert ask("stats count(*) as n", "/many/*").rows == ((GROUPS * 6,),)
    with pytest.raises(UsageError, match=r"53 log groups need 2 queries.*earliest"):
        ask("stats earliest(n)", "/many/*")


def test_slices_that_are_full_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ask("fields @timestamp, n", "/many/*", wanted=1000)
    grouped = ask("stats count(*) as c by n, k", "/many/0*")
    for most in (100, 40):
        for module in (tasks, cut, loop):
            monkeypatch.setattr(module, "MAX_ROWS", most)
        paged = ask("fields @timestamp, n", "/many/*", wanted=1000)
        assert rows(paged) == rows(whole)
        assert list(paged.column("@timestamp")) == sorted(paged.column("@timestamp"), reverse=True)  # type: ignore[type-var]
    for module in (tasks, cut, loop):
        monkeypatch.setattr(module, "MAX_ROWS", 30)
    assert rows(ask("stats count(*) as c by n, k", "/many/0*", wanted=1000)) == rows(grouped)


def test_a_cap_is_said_and_a_limit_is_not() -> None:
    assert any("--max-rows" in warning for warning in ask("fields n", wanted=5).warnings)
    assert ask("fields n | limit 5").warnings == ()


def test_too_many_events_in_one_millisecond(filled: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.put("/dense", "s", [(START + 5, f"m{i}") for i in range(30)])
    for module in (tasks, cut):
        monkeypatch.setattr(module, "MAX_ROWS", 10)
    with pytest.raises(PartialAnswer, match="within 1 ms"):
        ask("fields @message", "/dense", wanted=1000)


def test_the_cost_guard_refuses_before_anything_runs(filled: Emulator) -> None:
    filled.clear_journal()
    with pytest.raises(CostRefused, match="would cost about"):
        ask("stats count(*)", guard=Guard(max_usd=1e-12, usd_per_gb=1.0))
    assert not [entry for entry in filled.journal if entry.operation == "StartQuery"]
    assert ask("stats count(*)", guard=Guard(max_usd=5.0, usd_per_gb=1.0)).statistics.cost_usd


def test_times() -> None:
    span = TimeRange(1_000, 10_001)
    for made in (
        parts(span, 4),
        steps(span, 3_000),
        halves(span),
        halves(span, 2_000),
        between(span, {0, 1_000, 20_000}),
    ):
        ordered = sorted(made, key=lambda t: t.start_ms)
        assert made == ordered[::-1]
        assert ordered[0].start_ms == 1_000 and ordered[-1].end_ms == 10_001
        assert all(a.end_ms == b.start_ms for a, b in pairwise(ordered))
    assert {t.start_ms % 2_000 for t in halves(span, 2_000)[:1]} == {0}
    assert halves(TimeRange(5, 6)) == [TimeRange(5, 6)]
    assert replace(span, end_ms=1_001) == halves(replace(span, end_ms=1_001))[0]
