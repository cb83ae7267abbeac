"""Colours: pieces of a query, the Pygments lexer, the TextMate grammar, the terminal and HTML."""

from __future__ import annotations

import json
import plistlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Error

from insightctl.core.result import Column, Result
from insightctl.editor.pieces import Role, pieces
from insightctl.editor.textmate import grammar, grammar_json, grammar_plist
from insightctl.editor.words import commands
from insightctl.ql.functions import FUNCTIONS
from insightctl.render import Answer, highlight, render
from tests.cli.conftest import Cli, cli

__all__ = ["cli"]

ROOT = Path(__file__).parents[2]
CORPUS = Path("/work/shared/corpus/queries.jsonl")
QUERIES: list[str] = (
    [json.loads(line)["query"] for line in CORPUS.read_text("utf-8").splitlines()] if CORPUS.exists() else []
)
QUERIES += [info.example for info in commands()]

# pieces


def roles(text: str) -> list[tuple[str, str]]:
    return [(piece.role.value, piece.text) for piece in pieces(text)]


def test_roles() -> None:
    assert roles("parse @message /a[/]b/ as `x-y`, z # note\n| stats pct(n, 9) / 2 as p by bin(5m)") == [
        ("command", "parse"),
        ("system field", "@message"),
        ("regular expression", "/a[/]b/"),
        ("keyword", "as"),
        ("new name", "`x-y`"),
        ("punctuation", ","),
        ("new name", "z"),
        ("comment", "# note"),
        ("pipe", "|"),
        ("command", "stats"),
        ("aggregate function", "pct"),
        ("punctuation", "("),
        ("field", "n"),
        ("punctuation", ","),
        ("number", "9"),
        ("punctuation", ")"),
        ("operator", "/"),
        ("number", "2"),
        ("keyword", "as"),
        ("new name", "p"),
        ("keyword", "by"),
        ("function", "bin"),
        ("punctuation", "("),
        ("period", "5m"),
        ("punctuation", ")"),
    ]


def test_options_count_as_such_only_with_their_sign() -> None:
    found = roles("join type=left left=a right=b where a.x = b.x (SOURCE /aws/x start=-1d) | filter left = type")
    assert found[1:7] == [
        ("option", "type"),
        ("operator", "="),
        ("keyword", "left"),
        ("option", "left"),
        ("operator", "="),
        ("field", "a"),
    ]
    assert ("string", "/aws/x") in found
    assert ("string", "-1d") in found
    assert found[-3:] == [("field", "left"), ("operator", "="), ("field", "type")]


def covers(text: str) -> None:
    at = 0
    for piece in pieces(text):
        assert piece.start >= at
        assert piece.text == text[piece.start : piece.end] != ""
        assert not text[at : piece.start].strip()
        at = piece.end
    assert not text[at:].strip()


@pytest.mark.parametrize("query", QUERIES)
def test_pieces_cover_every_query(query: str) -> None:
    covers(query)


@given(st.text(st.sampled_from("ab1 \n|/\"'`#()[]{}@.,=-:“\\\u2028😀"), max_size=60))
def test_pieces_cover_any_text(text: str) -> None:
    covers(text)


@given(st.text(st.sampled_from("ab1 |/\"'#()"), max_size=30))
def test_pieces_cover_any_source(text: str) -> None:
    covers(f"SOURCE {text}")


# Pygments


def test_the_lexer_is_registered() -> None:
    for name in ("insights-ql", "insightsql", "ql-insights"):
        assert get_lexer_by_name(name).name == "CloudWatch Logs Insights QL"
    assert get_lexer_for_filename("errors.ql", "stats count(*)").name


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_has_an_error_token(query: str) -> None:
    lexer: Any = get_lexer_by_name("insights-ql", stripnl=False, ensurenl=False)
    tokens = list(lexer.get_tokens(query))
    assert Error not in [kind for kind, _ in tokens]
    assert "".join(text for _, text in tokens) == query.replace("\r\n", "\n")


# TextMate


def patterns(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [value for key, value in node.items() if key in ("match", "begin", "end") and isinstance(value, str)]
        return own + [p for value in node.values() for p in patterns(value)]
    return [p for value in node for p in patterns(value)] if isinstance(node, list) else []


def test_the_grammar_is_what_the_tables_give() -> None:
    path = ROOT / "docs" / "editors" / "insights-ql.tmLanguage.json"
    assert path.read_text("utf-8") == grammar_json(), f"run: insightctl ql grammar --out {path.relative_to(ROOT)}"


def test_the_grammar_names_the_language_and_compiles() -> None:
    assert (grammar()["scopeName"], grammar()["fileTypes"]) == ("source.insights-ql", ["ql"])
    assert all(re.compile(pattern) for pattern in patterns(grammar()))
    includes = set(re.findall(r'"#([\w-]+)"', grammar_json()))
    repository = grammar()["repository"]
    assert isinstance(repository, dict)
    assert includes <= set(repository)


def test_the_grammar_knows_every_command_and_function() -> None:
    repository: Any = grammar()["repository"]
    for info in commands():
        for name in (info.name, *info.aliases):
            assert re.search(repository["command"]["match"], f"a\n| {name} x", re.M)
    for function in FUNCTIONS.values():
        kind = "aggregate" if function.aggregate else "function"
        assert re.search(repository[kind]["match"], f"fields {function.name}(x)")


def test_the_property_list_says_the_same() -> None:
    assert plistlib.loads(grammar_plist().encode()) == {k: v for k, v in grammar().items() if k != "$schema"}


def test_the_grammar_on_the_command_line(cli: Cli, tmp_path: Path) -> None:
    assert cli("ql", "grammar").out == grammar_json()
    out = tmp_path / "x.tmLanguage.json"
    assert cli("ql", "grammar", "--out", str(out)).code == 0
    assert out.read_text("utf-8") == grammar_json()
    plist = tmp_path / "x.tmLanguage"
    assert cli("ql", "grammar", "--out", str(plist)).code == 0
    assert plist.read_text("utf-8").startswith("<?xml")


# terminal and HTML

EVIL = 'fields "<script>alert(1)</script>", a\x1b[2J\u202e | filter b = \'"\' & c # <img src=x onerror=y>'


class Reader(HTMLParser):
    """Collects the text and the tags of a fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[tuple[str, tuple[str, ...]]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(("function", "attribute"), [("html_classes", "class"), ("html_styles", "style")])
def test_html_is_the_query_in_spans_and_nothing_else(function: str, attribute: str) -> None:
    reader = Reader()
    reader.feed(getattr(highlight, function)(EVIL))
    assert reader.tags == {("span", (attribute,))}
    assert reader.text.rstrip("\n") == EVIL.replace("\x1b", "␛").replace("\u202e", "\\u202e")


def test_the_html_format_shows_its_query() -> None:
    result = Result((Column("n", "number"),), ((1,),))
    page = render(Answer(result, text=EVIL), "html")
    assert "<script" not in page
    assert "<img" not in page
    assert page.startswith("<pre><code><span style=")
    assert page.endswith("</table>")
    assert render(Answer(result), "html").startswith("<table>")


def test_the_rules_name_the_classes_that_queries_have() -> None:
    page = highlight.html_classes("stats count(*) by bin(5m) # x")
    rules = highlight.css(".query")
    assert 'class="ql-k"' in page
    assert ".query .ql-k {" in rules
    assert "ql-c1" in rules


def test_a_terminal_gets_colours_and_no_escape_of_the_query() -> None:
    text = highlight.terminal(EVIL)
    assert "\x1b[94mfields\x1b[39" in text
    assert "␛[" in text
    assert "\x1b[2J" not in text
    assert "\u202e" not in text


def test_without_the_lexer_the_query_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highlight, "_lexer", lambda: None)
    assert highlight.terminal("stats count(*)\n") == "stats count(*)\n"
    assert highlight.html_classes("a < 'b'") == highlight.html_styles("a < 'b'") == "a &lt; &#x27;b&#x27;"


def test_piped_output_is_plain(cli: Cli) -> None:
    assert cli("ql", "format", "fields a|limit 5").out == "fields a\n| limit 5\n"
    assert "\x1b" not in cli("explain", "QL012").out


def test_a_terminal_shows_colours(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insightctl.cli.terminal.colour", lambda _: True)
    assert "\x1b[94mfields\x1b[39;49;00m a" in cli("ql", "format", "fields a|limit 5").out
    assert "\x1b[94mstats" in cli("explain", "QL012").out


def test_roles_have_names() -> None:
    assert len({role.value for role in Role}) == len(Role)
