"""The rows so far while a query is compiled: one nested SELECT, and what each name of the query stands for in it.

Every command wraps the SELECT; columns get names of our own, so no text of a query becomes part of the SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from insightctl.local import discovery
from insightctl.local.compiler.expressions import Scope
from insightctl.local.compiler.plan import Plan
from insightctl.local.compiler.sorting import order_by
from insightctl.local.compiler.values import Val
from insightctl.local.counting import BARRIER, MATCHED, mark_number
from insightctl.local.stores.schema import ENGINE_COLUMNS, engine_name, has_column
from insightctl.ql import ast
from insightctl.ql.fields import LAMBDA_FIELDS

if TYPE_CHECKING:
    from insightctl.local.mining.preparation import Mined


@dataclass(frozen=True, slots=True)
class Own:
    """Names of the columns that every event has, with the prefix of its relation."""

    prefix: str = ""

    @property
    def ts(self) -> str:
        """UTC ms."""
        return f"{self.prefix}_ts"

    @property
    def seq(self) -> str:
        """Place in the files."""
        return f"{self.prefix}_seq"

    @property
    def msg(self) -> str:
        """The message."""
        return f"{self.prefix}_msg"

    @property
    def raw(self) -> str:
        """A text that contains the message."""
        return f"{self.prefix}_raw"

    @property
    def fragment(self) -> str:
        """The JSON in the message."""
        return f"{self.prefix}_fragment"

    @property
    def system(self) -> dict[str, Val]:
        """The service's own fields."""
        return {
            "@timestamp": Val(self.ts, "timestamp"),
            "@message": Val(self.msg, "string"),
            "@logStream": Val(f"{self.prefix}_stream", "string"),
            "@log": Val(f"{self.prefix}_log", "string"),
            "@ingestionTime": Val(f"{self.prefix}_ingested", "timestamp"),
        }

    def renamed(self, relation: str, *, before: bool, typed: bool) -> str:
        """The relation with its columns under these names."""
        if not self.prefix:
            return relation
        names = ["_ts", "_seq", "_msg", "_raw", "_stream", "_log", "_ingested", *(["_before"] if before else [])]
        names += ENGINE_COLUMNS if typed else ()
        return f"(SELECT {', '.join(f'{name} AS {self.prefix}{name}' for name in names)} FROM {relation})"


@dataclass(slots=True)
class Frame:
    """The state of one query (or subquery) between two commands.

    `wholes` are names of list elements, which may be maps and lists themselves and are shown as such. `ahead` are fields
    that commands will name before rows are dropped (`compiler.ahead`).
    """

    plan: Plan
    sql: str
    own: Own = field(default_factory=Own)
    defined: dict[str, Val] = field(default_factory=dict)
    by_expr: list[tuple[ast.Expr, Val]] = field(default_factory=list)
    discovered: dict[str, Val] = field(default_factory=dict)
    raw_json: dict[str, str] = field(default_factory=dict)
    ahead: tuple[ast.Field, ...] = ()
    sides: dict[str, Frame] = field(default_factory=dict)
    wholes: set[str] = field(default_factory=set)
    fragmented: bool = False
    closed: bool = False
    compared: bool = False
    ordered: str | None = None
    last_rows: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    group_keys: list[tuple[ast.Item, Val]] = field(default_factory=list)
    limit: int | None = None
    matched_sql: str | None = None
    carries_matched: bool = False
    mined: Mined | None = None
    deduplicated: bool = False

    # names

    def scope(self) -> Scope:
        """What expressions see."""
        return Scope(self.field, self.plan, self.own.ts, self.known_call, self._membership)

    def _membership(self, node: ast.InQuery) -> str:
        from insightctl.local.compiler.nested import membership

        return membership(self.plan, node.query, node.operand)

    def known_call(self, call: ast.Expr) -> Val | None:
        """After stats the text of an aggregate names its column: `sort count(*) desc`."""
        return next((value for expr, value in self.by_expr if expr == call), None)

    def field(self, node: ast.Field) -> Val:
        """What a field stands for; a field of the event is taken out of the message where it is first named."""
        name = node.name
        if name in self.defined:
            return self.defined[name]
        first = str(node.parts[0])
        if len(node.parts) > 1 and first in self.sides:
            side = self.sides[first]
            return (self if side is self else side).side_field(ast.Field(node.parts[1:], node.span), self)
        for cut in range(len(node.parts) - 1, 0, -1):
            made = ".".join(str(part) for part in node.parts[:cut])
            if made in self.defined:
                return access(self.defined[made], node.parts[cut:], self.plan)
        if self.closed:
            return discovery.ABSENT
        system = self.own.system
        if name in system:
            length = f"{self.own.prefix}_length" if name == "@message" and self.plan.typed else None
            return replace(system[name], length=length)
        if name in LAMBDA_FIELDS or discovery.is_discoverable(node):
            return self._discover(node)
        return discovery.ABSENT

    def side_field(self, node: ast.Field, joined: Frame) -> Val:
        """A field of one side of a join, as a column of the joined rows."""
        if self is joined:
            hidden, self.sides = self.sides, {}
            try:
                return self.field(node)
            finally:
                self.sides = hidden
        self.sql = joined.sql
        value = self.field(node)
        joined.sql = self.sql
        return value

    def _discover(self, node: ast.Field) -> Val:
        """Rows that earlier filters dropped cost nothing."""
        name = node.name
        if name not in self.discovered:
            if name in LAMBDA_FIELDS and self.plan.typed:
                self.discovered[name] = Val(f"{self.own.prefix}{engine_name(name)}", LAMBDA_FIELDS[name])
            elif name in LAMBDA_FIELDS:
                column = self.plan.name("d")
                self.wrap([f"{discovery.lambda_field(name, self.own.msg)} AS {column}"])
                self.discovered[name] = Val(column, LAMBDA_FIELDS[name])
            else:
                self.discovered[name] = discovery.scalar(self.raw(node))
        return self.discovered[name]

    def raw(self, node: ast.Field) -> str:
        """The column with the raw JSON value of an event's own field."""
        if node.name not in self.raw_json:
            column = self.plan.name("d")
            if self._is_stored(node):
                self.raw_json[node.name] = column
                self.wrap([f"CAST({self.own.prefix}{engine_name(node.name)} AS JSON) AS {column}"])
                return column
            if not self.fragmented:
                self.wrap([f"{discovery.fragment(self.own.msg)} AS {self.own.fragment}"])
                self.fragmented = True
            self.raw_json[node.name] = column
            self._take_out({column: node} | self._columns_ahead())
        return self.raw_json[node.name]

    def _is_stored(self, node: ast.Field) -> bool:
        return self.plan.typed and has_column(node)

    def _columns_ahead(self) -> dict[str, ast.Field]:
        """A column for each field that is named later, of the same rows."""
        own = (node for node in self.ahead if discovery.is_discoverable(node) and self.is_raw(node))
        fields = {node.name: node for node in own if node.name not in self.raw_json and not self._is_stored(node)}
        columns = {name: self.plan.name("d") for name in fields}
        self.raw_json |= columns
        return {columns[name]: node for name, node in fields.items()}

    def _take_out(self, fields: dict[str, ast.Field]) -> None:
        """Gives each field of the JSON its column: all their places in one search, as each would parse the JSON anew."""
        params, source = self.plan.params, self.own.fragment
        places = {column: discovery.pointers(node.parts) for column, node in fields.items()}
        if len(fields) == 1:
            self.wrap(f"{discovery.json_at(source, found, params)} AS {column}" for column, found in places.items())
            return
        together = self.plan.name("d")
        every = [pointer for found in places.values() for pointer in found]
        self.wrap([f"json_extract({source}, {params.add(every)}) AS {together}"])
        values = discovery.out_of(together, list(places.values()))
        self.wrap(f"{value} AS {column}" for column, value in zip(places, values, strict=True))

    def is_raw(self, node: ast.Field) -> bool:
        """Whether a name is still the event's own field, not one that the query made."""
        first = str(node.parts[0])
        return (
            not self.closed and node.name not in self.defined and first not in self.defined and first not in self.sides
        )

    def output(self, name: str) -> Val:
        """The value of an output column."""
        return self.field(ast.Field((name,)) if name in self.defined else ast.Field(tuple(name.split("."))))

    # rows

    def close(self, sql: str) -> None:
        """Other rows altogether, without events: only what is defined from here on exists."""
        self.sql = sql
        self.closed, self.own, self.sides = True, Own(), {}
        self.defined, self.by_expr, self.group_keys = {}, [], []
        self.last_rows, self.elements, self.wholes = [], [], set()
        self.ordered, self.carries_matched = None, False

    def wrap(self, columns: Iterable[str]) -> None:
        """Adds columns."""
        columns = list(columns)
        if columns:
            self.sql = f"(SELECT *, {', '.join(columns)} FROM {self.sql})"

    def where(self, condition: str) -> None:
        """Keeps the rows that meet an SQL condition."""
        self.sql = f"(SELECT * FROM {self.sql} WHERE {condition})"

    def column(self, value: Val) -> tuple[Val, list[str]]:
        """A column of its own for a value, and what to select for it."""
        column = self.plan.name("c")
        selected = [f"{value.sql} AS {column}"]
        numeric = json = None
        if value.numeric is not None:
            numeric = f"{column}n"
            selected.append(f"{value.numeric} AS {numeric}")
        if value.json is not None:
            json = f"{column}j"
            selected.append(f"{value.json} AS {json}")
        return Val(column, value.type, numeric, json), selected

    def define(self, name: str, value: Val) -> None:
        """Gives a value a column of its own under a name of the query."""
        self.define_all({name: value})

    def define_all(self, values: dict[str, Val]) -> None:
        """Gives several values columns of their own at once."""
        selected: list[str] = []
        made: dict[str, Val] = {}
        for name, value in values.items():
            made[name], columns = self.column(value)
            selected += columns
        self.wrap(selected)
        self.defined.update(made)

    def own_column(self, name: str) -> Val:
        """The value of a name as a column of its own, which a command may then replace."""
        if name not in self.defined:
            self.define(name, self.output(name))
        return self.defined[name]

    # order

    def order(self) -> str:
        """ORDER BY with a space before it: what sort said, else newest first, newest bin first, keys in order."""
        keys = self.order_keys()
        return f" ORDER BY {', '.join(keys)}" if keys else ""

    def order_keys(self) -> list[str]:
        """The keys of `order`."""
        last = [f"{column} ASC" for column in self.last_rows]
        return last + ([self.ordered] if self.ordered else self.default_keys())

    def default_keys(self) -> list[str]:
        """The order without sort."""
        if not self.closed:
            return [f"{self.own.ts} DESC", f"{self.own.seq} DESC", *(f"{column} ASC" for column in self.elements)]
        values = [value for _, value in self.group_keys]
        # stats by bin(...) with no sort comes newest bin first: seen on real results; the rest only to be steady
        timed = [order_by(value, descending=True) for value in values if value.type == "timestamp"]
        return timed + [order_by(value, descending=False) for value in values if value.type != "timestamp"]

    def over(self, keys: Iterable[str] = ()) -> str:
        """The window of rows in their order, for each value of the keys; a time that is compared with has its own."""
        parts = [*keys, *self.apart()]
        return f"PARTITION BY {', '.join(parts)}{self.order()}" if parts else self.order().strip()

    def apart(self) -> list[str]:
        """The column that tells the rows of the time before from those of now, while there are both."""
        return ["_before"] if self.compared else []

    def cut(self) -> None:
        """Applies a limit that stands before a command which would choose or order rows anew."""
        if self.limit is None:
            return
        if self.compared:
            self.sql = f"(SELECT * FROM {self.sql} QUALIFY row_number() OVER ({self.over()}) <= {self.limit})"
        else:
            self.sql = f"(SELECT * FROM {self.sql}{self.order()} LIMIT {self.limit})"
        self.limit = None

    def mark_matched(self, *, counted: bool = True) -> None:
        """The rows so far are the matched events, unless that was said before. `counted`: the profile is to count them."""
        if self.matched_sql is not None:
            return
        self.matched_sql = self.sql
        if counted and not self.closed and not self.own.prefix:
            marked = f"(SELECT * FROM {self.sql} {BARRIER} WHERE {mark_number(self.own.ts, MATCHED)})"
            self.sql = f"(SELECT * FROM {marked} {BARRIER})"


def access(value: Val, parts: tuple[str | int, ...], plan: Plan) -> Val:
    """A part of a map or list."""
    if value.type == "json":
        return discovery.scalar(discovery.json_field(parts, value.sql, plan.params))
    if value.json is not None:
        return discovery.scalar(discovery.json_field(parts, value.json, plan.params))
    return discovery.ABSENT
