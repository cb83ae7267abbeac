"""Queries that people published: those that the service accepts check clean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insightctl.ql import diagnose, format_query, parse

CORPUS = Path("/work/shared/corpus/queries.jsonl")

PASTED = "several examples pasted into one, without pipes between them"

BROKEN: dict[int, tuple[str, str, int, str]] = {
    5: (PASTED, "QL001", 5, "filter"),
    10: (PASTED, "QL001", 9, "filter"),
    11: (PASTED, "QL001", 10, "fields"),
    24: (
        "written for another parser: the glob has three stars and six names",
        "QL022",
        2,
        "'_ - - _ \"GET _ HTTP/1.0\" .*.*.*'",
    ),
    47: ("no query: a metric math expression", "QL001", 1, ","),
    52: (PASTED, "QL001", 8, "fields"),
    65: (f"{PASTED}; before that, p95 is no function", "QL012", 4, "p95"),
    78: (PASTED, "QL001", 7, "fields"),
    106: ("the manual's own example of an invalid query", "QL019", 4, "@message"),
    109: ("{{placeholders}} of a saved query, not filled in", "QL009", 2, "{{logLevel}}"),
    122: ("an address without quotes", "QL004", 2, ":"),
}
"""Why each is broken; the code of its first error, the line, and the text at which it stands."""

QUERIES: list[str] = (
    [json.loads(line)["query"] for line in CORPUS.read_text("utf-8").splitlines()] if CORPUS.exists() else []
)
ACCEPTED = [i for i in range(len(QUERIES)) if i not in BROKEN]

pytestmark = pytest.mark.skipif(not QUERIES, reason="the corpus of public queries is not on this machine")


@pytest.mark.parametrize("index", ACCEPTED)
def test_accepted_queries_check_clean(index: int) -> None:
    _, found = diagnose(QUERIES[index])
    assert [d for d in found if d.severity == "error"] == []


@pytest.mark.parametrize("index", ACCEPTED)
def test_formatting_keeps_the_meaning(index: int) -> None:
    query, _ = parse(QUERIES[index])
    text = format_query(query)
    again, problems = parse(text)
    assert not problems
    assert again == query
    assert format_query(again) == text


@pytest.mark.parametrize("index", BROKEN)
def test_broken_queries_are_refused(index: int) -> None:
    if index >= len(QUERIES):
        pytest.skip("the corpus is shorter here")
    query = QUERIES[index]
    _, found = diagnose(query)
    code, start, end = next((d.code, d.span.start, d.span.end) for d in found if d.severity == "error")
    assert (code, query.count("\n", 0, start) + 1, query[start:end]) == BROKEN[index][1:]
