"""`stats` over parts of the events: what each part is asked, so that the parts add up to exactly the whole.

The answer of a slice has the query's keys and, for each aggregate, columns that `insightctl.local.merging` puts
together. Computed numbers come rounded to 4 decimals, so sums travel as whole numbers and millionths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from insightctl.ql import ast
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.formatting import expression_text
from insightctl.ql.formatting.commands import item_text
from insightctl.ql.functions import find
from insightctl.ql.periods import bucket
from insightctl.ql.placing import keyword
from insightctl.ql.scope import Scope
from insightctl.ql.types import FieldType

How = Literal["count", "sum", "avg", "stddev", "variance", "again", "timed", "weighted", "whole"]

FRACTION = 1_000_000
"""Fractions are summed as millionths: with the 4 decimals of an answer, exact to 10."""
SPREAD = 1_000
"""Spreads are measured on values so many times as big."""
_EACH_EVENT = (
    ast.Fields
    | ast.Display
    | ast.Filter
    | ast.FilterIndex
    | ast.Parse
    | ast.ParseLogfmt
    | ast.ParseCsv
    | ast.Json
    | ast.Unnest
    | ast.Expand
    | ast.Lookup
    | ast.CidrLookup
    | ast.Source
    | ast.Unmask
)
"""Commands that look at one event at a time."""

_HOW: dict[str, How] = {
    "count": "count",
    "countOverTime": "count",
    "sum": "sum",
    "sumOverTime": "sum",
    "avg": "avg",
    "stddev": "stddev",
    "variance": "variance",
    "min": "again",
    "max": "again",
    "sortsFirst": "again",
    "sortsLast": "again",
    "earliest": "timed",
    "latest": "timed",
    "pct": "weighted",
    "median": "weighted",
    "count_distinct": "weighted",
    "histogram": "weighted",
}


class NotMergeable(Exception):
    """Why the answers of parts cannot be put together exactly."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reduction:
    """An aggregate of the query, the columns of a slice's answer that it is made from, and the type of its values."""

    call: ast.Call
    how: How
    columns: tuple[str, ...]
    type: FieldType


@dataclass(frozen=True, slots=True)
class PartialKey:
    """A key of `stats ... by`: the name of its column and its type."""

    name: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class PartialStats:
    """The query of a slice, and how its answers are put together.

    `at` is the place of the `stats` among the commands; those behind it run over what was put together. `counted` are
    the aggregates for which every single value is fetched, with `weight` telling how often it occurs.
    """

    text: str
    at: int
    keys: tuple[PartialKey, ...]
    reductions: tuple[Reduction, ...]
    weight: str | None = None
    counted: tuple[str, ...] = ()


def each_event(commands: tuple[ast.Command, ...]) -> None:
    """Raises NotMergeable where a command looks at more than one event at a time, or at other logs."""
    for command in commands:
        if not isinstance(command, _EACH_EVENT):
            raise NotMergeable(f"'{keyword(command)}' looks at all events of the range together")
        if any(True for _ in ast.subqueries(command)):
            raise NotMergeable("the query inside it would look at the slice's range only")
        if isinstance(command, ast.Source) and (command.start is not None or command.end is not None):
            raise NotMergeable("its SOURCE has a time range of its own")
        _without_now(command)


_OF_THE_RUN = frozenset({"now", "querystarttime", "queryendtime", "querytimerange"})


def _without_now(command: ast.Command) -> None:
    for expr in ast.expressions(command):
        for node in ast.walk(expr):
            if isinstance(node, ast.Call) and node.name.lower() in _OF_THE_RUN:
                raise NotMergeable(f"{node.name}() differs from slice to slice")


_EVEN = frozenset({"bin", "datefloor", "dateceil", "floor", "ceil", "strlen", "tomillis", "toMillis"})


def is_rounded(expr: ast.Expr, scope: Scope) -> bool:
    """Whether a value may come rounded to 4 decimals, so that different values look the same."""
    if isinstance(expr, ast.Field):
        return scope.type_of(expr.name) == "number" and scope.is_computed(ast.Item(expr, None, expr.name))
    return scope.infer(expr) == "number" and not (isinstance(expr, ast.Call) and expr.name in _EVEN)


def first_stats(checked: CheckedQuery) -> int | None:
    """The place of the first stats among the commands."""
    return next((i for i, c in enumerate(checked.query.commands) if isinstance(c, ast.Stats)), None)


def bin_width_ms(checked: CheckedQuery) -> int | None:
    """The bin of the first stats in ms, when each of its groups lies in one; None when it has none, or one of the calendar."""
    at = first_stats(checked)
    if at is None:
        return None
    command = checked.query.commands[at]
    assert isinstance(command, ast.Stats)
    if command.offset is not None or checked.analysis.steps[at].scope.knows(ast.Field(("@timestamp",))):
        return None
    for item in command.by:
        if isinstance(item.expr, ast.Call) and item.expr.name == "bin" and len(item.expr.args) == 1:
            period = item.expr.args[0]
            if isinstance(period, ast.Period) and (width := bucket(period).ms):
                return width
    return None


def partial_stats(checked: CheckedQuery, *, aligned: bool, ordered: bool) -> PartialStats:
    """What each slice is asked. Raises NotMergeable with the reason.

    `aligned`: no group lies in two slices, so that each aggregate is whole as it comes. `ordered`: the slices follow
    each other in time.
    """
    at = first_stats(checked)
    if at is None:
        raise NotMergeable("it has no stats")
    each_event(checked.query.commands[:at])
    command = checked.query.commands[at]
    assert isinstance(command, ast.Stats)
    if command.offset is not None:
        raise NotMergeable("its bins have an offset")
    _without_now(command)
    scope = checked.analysis.steps[at].scope
    for item in command.by:
        if is_rounded(item.expr, scope):
            raise NotMergeable(
                f"it groups by the computed number {item.name}, which answers carry with 4 decimals only"
            )
    for later in checked.query.commands[at + 1 :]:
        _without_now(later)
        if isinstance(later, ast.Join | ast.AppendCols) or any(True for _ in ast.subqueries(later)):
            raise NotMergeable(f"'{keyword(later)}' behind the stats reads other logs")
    made = _Maker(scope, aligned, ordered, _free_prefix(checked.query.text))
    for item in command.items:
        for node in ast.walk(item.expr):
            if isinstance(node, ast.Call) and (known := find(node.name)) is not None and known.aggregate:
                made.reduce(node)
    if made.counted and any(r.how == "timed" for r in made.reductions):
        raise NotMergeable("earliest and latest cannot be told beside percentiles or distinct values")
    weight = made.weight()
    return PartialStats(
        checked.query.text[: command.span.start] + made.text(command),
        at,
        tuple(PartialKey(item.name, made.scope.infer(item.expr)) for item in command.by),
        tuple(made.reductions),
        weight,
        tuple(made.counted),
    )


def _free_prefix(text: str) -> str:
    """What our names begin with: nothing that the query names."""
    prefix = "ic"
    while f"{prefix}_" in text:
        prefix += "c"
    return prefix


@dataclass(slots=True)
class _Maker:
    scope: Scope
    aligned: bool
    ordered: bool
    prefix: str
    reductions: list[Reduction] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    subjects: dict[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)

    def reduce(self, call: ast.Call) -> None:
        """Adds what an aggregate needs, once."""
        if any(r.call == call for r in self.reductions):
            return
        if self.aligned and _HOW.get(call.name) not in ("count", "sum", "avg", "stddev", "variance"):
            whole = self._part(expression_text(call))
            self.reductions.append(Reduction(call, "whole", (whole,), self.scope.infer(call)))
            return
        how = _HOW.get(call.name)
        if how is None:
            raise NotMergeable(f"{call.name}() of slices does not give {call.name}() of the whole")
        if how == "timed" and not self.ordered:
            raise NotMergeable(f"{call.name}() needs the log groups in one query")
        if not call.args or isinstance(call.args[0], ast.Star):
            self.reductions.append(Reduction(call, "count", (self._part("count(*)"),), "number"))
            return
        subject = call.args[0]
        columns = tuple(self._columns(how, call, subject))
        self.reductions.append(Reduction(call, how, columns, self.scope.infer(subject)))

    def _columns(self, how: How, call: ast.Call, subject: ast.Expr) -> Iterator[str]:
        if how in ("count", "again", "timed"):
            name = "count" if how == "count" else call.name
            yield self._part(f"{name}({expression_text(subject)})")
            return
        value = self._subject(subject)
        if how == "weighted":
            if value not in self.values:
                self.values.append(value)
            self.counted.append(expression_text(call))
            yield value
            return
        yield self._part(f"sum(floor({value}))")
        yield self._part(f"sum(({value} - floor({value})) * {FRACTION})")
        if how != "sum":
            yield self._part(f"count({value} * 1)")  # avg and its kin leave out what is no number
        if how in ("stddev", "variance"):
            yield self._part(f"variance({value} * {SPREAD})")

    def _subject(self, expr: ast.Expr) -> str:
        return self.subjects.setdefault(expression_text(expr), f"{self.prefix}_v{len(self.subjects)}")

    def _part(self, text: str) -> str:
        return self.parts.setdefault(text, f"{self.prefix}_p{len(self.parts)}")

    def weight(self) -> str | None:
        """The column that tells how many events stand behind a row, where values are keys."""
        return self._part("count(*)") if self.values else None

    def text(self, command: ast.Stats) -> str:
        """The commands of a slice, from the stats on."""
        lines = []
        if self.subjects:
            lines.append("fields " + ", ".join(f"{text} as {name}" for text, name in self.subjects.items()))
        stats = "stats " + ", ".join(f"{text} as {name}" for text, name in self.parts.items())
        keys = [item_text(item) for item in command.by] + self.values
        lines.append(stats + (f" by {', '.join(keys)}" if keys else ""))
        return "\n| ".join(lines)
