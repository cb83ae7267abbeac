"""Whatever text comes in, `diagnose` answers with findings: it never raises and never takes long."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.ql import check, diagnose, format_query, parse, render_all
from insightctl.ql.checker import CheckedQuery
from tests.effort import examples

CORPUS = Path("/work/shared/corpus/queries.jsonl")
QUERIES: list[str] = (
    [json.loads(line)["query"] for line in CORPUS.read_text("utf-8").splitlines()] if CORPUS.exists() else []
)

WORDS = (
    *["fields", "filter", "parse", "stats", "sort", "limit", "dedup", "display", "by", "as", "and", "or", "not", "like", "in", "asc", "desc", "bin", "count", "pct"],
    *("jsonParse", "concat", "@message", "@timestamp", "a.b", "`x y`", "5m", "300s", "1e5", "0", "'text'", '"', "'", "`"),
    *("/re/", "/(?<n>a)/", "/", "\\", "#", "|", "(", ")", "[", "]", ",", "*", "+", "-", "^", "%", "=", "!=", "=~", "\n"),
    *("SOURCE", "pattern", "unmask", "join", "{", ";", "“", "\x00", "\x1b[31m", "é", "日本", "\U0001f600", "\ufeff", "\u2028"),
)  # fmt: skip
SOUP = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def survives(text: str) -> None:
    checked, found = diagnose(text)
    assert isinstance(checked, CheckedQuery)
    assert all(0 <= d.span.start <= len(text) + 1 for d in found)
    render_all(found, text, "query.ql")
    if not found:
        assert check(text).columns


@given(st.text(max_size=300))
@settings(max_examples=examples(100, 300), deadline=None)
def test_unicode_text(text: str) -> None:
    survives(text)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_bytes(data: bytes) -> None:
    survives(data.decode("utf-8", "replace"))
    survives(data.decode("utf-8", "surrogateescape"))


@given(SOUP)
@settings(max_examples=examples(150, 500), deadline=None)
def test_words_of_the_language_in_any_order(text: str) -> None:
    survives(text)


@pytest.mark.parametrize("plane", range(17))
def test_every_unicode_plane(plane: int) -> None:
    for offset in (0x0, 0x22, 0x2F, 0x41, 0x300, 0x660, 0x2028, 0xD800, 0xFEFF, 0xFFFE, 0xFFFF):
        char = chr(plane * 0x10000 + offset)
        for text in (char, f"fields {char}", f"filter {char} = '{char}'", f"filter a like /{char}/", f"fields `{char}`",
                     f"fields a as {char}", f"parse '{char}*' as b", f"stats count(*) by bin(5{char})", f"limit {char}"):  # fmt: skip
            survives(text)


@pytest.mark.parametrize(
    "text",
    [
        "filter " + "(" * 10_000,
        "filter " + "(" * 10_000 + "a" + ")" * 10_000,
        "filter " + "not " * 10_000 + "a",
        "filter a = " + "-" * 10_000 + "1",
        "filter a = " + "abs(" * 10_000,
        "filter a = " + "1^" * 10_000 + "1",
        "filter a in " + "[" * 10_000,
        "fields a" + "[0]" * 10_000,
        "fields a" + ".b" * 10_000,
        "pattern " + ";" * 10_000,
        "pattern " + "(" * 10_000,
        "filter a = " + "+".join("1" * 10_000),
        "filter " + " or ".join(["a=1"] * 10_000),
        "filter a" + " = 1" * 10_000,
        "filter a in [" + "/[/," * 2_000,
    ],
    ids=lambda text: text[:20],
)
def test_deep_and_long_chains(text: str) -> None:
    survives(text)


@pytest.mark.parametrize(
    "piece",
    ["a", "|", "(", ";", "'", '"', "`", "/", "/[", "#\n", "a,#\n", "fields a\n", "| fields a ", "'\n", "`\n", "\\", "😀", " "],
)  # fmt: skip
def test_200_kb_are_read_fast(piece: str) -> None:
    body = piece * (200_000 // len(piece))
    started = time.process_time()
    for prefix in ("", "fields "):
        survives(prefix + body)
    assert time.process_time() - started < 6


def test_a_thousand_alternatives_are_one_level() -> None:
    text = "filter " + " or ".join(f"a={n}" for n in range(1000))
    query, problems = parse(text)
    assert not problems
    assert check(text).columns
    assert format_query(query).count(" or ") == 999


@pytest.mark.skipif(not QUERIES, reason="the corpus of public queries is not on this machine")
@given(data=st.data())
@settings(max_examples=examples(100, 300), deadline=None)
def test_mutations_of_real_queries(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(QUERIES))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        put = data.draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=4), st.just("")))
        text = text[:at] + put + text[at + length :]
    survives(text)
