"""`ql explain`: golden sentences (explain.toml), and it speaks about any query whatever."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.cli.app import run
from insightctl.ql import ast, check, diagnose
from insightctl.ql.analysis import analyse
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.commands import COMMANDS
from insightctl.ql.explaining import Explained, answer, explain, layout
from insightctl.ql.explaining.commands import WORDS
from insightctl.ql.explaining.expressions import Speaker
from insightctl.ql.functions import FUNCTIONS, UNLIMITED, Function
from insightctl.ql.scope import Scope
from tests.effort import examples
from tests.ql.test_ql_round_trip import aliases, expressions, fields, periods
from tests.ql.test_ql_round_trip import commands as older_commands

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "explain.toml").read_text("utf-8"))["case"]
CORPUS = Path("/work/shared/corpus/queries.jsonl")
EVENTS = "The answer has the columns @timestamp and @message, at most 10,000 rows, newest first."
QUERIES: list[str] = (
    [json.loads(line)["query"] for line in CORPUS.read_text("utf-8").splitlines()] if CORPUS.exists() else []
)


def said(steps: tuple[Explained, ...], margin: str = "") -> Iterator[str]:
    """Steps as the cases spell them."""
    for step in steps:
        yield margin + step.sentence
        yield from (f"{margin}- {note}" for note in step.notes)
        yield from said(step.steps, f"{margin}> ")


@pytest.mark.parametrize("case", CASES, ids=[case["query"] for case in CASES])
def test_golden_sentences(case: dict[str, Any]) -> None:
    checked = check(case["query"])
    assert list(said(explain(checked))) == case["says"]
    assert answer(checked) == case.get("answer", EVENTS)


def test_steps_are_numbered_and_show_the_canonical_command() -> None:
    steps = explain(check("filter a in (FIELDS a)|where b=1"))
    assert [(step.number, step.command) for step in steps] == [(1, "filter a in (fields a)"), (2, "filter b = 1")]
    assert [(step.number, step.command) for step in steps[0].steps] == [(1, "fields a")]


def test_layout() -> None:
    checked = check("filter a != 1 and b in (fields b | limit 2)")
    assert layout(explain(checked), answer(checked)).splitlines() == [
        "1. filter a != 1 and b in (",
        "       fields b",
        "       | limit 2",
        "   )",
        "   Keeps only the events where a is not 1 and b is one of the values that the query inside gives.",
        "   - This also drops events that have no a: they match no comparison.",
        "   - The query inside runs first, on its own; its column b gives the values.",
        "   1. fields b",
        "      Shows b.",
        "   2. limit 2",
        "      Keeps the 2 newest events.",
        "",
        "The answer has the columns @timestamp and @message, at most 10,000 rows, newest first.",
    ]


def test_every_command_has_words() -> None:
    assert set(WORDS) == set(get_args(ast.Command))


def test_every_command_has_a_case() -> None:
    spoken = {type(command) for case in CASES for command in check(case["query"]).query.commands}
    assert spoken >= set(get_args(ast.Command)) - {ast.SavedQuery}


@pytest.mark.parametrize("name", sorted({info.name for info in COMMANDS.values()}))
def test_examples_of_the_commands(name: str) -> None:
    checked = check(COMMANDS[name.lower()].example)
    assert all(step.sentence.endswith(".") for step in explain(checked))


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda f: f.name)
def test_every_function_has_words(function: Function) -> None:
    """Each number of arguments that a function takes is said in words, not shown as the call."""
    most = function.least + 2 if function.most in (UNLIMITED, 21) else function.most
    for count in range(function.least, most + 1):
        args: list[ast.Expr] = []
        for position in range(count):
            wanted = function.parameter(position)
            period = wanted is not None and wanted.type == "period"
            args.append(ast.Period(5, "m") if period else ast.Field((f"x{position}",)))
        words = Speaker(Scope()).value(ast.Call(function.name, tuple(args)))
        assert f"{function.name}(" not in words
        assert all(f"x{p}" in words for p, arg in enumerate(args) if isinstance(arg, ast.Field))


def test_a_saved_query_is_named() -> None:
    checked, _ = diagnose('$`Errors By Level`(level = "WARN", most = 5)')
    assert explain(checked)[0].sentence == (
        'Stands for the commands of the saved query Errors By Level, with level set to "WARN" and most set to 5.'
    )


def test_a_query_without_commands_says_nothing() -> None:
    checked, _ = diagnose("# nothing")
    assert explain(checked) == ()
    assert answer(checked)


def test_the_command_prints_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ql", "explain", "stats count(*)"]) == 0
    assert capsys.readouterr().out == (
        "1. stats count(*)\n"
        "   Puts all the events into one group and computes: how many events.\n\n"
        "The answer has the column count(*), one row.\n"
    )


def test_the_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ql", "explain", "-o", "json", "filter a in (fields b)"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["columns"] == ["@timestamp", "@message"]
    (step,) = document["steps"]
    assert list(step) == ["number", "command", "sentence", "notes", "steps"]
    assert step["steps"][0]["sentence"] == "Shows b."


def test_the_command_refuses_what_the_service_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ql", "explain", "fitler a = 1"]) == 2
    assert "did you mean 'filter'?" in capsys.readouterr().err
    assert run(["ql", "explain", "-o", "xml", "limit 1"]) == 2


# any tree

names = st.text("abc_@", min_size=1, max_size=4)
some_fields = st.lists(fields, max_size=3).map(tuple)
flags = st.booleans()
outputs = st.lists(st.builds(ast.LookupField, names, names), min_size=1, max_size=3).map(tuple)
texts = st.lists(st.text(max_size=6), max_size=2).map(tuple)
tested = expressions | st.builds(
    ast.Call,
    st.sampled_from([function.name for function in FUNCTIONS.values()]),
    st.lists(expressions | periods | st.just(ast.Star()), max_size=4).map(tuple),
)


def _newer(queries: st.SearchStrategy[ast.Query]) -> st.SearchStrategy[ast.Command]:
    """The commands that the strategies of the round trip leave out."""
    membership = st.builds(ast.InQuery, tested, queries, flags)
    items = st.lists(st.builds(ast.Item, tested, st.none() | aliases, st.just("x")), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(ast.Filter, membership | st.builds(ast.Binary, st.sampled_from(["and", "or"]), membership, tested)),
        st.builds(ast.Fields, items),
        st.builds(ast.Stats, items, st.just(()) | items, st.none() | periods),
        st.builds(ast.FilterIndex, tested),
        st.builds(ast.ParseLogfmt, st.none() | tested, names),
        st.builds(ast.ParseCsv, st.none() | tested, st.lists(names, min_size=1, max_size=3).map(tuple)),
        st.builds(
            ast.Json,
            st.none() | fields,
            st.lists(st.builds(ast.JsonPath, st.just(("a", 0, "b")) | st.just(("a",)), names), min_size=1).map(tuple),
        ),
        st.builds(
            ast.Source,
            st.none() | st.text(max_size=5),
            st.none() | st.builds(ast.GroupSelector, texts, texts, texts),
            texts,
            st.lists(st.builds(ast.TagFilter, names, texts), max_size=2).map(tuple),
            st.none() | st.sampled_from(["-1d", "now", "", "2026-01-01"]),
            st.none() | st.sampled_from(["-90m", "now"]),
        ),
        st.builds(ast.Unnest, tested, names),
        st.builds(ast.Expand, fields),
        st.builds(ast.FillDown, texts),
        st.builds(ast.FillMissing, st.lists(st.builds(ast.Fill, tested, names), max_size=2).map(tuple)),
        st.builds(ast.Accum, fields, st.none() | names),
        st.builds(ast.Autoregress, fields, st.none() | names, st.integers(1, 3), st.integers(3, 5)),
        st.builds(ast.AddTotals, some_fields, names, flags, flags),
        st.builds(ast.Outlier, some_fields, flags, st.floats(0, 9), flags, flags),
        st.builds(ast.Sessionize, some_fields, periods, names),
        st.builds(ast.CountFrequent, st.lists(fields, min_size=1, max_size=3).map(tuple)),
        st.builds(ast.Pattern, tested),
        st.builds(ast.Diff, st.none() | st.sampled_from(["previousDay", "previousWeek", "previousMonth"])),
        st.builds(ast.LogCompare, periods),
        st.just(ast.Anomaly()),
        st.builds(ast.RelevantFields, some_fields, tested),
        st.builds(ast.Join, st.sampled_from(["inner", "left"]), names, names, tested, queries),
        st.builds(ast.AppendCols, queries, flags, st.integers(1, 99)),
        st.builds(ast.Lookup, names, outputs, outputs, flags),
        st.builds(ast.CidrLookup, names, fields, st.none() | names, outputs, flags),
        st.just(ast.Estimate()),
        st.builds(ast.Unmask, st.lists(fields, min_size=1, max_size=2).map(tuple)),
        st.builds(ast.SavedQuery, names, st.lists(st.builds(ast.Argument, names, tested), max_size=2).map(tuple)),
    )


inner = st.lists(older_commands, min_size=1, max_size=2).map(lambda c: ast.Query(tuple(c)))
queries = st.lists(_newer(inner) | older_commands, max_size=5).map(lambda c: ast.Query(tuple(c)))


@given(queries)
@settings(max_examples=examples(100, 300), deadline=None)
def test_any_tree_is_explained(query: ast.Query) -> None:
    analysis = analyse(query)
    checked = CheckedQuery(query, analysis, analysis.after.columns(), analysis.after.closed)
    steps = explain(checked)
    assert [step.number for step in steps] == list(range(1, len(query.commands) + 1))
    assert all(step.sentence.endswith(".") for step in steps)
    assert layout(steps, answer(checked)).endswith(".")


@pytest.mark.skipif(not QUERIES, reason="the corpus of public queries is not on this machine")
@pytest.mark.parametrize("index", range(len(QUERIES)))
def test_public_queries_are_explained(index: int) -> None:
    checked, found = diagnose(QUERIES[index])
    if any(d.severity == "error" for d in found):
        pytest.skip("the service refuses it")
    steps = explain(checked)
    assert len(steps) == len(checked.query.commands)
    assert all(step.sentence[0].isupper() and step.sentence.endswith(".") for step in steps)
