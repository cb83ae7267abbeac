"""Comparisons: the tests against values of textbooks and of chance itself, and two answers side by side."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from insightctl.core.result import Column, Result, Row
from insightctl.library import load, render
from insightctl.library.compare import Change, Comparison, as_result, compare, one_sided, sentences
from insightctl.library.noise import counts_p, proportions_p, ranks_p
from insightctl.library.shares import Roles, roles
from insightctl.ql import check

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("parts", "p"),
    [
        ((10, 20, 2, 20), 0.0138),  # Fisher, two-sided: R fisher.test(matrix(c(10, 10, 2, 18), 2))
        ((3, 4, 1, 4), 0.4857),  # the lady tasting tea
        ((1, 20, 20, 20), 3.05e-10),
        ((100, 1000, 130, 1000), 0.0355),  # pooled z of 2.1028
        ((0, 100, 0, 100), 1.0),
        ((100, 100, 100, 100), 1.0),
    ],
)
def test_proportions(parts: tuple[int, int, int, int], p: float) -> None:
    found = proportions_p(*parts)
    assert found == pytest.approx(p, rel=0.01)
    k0, n0, k1, n1 = parts
    assert proportions_p(k1, n1, k0, n0) == pytest.approx(found), "either way round"
    assert proportions_p(n0 - k0, n0, n1 - k1, n1) == pytest.approx(found), "successes or failures"


def test_no_proportion_of_nothing() -> None:
    assert proportions_p(0, 0, 5, 10) is None


@pytest.mark.parametrize(
    ("counts", "p"),
    [
        ((5, 1, 5, 1), 1.0),
        ((0, 1, 6, 1), 2 / 2**6),
        ((1, 1, 9, 1), 2 * 11 / 2**10),
        ((100, 1, 150, 1), 0.00157),  # z = 50 / sqrt(250) = 3.162
        ((100, 1, 200, 2), 1.0),  # twice the time
        ((0, 1, 0, 1), 1.0),
    ],
)
def test_counts(counts: tuple[float, float, float, float], p: float) -> None:
    assert counts_p(*counts) == pytest.approx(p, rel=0.01)


def test_ranks() -> None:
    low, high = [1.0, 2, 3, 4, 5, 6], [7.0, 8, 9, 10, 11, 12]
    assert ranks_p(low, high) == ranks_p(high, low) == pytest.approx(0.00507, rel=0.01)  # R: wilcox.test(exact=F)
    assert ranks_p(low, low) == pytest.approx(1.0)
    assert ranks_p([1.0] * 6, [1.0] * 6) == 1.0
    assert ranks_p([1.0] * 5, [9.0] * 50) is None, "five bins are too few to tell"
    assert ranks_p([*low, 1e9], [*low, 7.0]) == pytest.approx(1.0, abs=0.2), "one wild bin is one bin"


def test_chance_alone_seldom_raises_an_alarm() -> None:
    dice = random.Random(7)
    alarms = {"ranks": 0, "proportions": 0, "counts": 0}
    for _ in range(1_000):
        sides = [[dice.lognormvariate(5, 1) for _ in range(30)] for _ in range(2)]
        alarms["ranks"] += (ranks_p(*sides) or 0) < 0.01
        parts = [sum(dice.random() < 0.02 for _ in range(400)) for _ in range(2)]
        alarms["proportions"] += (proportions_p(parts[0], 400, parts[1], 400) or 0) < 0.01
        alarms["counts"] += (counts_p(parts[0], HOUR, parts[1], HOUR) or 0) < 0.01
    assert all(count <= 20 for count in alarms.values()), alarms


def test_the_columns_of_a_query() -> None:
    found = roles(check(render(load("errors-by-version"))).query)
    assert found is not None
    assert found.by == ("function", "version")
    assert found.wholes == {"failure_pct": "invocations"}
    assert found.added >= {"invocations", "failures", "timeouts"}
    assert "failure_pct" not in found.added
    assert roles(check("filter a = 1 | fields b").query) is None
    twice = roles(check(render(load("coldstarts"))).query)
    assert twice is not None and twice.wholes == {"cold_pct": "invocations"}, "a sum of counts is a count"
    errors = roles(check(render(load("errors"))).query)
    assert errors is not None and {"share_pct", "so_far"} <= errors.of_rows, "a share of all rows says nothing of one"
    several = roles(
        check("stats count(*) as n, sum(ms) as total_ms, 100 * total_ms / sum(ms) as x_pct, max(ms) as m").query
    )
    assert several is not None and several.wholes == {} and several.added == {"n", "total_ms"}


def result(columns: str, *rows: Row) -> Result:
    kinds = {"s": "string", "n": "number", "t": "timestamp"}
    made = (each.split(":") for each in columns.split())
    return Result(tuple(Column(name, kinds[kind]) for name, kind in made), rows)  # type: ignore[arg-type]


def changes(comparison: Comparison) -> dict[tuple[object, ...], Change]:
    return {(*c.keys, c.column): c for c in comparison.changes}


ERRORS = Roles(("function",), {"failure_pct": "invocations"}, frozenset({"invocations", "failures"}))
COLUMNS = "function:s invocations:n failures:n failure_pct:n p99_ms:n"


def test_rows_side_by_side() -> None:
    before = result(COLUMNS, ("a", 10_000, 20, 0.2, 100.0), ("b", 500, 2, 0.4, 80.0), ("old", 1, 0, 0.0, 1.0))
    now = result(COLUMNS, ("a", 10_100, 900, 8.9109, 400.0), ("b", 490, 3, 0.6122, 80.0), ("new", 5, 0, 0.0, 2.0))
    found = changes(compare(before, now, ERRORS, HOUR, HOUR))
    verdicts = {key: change.verdict for key, change in found.items()}
    assert verdicts["a", "invocations"] == "same"
    assert verdicts["a", "failures"] == verdicts["a", "failure_pct"] == "higher"
    assert verdicts["a", "p99_ms"] == "unclear", "one number a side has no spread"
    assert verdicts["b", "failures"] == verdicts["b", "failure_pct"] == verdicts["b", "invocations"] == "same"
    assert verdicts["b", "p99_ms"] == "same", "it did not change"
    assert {v for k, v in verdicts.items() if k[0] == "new"} == {"new"}
    assert {v for k, v in verdicts.items() if k[0] == "old"} == {"gone"}
    assert (found["a", "failures"].change, found["a", "failures"].change_pct) == (880, 4400)
    assert found["new", "failures"].change is None and found["old", "failures"].now is None


def test_failures_that_grow_with_the_traffic_are_no_news() -> None:
    before = result(COLUMNS, ("a", 10_000, 100, 1.0, 1.0))
    now = result(COLUMNS, ("a", 30_000, 300, 1.0, 1.0))
    found = changes(compare(before, now, ERRORS, HOUR, HOUR))
    assert found["a", "invocations"].verdict == "higher"
    assert found["a", "failures"].verdict == "same"


def test_bins_become_one_row() -> None:
    binned = Roles(("function", "bin(5m)"), {"failure_pct": "invocations"}, frozenset({"invocations", "failures"}))
    dice = random.Random(3)

    def side(ms: float) -> Result:
        start = datetime(2026, 11, 23, tzinfo=UTC)
        rows = [
            ("a", start + timedelta(minutes=5 * i), 10 + i, 1, 100 / (10 + i), dice.gauss(ms, 5)) for i in range(24)
        ]
        return result("function:s bin(5m):t invocations:n failures:n failure_pct:n p99_ms:n", *rows)

    found = changes(compare(side(100), side(130), binned, HOUR, HOUR))
    assert found["a", "invocations"].now == sum(10 + i for i in range(24))
    assert found["a", "failure_pct"].now == pytest.approx(100 * 24 / sum(10 + i for i in range(24)))
    assert found["a", "failure_pct"].verdict == "same"
    assert found["a", "p99_ms"].verdict == "higher"
    assert found["a", "p99_ms"].before == pytest.approx(100, abs=3)
    again = changes(compare(side(100), side(100), binned, HOUR, HOUR))
    assert again["a", "p99_ms"].verdict == "same"


def test_no_rows_on_a_side() -> None:
    some = result("invocations:n", (5,))
    none = Result((), ())
    only = Roles((), {}, frozenset({"invocations"}))
    assert [c.verdict for c in compare(none, some, only, HOUR, HOUR).changes] == ["new"]
    assert [c.verdict for c in compare(some, none, only, HOUR, HOUR).changes] == ["gone"]
    assert compare(none, none, only, HOUR, HOUR).changes == ()


def test_rows_of_one_side_in_words() -> None:
    before = result(COLUMNS, ("a", 10, 0, 0.0, 1.0), ("old", 1, 0, 0.0, 1.0))
    rare = [(f"n{i}", 1, 0, 0.0, 1.0) for i in range(3)]
    now = result(COLUMNS, ("a", 10, 0, 0.0, 1.0), *rare, ("often", 16, 0, 0.0, 1.0))
    assert list(one_sided(compare(before, now, ERRORS, HOUR, HOUR), most=2)) == [
        "only now: often (invocations 16, more than noise)",
        "only now: n0",
        "only now: 2 more rows",
        "only before: old",
    ]


def test_as_an_answer_and_in_words() -> None:
    before = result(COLUMNS, ("a", 10_000, 20, 0.2, 100.0))
    now = result(COLUMNS, ("a", 10_100, 900, 8.91089, 400.0))
    comparison = compare(before, now, ERRORS, HOUR, HOUR)
    table = as_result(comparison, now)
    assert table.names == ("function", "measure", "before", "now", "change", "change_pct", "verdict")
    assert table.rows[2] == ("a", "failure_pct", 0.2, 8.9109, 8.7109, 4355.445, "higher")
    assert list(sentences(comparison)) == [
        "failures of a is higher: 20 before, 900 now (+4,400 %)",
        "failure_pct of a is higher: 0.2 before, 8.9109 now",
    ]
