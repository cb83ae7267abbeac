"""Any body as a definition: what is pulled renders the same body."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.core.errors import UsageError
from insightctl.dashboards import Scope, build, diff, find, library_queries, load_text, names
from insightctl.dashboards.pull import definition
from tests.dashboards.lint_bodies import GOOD

CORPUS = Path("/work/shared/corpus/dashboards")


def rendered(text: str) -> dict[str, Any]:
    return build(load_text(text, name="d", file="d.toml"), Scope((), "eu-west-1"), library_queries).body


def comes_back(body: dict[str, Any]) -> str:
    text = definition(body, "d")
    again = rendered(text)
    assert not diff(body, again)
    assert again == body  # more than the meaning
    assert definition(again, "d") == text
    return text


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not on this machine")
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.json")), ids=lambda file: str(file.stem))
def test_bodies_from_the_wild(file: Path) -> None:
    comes_back(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("shipped", names())
def test_shipped_dashboards(shipped: str) -> None:
    comes_back(build(find(shipped), Scope(("checkout",), "eu-west-1"), library_queries).body)


def test_every_type_of_widget() -> None:
    assert "_json" not in comes_back(GOOD)


texts = st.text() | st.text(alphabet="'\"\\\n\r\t#ab\x00\x7f\ud800\u2028", max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
places = st.integers(-1, 30) | st.floats(allow_nan=False, allow_infinity=False) | st.none() | texts
widgets = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["metric", "log", "text"]) | values,
        "x": places,
        "y": places,
        "width": places,
        "height": places,
        "properties": st.dictionaries(texts, values, max_size=4) | values,
        "odd": values,
    },
)
bodies = st.fixed_dictionaries(
    {"widgets": st.lists(widgets, max_size=3)},
    optional={
        "start": texts | values,
        "end": texts,
        "periodOverride": st.sampled_from(["auto", "inherit"]) | values,
        "variables": st.lists(st.dictionaries(texts, values, max_size=3), max_size=2) | values,
        "title": values,
        "odd": values,
    },
)


@settings(max_examples=150, deadline=None)
@given(bodies)
def test_any_body_comes_back(body: dict[str, Any]) -> None:
    text = definition(body, "d")
    assert not diff(body, rendered(text))


def test_texts_are_for_people() -> None:
    query = "SOURCE '/aws/lambda/a'\n| filter @message like /\\d+ \"ERROR\"/\n| limit 20"
    body: dict[str, Any] = {
        "start": "-PT3H",
        "widgets": [
            {"type": "log", "x": 0, "y": 0, "width": 12, "height": 6, "properties": {"query": query, "view": "table"}}
        ],
    }
    assert definition(body, "prod") == (
        'title = "prod"\n'
        'start = "-PT3H"\n'
        "\n"
        "[[widget]]\n"
        'type = "log"\n'
        "x = 0\n"
        "y = 0\n"
        "width = 12\n"
        "height = 6\n"
        "[widget.properties]\n"
        "query = '''\n"
        "SOURCE '/aws/lambda/a'\n"
        '| filter @message like /\\d+ "ERROR"/\n'
        "| limit 20'''\n"
        'view = "table"\n'
    )


@pytest.mark.parametrize("body", [{}, {"widgets": 3}, {"widgets": [3]}])
def test_what_is_no_dashboard_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="no list of widgets"):
        definition(body, "d")


def test_what_a_terminal_obeys_is_escaped_and_comes_back() -> None:
    said = "a\u009bx\u202ey\u001bz\u2028w\u007f\u0085\nline 'two' \\ \u2066"
    text = comes_back({"widgets": [{"type": "text", "properties": {"markdown": said, said: said.replace("\n", " ")}}]})
    assert text.isascii()
    assert not set(text) & {chr(code) for code in (*range(10), *range(11, 32), 127)}
