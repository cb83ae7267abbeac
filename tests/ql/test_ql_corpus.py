"""Queries that people published: those that the service accepts check clean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insightctl.ql import diagnose, format_query, parse

CORPUS = Path("/work/shared/corpus/queries.jsonl")

BROKEN = {
    5: "several examples pasted into one, without pipes between them",
    10: "several examples pasted into one, without pipes between them",
    11: "several examples pasted into one, without pipes between them",
    24: "written for another parser: the glob has three stars and six names",
    47: "no query: a metric math expression",
    52: "several examples pasted into one, without pipes between them",
    65: "several examples pasted into one, without pipes between them",
    78: "several examples pasted into one, without pipes between them",
    106: "the manual's own example of an invalid query",
    109: "{{placeholders}} of a saved query, not filled in",
    122: "an address without quotes",
}

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
    _, found = diagnose(QUERIES[index])
    assert any(d.severity == "error" for d in found)
