"""Every query of the user guide's pages is read, checked and run; those that a page calls invalid are refused."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.job import QueryJob
from insightctl.core.result import Result
from insightctl.local import LocalBackend, LogSource
from insightctl.ql import QueryError, check, format_query, parse
from insightctl.ql.commands import COMMANDS
from insightctl.ql.saved import SavedText, expand_calls

MANUAL: dict[str, Any] = tomllib.loads((Path(__file__).parent / "manual.toml").read_text("utf-8"))
QUERIES: list[Any] = [
    pytest.param(query, id=f"{query['page']}-{number}") for number, query in enumerate(MANUAL["query"], 1)
]
VALID = [param for param in QUERIES if not param.values[0].get("invalid")]


def _first_of_each_command() -> list[Any]:
    """VALID, of which the fast run asks only the first query with each command: the others are checked, not run."""
    first = {
        next((p.id for p in VALID if re.search(rf"\b{word}\b", p.values[0]["text"], re.IGNORECASE)), None)
        for word in COMMANDS
    }
    return [p if p.id in first else pytest.param(*p.values, id=p.id, marks=pytest.mark.slow) for p in VALID]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> LocalBackend:
    folder = tmp_path_factory.mktemp("manual")
    sources = []
    for number, (group, text) in enumerate(MANUAL["groups"].items()):
        (folder / f"{number}.log").write_text(text, "utf-8")
        sources.append(LogSource(folder / f"{number}.log", group))
    lookups = {}
    for name, text in MANUAL["lookups"].items():
        lookups[name] = folder / f"{name}.csv"
        lookups[name].write_text(text, "utf-8")
    return LocalBackend(sources, lookups=lookups)


def expanded(text: str) -> str:
    """The text with the user guide's saved queries filled in."""
    return expand_calls(text, lambda call: SavedText(call.name, **MANUAL["saved"][call.name])).text


def run(backend: LocalBackend, text: str) -> Result:
    return backend.run(QueryJob(expanded(text)))


@pytest.mark.parametrize("query", VALID)
def test_a_query_of_the_manual_is_taken(query: dict[str, Any]) -> None:
    assert check(expanded(query["text"]))


@pytest.mark.parametrize("query", _first_of_each_command())
def test_a_query_of_the_manual_runs(query: dict[str, Any], backend: LocalBackend) -> None:
    result = run(backend, query["text"])
    assert result.columns
    assert all(len(row) == len(result.columns) for row in result.rows)


@pytest.mark.parametrize("query", VALID)
def test_a_query_of_the_manual_is_formatted(query: dict[str, Any]) -> None:
    tree, problems = parse(query["text"])
    assert not problems
    assert parse(format_query(tree)) == (tree, ())


@pytest.mark.parametrize("query", [param for param in QUERIES if param.values[0].get("invalid")])
def test_what_the_manual_calls_invalid_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as refused:
        check(query["text"])
    assert query["invalid"] in str(refused.value)


def test_the_manual_shows_every_command() -> None:
    texts = "\n".join(param.values[0]["text"] for param in VALID).lower()
    assert [word for word in COMMANDS if word not in texts] == ["unmask", "head"]
    assert len(QUERIES) >= 150
