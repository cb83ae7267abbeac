"""The grid: nothing overlaps, nothing hangs over, what is left is shared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from insightctl.dashboards.layout import LEAST_WIDTH, Placed, layout
from insightctl.dashboards.model import GRID_COLUMNS, Entry, LogWidget, MetricWidget, Row, Size, TextWidget, Widget

sizes = st.builds(Size, st.none() | st.integers(1, 24), st.none() | st.integers(1, 20))
widgets: st.SearchStrategy[Widget] = st.one_of(
    st.builds(lambda size: MetricWidget((Entry("Errors"),), size=size), sizes),
    st.builds(lambda size: LogWidget("coldstarts", size=size), sizes),
    st.builds(lambda size: TextWidget("text", size=size), sizes),
)
rows = st.lists(
    st.builds(
        Row,
        st.lists(widgets, min_size=1, max_size=9).map(tuple),
        st.none() | st.just("title"),
        st.none() | st.just("text"),
    ),
    max_size=6,
)


def cells(placed: Placed) -> set[tuple[int, int]]:
    return {(placed.x + i, placed.y + j) for i in range(placed.width) for j in range(placed.height)}


@given(rows)
def test_no_two_widgets_share_a_cell_and_none_hangs_over(given_rows: list[Row]) -> None:
    taken: set[tuple[int, int]] = set()
    for placed in layout(given_rows):
        mine = cells(placed)
        assert mine
        assert not mine & taken
        assert all(0 <= x < GRID_COLUMNS for x, _ in mine)
        taken |= mine


@given(rows)
def test_sizes_that_are_given_are_kept(given_rows: list[Row]) -> None:
    for placed in layout(given_rows):
        assert placed.widget.size.width in (None, placed.width)
        assert placed.widget.size.height in (None, placed.height)
        assert placed.widget.size.width or placed.width >= LEAST_WIDTH


@given(rows)
def test_every_widget_is_placed_in_order(given_rows: list[Row]) -> None:
    own = [widget for row in given_rows for widget in row.widgets]
    placed = [each.widget for each in layout(given_rows)]
    assert [widget for widget in placed if any(widget is mine for mine in own)] == own


def errors(width: int | None = None) -> MetricWidget:
    return MetricWidget((Entry("Errors"),), size=Size(width))


def test_three_without_a_width_share_the_row() -> None:
    placed = layout([Row((errors(), errors(), errors()), "Title", "A sentence.")])
    assert [(p.x, p.y, p.width, p.height) for p in placed] == [(0, 0, 24, 2), (0, 2, 8, 6), (8, 2, 8, 6), (16, 2, 8, 6)]
    assert placed[0].widget == TextWidget("## Title\nA sentence.", transparent=True, size=Size(24, 2))


def test_what_a_fixed_width_leaves_is_shared_and_a_full_line_breaks() -> None:
    placed = layout([Row((errors(9), errors(), errors(), errors()))])
    assert [(p.x, p.y, p.width) for p in placed] == [(0, 0, 9), (9, 0, 8), (17, 0, 7), (0, 6, 24)]
