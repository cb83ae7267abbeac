"""Commands that bring in other data: joins, columns of other queries, lookup tables."""

from __future__ import annotations

from insightctl.core.errors import UsageError
from insightctl.local import discovery
from insightctl.local.compiler.expressions import compile_expr
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.nested import open_frame, rows_of
from insightctl.local.compiler.plan import Table
from insightctl.local.compiler.values import Val, is_number, key, text
from insightctl.ql import ast
from insightctl.ql.analysis import join_key
from insightctl.ql.diagnostics import nearest
from insightctl.ql.scope import Scope


def join(frame: Frame, command: ast.Join, _: Scope) -> None:
    """Pairs of rows with equal keys; a left join keeps the rows of the left side that have none."""
    frame.cut()
    right = open_frame(frame.plan, command.query)
    right.cut()
    whole = command.condition
    conditions = ast.operands(whole) if isinstance(whole, ast.Binary) and whole.op == "and" else (whole,)
    matches: list[str] = []
    for condition in conditions:
        fields = join_key(condition, command)
        assert fields is not None
        left_key, right_key = frame.plan.name("k"), frame.plan.name("k")
        frame.wrap([f"{key(compile_expr(fields[0], frame.scope()))} AS {left_key}"])
        right.wrap([f"{key(compile_expr(fields[1], right.scope()))} AS {right_key}"])
        matches.append(f"l.{left_key} = r.{right_key}")
    kind = "LEFT JOIN" if command.kind == "left" else "JOIN"
    hidden = "EXCLUDE (_ts, _matched)" if right.closed and right.carries_matched else ""
    frame.sql = f"(SELECT l.*, r.* {hidden} FROM {frame.sql} AS l {kind} {right.sql} AS r ON {' AND '.join(matches)})"
    frame.sides = {command.left: frame, command.right: right}
    if not right.closed:
        frame.elements += [f"{right.own.ts}", f"{right.own.seq}"]


def appendcols(frame: Frame, command: ast.AppendCols, scope: Scope) -> None:
    """The columns of the other query, its first row beside our first row, and so on; ours stay where it has no row."""
    frame.cut()
    other = rows_of(frame.plan, command.query, command.most)
    ours = {column.name for column in scope.columns()} | set(frame.defined)
    taken = [(name, value) for name, value in other.columns if command.override or name not in ours]
    kept = {name: frame.own_column(name) for name, _ in taken if name in ours}
    place = frame.plan.name("c")
    frame.wrap([f"row_number() OVER ({frame.over()}) AS {place}"])
    frame.sql = f"(SELECT l.*, r.* FROM {frame.sql} AS l LEFT JOIN {other.sql} AS r ON l.{place} = r.{other.number})"
    for name, value in taken:
        if name in kept:
            frame.define(name, _either(f"{other.number} IS NOT NULL", value, kept[name]))
        else:
            frame.defined[name] = value


def _either(condition: str, value: Val, other: Val) -> Val:
    """One value where the condition holds, else the other."""
    if value.type == other.type != "any":
        return Val(f"(CASE WHEN {condition} THEN {value.sql} ELSE {other.sql} END)", value.type)
    numeric = f"(CASE WHEN {condition} THEN {is_number(value)} ELSE {is_number(other)} END)"
    return Val(f"(CASE WHEN {condition} THEN {text(value)} ELSE {text(other)} END)", "any", numeric)


def _table(frame: Frame, name: str) -> Table:
    tables = frame.plan.tables
    if name not in tables:
        meant = nearest(name, list(tables))
        hint = f"did you mean '{meant}'?" if meant else f"give it as a CSV file: --lookup {name}={name}.csv"
        raise UsageError(f"there is no lookup table '{name}' here", remedy=hint)
    return tables[name]


def _column(table: Table, name: str) -> str:
    if name not in table.columns:
        meant = nearest(name, table.columns)
        hint = f"did you mean '{meant}'?" if meant else f"its columns: {', '.join(table.columns)}"
        raise UsageError(f"the lookup table '{table.name}' has no column '{name}'", remedy=hint)
    return f"k{table.columns.index(name)}"


def lookup(frame: Frame, command: ast.Lookup, _: Scope) -> None:
    """The columns of the first line of the table whose keys are equal; the case of letters counts."""
    table = _table(frame, command.table)
    keys = [_column(table, pair.column) for pair in command.keys]
    chosen = f"(SELECT DISTINCT ON ({', '.join(keys)}) * FROM {{lookup:{table.name}}} ORDER BY row)"
    names = [ast.Field(tuple(pair.name.split("."))) for pair in command.keys]
    own = [f"{key(compile_expr(name, frame.scope()))}" for name in names]
    _add_columns(frame, command.outputs, command.keep, table, chosen, list(zip(own, keys, strict=True)))


def _add_columns(
    frame: Frame,
    outputs: tuple[ast.LookupField, ...],
    keep: bool,
    table: Table,
    chosen: str,
    keys: list[tuple[str, str]],
) -> None:
    frame.cut()
    before = {pair.name: frame.output(pair.name) for pair in outputs} if keep else {}
    own = [frame.plan.name("k") for _ in keys]
    frame.wrap([f"{sql} AS {column}" for (sql, _), column in zip(keys, own, strict=True)])
    found = {pair.name: frame.plan.name("c") for pair in outputs}
    columns = [f"t.{_column(table, pair.column)} AS {found[pair.name]}" for pair in outputs]
    same = " AND ".join(f"l.{column} = t.{theirs}" for column, (_, theirs) in zip(own, keys, strict=True))
    frame.sql = f"(SELECT l.*, {', '.join(columns)} FROM {frame.sql} AS l LEFT JOIN {chosen} AS t ON {same})"
    for name, column in found.items():
        value = Val(column, "any", discovery.spells_number(column))
        if name in before:
            kept = before[name]
            merged = f"coalesce({text(kept)}, {column})"
            numeric = f"(CASE WHEN {kept.sql} IS NOT NULL THEN {is_number(kept)} ELSE {value.numeric} END)"
            value = Val(merged, "any", numeric)
        frame.define(name, value)


def cidrlookup(frame: Frame, command: ast.CidrLookup, _: Scope) -> None:
    """The columns of the smallest network of the table that the address lies in."""
    table = _table(frame, command.table)
    networks = _column(table, command.column) if command.column else _networks(table)
    plan = frame.plan
    plan.macros |= {"ql_ip", "ql_in_subnet", "ql_prefix"}
    address = plan.name("c")
    frame.wrap([f"{text(compile_expr(command.address, frame.scope()))} AS {address}"])
    seen = f"(SELECT DISTINCT {address} AS address FROM {frame.sql} WHERE ql_ip({address}) IS NOT NULL)"
    best = (
        f"(SELECT DISTINCT ON (address) * FROM {seen} AS a JOIN {{lookup:{table.name}}} AS n "
        f"ON ql_in_subnet(a.address, n.{networks}) ORDER BY ql_prefix(n.{networks}) DESC, row)"
    )
    _add_columns(frame, command.outputs, command.keep, table, best, [(address, "address")])


def _networks(table: Table) -> str:
    """The column with the networks: one of the usual names, else the first."""
    usual = ("cidr", "cidr_block", "cidrblock", "network", "subnet", "range", "prefix")
    named = next((c for c in table.columns if c.lower() in usual), table.columns[0])
    return _column(table, named)
