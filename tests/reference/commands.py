"""Runs a query over events, command by command, as the reference describes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from insightctl.ql import ast
from tests.reference.aggregates import aggregate
from tests.reference.events import Event, piece
from tests.reference.expressions import Evaluator
from tests.reference.functions import glob, regex
from tests.reference.rows import Parts, Place, Row, identity, place
from tests.reference.values import Moment, Tree, Value, as_number, as_text, truth


@dataclass(frozen=True)
class Answer:
    """Rows in order. Those with equal `places` may come in any order, and a limit may cut any of them."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]
    places: list[tuple[Place, ...]]
    limit: int | None
    matched: int
    scanned: int


@dataclass
class State:
    """What the commands so far have made."""

    rows: list[Row]
    shown: dict[str, Parts] = field(default_factory=dict)
    displayed: dict[str, Parts] | None = None
    parsed: dict[str, Parts] = field(default_factory=dict)
    made: dict[str, Parts] = field(default_factory=dict)
    closed: bool = False
    matched: int | None = None
    limit: int | None = None

    def columns(self) -> dict[str, Parts]:
        """The last display; else what fields commands name, else time and message; beside them what parse made."""
        if self.displayed is not None:
            return self.displayed
        if self.closed:
            return self.shown
        own: dict[str, Parts] = {name: (name,) for name in ("@timestamp", "@message")}
        return (self.shown or own | self.made) | self.parsed

    def mark_matched(self) -> None:
        if self.matched is None:
            self.matched = len(self.rows)


def run(query: ast.Query, events: Sequence[Event]) -> Answer:
    """The answer to a query."""
    newest_first = [(place(Moment(event.ms), descending=True),) for event in events]
    state = State([Row(event, {}, at) for event, at in zip(events, newest_first, strict=True)])
    for command in query.commands:
        if state.limit is not None and not isinstance(command, ast.Fields | ast.Display | ast.Limit):
            raise NotImplementedError("which rows a limit keeps is open where keys are equal")
        STEPS[type(command)](state, command)
    state.mark_matched()
    rows = sorted(state.rows, key=lambda row: row.place)
    columns = state.columns()
    cells = [tuple(row.field(parts) for parts in columns.values()) for row in rows]
    assert state.matched is not None
    places = [row.place for row in rows]
    return Answer(tuple(columns), cells, places, state.limit, state.matched, len(events))


def select(state: State, command: ast.Fields | ast.Display) -> None:
    """Makes the fields of the items, one after the other, and shows them."""
    names: dict[str, Parts] = {}
    for item in command.items:
        if isinstance(item.expr, ast.Field) and item.alias is None:
            names[item.name] = item.expr.parts
            continue
        names[item.name] = (item.name,)
        values = [written(row, item.expr, item.written) for row in state.rows]
        state.rows = [row.with_made({item.name: v}) for row, v in zip(state.rows, values, strict=True)]
    if isinstance(command, ast.Display):
        state.displayed = names
    elif state.displayed is None:
        state.shown |= names
    else:
        state.displayed |= names


def written(row: Row, expr: ast.Expr, text: str) -> Value:
    """The value of an expression; after stats its text may name a column."""
    if row.event is None and text in row.made:
        return row.made[text]
    return Evaluator(row.field).value(expr)


def keep(state: State, command: ast.Filter) -> None:
    state.rows = [row for row in state.rows if truth(Evaluator(row.field).value(command.condition))]


def parse(state: State, command: ast.Parse) -> None:
    """The groups of the first match, else nothing."""
    if command.multi:
        raise NotImplementedError("parse multi")
    source = command.source or ast.Field(("@message",))
    if isinstance(command.pattern, ast.Regex):
        pattern = regex(command.pattern.pattern)
        names = command.aliases or tuple(sorted(pattern.groupindex, key=lambda name: pattern.groupindex[name]))
    else:
        pattern, names = glob(command.pattern.value), command.aliases
    by_name = isinstance(command.pattern, ast.Regex) and pattern.groupindex
    grown = []
    for row in state.rows:
        found = pattern.search(as_text(Evaluator(row.field).value(source)) or "")
        if as_text(Evaluator(row.field).value(source)) is None:
            found = None
        groups: Sequence[str | None] = [None] * len(names)
        if found is not None:
            groups = [found[name] for name in names] if by_name else found.groups()
        grown.append(row.with_made(dict(zip(names, groups, strict=True))))
    state.rows = grown
    target = state.shown if state.closed else state.parsed
    target |= {name: (name,) for name in names}


def stats(state: State, command: ast.Stats) -> None:
    """One row a group; the groups of times newest first, others in the order of their keys."""
    state.mark_matched()
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    keys: dict[tuple[object, ...], list[Value]] = {}
    for row in state.rows:
        values = [shown_key(written(row, item.expr, item.written)) for item in command.by]
        group = tuple(identity(value) for value in values)
        groups[group].append(row)
        keys[group] = values
    if not command.by:
        groups[()], keys[()] = list(state.rows), []
    timed = [any(isinstance(values[at], Moment) for values in keys.values()) for at in range(len(command.by))]
    rows = []
    for group, members in groups.items():
        made = dict(zip((item.name for item in command.by), keys[group], strict=True))
        times = [place(value, descending=True) for value, is_time in zip(keys[group], timed, strict=True) if is_time]
        others = [place(value) for value, is_time in zip(keys[group], timed, strict=True) if not is_time]
        for item in command.items:
            made[item.name] = measured(item.expr, members, made)
        rows.append(Row(None, made, (*times, *others)))
    state.rows = rows
    state.shown = {item.name: (item.name,) for item in (*command.by, *command.items)}
    state.displayed, state.parsed, state.made, state.closed = None, {}, {}, True


def shown_key(value: Value) -> Value:
    """Maps and lists are no keys."""
    return None if isinstance(value, Tree) else value


def measured(expr: ast.Expr, members: Sequence[Row], made: dict[str, Value]) -> Value:
    """An expression of aggregates; a field outside of them is a column to the left."""

    def column(parts: Parts) -> Value:
        return made.get(".".join(str(part) for part in parts))

    return Evaluator(column, lambda call: aggregate(call, members)).value(expr)


def sort(state: State, command: ast.Sort) -> None:
    """Gives every row its place; the last sort counts."""

    def of(row: Row) -> tuple[Place, ...]:
        return tuple(place(written(row, k.expr, k.written), descending=k.descending) for k in command.keys)

    state.rows = [replace(row, place=of(row)) for row in state.rows]


def limit(state: State, command: ast.Limit) -> None:
    state.mark_matched()
    state.limit = command.count if state.limit is None else min(state.limit, command.count)


def dedup(state: State, command: ast.Dedup) -> None:
    """The first row of each value in the order; rows that lack one of the fields stay."""
    state.mark_matched()
    seen: set[tuple[object, ...]] = set()
    kept = []
    for row in sorted(state.rows, key=lambda row: row.place):
        values = [row.field(name.parts) for name in command.fields]
        key = tuple(identity(value) for value in values)
        if any(value is None for value in values) or key not in seen:
            kept.append(row)
        seen.add(key)
    state.rows = kept


def unnest(state: State, command: ast.Unnest) -> None:
    """A row an element; what is no list is one of one element, what is absent or empty gives no row."""
    rows = []
    for row in state.rows:
        if isinstance(command.source, ast.Field):
            source = row.raw(command.source.parts)
        else:
            source = Evaluator(row.field).value(command.source)
        elements: list[Value] = [] if source is None else [source]
        if isinstance(source, Tree) and isinstance(source.json, list):
            elements = [piece(element) for element in source.json]
        rows += [row.with_made({command.alias: element}) for element in elements]
    state.rows = rows
    target = state.shown if state.closed else state.made
    target[command.alias] = (command.alias,)


def autoregress(state: State, command: ast.Autoregress) -> None:
    """The values of the rows before, in the order so far."""
    if command.first != command.last or command.alias is None:
        raise NotImplementedError("autoregress over several rows")
    ordered = sorted(state.rows, key=lambda row: row.place)
    values = [row.field(command.source.parts) for row in ordered]
    before = [None] * command.first + values
    state.rows = [row.with_made({command.alias: value}) for row, value in zip(ordered, before, strict=False)]
    target = state.shown if state.closed else state.made
    target[command.alias] = (command.alias,)


def accum(state: State, command: ast.Accum) -> None:
    """The running sum in the order so far; a row without a number leaves it as it is."""
    ordered = sorted(state.rows, key=lambda row: row.place)
    name, total, rows = command.alias or command.source.name, Fraction(0), []
    for row in ordered:
        number = as_number(row.field(command.source.parts))
        total += Fraction(number) if number is not None else 0
        rows.append(row.with_made({name: int(total) if total.denominator == 1 else float(total)}))
    state.rows = rows
    (state.shown if state.closed else state.made)[name] = (name,)


def filldown(state: State, command: ast.FillDown) -> None:
    """The last value that was there, in the order so far."""
    if not command.patterns or any("*" in name for name in command.patterns):
        raise NotImplementedError("filldown by wildcards")
    last: dict[str, Value] = {}
    rows = []
    for row in sorted(state.rows, key=lambda row: row.place):
        last |= {name: value for name in command.patterns if (value := row.field((name,))) is not None}
        rows.append(row.with_made({name: last.get(name) for name in command.patterns}))
    state.rows = rows


STEPS: dict[type, Callable[..., None]] = {
    ast.Fields: select,
    ast.Display: select,
    ast.Filter: keep,
    ast.Parse: parse,
    ast.Stats: stats,
    ast.Sort: sort,
    ast.Limit: limit,
    ast.Dedup: dedup,
    ast.Unnest: unnest,
    ast.Autoregress: autoregress,
    ast.Accum: accum,
    ast.FillDown: filldown,
}
