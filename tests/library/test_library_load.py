"""Front matter: what it takes, and that each error names file, line and column with a caret under the word."""

from __future__ import annotations

import pytest

from insightctl.core.prices import price_list
from insightctl.core.view import View
from insightctl.library import QuerySpec
from insightctl.library.front_errors import FrontMatterError
from insightctl.library.load import load_all, parse_file
from insightctl.library.places import places

HEAD = 'title = "T"\nquestion = "Q?"\n'


def parsed(front: str) -> QuerySpec:
    return parse_file(f"+++\n{HEAD}{front}\n+++\nlimit 5\n", "g", "n", "queries/g/n.ql")


def refused(text: str) -> FrontMatterError:
    with pytest.raises(FrontMatterError) as error:
        parse_file(text, "g", "n", "queries/g/n.ql")
    return error.value


WRONG = [
    # front matter after the head, message, line:col, marked, help
    ("nosuch = 1", "unknown key 'nosuch' in the front matter", "4:1", "nosuch", "keys: title, question"),
    ("nxt = []", "unknown key 'nxt' in the front matter", "4:1", "nxt", "did you mean 'next'?"),
    ("read = ", "the front matter is not TOML: invalid value", "4:8", "\n", None),
    ("read = 5", "'read' is not a text", "4:1", "read", None),
    ('next = "errors"', "'next' is not a list of texts", "4:1", "next", 'next = ["..."]'),
    ("params = 5", "'params' is not a table", "4:1", "params", "[params.bin]"),
    ("thresholds = 5", "'thresholds' is not a list of tables", "4:1", "thresholds", "[[thresholds]]"),
    ('view = { kind = "line" }', "there is no view 'line'", "4:18", "line", "kinds: table, timeSeries, bar, pie"),
    ('[view]\nkind = "bar"\nx = "a"', "unknown key 'x' in the view", "6:1", "x", "keys: kind, y, stacked"),
    ('[params.x]\ntype = "date"', "parameter 'x' has the type 'date'", "5:9", "date", "types: string, regex"),
    ("[params.x]\nmin = 1", "parameter 'x' has the type 'None'", "4:1", "[params.x]", "types: string, regex"),
    ('[params.Min-ms]\ntype = "number"', "parameter 'Min-ms': a name has", "4:1", "[params.Min-ms]", "min_ms"),
    ('[params]\nx = { type = "number", mn = 1 }', "unknown key 'mn' in parameter 'x'", "5:1", "x", "did you mean 'min'?"),
    ('[params.x]\ntype = "choice"', "parameter 'x' has no choices", "5:1", "type", 'choices = ["a", "b"]'),
    ('[params.x]\ntype = "number"\nmin = "a"', "parameter 'x': 'min' is not a number", "6:1", "min", "min = 1"),
    ('[params.x]\ntype = "number"\nmin = 5\nmax = 1', "no number is from 5 to 1", "7:1", "max", None),
    ('[params.x]\ntype = "price"', "parameter 'x' names no price", "5:1", "type", "default_price = "),
    (
        '[params.x]\ntype = "price"\ndefault_price = "lambda_x86"',
        "there is no price 'lambda_x86'",
        "6:18",
        "lambda_x86",
        "did you mean 'lambda_x86_gb_s'?",
    ),
    (
        '[params.x]\ntype = "string"\ndefault_price = "lambda_request"',
        "parameter 'x' is no number",
        "6:1",
        "default_price",
        'type = "price"',
    ),
    (
        '[params.x]\ntype = "number"\nfollows_range = true',
        "only a duration can follow the time range",
        "6:1",
        "follows_range",
        None,
    ),
    ('[[thresholds]]\nwhen = "x is big"', "the threshold 'x is big' is not", "5:9", "x is big", 'when = "failure_pct > 5"'),
    ('[[thresholds]]\nwhen = "a > 1"\n[[thresholds]]\nwen = "b > 1"', "unknown key 'wen' in a threshold", "7:1", "wen", "did"),
    ('[[thresholds]]\nwhen = "a > 1"\nseverity = "bad"', "there is no severity 'bad'", "6:1", "severity", "severities: info"),
    ('read = """\nnext = 5\n"""\nnope = 1', "unknown key 'nope'", "7:1", "nope", "keys:"),
]  # fmt: skip


@pytest.mark.parametrize(("front", "message", "at", "marked", "remedy"), WRONG, ids=[w[1][:40] for w in WRONG])
def test_an_error_names_its_place(front: str, message: str, at: str, marked: str, remedy: str | None) -> None:
    text = f"+++\n{HEAD}{front}\n+++\nlimit 5\n"
    error = refused(text)
    assert error.what.startswith(message) or message in error.what
    assert error.where == f"queries/g/n.ql:{at}"
    (found,) = error.diagnostics
    assert found.code == "front-matter"
    assert text[found.span.start : found.span.end] == marked
    assert remedy is None or remedy in (error.remedy or "")
    line = int(at.split(":")[0])
    assert f"\n{line} | {text.split(chr(10))[line - 1]}" in str(error)
    assert "^" in str(error)


def test_a_file_without_front_matter() -> None:
    error = refused("fields a\n")
    assert error.where == "queries/g/n.ql:1:1"
    assert "starts with front matter" in error.what
    assert "library new" in (error.remedy or "")
    assert refused('+++\nquestion = "Q?"\n+++\n').what == "the front matter lacks 'title'"


def test_everything_that_it_takes() -> None:
    spec = parsed(
        'see = ["https://example.com"]\nview = { kind = "bar", y = ["n"], stacked = true }\n'
        '[params.by]\ntype = "choice"\nchoices = ["a", "b"]\ndefault = "a"\nhelp = "how"\n'
        '[params.id]\ntype = "string"\nrequired = true\n'
        '[params.bin]\ntype = "duration"\ndefault = "5m"\n'
        '[params.gap]\ntype = "duration"\ndefault = "5m"\n'
        '[params.usd]\ntype = "price"\ndefault_price = "lambda_request"\n'
        '[[thresholds]]\nwhen = "pct(duration_ms, 99) >= 0.5"\nsay = "slow"'
    )
    assert spec.see == ("https://example.com",)
    assert spec.view == View("bar", ("n",), True)
    params = {param.name: param for param in spec.params}
    assert (params["by"].choices, params["by"].option, params["by"].place) == (("a", "b"), "--by", "queries/g/n.ql:6")
    assert (params["id"].required, params["id"].default, params["id"].place) == (True, None, "queries/g/n.ql:11")
    assert params["bin"].follows_range and not params["gap"].follows_range
    assert params["usd"].default is not None and params["usd"].min == 0
    assert float(params["usd"].default) == price_list().price("lambda_request", "us-east-1").usd
    assert (spec.thresholds[0].column, spec.thresholds[0].limit) == ("pct(duration_ms, 99)", 0.5)
    assert (spec.first_line, spec.template) == (27, "limit 5\n")


def test_every_parameter_of_the_library_stands_where_it_says() -> None:
    from pathlib import Path

    for spec in load_all():
        for param in spec.params:
            file, _, line = (param.place or "").rpartition(":")
            assert param.name in Path(file).read_text().split("\n")[int(line) - 1]


def test_places_of_keys() -> None:
    text = '+++\na.b = 1\n[c]\n"d e" = ["x",\n "y"]\n+++\nz = 1\n'
    found = places(text)
    assert set(found.keys) == {("a", "b"), ("c",), ("c", "d e")}
    start, end = found.value(("c", "d e"), '"y"')
    assert text[start:end] == '"y"'
    assert found.key("c", "nosuch") == found.key("c")
    assert found.line("c", "d e") == 4
