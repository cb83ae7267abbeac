"""The embedded engine against a second evaluator of the language in plain Python, on logs that Hypothesis makes.

`REFERENCE_EXAMPLES=500` looks harder.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from insightctl import library
from insightctl.core.job import QueryJob
from insightctl.core.result import Result, Value
from insightctl.local import LocalBackend, LogSource
from insightctl.ql import check
from tests.effort import examples
from tests.reference import logs
from tests.reference.commands import run
from tests.reference.compare import differences
from tests.reference.events import LOG_GROUP, Event

EXAMPLES = int(os.environ.get("REFERENCE_EXAMPLES", examples(2, 10)))
QUERIES: dict[str, str] = tomllib.loads((Path(__file__).parent / "queries.toml").read_text("utf-8"))
CURATED: dict[str, dict[str, str]] = {
    "coldstarts": {},
    "p99-duration": {"pct": "99.5", "bin": "10m"},
    "error-rate": {"by": "version"},
    "errors-by-version": {},
    "deployments": {},
    "health": {},
    "errors": {},
}
CASES = QUERIES | {name: library.render(library.load(name), params) for name, params in CURATED.items()}


def engine(folder: Path, made: list[Event], text: str) -> Result:
    return LocalBackend([LogSource(logs.write(folder, made), LOG_GROUP)]).run(QueryJob(text))


@pytest.mark.parametrize("name", CASES)
@given(made=logs.logs)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_reference(name: str, made: list[Event], tmp_path: Path) -> None:
    text = CASES[name]
    found = differences(engine(tmp_path, made, text), run(check(text).query, made))
    assert not found, found


SOME = [
    Event(logs.START, "s", '{"n":1,"level":"INFO","took":2.5}'),
    Event(logs.START + 1, "s", '{"n":2,"level":"ERROR","took":"7"}'),
    Event(logs.START + 2, "s", '{"n":3,"level":"INFO"}'),
]
TEXT = "stats sum(n) / 3 as third, latest(took) as took, max(@timestamp) as last by level | sort third asc"


def cell(value: Value) -> Callable[[Result], Result]:
    """Puts a value into the first row's second column."""
    return lambda r: replace(r, rows=((r.rows[0][0], value, *r.rows[0][2:]), *r.rows[1:]))


WRONG: dict[str, Callable[[Result], Result]] = {
    "rounded otherwise": cell(0.6666),
    "not rounded": cell(2 / 3),
    "absent": cell(None),
    "a text": cell("0.6667"),
    "an order": lambda r: replace(r, rows=r.rows[::-1]),
    "a row less": lambda r: replace(r, rows=r.rows[1:]),
    "a row twice": lambda r: replace(r, rows=(*r.rows, r.rows[-1])),
    "a column less": lambda r: r.select(r.names[1:]),
    "a name": lambda r: replace(r, columns=(replace(r.columns[0], name="Level"), *r.columns[1:])),
    "matched": lambda r: replace(r, statistics=replace(r.statistics, records_matched=2)),
    "scanned": lambda r: replace(r, statistics=replace(r.statistics, records_scanned=4)),
}


@pytest.mark.parametrize("mutation", WRONG)
def test_a_wrong_answer_is_caught(mutation: str, tmp_path: Path) -> None:
    result, answer = engine(tmp_path, SOME, TEXT), run(check(TEXT).query, SOME)
    assert not differences(result, answer)
    assert differences(WRONG[mutation](result), answer)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ("fields n | filter n >= 2", "fields n | filter n > 2"),
        ("fields n, level | sort level desc, n asc", "fields n, level | sort level asc, n asc"),
        ("stats pct(n, 50) as p", "stats pct(n, 90) as p"),
        ("stats count(took) as c", "stats count(n) as c"),
        ("fields n | sort n desc | limit 1", "fields n | sort n asc | limit 1"),
        ("fields n != 9 as x", "fields took != 9 as x"),
    ],
)
def test_another_query_answers_otherwise(wrong: str, text: str, tmp_path: Path) -> None:
    assert differences(engine(tmp_path, SOME, wrong), run(check(text).query, SOME))


def test_there_are_enough_queries() -> None:
    assert len(CASES) >= 40
