"""The table for people, to the character."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from insightctl.core.result import Column, Result, Statistics, Value
from insightctl.render import Answer, RenderOptions, render
from insightctl.render.table import fold

T0 = datetime(2026, 11, 23, 10, 0, 5, 123_000, UTC)
COLUMNS = (
    Column("@timestamp", "timestamp", computed=False),
    Column("@message", "string", computed=False),
    Column("invocations", "number"),
    Column("version", "number"),
)
STATISTICS = Statistics(24_310, 98_120, 18_200_000, 0.214, 0.0001)


def answer(*rows: tuple[Value, ...], columns: tuple[Column, ...] = COLUMNS) -> Answer:
    return Answer(Result(columns, rows, STATISTICS), text="fields @timestamp", name="sample")


def test_a_piped_table_is_never_cut_or_folded() -> None:
    long = "word " * 60
    text = render(answer((T0, long, 1234, 1024), (None, "b", 12.5, None)), "table")
    assert text.splitlines()[2].startswith(f"2026-11-23 10:00:05.123  {long}")


def test_golden() -> None:
    rows = ((T0, "timed out\nat handler", 24_310, 1024), (T0 - timedelta(seconds=1), None, 12.5, 7))
    assert render(answer(*rows), "table", RenderOptions(footer=True)) == (
        "@timestamp               @message    invocations  version\n"
        "───────────────────────  ──────────  ───────────  ───────\n"
        "2026-11-23 10:00:05.123  timed out        24,310     1024\n"
        "                         at handler\n"
        "2026-11-23 10:00:04.123                     12.5        7\n"
        "\n"
        "2 rows · 24,310 records matched of 98,120 scanned · 18.2 MB · 0.21 s · $0.0001"
    )


def test_folded_on_a_terminal() -> None:
    text = render(answer((T0, "Task timed out after 3.00 seconds", 24_310, 3)), "table", RenderOptions(width=60))
    assert text == (
        "@timestamp               @message       invocations  version\n"
        "───────────────────────  ─────────────  ───────────  ───────\n"
        "2026-11-23 10:00:05.123  Task timed          24,310        3\n"
        "                         out after\n"
        "                         3.00 seconds"
    )


def test_whole_seconds_drop_the_milliseconds_and_times_follow_the_zone() -> None:
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    text = render(
        answer((moment,), columns=COLUMNS[:1]), "table", RenderOptions(tz=ZoneInfo("Europe/Rome"), footer=True)
    )
    assert text.splitlines()[2] == "2026-11-24 00:30:00"
    assert text.endswith("times in Europe/Rome")


def test_no_rows_in_words() -> None:
    text = render(answer(), "table", RenderOptions(empty_hint="no log events between 10:00 and 11:00"))
    assert text == "no rows\nno log events between 10:00 and 11:00"


def test_colour_only_when_asked() -> None:
    assert "\x1b" not in render(answer((T0, "x", 1, 1)), "table", RenderOptions(width=80, footer=True))
    assert "\x1b[1m" in render(answer((T0, "x", 1, 1)), "table", RenderOptions(width=80, colour=True))


def test_a_discovered_tiny_number_keeps_its_digits() -> None:
    column = Column("cost", "number", computed=False)
    assert render(answer((0.0000021,), columns=(column,)), "table").endswith("2.1e-06")


def test_escapes_and_markup_in_data_are_shown_not_obeyed() -> None:
    row = (T0, "[bold]\x1b]8;;http://evil\x07click", 1, 1)
    text = render(answer(row), "table", RenderOptions(width=200, colour=True))
    assert "[bold]␛]8;;http://evil␇click" in text


@pytest.mark.parametrize("width", [1, 20, 40, 80])
def test_wide_characters_are_measured(width: int) -> None:
    text = render(answer((T0, "漢字" * 40, 1, 1)), "table", RenderOptions(width=width))
    lines = text.splitlines()
    assert len({cell_len(line) for line in lines[1:2]}) == 1
    assert sum(line.count("漢") for line in lines) == 40


@given(st.text(st.characters(exclude_categories=["C", "Z", "M"]) | st.sampled_from(" 漢🙂")), st.integers(8, 40))
def test_fold_loses_nothing_and_fits(cell: str, width: int) -> None:
    parts = fold(cell, width)
    assert all(cell_len(part) <= width for part in parts)
    assert "".join("".join(parts).split()) == "".join(cell.split())
