"""Tree to checked query: what the service would refuse, what misleads, and the columns that come out, with types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from insightctl.ql import ast
from insightctl.ql.diagnostics import Diagnostic, QueryError, nearest
from insightctl.ql.expression_rules import check_expression, check_regex
from insightctl.ql.fields import KNOWN_FIELDS
from insightctl.ql.parser import parse
from insightctl.ql.regex import RegexRefused, translate
from insightctl.ql.spans import Span
from insightctl.ql.types import FieldType, infer

MAX_CHARACTERS = 10_000  # StartQuery, queryString
MAX_STATS = 10
MAX_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that the query returns. Type "any" is known only from the values; `computed` numbers are rounded."""

    name: str
    type: FieldType
    computed: bool


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query that the service would run. `open` when other columns may appear (a command only the service runs)."""

    query: ast.Query
    columns: tuple[OutputColumn, ...]
    aggregated: bool
    open: bool
    warnings: tuple[Diagnostic, ...] = ()


def diagnose(text: str) -> tuple[CheckedQuery, tuple[Diagnostic, ...]]:
    """The query as far as it goes, and every finding in order of place."""
    query, problems = parse(text)
    checker = _Checker(query)
    if not problems and len(text) <= MAX_CHARACTERS:
        checker.run()
    found = [*problems, *checker.problems]
    if len(text) > MAX_CHARACTERS:
        message = f"the query has {len(text):,} characters; the service takes {MAX_CHARACTERS:,}"
        found.insert(0, Diagnostic("QL008", message, Span(MAX_CHARACTERS, MAX_CHARACTERS + 1), "shorten the query"))
    found.sort(key=lambda d: d.span.start)
    warnings = tuple(d for d in found if d.severity != "error")
    checked = CheckedQuery(query, checker.columns(), checker.stats_seen > 0, checker.open, warnings)
    return checked, tuple(found)


def check(text: str, *, source: str = "<query>") -> CheckedQuery:
    """The checked query. Raises QueryError with every finding when the service would refuse it."""
    checked, found = diagnose(text)
    if any(d.severity == "error" for d in found):
        raise QueryError(found, text, source)
    return checked


@dataclass(slots=True)
class _Checker:
    query: ast.Query
    problems: list[Diagnostic] = field(default_factory=list)
    defined: dict[str, FieldType] = field(default_factory=dict)
    shown: dict[str, bool] = field(default_factory=dict)
    displayed: dict[str, bool] | None = None
    parsed: dict[str, bool] = field(default_factory=dict)
    closed: bool = False
    open: bool = False
    stats_seen: int = 0
    stats_left: int = 0
    deduped: Span | None = None

    def run(self) -> None:
        self.stats_left = sum(isinstance(c, ast.Stats) for c in self.query.commands)
        for command in self.query.commands:
            if self.deduped and not isinstance(command, ast.Limit):
                self._error("QL017", "only limit may follow dedup", command.span, "move it before dedup")
            match command:
                case ast.Fields(items=items):
                    self._fields(items)
                case ast.Display(items=items):
                    self._display(items)
                case ast.Filter(condition=condition):
                    self._expression(condition)
                case ast.Parse():
                    self._parse(command)
                case ast.Stats():
                    self._stats(command)
                case ast.Sort(keys=keys):
                    self._before_stats(command, "sort")
                    for key in keys:
                        self._sort_key(key)
                case ast.Limit():
                    self._limit(command)
                case ast.Dedup(fields=fields):
                    self.deduped = command.span
                    for name in fields:
                        self._expression(name)
                case ast.Opaque(name=name):
                    self.open = self.open or name.lower() not in ("filterindex", "source")
                case ast.Source():
                    pass

    def columns(self) -> tuple[OutputColumn, ...]:
        """What comes out, in order."""
        shown = self.displayed
        if shown is None:
            default = {} if self.closed or self.shown else {"@timestamp": False, "@message": False}
            shown = default | self.shown | ({} if self.closed else self.parsed)
        return tuple(OutputColumn(name, self.type_of(name), computed) for name, computed in shown.items())

    def type_of(self, name: str) -> FieldType:
        return self.defined[name] if name in self.defined else KNOWN_FIELDS.get(name, "any")

    def _error(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, span, help))

    def _expression(self, expr: ast.Expr, *, in_stats: bool = False, aggregates_are_columns: bool = False) -> None:
        self.problems.extend(self._findings(expr, in_stats, aggregates_are_columns))

    def _findings(self, expr: ast.Expr, in_stats: bool, aggregates_are_columns: bool) -> Iterator[Diagnostic]:
        yield from check_expression(
            expr, in_stats=in_stats, column=self._is_column, loose_aggregates=aggregates_are_columns and self.closed
        )
        if self.closed and not self.open:
            yield from self._gone(expr)

    def _sort_key(self, key: ast.SortKey) -> None:
        """The service sorts by an absent field without a word, so a lost field misleads here but is no error."""
        for found in self._findings(key.expr, False, True):
            severity = "warning" if found.code == "QL019" else found.severity
            self.problems.append(replace(found, severity=severity))

    def _is_column(self, expr: ast.Expr) -> bool:
        """Whether an expression names a column that stats made, by its text: `sort count(*) desc`."""
        return isinstance(expr, ast.Call) and any(expr == known for known in self._column_exprs)

    @property
    def _column_exprs(self) -> list[ast.Expr]:
        stats = [c for c in self.query.commands[:] if isinstance(c, ast.Stats)]
        return [item.expr for c in stats[: self.stats_seen] for item in (*c.items, *c.by)]

    def _gone(self, expr: ast.Expr) -> Iterator[Diagnostic]:
        """Fields that no longer exist after stats."""
        skip = {id(inner) for node in ast.walk(expr) if self._is_column(node) for inner in ast.walk(node)}
        for node in ast.walk(expr):
            if isinstance(node, ast.Call) and node.name == "bin" and id(node) not in skip and not self._has_time:
                hint = "keep the time: stats ... by bin(5m) as t | stats ... by datefloor(t, 1h)"
                yield Diagnostic("QL019", "bin() reads @timestamp, which does not exist after stats", node.span, hint)
            if not isinstance(node, ast.Field) or id(node) in skip or self._defines(node):
                continue
            if isinstance(node.parts[0], str) and node.parts[0].lower() in ("count", "bin", "avg", "sum", "max", "min"):
                continue  # `sort count desc`, `sort bin asc`: the service takes them for absent fields
            meant = nearest(node.name, list(self.defined))
            hint = f"did you mean '{meant}'?" if meant else "columns here: " + ", ".join(self.defined)
            yield Diagnostic("QL019", f"'{node.name}' does not exist after stats", node.span, hint)

    @property
    def _has_time(self) -> bool:
        return "@timestamp" in self.defined

    def _defines(self, node: ast.Field) -> bool:
        return node.name in self.defined or str(node.parts[0]) in self.defined

    def _before_stats(self, command: ast.Command, what: str) -> None:
        if self.stats_left:
            self._error("QL018", f"{what} stands before stats", command.span, "move it after the last stats")

    def _fields(self, items: tuple[ast.Item, ...]) -> None:
        for item in items:
            self._expression(item.expr, aggregates_are_columns=True)
            self._define(item)
            self.shown[item.name] = _computed(item, self)

    def _display(self, items: tuple[ast.Item, ...]) -> None:
        shown: dict[str, bool] = {}
        for item in items:
            self._expression(item.expr, aggregates_are_columns=True)
            self._define(item)
            shown[item.name] = _computed(item, self)
        self.displayed = shown

    def _define(self, item: ast.Item) -> None:
        if item.alias is not None or not isinstance(item.expr, ast.Field):
            self.defined[item.name] = infer(item.expr, self.type_of)

    def _parse(self, command: ast.Parse) -> None:
        self._expression(command.source or ast.Field(("@message",), command.pattern.span))
        names = command.aliases
        if isinstance(command.pattern, ast.Regex):
            self.problems.extend(check_regex(command.pattern))
            try:
                groups = translate(command.pattern.pattern)
            except RegexRefused:
                return
            if groups.names:
                names = names or groups.names
            if not groups.names and not groups.groups:
                self._error(
                    "QL023",
                    "this regular expression captures nothing",
                    command.pattern.span,
                    "name a group: (?<name>...)",
                )
            elif not groups.names and not names:
                self._error("QL023", "the groups have no names", command.pattern.span, "write (?<name>...)")
            if command.aliases and groups.names and set(command.aliases) != set(groups.names):
                names = tuple(dict.fromkeys((*groups.names, *command.aliases)))
        else:
            stars = command.pattern.value.count("*")
            if stars != len(names):
                message = f"the glob has {stars} '*' and there are {len(names)} names"
                self._error("QL022", message, command.pattern.span, "give one name for each '*'")
        for name in names:
            self.defined[name] = "string"
            self.parsed[name] = False
            if self.closed:
                self.shown[name] = False

    def _stats(self, command: ast.Stats) -> None:
        self.stats_left -= 1
        if self.stats_seen >= MAX_STATS:
            self._error("QL020", f"a query has at most {MAX_STATS} stats", command.span)
        outer = dict(self.defined)
        types: dict[str, FieldType] = {}
        computed: dict[str, bool] = {}
        for item in command.by:
            self._expression(item.expr)
            types[item.name] = infer(item.expr, self.type_of)
            computed[item.name] = _computed(item, self)
        for item in command.items:
            self._stats_item(item, types)
            self.defined = outer | types
            types[item.name] = infer(item.expr, self.type_of)
            computed[item.name] = True
            self.defined = outer
        self.defined, self.shown, self.displayed, self.parsed = types, computed, None, {}
        self.closed, self.open = True, False
        self.stats_seen += 1

    def _stats_item(self, item: ast.Item, earlier: dict[str, FieldType]) -> None:
        saved, self.defined = self.defined, self.defined | earlier
        self._expression(item.expr, in_stats=True)
        self.defined = saved
        for bare in _outside_aggregates(item.expr):
            if bare.name not in earlier:
                hint = f"aggregate it (avg({bare.name}), latest({bare.name})) or group by it"
                self._error("QL015", f"'{bare.name}' is neither aggregated nor grouped by", bare.span, hint)

    def _limit(self, command: ast.Limit) -> None:
        self._before_stats(command, "limit")
        if not 1 <= command.count <= MAX_LIMIT:
            message = f"limit {command.count} is out of range"
            self._error("QL016", message, command.span, f"write a whole number from 1 to {MAX_LIMIT:,}")


def _computed(item: ast.Item, checker: _Checker) -> bool:
    if not isinstance(item.expr, ast.Field):
        return True
    return checker.shown.get(item.expr.name, False) if item.expr.name in checker.defined else False


def _outside_aggregates(expr: ast.Expr) -> Iterator[ast.Field]:
    match expr:
        case ast.Field():
            yield expr
        case ast.Call(name=name, args=args):
            from insightctl.ql.functions import find

            known = find(name)
            if known is not None and not known.aggregate:
                for arg in args:
                    yield from _outside_aggregates(arg)
        case ast.Unary(operand=operand):
            yield from _outside_aggregates(operand)
        case ast.Binary(op="and" | "or"):
            for inner in ast.operands(expr):
                yield from _outside_aggregates(inner)
        case ast.Binary(left=left, right=right):
            yield from _outside_aggregates(left)
            yield from _outside_aggregates(right)
        case ast.In(operand=operand, items=items):
            for inner in (operand, *items):
                yield from _outside_aggregates(inner)
        case _:
            return
