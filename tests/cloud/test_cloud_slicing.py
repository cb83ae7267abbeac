"""Beyond the service's limits, exactly: slices and batches give what one query would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from insightctl.cloud.backend import CloudWatchBackend, Guard
from insightctl.cloud.cache import ResultCache
from insightctl.cloud.keeping import Keeper
from insightctl.cloud.prices import query_cost_usd
from insightctl.cloud.schedule import loop
from insightctl.cloud.schedule import task as tasks
from insightctl.cloud.session import Access
from insightctl.cloud.sites import Site, side_by_side
from insightctl.cloud.slicing import cut
from insightctl.cloud.slicing.times import between, halves, parts, steps
from insightctl.core.errors import CostRefused, PartialAnswer, UsageError
from insightctl.core.job import QueryJob, Target
from insightctl.core.prices import price_list
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.emulator.server import Emulator
from tests.effort import mostly_slow

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

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
@pytest.mark.parametrize("minutes", mostly_slow([10, 25], [25]))  # 25 does not divide the hour: the harder one
def test_split_is_whole(text: str, minutes: int) -> None:
    whole, split = ask(text), ask(text, split_ms=minutes * 60_000)
    assert split.columns == whole.columns
    assert rows(split) == rows(whole)
    if "sort" in text and "dedup" not in text:
        assert [r[0] for r in split.rows] == [r[0] for r in whole.rows]
    assert split.statistics.records_scanned == whole.statistics.records_scanned


@pytest.mark.parametrize(
    "text", mostly_slow([q for q in QUERIES if "limit" not in q], (QUERIES[0], QUERIES[3], QUERIES[5], QUERIES[8]))
)  # of rows, of dedup, of numbers that are merged, of two stats: one of each way to put batches together
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


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("fields n | limit 10 | sort n | limit 3", "behind a limit"),
        ("fields n | sort n | fields n * 2 as n", "after they were chosen"),
        ("fields n / 7 as r | sort r", "computed number"),
        ("fields n / 7 as r | dedup r", "computed number"),
    ],
)
def test_what_slices_would_choose_wrongly_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        ask(text, split_ms=600_000)


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


def test_several_regions_side_by_side(filled: Emulator) -> None:
    for region, count in (("eu-west-1", 3), ("ap-south-1", 1)):
        import boto3

        client = boto3.client("logs", region_name=region)
        client.create_log_group(logGroupName="/there")
        client.create_log_stream(logGroupName="/there", logStreamName="s")
        for n in range(count):
            event: InputLogEventTypeDef = {"timestamp": START + n, "message": f"m{n}"}
            client.put_log_events(logGroupName="/there", logStreamName="s", logEvents=[event])
    job = QueryJob("stats count(*) as n", Target(log_groups=("/there",)), HOUR)
    places = [Access(region=region) for region in ("eu-west-1", "ap-south-1", "us-west-2")]
    result = CloudWatchBackend(sites=places).run(job)
    assert result.names == ("region", "n")
    assert result.rows == (("eu-west-1", 3), ("ap-south-1", 1))


def test_accounts_are_named(filled: Emulator) -> None:
    answers = [ask("stats count(*) as n"), ask("stats count(*) as n, max(n) as top")]
    both = side_by_side([Site("111111111111", "eu-west-1"), Site("222222222222", "eu-west-1")], answers)
    assert both.names == ("account", "n", "top")
    assert both.rows == (("111111111111", 60, None), ("222222222222", 60, answers[1].rows[0][1]))


def test_an_answer_is_kept(filled: Emulator, tmp_path: Path) -> None:
    past = TimeRange(START - 86_400_000, START - 82_800_000)
    filled.put("/past", "s", [(past.start_ms + n, f"m{n}") for n in range(5)])
    told: list[str] = []

    def run(text: str = "fields @message, nothing") -> Result:
        keeper = Keeper(lambda: ResultCache.open(tmp_path / "kept", 1_000_000), told.append)
        return CloudWatchBackend(keeper=keeper).run(QueryJob(text, Target(log_groups=("/past",)), past))

    first = run()
    filled.clear_journal()
    again = run()
    assert (again.columns, again.rows) == (first.columns, first.rows)
    assert again.statistics.bytes_scanned == 0 and "from the cache" in again.warnings[-1]
    assert not [entry for entry in filled.journal if entry.operation == "StartQuery"]
    assert run("fields @message").warnings == ()
    assert not told


@pytest.mark.parametrize("text", ["stats max(now())", "SOURCE '/past' start=-3d end=-1d | stats count(*)"])
def test_what_changes_by_itself_is_not_kept(text: str, tmp_path: Path) -> None:
    past = TimeRange(START - 86_400_000, START - 82_800_000)
    keeper = Keeper(lambda: ResultCache.open(tmp_path / "kept", 1_000_000), print)
    target = Target() if text.startswith("SOURCE") else Target(log_groups=("/many/00",))
    for _ in range(2):
        CloudWatchBackend(keeper=keeper).run(QueryJob(text, target, past))
    assert keeper.recalled == 0


def test_prices_of_ones_own_hold(filled: Emulator) -> None:
    prices = price_list().with_own({("logs_scanned_gb", ""): 1e6})
    guard = Guard(max_usd=5.0, prices=prices, usd_per_gb=None)
    job = QueryJob("stats count(*)", Target(log_groups=("/many/0*",)), HOUR)
    assert CloudWatchBackend(guard=guard).estimate(job).usd is None  # nobody bills an emulator
    assert query_cost_usd(10**9, "eu-west-1", prices) == pytest.approx(1e6)
