"""`library new`, `lint` and `docs` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, World
from tests.cli.test_cli_query_own import here, put

__all__ = ["here"]


def test_a_new_query_lints_clean_and_runs(cli: Cli, here: Path, world: World) -> None:
    done = cli("library", "new", "team/slow-orders")
    assert (done.code, done.out.split("\n")[0]) == (0, "wrote queries/team/slow-orders.ql")
    assert cli("library", "lint", "queries/team/slow-orders.ql").out == "no findings\n"
    assert cli("library", "lint", "queries").out == cli("library", "lint", "slow-orders").out == "no findings\n"
    answer = json.loads(cli("query", "slow-orders", "--local", str(world.logs), "-o", "json").out)
    assert sum(row["invocations"] for row in answer["rows"]) == 4000
    again = cli("library", "new", "team/slow-orders")
    assert again.code == 1 and "is there already" in again.err
    assert "'errors' stands in for queries/triage/errors.ql" in cli("library", "new", "errors").err
    assert cli("library", "new", "Bad Name").code == 2


def test_lint_names_places_and_fails(cli: Cli, here: Path) -> None:
    text = '+++\ntitle = "T"\nquestion = "Q?"\nread = "r"\ntags = ["t"]\nnext = ["eror-rate"]\n+++\nfilter a = 1 | limit x\n'
    put(here / "queries" / "bad.ql", text)
    done = cli("library", "lint", "queries")
    assert done.code == 2
    assert "error[next]: there is no query 'eror-rate'\n --> queries/bad.ql:6:10\n" in done.out
    assert "help: did you mean 'error-rate'?" in done.out
    assert "\n --> queries/bad.ql:8:22\n" in done.out, "what `ql check` finds is in it"
    found = json.loads(cli("library", "lint", "bad", "-o", "json").out)["diagnostics"]
    assert {(d["code"], d["line"], d["col"]) for d in found} >= {("next", 6, 10)}
    assert "::error file=./queries/bad.ql,line=6," in cli("library", "lint", "bad", "-o", "github").out


def test_lint_of_a_query_with_pieces_of_ones_own(cli: Cli, here: Path) -> None:
    put(here / "queries" / "_views" / "ours.ql", "filter ours = 1\n")
    cli("library", "new", "team/mine")
    path = here / "queries" / "team" / "mine.ql"
    path.write_text(
        path.read_text()
        .replace("# One row", '{% include "_views/ours.ql" %} | # One row')
        .replace("| # One", "\n# One")
    )
    text = path.read_text().replace(
        '{% include "_views/report.ql" %}', "| fields @duration as duration_ms, @initDuration as init_ms"
    )
    path.write_text(text)
    assert cli("library", "lint", "queries").out == "no findings\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("lint", "nosuch"), "there is no query 'nosuch'"),
        (("lint", "nosuch.ql"), "nosuch.ql"),
        (("lint", "errors", "-o", "xml"), "library lint has no format 'xml'"),
        (("docs", "-o", "pdf"), "library docs has no format 'pdf'"),
        (("show", "nosuch"), "there is no query 'nosuch'"),
    ],
)
def test_wrong_words(cli: Cli, here: Path, words: tuple[str, ...], message: str) -> None:
    done = cli("library", *words)
    assert done.code == 2 and message in done.err


@pytest.mark.slow
def test_docs_have_real_answers(cli: Cli, here: Path) -> None:
    cli("library", "new", "team/mine")
    done = cli("library", "docs", "--out", "pages")
    assert done.code == 0, done.err
    text = Path("pages/queries.md").read_text()
    assert "## team (`@team`)" in text and "| checkout |" in text


def test_docs_of_some_queries_as_html(cli: Cli, here: Path) -> None:
    done = cli("library", "docs", "coldstarts", "errors", "--out", "pages", "-o", "html")
    assert (done.code, done.out) == (0, "wrote pages/queries.html: 2 queries, 2 of them with an answer\n")
    text = Path("pages/queries.html").read_text()
    assert text.count("<h3 ") == 2 and "<table>" in text
    assert cli("library", "docs", "nosuch").code == 2
