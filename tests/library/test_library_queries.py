"""The curated queries: each renders, checks clean, and finds in a generated day just what was planted there."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest

from insightctl.core.errors import UsageError
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import to_ms
from insightctl.demo import Scenario, Truth, generate
from insightctl.library import QuerySpec, Threshold, load, load_all, render
from insightctl.library.load import parse_file
from insightctl.local import LocalBackend, LogSource
from insightctl.ql import check, format_query, parse

MINUTE = 60_000


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate(Scenario(seed=7, end_ms=1_795_480_000_000, invocations=3_000), tmp_path_factory.mktemp("demo"))


def ask(truth: Truth, name: str, function: str | None = None, **params: str) -> Result:
    folder: Path = truth.truth_file.parent / "logs"
    target = Target(functions=(function,)) if function else Target()
    return LocalBackend([LogSource(folder)]).run(QueryJob(render(load(name), params), target))


def ms(value: object) -> int:
    assert isinstance(value, datetime)
    return to_ms(value)


SAMPLES = {
    "string": "x",
    "regex": "x",
    "number": "99.5",
    "price": "0.5",
    "integer": "5",
    "duration": "1m",
    "field": "function",
}


@pytest.mark.parametrize("spec", load_all(), ids=lambda s: s.name)
def test_every_query_renders_and_checks_clean(spec: QuerySpec) -> None:
    everything = {p.name: p.choices[-1] if p.choices else SAMPLES[p.type] for p in spec.params}
    needed = {p.name: everything[p.name] for p in spec.params if p.required}
    for params in ({}, everything, *({name: value} for name, value in everything.items())):
        text = render(spec, needed | params)
        assert len(text) < 10_000
        checked = check(text)
        assert checked.warnings == ()
        names = [column.name for column in checked.columns]
        assert set(spec.view.y) <= set(names)
        assert {t.column for t in spec.thresholds} <= set(names)
        query, _ = parse(text)
        assert parse(format_query(query))[0] == query


@pytest.mark.parametrize("spec", load_all(), ids=lambda s: s.name)
def test_every_query_tells_what_it_is_for(spec: QuerySpec) -> None:
    assert "?" in spec.question
    assert spec.read
    assert spec.tags
    for follower in spec.next:
        assert load(follower)
    for alias in spec.aliases:
        assert load(alias) is spec


def test_an_unknown_query_and_parameter() -> None:
    with pytest.raises(UsageError) as error:
        load("coldstart")
    assert error.value.remedy == "did you mean 'coldstarts'?"
    with pytest.raises(UsageError) as error:
        render(load("coldstarts"), {"nosuch": "1"})
    assert (error.value.what, error.value.remedy) == (
        "'coldstarts' has no parameter 'nosuch'",
        "its parameters: --bin",
    )


@pytest.mark.parametrize(
    ("front", "what"),
    [
        ('title = "T"', "lacks 'question'"),
        ("title = ", "is not TOML"),
        ('title = "T"\nquestion = "Q?"\nnosuch = 1', "unknown key 'nosuch'"),
        ('title = "T"\nquestion = "Q?"\n[params.x]\ntype = "date"', "has the type 'date'"),
        ('title = "T"\nquestion = "Q?"\n[[thresholds]]\nwhen = "x is big"', "is not 'column > number'"),
    ],
)
def test_a_wrong_file_names_its_place(front: str, what: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_file(f"+++\n{front}\n+++\nfields a\n", "g", "n", "queries/g/n.ql")
    assert what in error.value.what
    assert (error.value.where or "").startswith("queries/g/n.ql")


@pytest.mark.parametrize(
    ("op", "met"), [(">", [False, False, True]), (">=", [False, True, True]), ("<", [True, False, False]), ("<=", [True, True, False])]
)  # fmt: skip
def test_thresholds(op: Literal[">", ">=", "<", "<="], met: list[bool]) -> None:
    threshold = Threshold("failure_pct", op, 5.0, "warning", "too many fail")
    assert [threshold.met(value) for value in (4.9, 5, 5.1)] == met


def test_coldstarts_by_bin(truth: Truth) -> None:
    for function in truth.functions:
        if function.restores:
            continue  # restores are counted apart
        result = ask(truth, "coldstarts", function.name)
        found = [(ms(r["bin(5m)"]), r["invocations"], r["cold_starts"]) for r in result.records()]
        wanted = [(b.start_ms, b.invocations, b.cold_starts) for b in function.coldstarts if b.invocations]
        assert found == sorted(wanted, reverse=True)


def test_coldstarts_of_everything(truth: Truth) -> None:
    result = ask(truth, "coldstarts", bin="1h")
    assert sum(int(str(n)) for n in result.column("invocations")) == truth.totals.invocations
    assert sum(int(str(n)) for n in result.column("cold_starts")) == truth.totals.cold_starts
    assert sum(int(str(n)) for n in result.column("restores")) == sum(f.restores for f in truth.functions)


def test_errors_by_version(truth: Truth) -> None:
    found = {
        (r["function"], str(r["version"])): (r["invocations"], r["failures"])
        for r in ask(truth, "errors-by-version").records()
    }
    wanted = {(f.name, v.version): (v.invocations, v.failures) for f in truth.functions for v in f.versions}
    assert found == wanted


def test_the_worst_version_is_the_planted_one(truth: Truth) -> None:
    worst = next(ask(truth, "errors-by-version").records())
    assert (worst["function"], str(worst["version"])) == (truth.incident.function, truth.incident.version)
    assert worst["failure_pct"] == pytest.approx(truth.incident.failure_pct_after, abs=0.0001)


def test_deployments(truth: Truth) -> None:
    rows = {(r["function"], str(r["version"])): r for r in ask(truth, "deployments").records()}
    for function in truth.functions:
        for version in function.versions:
            row = rows[function.name, version.version]
            assert abs(ms(row["first_seen"]) - version.first_invocation_ms) < MINUTE
            assert row["invocations"] == version.invocations
            assert row["failures"] == version.failures
    planted = rows[truth.incident.function, truth.incident.version]
    assert 0 <= ms(planted["first_seen"]) - truth.incident.deployed_at_ms < 30 * MINUTE


def test_health_by_function(truth: Truth) -> None:
    rows = {str(r["function"]): r for r in ask(truth, "health").records()}
    assert set(rows) == {f.name for f in truth.functions}
    for function in truth.functions:
        row = rows[function.name]
        assert (row["invocations"], row["failures"]) == (function.invocations, function.failures)
        assert (row["timeouts"], row["out_of_memory"]) == (function.timeouts, function.out_of_memory)
        assert row["exceptions"] == function.exceptions
        assert row["p99_ms"] == pytest.approx(function.p99_duration_ms, abs=0.0001)


def test_p99_duration(truth: Truth) -> None:
    for function in truth.functions:
        (row,) = ask(truth, "p99-duration", function.name, bin="1y", pct="99").records()
        assert row["p99_ms"] == row["pct_ms"] == pytest.approx(function.p99_duration_ms, abs=0.0001)


def test_errors_by_type(truth: Truth) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for row in ask(truth, "errors").records():
        found[str(row["function"]), str(row["error_type"])] += int(str(row["failed"]))
    assert sum(found.values()) == truth.totals.failures
    wanted = Counter({(f.name, kind): n for f in truth.functions for kind, n in f.errors.items() if n})
    assert found == wanted


def test_error_rate(truth: Truth) -> None:
    for by in (None, "function", "version"):
        rows = list(ask(truth, "error-rate", bin="1h", **({"by": by} if by else {})).records())
        assert sum(int(str(r["invocations"])) for r in rows) == truth.totals.invocations
        assert sum(int(str(r["failures"])) for r in rows) == truth.totals.failures
