"""A checked query as one SQL statement over a relation of events.

The relation has `_ts` (UTC ms), `_seq`, `_msg`, `_raw` (a text
that contains `_msg`), `_stream`, `_log`, `_ingested`. Every command wraps the statement so
far; columns get names of our own, so no text of a query becomes part of the SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from insightctl.core.errors import UsageError
from insightctl.local import discovery
from insightctl.local.compiler.aggregates import AGGREGATES, COUNT_ALL
from insightctl.local.compiler.expressions import Scope, compile_expr, matches
from insightctl.local.compiler.liveness import live_commands
from insightctl.local.compiler.prefilter import necessary
from insightctl.local.compiler.sorting import order_by
from insightctl.local.compiler.values import Params, Val, text
from insightctl.ql import ast
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.fields import LAMBDA_FIELDS
from insightctl.ql.functions import find
from insightctl.ql.regex import translate

_SYSTEM = {
    "@timestamp": Val("_ts", "timestamp"),
    "@message": Val("_msg", "string"),
    "@logStream": Val("_stream", "string"),
    "@log": Val("_log", "string"),
    "@ingestionTime": Val("_ingested", "timestamp"),
}

BASE = "{events}"
"""Stands in the statement for the relation of events, which the reader fills in."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement. `columns` are (name, value) in output order; the statement selects them as o0, o1, ...

    `matched` is the SQL column that carries the number of matched events when the query aggregates; `count` is a
    statement that counts them otherwise (both before any sort, limit or dedup).
    """

    sql: str
    params: tuple[object, ...]
    columns: tuple[tuple[str, Val], ...]
    aggregated: bool
    count_sql: str
    count_params: tuple[object, ...]
    limit: int
    deduplicated: bool


@dataclass(slots=True)
class Pipeline:
    """Compiles one query. `now_s` is the epoch second of the query's start; `max_rows` caps rows without `limit`."""

    checked: CheckedQuery
    now_s: int
    max_rows: int
    params: Params = field(default_factory=Params)
    defined: dict[str, Val] = field(default_factory=dict)
    by_expr: list[tuple[ast.Expr, Val]] = field(default_factory=list)
    discovered: dict[str, Val] = field(default_factory=dict)
    fragmented: bool = False
    sql: str = BASE
    closed: bool = False
    ordered: str | None = None
    group_keys: list[Val] = field(default_factory=list)
    made: int = 0
    limit: int | None = None
    matched_sql: str | None = None
    deduplicated: bool = False

    def compile(self) -> Compiled:
        """The statement. Raises UsageError for what only the service runs."""
        for command in live_commands(self.checked.query.commands):
            self._command(command)
        if self.matched_sql is None:
            self._mark_matched()
        columns = tuple((c.name, self._output(c.name)) for c in self.checked.columns)
        if not columns:
            columns = (("@timestamp", self._output("@timestamp")),)
        limit = min(self.limit or self.max_rows, self.max_rows)
        chosen = [f"{value.sql} AS o{i}" for i, (_, value) in enumerate(columns)]
        if self.closed:
            chosen.append("_matched")
        order = self.ordered or self._default_order()
        body = f"SELECT {', '.join(chosen)} FROM {self.sql}{order} LIMIT {limit}"
        sql, params = _numbered(body, self.params.values)
        count_sql, count_params = _numbered(f"SELECT count(*) FROM {self.matched_sql}", self.params.values)
        return Compiled(sql, params, columns, self.closed, count_sql, count_params, limit, self.deduplicated)

    def _name(self) -> str:
        self.made += 1
        return f"c{self.made}"

    def _scope(self) -> Scope:
        return Scope(self._field, self.params, self.now_s, self._known_call)

    def _known_call(self, call: ast.Call) -> Val | None:
        """After stats the text of an aggregate names its column: `sort count(*) desc`."""
        return next((value for expr, value in self.by_expr if expr == call), None)

    def _field(self, node: ast.Field) -> Val:
        name = node.name
        if name in self.defined:
            return self.defined[name]
        first = str(node.parts[0])
        if len(node.parts) > 1 and first in self.defined:
            return self._access(self.defined[first], node.parts[1:])
        if self.closed:
            return discovery.absent(name)
        if name in _SYSTEM:
            return _SYSTEM[name]
        if name in LAMBDA_FIELDS or discovery.is_discoverable(node):
            return self._discover(node)
        return discovery.absent(name)

    def _access(self, value: Val, parts: tuple[str | int, ...]) -> Val:
        """A part of a map or list that jsonParse made."""
        if value.type != "json":
            return discovery.absent("")
        return discovery.scalar(discovery.json_field(parts, value.sql, self.params))

    def _discover(self, node: ast.Field) -> Val:
        """Extracts a field where it is first named: rows that earlier filters dropped cost nothing."""
        name = node.name
        if name in self.discovered:
            return self.discovered[name]
        column = f"d{len(self.discovered)}"
        if name in LAMBDA_FIELDS:
            self._wrap([f"{discovery.lambda_field(name, '_msg')} AS {column}"])
            value = Val(column, LAMBDA_FIELDS[name])
        else:
            if not self.fragmented:
                self._wrap([f"{discovery.fragment('_msg')} AS {discovery.FRAGMENT}"])
                self.fragmented = True
            self._wrap([f"{discovery.json_field(node.parts, discovery.FRAGMENT, self.params)} AS {column}"])
            value = discovery.scalar(column)
        self.discovered[name] = value
        return value

    def _output(self, name: str) -> Val:
        return self._field(ast.Field((name,)) if name in self.defined else ast.Field(tuple(name.split("."))))

    def _wrap(self, columns: list[str]) -> None:
        self.sql = f"(SELECT *, {', '.join(columns)} FROM {self.sql})"

    def _command(self, command: ast.Command) -> None:
        match command:
            case ast.Fields(items=items) | ast.Display(items=items):
                self._define_items(items)
            case ast.Filter(condition=condition):
                self._filter(condition)
            case ast.Parse():
                self._parse(command)
            case ast.Stats():
                self._stats(command)
            case ast.Sort():
                self._cut()
                keys = [
                    order_by(compile_expr(key.expr, self._scope()), descending=key.descending) for key in command.keys
                ]
                self.ordered = None
                tie = self._default_order().removeprefix(" ORDER BY ")
                self.ordered = f" ORDER BY {', '.join([*keys, tie] if tie else keys)}"
            case ast.Limit(count=count):
                self._mark_matched()
                self.limit = min(count, self.limit or count)
            case ast.Dedup(fields=fields):
                self._cut()
                self._mark_matched()
                self._dedup(fields)
            case ast.Source():
                pass  # the backend takes log groups from it
            case ast.Opaque(name=name):
                raise UsageError(
                    f"the command '{name}' runs on CloudWatch only so far",
                    remedy="run the query without --local, or leave the command out",
                )

    def _cut(self) -> None:
        """Applies a limit that stands before a command which would choose or order rows anew."""
        if self.limit is not None:
            self.sql = f"(SELECT * FROM {self.sql}{self.ordered or self._default_order()} LIMIT {self.limit})"
            self.limit = None

    def _filter(self, condition: ast.Expr) -> None:
        self._cut()
        cheap = necessary(condition, self._is_raw, self.params)
        if cheap is not None:
            self.sql = f"(SELECT * FROM {self.sql} WHERE {cheap})"
        exact = matches(condition, self._scope())
        self.sql = f"(SELECT * FROM {self.sql} WHERE {exact})"

    def _is_raw(self, node: ast.Field) -> bool:
        """Whether a name is still the event's own field, not one that the query made."""
        return not self.closed and node.name not in self.defined and str(node.parts[0]) not in self.defined

    def _define(self, name: str, value: Val) -> list[str]:
        """Gives a value a column of its own; the columns to select."""
        column = self._name()
        selected = [f"{value.sql} AS {column}"]
        numeric = None
        if value.numeric is not None:
            numeric = f"{column}n"
            selected.append(f"{value.numeric} AS {numeric}")
        self.defined[name] = Val(column, value.type, numeric)
        return selected

    def _define_items(self, items: tuple[ast.Item, ...]) -> None:
        for item in items:
            if item.alias is None and isinstance(item.expr, ast.Field):
                continue
            if any(expr == item.expr for expr, _ in self.by_expr) and item.alias is None:
                continue
            value = compile_expr(item.expr, self._scope())
            self._wrap(self._define(item.name, value))

    def _parse(self, command: ast.Parse) -> None:
        source = command.source if command.source is not None else ast.Field(("@message",))
        subject = text(compile_expr(source, self._scope()))
        if isinstance(command.pattern, ast.Regex):
            translated = translate(command.pattern.pattern)
            named = [(i, name) for i, name in enumerate(translated.groups, 1) if name is not None]
            groups = named or list(enumerate(command.aliases, 1))
            pattern, solid = translated.pattern, translated.never_empty
        else:
            pattern, groups = glob_pattern(command.pattern.value), list(enumerate(command.aliases, 1))
            solid = frozenset()
        placeholder = self.params.add(pattern)
        if groups and all(index in solid for index, _ in groups):
            # No group can be empty where the pattern matches, so an empty one says that it did not: one search less.
            found = [(n, f"nullif(regexp_extract({subject}, {placeholder}, {i}), '')") for i, n in groups]
            self._wrap([c for name, sql in found for c in self._define(name, Val(sql, "string"))])
            return
        source_column = self._name()
        self._wrap([f"CASE WHEN regexp_matches({subject}, {placeholder}) THEN {subject} END AS {source_column}"])
        columns: list[str] = []
        for index, name in groups:
            extracted = Val(f"regexp_extract({source_column}, {placeholder}, {index})", "string")
            columns += self._define(name, extracted)
        if columns:
            self._wrap(columns)

    def _dedup(self, fields: tuple[ast.Field, ...]) -> None:
        """Keeps the first of each value in the order so far; rows without the value are all kept."""
        self.deduplicated = True
        values = [compile_expr(name, self._scope()) for name in fields]
        order = self.ordered or self._default_order()
        keys = ", ".join(value.sql for value in values)
        absent = " OR ".join(f"{value.sql} IS NULL" for value in values)
        ranked = f"(SELECT *, row_number() OVER (PARTITION BY {keys}{order}) AS _rank FROM {self.sql})"
        self.sql = f"(SELECT * FROM {ranked} WHERE _rank = 1 OR {absent})"

    def _mark_matched(self) -> None:
        if self.matched_sql is None:
            self.matched_sql = self.sql

    def _default_order(self) -> str:
        if not self.closed:
            return " ORDER BY _ts DESC, _seq DESC"
        # stats by bin(...) with no sort comes newest bin first: seen on real results; the rest only to be steady
        timed = [order_by(value, descending=True) for value in self.group_keys if value.type == "timestamp"]
        keys = timed + [order_by(value, descending=False) for value in self.group_keys if value.type != "timestamp"]
        return f" ORDER BY {', '.join(keys)}" if keys else ""

    def _stats(self, command: ast.Stats) -> None:
        first = not self.closed
        self._mark_matched()
        keys: list[tuple[ast.Item, Val]] = []
        key_columns: list[str] = []
        for item in command.by:
            value = compile_expr(item.expr, self._scope())
            column = self._name()
            key_columns.append(f"{text(value) if value.type == 'json' else value.sql} AS {column}")
            numeric = f"{column}n" if value.numeric is not None else None
            if numeric:
                key_columns.append(f"{value.numeric} AS {numeric}")
            keys.append((item, Val(column, value.type, numeric)))
        if key_columns:
            self._wrap(key_columns)
        inner = [value.sql for _, value in keys]
        selected = list(inner)
        selected += [f"bool_and({v.numeric}) AS {v.numeric}" for _, v in keys if v.numeric]
        aggregates: list[str] = []
        rename = {item.name: value for item, value in keys}
        results: list[tuple[ast.Item, Val]] = []
        scope = self._stats_scope(aggregates, rename)
        for item in command.items:
            value = compile_expr(item.expr, scope)
            rename = rename | {item.name: value}
            scope = self._stats_scope(aggregates, rename)
            results.append((item, value))
        selected += aggregates
        matched = "sum(count(*)) OVER ()" if first else "max(_matched)"
        selected += [f"{matched} AS _matched", "CAST(NULL AS BIGINT) AS _ts"]
        group = f" GROUP BY {', '.join(inner)}" if inner else ""
        self.sql = f"(SELECT {', '.join(selected)} FROM {self.sql}{group})"
        self._after_stats(keys, results)

    def _stats_scope(self, aggregates: list[str], earlier: dict[str, Val]) -> Scope:
        def resolve(node: ast.Field) -> Val:
            return earlier[node.name] if node.name in earlier else discovery.absent(node.name)

        def call(node: ast.Call) -> Val | None:
            known = find(node.name)
            if known is None or not known.aggregate:
                return None
            value = self._aggregate(node)
            column = f"a{self.made}_{len(aggregates)}"
            aggregates.append(f"{value.sql} AS {column}")
            numeric = None
            if value.numeric is not None:
                numeric = f"{column}n"
                aggregates.append(f"{value.numeric} AS {numeric}")
            return Val(column, value.type, numeric)

        return Scope(resolve, self.params, self.now_s, call)

    def _aggregate(self, node: ast.Call) -> Val:
        if not node.args or isinstance(node.args[0], ast.Star):
            return COUNT_ALL
        value = compile_expr(node.args[0], self._scope())
        return AGGREGATES[node.name](value, node.args)

    def _after_stats(self, keys: list[tuple[ast.Item, Val]], results: list[tuple[ast.Item, Val]]) -> None:
        self.closed = True
        self.defined = {item.name: value for item, value in keys}
        self.by_expr = [(item.expr, value) for item, value in keys]
        self.group_keys = [value for _, value in keys]
        columns: list[str] = []
        for item, value in results:
            columns += self._define(item.name, value)
            self.by_expr.append((item.expr, self.defined[item.name]))
        self._wrap(columns)
        self.ordered = None


def _numbered(sql: str, values: list[object]) -> tuple[str, tuple[object, ...]]:
    """The statement with its placeholders counted anew, and just the values that it uses."""
    used: dict[str, int] = {}
    renumbered = re.sub(r"\$(\d+)", lambda m: f"${used.setdefault(m[1], len(used) + 1)}", sql)
    return renumbered, tuple(values[int(number) - 1] for number in used)


def glob_pattern(glob: str) -> str:
    """A parse glob as a regular expression: each * takes as little as it can, the last one at the end takes the rest."""
    pieces = [re.escape(piece) for piece in glob.split("*")]
    pattern = "(?s)" + "(.*?)".join(pieces)
    return pattern[: -len("(.*?)")] + "(.*)" if glob.endswith("*") else pattern
