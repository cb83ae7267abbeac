"""The expressions of a metric widget against its ids: unknown, taken twice, in a circle."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from insightctl.dashboards.lint import insights, maths, searches
from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.rows import Body, MetricWidget, Row
from insightctl.dashboards.lint.templates import has_hole

MAX_SEARCHES = 100  # "CloudWatch search expression syntax"


def expressions(body: Body) -> Iterator[Found]:
    """Everything about expressions and ids, widget by widget."""
    for widget in body.metric_widgets:
        yield from _of_widget(widget)


def _of_widget(widget: MetricWidget) -> Iterator[Found]:
    read = {id(row): maths.read(row.expression or "") for row in widget.rows if _is_maths(row)}
    used = {name for each in read.values() for name, _ in each.names}
    yield from _taken_twice(widget.rows, used)
    ids = [row.id for row in widget.rows if row.id]
    for row in widget.rows:
        if id(row) in read:
            yield from _of_maths(row, read[id(row)], ids)
    yield from _circles(widget.rows, {row.id: read[id(row)] for row in widget.rows if row.id and id(row) in read})
    yield from _of_insights(widget)
    searched = sum(call.name == "SEARCH" for each in read.values() for call in each.calls)
    if searched > MAX_SEARCHES:
        message = f"{searched} searches; a graph takes at most {MAX_SEARCHES}"
        yield Found("DL007", widget.properties.get("metrics").path, message)


def _is_maths(row: Row) -> bool:
    text = row.expression
    return text is not None and not insights.is_query(text) and not has_hole(text)


def _where(row: Row) -> str:
    return row.options.get("expression").path


def _taken_twice(rows: Sequence[Row], used: set[str]) -> Iterator[Found]:
    """Two rows with one id. Where nothing uses it each still draws, so that is no error."""
    seen: dict[str, str] = {}
    for row in rows:
        if not row.id:
            continue
        path = row.options.get("id").path
        if row.id in seen:
            is_used = row.id in used
            message = f"the id '{row.id}' is taken by {seen[row.id]}"
            help_ = "an expression uses it: which of the two is meant?" if is_used else "give each row an id of its own"
            yield Found("DL025", path, message, help_, "error" if is_used else "warning")
        seen.setdefault(row.id, path)


def _of_maths(row: Row, read: maths.Maths, ids: Sequence[str]) -> Iterator[Found]:
    path = _where(row)
    if read.wrong:
        message, span = read.wrong
        yield Found("DL027", path, message, within=span)
    for name, span in read.names:
        if name not in ids and name not in maths.WORDS and name not in maths.FUNCTIONS:
            yield Found(
                "DL024", path, f"no metric or expression here has the id '{name}'", _meant(name, ids), within=span
            )
    for call in read.calls:
        if call.name not in maths.FUNCTIONS:
            near = _near(call.name.upper(), maths.FUNCTIONS)
            message = f"metric maths has no function '{call.name}'"
            help_ = f"did you mean '{near}'?" if near else None
            span = call.span._replace(end=call.span.start + len(call.name))
            yield Found("DL027", path, message, help_, "error" if near else "warning", within=span)
        elif call.name == "SEARCH":
            yield from searches.check(call, path)
        elif call.name == "METRICS" and call.texts:
            _, wanted, span = call.texts[0]
            if not any(wanted in each for each in ids):
                yield Found("DL024", path, f"no id here contains '{wanted}'", None, "warning", within=span)


def _meant(name: str, ids: Sequence[str]) -> str:
    near = _near(name, ids)
    if near:
        return f"did you mean '{near}'?"
    return f"ids here: {', '.join(ids[:8])}" if ids else 'give the metric an id: {"id": "m1"}'


def _near(word: str, known: Sequence[str]) -> str | None:
    lowered = {each.lower(): each for each in known}
    close = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def _circles(rows: Sequence[Row], read: Mapping[str, maths.Maths]) -> Iterator[Found]:
    """Expressions that need themselves; each circle is told once, at its first row."""
    uses = {id_: [name for name, _ in each.names if name in read] for id_, each in read.items()}
    told: set[str] = set()
    for row in rows:
        if row.id not in uses or row.id in told:
            continue
        way = _way_back(row.id, uses)
        if way:
            told.update(way)
            span = next((s for name, s in read[row.id].names if name == way[1]), None)
            yield Found("DL026", _where(row), f"the expressions need each other: {' -> '.join(way)}", within=span)


def _way_back(start: str, uses: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The shortest way from an id over what it uses back to it; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for name in uses[way[-1]]:
            if name == start:
                return (*way, name)
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()


def _of_insights(widget: MetricWidget) -> Iterator[Found]:
    first: Row | None = None
    for row in widget.rows:
        text = row.expression
        if text is None or not insights.is_query(text):
            continue
        if first is not None:
            message = f"a widget takes one Metrics Insights query; the first is {_where(first)}"
            yield Found("DL029", _where(row), message, "put it into a widget of its own")
        first = first or row
        if has_hole(text):
            continue
        for wrong in insights.check(text):
            yield Found(wrong.code, _where(row), wrong.message, wrong.help, within=wrong.span)
