"""The language server as an editor meets it: a process, JSON-RPC over its standard input and output."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.editor.client import Client

pytestmark = pytest.mark.skipif(find_spec("pygls") is None, reason="the language server is an extra: insightctl[lsp]")

URI = "file:///work/query.ql"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    client = Client(snippets=True)
    yield client
    if client.process.poll() is None:
        client.process.kill()
        client.close()


def spot(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def test_it_says_what_it_can_do(client: Client) -> None:
    able = client.capabilities
    assert able["hoverProvider"]
    assert able["documentFormattingProvider"]
    assert able["completionProvider"]["triggerCharacters"] == ["|", "(", " ", "@", "."]
    assert "keyword" in able["semanticTokensProvider"]["legend"]["tokenTypes"]


def test_a_document_is_judged_when_it_opens_and_when_it_changes(client: Client) -> None:
    found = client.open("fields @message\r\n| filter m = '😀😀' and percentile(x) > 1\r\n")
    assert found["uri"] == URI
    (diagnostic,) = found["diagnostics"]
    assert diagnostic["range"] == {"start": spot(1, 24), "end": spot(1, 34)}  # each emoji is two units
    assert diagnostic["severity"] == 1
    assert diagnostic["code"] == "QL012"
    assert diagnostic["source"] == "insightctl"
    assert diagnostic["message"].startswith("unknown function 'percentile'\nhelp: ")
    assert "#ql012-unknown-function" in diagnostic["codeDescription"]["href"]
    change = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "stats count(*) by bin(300s)"}]}
    client.tell("textDocument/didChange", change)
    changed = client.published()
    assert changed["version"] == 2
    assert [(d["code"], d["severity"]) for d in changed["diagnostics"]] == [("QL040", 2)]


def test_closing_takes_the_diagnostics_away(client: Client) -> None:
    client.open("nonsense")
    client.tell("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert client.published()["diagnostics"] == []


def test_hover(client: Client) -> None:
    client.open("filter a = '😀' | stats pct(@duration, 99)")
    found = client.at("hover", 0, 25)
    assert found["range"] == {"start": spot(0, 24), "end": spot(0, 27)}
    assert found["contents"]["kind"] == "markdown"
    assert "pct(field: number, percent: number) -> number" in found["contents"]["value"]
    assert client.at("hover", 0, 16) is None


def test_completion(client: Client) -> None:
    client.open("fields strlen(@message) as size | sort si")
    items = client.at("completion", 0, 41)["items"]
    first: dict[str, Any] = min(items, key=lambda item: item["sortText"])
    assert first["label"] == "size"
    assert first["textEdit"] == {"range": {"start": spot(0, 39), "end": spot(0, 41)}, "newText": "size"}
    functions = {item["label"]: item for item in items if item["kind"] == 3}
    assert functions["strlen"]["textEdit"]["newText"] == "strlen($1)$0"


def test_formatting_keeps_front_matter_and_line_ends(client: Client) -> None:
    client.open('+++\r\ntitle = "T"\r\nquestion = "Q"\r\n+++\r\nfields a|filter b=1\r\n')
    asked = {"textDocument": {"uri": URI}, "options": {"tabSize": 2, "insertSpaces": True}}
    (edit,) = client.ask("textDocument/formatting", asked)
    assert edit["range"] == {"start": spot(0, 0), "end": spot(5, 0)}
    assert edit["newText"] == '+++\r\ntitle = "T"\r\nquestion = "Q"\r\n+++\r\nfields a\r\n| filter b = 1\r\n'
    client.open("stats count(*)\n")
    assert client.ask("textDocument/formatting", asked) is None


def test_semantic_tokens_are_steps_in_utf16_units(client: Client) -> None:
    client.open("filter a = '😀'\n| limit 5")
    numbers = client.ask("textDocument/semanticTokens/full", {"textDocument": {"uri": URI}})["data"]
    steps = [tuple(numbers[i : i + 3]) for i in range(0, len(numbers), 5)]
    assert steps == [(0, 0, 6), (0, 7, 1), (0, 2, 1), (0, 2, 4), (1, 0, 1), (0, 2, 5), (0, 6, 1)]


def test_a_dashboard(client: Client) -> None:
    text = 'title = "D"\n[[row]]\n[[row.widget]]\nquery = "coldstats"\n[[row.widget]]\nquery = "filter é | nope"\n'
    found = client.open(text, "file:///work/d.toml", "toml")["diagnostics"]
    assert [(d["code"], d["range"]["start"]) for d in found] == [("dashboard", spot(3, 9)), ("QL011", spot(5, 20))]
    assert client.open('[tool]\nquery = "a | b"\n', "file:///work/pyproject.toml", "toml")["diagnostics"] == []


def test_a_dashboard_is_laid_out_in_place(client: Client) -> None:
    head = 'title = "D"\n[[row]]\n[[row.widget]]\n'
    client.open(f'{head}query = """fields a|limit 5"""\n', "file:///work/d.toml", "toml")
    asked = {"textDocument": {"uri": "file:///work/d.toml"}, "options": {"tabSize": 2, "insertSpaces": True}}
    (edit,) = client.ask("textDocument/formatting", asked)
    assert edit["newText"] == f'{head}query = """\nfields a\n| limit 5"""\n'


@pytest.mark.parametrize("uri", ["file:///nowhere/never.ql", "file:///work/closed%20one.ql", Path(__file__).as_uri()])
def test_a_document_that_is_not_open_has_nothing(client: Client, uri: str) -> None:
    if "closed" in uri:
        client.open("fields a|limit 5", uri)
        client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        client.published()
    here = {"textDocument": {"uri": uri}}
    assert client.at("hover", 0, 1, uri) is None
    assert client.at("completion", 0, 1, uri)["items"] == []
    assert client.ask("textDocument/formatting", {**here, "options": {"tabSize": 2, "insertSpaces": True}}) is None
    assert client.ask("textDocument/semanticTokens/full", here)["data"] == []


def test_it_leaves_when_told(client: Client) -> None:
    assert client.leave() == 0
