"""A board as one SVG: the drawings in their boxes, texts and tables as far as there is room."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from insightctl.dashboards.preview import amounts, ink, markdown
from insightctl.dashboards.preview.drawing import plot
from insightctl.dashboards.preview.ink import Theme
from insightctl.dashboards.preview.measures import (
    COLUMN,
    GAP,
    KEY_ROW,
    NOTE_ROW,
    PLOT_MARGIN,
    ROW,
    SIDE_LEGEND,
    TITLE,
    box_size,
    plot_size,
    side_legend,
)
from insightctl.dashboards.preview.model import (
    Alarms,
    BarChart,
    Board,
    Box,
    Drawn,
    Empty,
    Gauge,
    Markdown,
    Numbers,
    Panel,
    Picture,
    PieChart,
    Placeholder,
    Problem,
    Table,
    TimeChart,
)
from insightctl.dashboards.preview.spark import spark

_FONT = "Amazon Ember,Helvetica Neue,Roboto,Arial,Liberation Sans,sans-serif"
_LETTER = 0.54
"""Mean width of a letter, in font sizes: texts are cut by it, and a clip keeps the rest in."""
_HEAD, _LINE = 56, 18
_STATES = {"OK": "good", "ALARM": "bad"}


def picture(board: Board, theme: Theme) -> str:
    """An SVG of the whole board, or of its one widget, in the colours of a theme. Raises InsightctlError."""
    alone = len(board.drawn) == 1
    drawn = [_at_origin(board.drawn[0])] if alone else list(board.drawn)
    head = GAP if alone else _HEAD
    width = max((each.widget.box.x + each.widget.box.width for each in drawn), default=24) * COLUMN + GAP
    height = max((each.widget.box.y + each.widget.box.height for each in drawn), default=1) * ROW + head
    parts = [f'<rect width="{width}" height="{height}" fill="{ink.stand_in("page")}"/>']
    if not alone:
        span = f"{board.time.start:%Y-%m-%d %H:%M} – {board.time.end:%Y-%m-%d %H:%M} UTC"
        parts.append(_text(GAP, 24, board.title, 18, width, bold=True))
        parts.append(_text(GAP, 43, f"{span} · {board.source}", 12, width, "muted"))
    for each in drawn:
        box = each.widget.box
        parts.append(_widget(each, box.x * COLUMN + GAP, box.y * ROW + head))
    body = "".join(parts)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{_FONT}">{body}</svg>'
    )
    return ink.in_theme(svg, theme)


def _at_origin(drawn: Drawn) -> Drawn:
    box = drawn.widget.box
    return replace(drawn, widget=replace(drawn.widget, box=Box(0, 0, box.width, box.height)))


def _widget(drawn: Drawn, x: int, y: int) -> str:
    width, height = box_size(drawn.widget.box)
    panel = drawn.panel
    frame = ""
    if not (isinstance(panel, Markdown) and panel.transparent):
        frame = (
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" '
            f'fill="{ink.stand_in("surface")}" stroke="{ink.stand_in("edge")}"/>'
        )
    title = drawn.widget.title
    head = _text(PLOT_MARGIN, 21, title, 13, width - 2 * PLOT_MARGIN, bold=True) if title else ""
    top = TITLE if title else 2 if isinstance(panel, Markdown) else PLOT_MARGIN
    said = "; ".join(drawn.notes)
    foot = _text(PLOT_MARGIN, height - 8, said, 11, width - 2 * PLOT_MARGIN, "muted") if said else ""
    room = height - top - (NOTE_ROW if said else 0)
    inside = "".join(_panel(drawn, panel, width - 2 * PLOT_MARGIN, room - PLOT_MARGIN // 2))
    return (
        f'<svg x="{x}" y="{y}" width="{width}" height="{height}" data-widget="{drawn.widget.number}">{frame}{head}{foot}'
        f'<svg x="{PLOT_MARGIN}" y="{top}" width="{width - 2 * PLOT_MARGIN}" height="{max(room - 4, 1)}">'
        f"{inside}</svg></svg>"
    )


def _panel(drawn: Drawn, panel: Panel, width: int, height: int) -> Iterator[str]:
    if isinstance(panel, TimeChart | BarChart | PieChart | Gauge):
        yield from _chart(drawn, panel, width)
    elif isinstance(panel, Table):
        yield from _table(panel, width, height)
    elif isinstance(panel, Markdown):
        yield from _markdown(panel, width, height)
    elif isinstance(panel, Numbers):
        yield from _numbers(panel, width, height)
    elif isinstance(panel, Alarms):
        for index, state in enumerate(panel.states):
            y = index * 40
            colour = _STATES.get(state.state, "unknown")
            yield f'<rect y="{y}" width="5" height="34" fill="{ink.stand_in(colour)}"/>'
            yield _text(12, y + 13, state.state.replace("_", " ") or "state unknown", 11, width, colour, bold=True)
            yield _text(12, y + 29, state.name, 13, width - 12)
    elif isinstance(panel, Picture):
        data = base64.b64encode(panel.png).decode("ascii")
        yield f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/>'
    elif isinstance(panel, Placeholder):
        yield from _lines([f"Not drawn here: {panel.what}", *panel.facts], width, height, "muted")
    elif isinstance(panel, Problem):
        yield from _lines([panel.what, panel.remedy], width, height, "bad")
    elif isinstance(panel, Empty):
        lines = _wrapped(panel.why, int(width * 0.9 / (12 * _LETTER)))
        for place, line in enumerate(lines):
            middle = height / 2 + (place - (len(lines) - 1) / 2) * _LINE
            yield _text(width / 2, middle, line, 12, width, "muted", anchor="middle")


def _chart(drawn: Drawn, panel: TimeChart | BarChart | PieChart | Gauge, width: int) -> Iterator[str]:
    box = drawn.widget.box
    wide, high = plot_size(box, panel, titled=bool(drawn.widget.title), noted=bool(drawn.notes))
    svg = plot(panel, wide, high, key=f"p{drawn.widget.number}").svg
    yield svg.replace("<svg ", f'<svg width="{wide}" height="{high}" ', 1)
    if isinstance(panel, Gauge):
        yield _text(wide / 2, high + 12, panel.label, 12, wide, anchor="middle")
        return
    keys: list[tuple[str, str]] = []
    if isinstance(panel, TimeChart) and panel.legend != "hidden":
        keys = [(line.label, line.colour) for line in panel.lines]
    elif isinstance(panel, PieChart):
        total = sum(each.value for each in panel.slices) or 1.0
        keys = [(f"{each.label} {each.value / total:.0%}", each.colour) for each in panel.slices]
    beside = side_legend(box, panel)
    x, y = (float(wide + 8), 20.0) if beside else (0.0, high + 12.0)
    for label, colour in keys:
        length = SIDE_LEGEND - 24.0 if beside else min(len(label) * 12 * _LETTER + 24, width)
        if not beside and x and x + length > width:
            x, y = 0.0, y + KEY_ROW
        yield f'<rect x="{x}" y="{y - 9}" width="10" height="10" rx="2" fill="{ink.stand_in(colour)}"/>'
        yield _text(x + 15, y, label, 12, length)
        x, y = (x, y + KEY_ROW) if beside else (x + length + 8, y)


def _table(panel: Table, width: int, height: int) -> Iterator[str]:
    """Columns as wide as their texts, the rest of the room shared; rows as far as they fit."""
    fit = max(int(height // _LINE) - 1, 0)
    rows = panel.rows[:fit]
    wanted = [
        min(max(len(name) * 1.08, *(len(row[i]) for row in rows), 1) * 12 * _LETTER + 16, 420.0)
        for i, name in enumerate(panel.columns)
    ]
    # cut in all columns a table tells nothing: the first ones are shown whole, as the page does before it is scrolled
    widths = list(wanted)
    if widths and sum(widths) < width:
        spare = (width - sum(widths)) / len(widths)
        widths = [each + spare for each in widths]
    for line, (texts, colour) in enumerate([(panel.columns, "muted"), *((row, "ink") for row in rows)]):
        x, y = 0.0, line * _LINE + 13
        yield f'<line x1="0" x2="{width}" y1="{y + 5}" y2="{y + 5}" stroke="{ink.stand_in("grid")}"/>'
        for text, natural, numeric in zip(texts, widths, panel.numeric, strict=True):
            room = min(natural, width - x)
            if room < min(natural, 40):
                break
            at, anchor = (x + room - 10, "end") if numeric else (x, "start")
            yield _text(at, y, text.split("\n")[0], 12, room - 10, colour, bold=line == 0, anchor=anchor)
            x += room


def _markdown(panel: Markdown, width: int, height: int) -> Iterator[str]:
    y = 4.0
    for words, level in markdown.to_lines(panel.text):
        size = {1: 20, 2: 17, 3: 14}.get(level, 13)
        for line in _wrapped(words, int(width / (size * _LETTER))):
            y += size * 1.4
            if y > height:
                return
            yield _text(0, y, line, size, width, bold=level > 0)
        y += 4 if level else 1


def _numbers(panel: Numbers, width: int, height: int) -> Iterator[str]:
    columns = max(1, min(len(panel.lines), width // 140))
    room = width / columns
    for index, line in enumerate(panel.lines):
        x, y = index % columns * room, 20 + index // columns * 96
        if y > height:
            return
        yield _text(x, y, line.label, 12, room - 10, "muted")
        yield _text(x, y + 30, "–" if line.last is None else amounts.amount(line.last, line.unit), 26, room, bold=True)
        if panel.sparkline and len(line.values) > 1:
            yield spark(line).replace("<svg ", f'<svg x="{x}" y="{y + 36}" width="{room - 16}" height="34" ', 1)


def _lines(texts: Sequence[str], width: int, height: int, colour: str) -> Iterator[str]:
    y = 0.0
    for text in texts:
        for line in _wrapped(text, int(width / (12 * _LETTER))):
            y += _LINE
            if y > height:
                return
            yield _text(0, y, line, 12, width, colour)


def _wrapped(text: str, letters: int) -> list[str]:
    import textwrap

    return [part for line in text.split("\n") for part in textwrap.wrap(line, max(letters, 8))]


def _text(
    x: float,
    y: float,
    text: str,
    size: int,
    room: float,
    colour: str = "ink",
    *,
    bold: bool = False,
    anchor: str = "start",
) -> str:
    letters = max(int(room / (size * _LETTER)), 1)
    cut = text if len(text) <= letters else text[: max(letters - 1, 1)] + "…"
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{ink.stand_in(colour)}"{weight}>'
        f"{escape(cut)}</text>"
    )
