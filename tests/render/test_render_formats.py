"""The registry, Markdown, and the formats of tabulate."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.core.errors import UsageError
from insightctl.core.result import Column, Result
from insightctl.render import FORMATS, Answer, RenderOptions, format_names, render

EVIL = "a|b `c` <script>x</script>\n[l](http://e) ![i](x) **b** _i_ a_b & \x1b[2J\u202e"
ANSWER = Answer(Result((Column("@message", "string"), Column("n", "number")), ((EVIL, 1234.5), (None, 1))))


@pytest.mark.parametrize("name", format_names())
def test_every_format_writes_rows_and_nothing(name: str) -> None:
    assert render(ANSWER, name)
    assert isinstance(render(Answer(Result(ANSWER.result.columns, ())), name), str)


@pytest.mark.parametrize("name", [name for name in format_names() if name not in ("csv", "tsv")])
def test_no_format_passes_an_escape_on(name: str) -> None:
    assert not re.search("[\x1b\u202e]", render(ANSWER, name))


@pytest.mark.parametrize("name", ["html", "unsafehtml", "markdown", "github", "pipe", "mediawiki", "textile"])
def test_no_html_comes_to_life(name: str) -> None:
    assert "<script" not in render(ANSWER, name)


def test_every_format_of_ours_has_a_help_line() -> None:
    assert {"table", "json", "jsonl", "csv", "tsv", "markdown", "html", "chart", "insights"} == set(FORMATS)
    assert all(entry.name == name and entry.help for name, entry in FORMATS.items())


@pytest.mark.parametrize(("typed", "meant"), [("jsn", "json"), ("JSON", "json"), ("markdwn", "markdown")])
def test_an_unknown_format_says_what_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        render(ANSWER, typed)
    assert caught.value.what == f"unknown output format '{typed}'"
    assert str(caught.value.remedy).startswith(f"did you mean '{meant}'?")


def test_markdown_golden() -> None:
    assert render(ANSWER, "markdown", RenderOptions()) == (
        "| @message | n |\n"
        "| --- | ---: |\n"
        "| a\\|b \\`c\\` &lt;script&gt;x&lt;/script&gt;<br>\\[l\\](http://e) "
        "!\\[i\\](x) \\*\\*b\\*\\* \\_i\\_ a_b &amp; ␛\\[2J\\\\u202e"
        " | 1234.5 |\n"
        "|  | 1 |"
    )


@given(st.text())
def test_a_markdown_row_is_one_line_with_its_own_pipes_only(message: str) -> None:
    text = render(Answer(Result((Column("m", "string"),), ((message,),))), "markdown")
    lines = text.split("\n")
    assert len(lines) == 3
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", lines[2])) == 2
