"""Charts: the picture that is picked, its axes, and one of each to the character."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from insightctl.core.result import Column, Result, Value
from insightctl.core.view import View
from insightctl.render import Answer, RenderOptions, render
from insightctl.render.lines import stack
from insightctl.render.series import MAX_BARS, MAX_SERIES, Bars, Line, Lines, Nothing, pick
from insightctl.render.ticks import time_axis, value_axis

T0 = datetime(2026, 11, 23, 10, tzinfo=UTC)
TIME, GROUP, N = Column("bin(5m)", "timestamp"), Column("version", "string"), Column("n", "number")


def over_time(count: int, groups: tuple[str, ...] = ("1",)) -> Result:
    rows: list[tuple[Value, ...]] = [
        (T0 + timedelta(minutes=5 * index), group, index * (place + 1))
        for index in reversed(range(count))
        for place, group in enumerate(groups)
    ]
    return Result((TIME, GROUP, N), tuple(rows))


def test_moments_make_lines_oldest_first_one_a_group() -> None:
    picture = pick(over_time(3, ("10", "9")), View("timeSeries"))
    assert isinstance(picture, Lines)
    assert [line.label for line in picture.lines] == ["9", "10"]
    assert [value for _, value in picture.lines[0].points] == [0, 2, 4]


def test_at_most_eight_series_the_biggest_and_the_rest_is_said() -> None:
    result = over_time(3, tuple(str(n) for n in range(12)))
    picture = pick(result, View())
    assert isinstance(picture, Lines)
    assert len(picture.lines) == MAX_SERIES
    assert picture.left_out == ("3", "2", "1", "0")
    assert "4 smaller series not drawn: 3, 2, 1, 0" in render(Answer(result), "chart")


def test_the_view_names_the_columns() -> None:
    columns = (TIME, Column("p50", "number"), Column("p99", "number"), Column("max", "number"))
    picture = pick(Result(columns, ((T0, 1, 2, 3),)), View("timeSeries", ("p50", "p99")))
    assert isinstance(picture, Lines)
    assert [line.label for line in picture.lines] == ["p50", "p99"]


def test_bars_by_text_even_when_a_fact_is_a_moment() -> None:
    columns = (Column("type", "string"), N, Column("last_seen", "timestamp"))
    picture = pick(Result(columns, (("Timeout", 3, T0), ("KeyError", 1, T0))), View("bar"))
    assert picture == Bars(N, (("Timeout", 3.0), ("KeyError", 1.0)))


@pytest.mark.parametrize(
    ("columns", "row", "why"),
    [
        ((GROUP,), ("1",), "no column of numbers to draw"),
        ((N,), (1,), "a chart needs a column of moments or of text beside the numbers"),
        ((GROUP, N), ("1", None), "no numbers in 'n' to draw"),
        ((TIME, N), (T0, float("nan")), "no numbers to draw"),
    ],
)
def test_nothing_to_draw_says_why_and_shows_the_table(
    columns: tuple[Column, ...], row: tuple[Value, ...], why: str
) -> None:
    result = Result(columns, (row,))
    assert pick(result, View()) == Nothing(why)
    assert render(Answer(result), "chart").startswith(f"no chart: {why}\n\n{columns[0].name}")


def test_bars_golden() -> None:
    columns = (Column("error", "string"), N)
    rows = (("Timeout\x1b[2J", 2000), ("KeyError", 500), ("a very long name of an error that nobody reads", 125.5))
    answer = Answer(Result(columns, rows), title="Errors")
    assert render(answer, "chart", RenderOptions(width=50, view=View("bar"))) == (
        "Errors\n"
        "\n"
        "Timeout␛[2J          │██████████████████████ 2,000\n"
        "KeyError             │█████▌ 500\n"
        "a very long name of… │█▍ 125.5"
    )


def test_a_pie_shows_shares() -> None:
    text = render(Answer(Result((GROUP, N), (("1", 3), ("2", 1)))), "chart", RenderOptions(view=View("pie")))
    assert "3 (75.0 %)" in text


def test_many_bars_are_said() -> None:
    rows = tuple((str(n), n) for n in range(MAX_BARS + 3))
    assert render(Answer(Result((GROUP, N), rows)), "chart").endswith("3 more rows not drawn; -o table shows all")


def test_lines_golden() -> None:
    answer = Answer(over_time(13), name="invocations")
    text = render(answer, "chart", RenderOptions(width=40, view=View("timeSeries")))
    assert text == (
        "invocations\n"
        "\n"
        "━ 1\n"
        "  ┌────────────────────────────────────┐\n"
        "15┤                                    │\n"
        "  │                                    │\n"
        "  │                                   ⡀│\n"
        "  │                               ⢀⡠⠔⠉ │\n"
        "10┤                            ⣀⠤⠊⠁    │\n"
        "  │                        ⣀⠤⠒⠉        │\n"
        "  │                    ⢀⡠⠔⠉            │\n"
        "  │                 ⣀⠤⠊⠁               │\n"
        " 5┤             ⢀⡠⠒⠉                   │\n"
        "  │         ⢀⡠⠔⠊⠁                      │\n"
        "  │      ⣀⠔⠊⠁                          │\n"
        "  │  ⢀⠤⠒⠉                              │\n"
        " 0┤⠐⠊⠁                                 │\n"
        "  └┬─────────────────┬────────────────┬┘\n"
        "   10:00           10:30          11:00"
    )


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [20, 80, 200])
def test_a_chart_keeps_to_its_width_and_its_colours(width: int, colour: bool) -> None:
    text = render(
        Answer(over_time(30, ("1", "2", "3"))),
        "chart",
        RenderOptions(width=width, colour=colour, view=View(stacked=True)),
    )
    assert ("\x1b" in text) is colour
    assert all(cell_len(Text.from_ansi(line).plain) <= width for line in text.splitlines())


def test_one_moment_is_drawn() -> None:
    assert "•" in render(Answer(over_time(1, ("1", "2"))), "chart")


def test_the_width_of_the_environment_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render(Answer(over_time(9)), "chart", RenderOptions(width=150))
    monkeypatch.setenv("COLUMNS", "30")
    assert render(Answer(over_time(9)), "chart", RenderOptions(width=150)) == before


def test_stacking_adds_up_and_fills_gaps() -> None:
    lines = (Line("a", ((0, 1.0), (1, 2.0))), Line("b", ((1, 5.0),)))
    assert stack(lines) == (Line("a", ((0, 1.0), (1, 2.0))), Line("b", ((0, 1.0), (1, 7.0))))


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_a_value_axis_encloses_its_values(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    axis = value_axis(low, high, 5)
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert axis.low <= low + slack
    assert axis.high >= high - slack
    assert 2 <= len(axis.marks) <= 12
    assert len({label for _, label in axis.marks}) == len(axis.marks)


@given(st.integers(0, 2_000_000_000), st.integers(0, 300_000_000))
def test_time_marks_lie_inside_and_are_few(start: int, span: int) -> None:
    axis = time_axis(start, start + span, 80, UTC)
    assert all(axis.low <= at <= axis.high for at, _ in axis.marks)
    assert 1 <= len(axis.marks) <= 13


def test_time_marks_are_round_in_the_readers_zone_and_name_the_day_when_it_changes() -> None:
    start = datetime(2026, 11, 22, 22, 0, tzinfo=UTC).timestamp()
    axis = time_axis(start, start + 2 * 86_400, 80, ZoneInfo("Asia/Kolkata"))
    assert [label for _, label in axis.marks] == ["11-23 12:00", "11-24 00:00", "11-24 12:00", "11-25 00:00"]


def test_the_footer_stands_below_a_chart_too() -> None:
    text = render(Answer(over_time(3)), "chart", RenderOptions(footer=True))
    assert text.endswith("\n\n3 rows · 0 records matched of 0 scanned · 0 B · 0.00 s")
