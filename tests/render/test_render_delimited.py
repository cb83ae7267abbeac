"""CSV and TSV: what is read back is what was there, and no cell is a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.core.result import Column, Result
from insightctl.render import Answer, RenderOptions, render
from insightctl.render.delimited import defuse

cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00") | st.sampled_from('",\n\r\t\\=+-@ '))
rows = st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[cells] * n), min_size=1, max_size=5))


def strings(table: list[tuple[str, ...]]) -> Answer:
    columns = tuple(Column(f"c{index}", "string") for index in range(len(table[0])))
    return Answer(Result(columns, tuple(table)))


@given(rows)
def test_csv_round_trip(table: list[tuple[str, ...]]) -> None:
    read = list(csv.reader(io.StringIO(render(strings(table), "csv"), newline=""), strict=True))
    assert read[1:] == [[defuse(cell) for cell in row] for row in table]


@given(rows)
def test_tsv_round_trip(table: list[tuple[str, ...]]) -> None:
    lines = render(strings(table), "tsv").split("\n")
    escapes = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}

    def unescape(cell: str) -> str:
        chars = iter(cell)
        return "".join(escapes[next(chars)] if char == "\\" else char for char in chars)

    assert [[unescape(cell) for cell in line.split("\t")] for line in lines[1:]] == [
        [defuse(cell) for cell in row] for row in table
    ]


@given(cells)
def test_no_cell_starts_a_formula(cell: str) -> None:
    assert not defuse(cell).startswith(("=", "+", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-5.2", "-5.2"),
        ("-5+2", "'-5+2"),
        ("+5", "'+5"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_defuse(cell: str, written: str) -> None:
    assert defuse(cell) == written


def test_golden() -> None:
    result = Result(
        (
            Column("@timestamp", "timestamp"),
            Column("=x", "string"),
            Column("n", "number"),
            Column("raw", "number", computed=False),
            Column("ok", "boolean"),
        ),
        (
            (datetime(2026, 11, 23, 10, tzinfo=UTC), 'a "b", c', 1234.5, 0.123456789, True),
            (None, None, -1, float("nan"), None),
        ),
    )
    assert render(Answer(result), "csv") == (
        '@timestamp,\'=x,n,raw,ok\n2026-11-23 10:00:00.000,"a ""b"", c",1234.5,0.123456789,true\n,,-1,,'
    )
    assert render(Answer(result), "tsv").splitlines()[0] == "@timestamp\t'=x\tn\traw\tok"


def test_a_file_gets_the_data_a_terminal_gets_pictures() -> None:
    answer = strings([("\x1b[2J",)])
    assert render(answer, "csv") == "c0\n\x1b[2J"
    assert render(answer, "csv", RenderOptions(width=80)) == "c0\n␛[2J"
