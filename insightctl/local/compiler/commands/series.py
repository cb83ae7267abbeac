"""Commands over rows in their order: running sums, rows before, gaps, totals, outliers, sessions."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from insightctl.local.compiler.expressions import compile_expr
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.functions.datetime import moment, truncated
from insightctl.local.compiler.plan import ASKED_END, ASKED_START, SHIFT
from insightctl.local.compiler.values import Val, is_number, number, text
from insightctl.ql import ast
from insightctl.ql.analysis import lag_names
from insightctl.ql.periods import Bucket, bucket, length_ms
from insightctl.ql.scope import Scope

MAX_BINS = 100_000
"""Bins that fillmissing makes at most: more rows than that come back from no query."""


def _running(frame: Frame, expression: str) -> str:
    return f"{expression} OVER ({frame.over()} ROWS UNBOUNDED PRECEDING)"


def accum(frame: Frame, command: ast.Accum, _: Scope) -> None:
    """The sum of this row and those before it; rows without a number leave it as it is."""
    frame.cut()
    value = compile_expr(command.source, frame.scope())
    frame.define(command.alias or command.source.name, Val(_running(frame, f"sum({number(value)})"), "number"))


def autoregress(frame: Frame, command: ast.Autoregress, _: Scope) -> None:
    """The values of the rows before."""
    frame.cut()
    value = compile_expr(command.source, frame.scope())
    over = f"OVER ({frame.over()})"
    made = {}
    for name, lag in zip(lag_names(command), range(command.first, command.last + 1), strict=True):
        numeric = f"coalesce(lag({is_number(value)}, {lag}) {over}, false)" if value.type == "any" else None
        made[name] = Val(f"lag({value.sql}, {lag}) {over}", value.type, numeric)
    frame.define_all(made)


def filldown(frame: Frame, command: ast.FillDown, scope: Scope) -> None:
    """The last value there was."""
    frame.cut()
    known = list(dict.fromkeys([*(column.name for column in scope.columns()), *frame.defined]))
    names = [p for p in command.patterns if "*" not in p]
    for pattern in [p for p in command.patterns if "*" in p] or ([] if command.patterns else ["*"]):
        glob = re.sub(r"[\[\]?]", lambda m: f"[{m[0]}]", pattern)
        names += [name for name in known if fnmatchcase(name, glob)]
    made = {}
    for name in dict.fromkeys(names):
        value = frame.output(name)
        filled = _running(frame, f"last_value({value.sql} IGNORE NULLS)")
        numeric = None
        if value.type == "any":
            flag = f"last_value(CASE WHEN {value.sql} IS NOT NULL THEN {is_number(value)} END IGNORE NULLS)"
            numeric = f"coalesce({_running(frame, flag)}, false)"
        made[name] = Val(filled, value.type, numeric)
    frame.define_all(made)


def addtotals(frame: Frame, command: ast.AddTotals, scope: Scope) -> None:
    """Sums of each row, and of each column in a last row."""
    frame.cut()
    names = [name.name for name in command.fields]
    if not names:
        columns = scope.columns()
        names = [c.name for c in columns if c.type in ("number", "any", "string") and not c.name.startswith("@")]
        keys = {item.name for item, _ in frame.group_keys}
        names = [name for name in names if name not in keys or frame.output(name).type == "number"]
    values = {name: frame.own_column(name) for name in names}
    if command.row:
        numbers = [number(value) for value in values.values()] or ["CAST(NULL AS DOUBLE)"]
        total = " + ".join(f"coalesce({n}, 0)" for n in numbers)
        some = " OR ".join(f"{n} IS NOT NULL" for n in numbers)
        frame.define(command.name, Val(f"(CASE WHEN {some} THEN {total} END)", "number"))
        values[command.name] = frame.defined[command.name]
    if command.col:
        _summary(frame, values)


def _summary(frame: Frame, values: dict[str, Val]) -> None:
    last = frame.plan.name("c")
    sums = []
    for value in values.values():
        total = f"sum({number(value)})"
        spelled = total if value.type == "number" else text(Val(total, "number"))
        sums.append(f"{spelled} AS {value.sql}")
        sums += [f"true AS {value.numeric}"] if value.numeric else []
    matched = ["max(_matched) AS _matched"] if frame.carries_matched else []
    chosen = [*sums, *matched, *frame.apart(), f"true AS {last}"]
    group = " GROUP BY _before" if frame.compared else ""
    row = f"SELECT {', '.join(chosen)} FROM {frame.sql}{group} HAVING count(*) > 0"
    frame.sql = f"(SELECT *, false AS {last} FROM {frame.sql} UNION ALL BY NAME {row})"
    frame.last_rows.append(last)


def outlier(frame: Frame, command: ast.Outlier, _: Scope) -> None:
    """Bounds are so many interquartile ranges above the third quartile, and below the first with `uselower`."""
    frame.cut()
    values = {name.name: compile_expr(name, frame.scope()) for name in command.fields}
    bounds: dict[str, tuple[str, str]] = {}
    columns: list[str] = []
    for name, value in values.items():
        low, high = frame.plan.name("c"), frame.plan.name("c")
        apart = "PARTITION BY _before" if frame.compared else ""
        first, third = (f"quantile_cont({number(value)}, {q}) OVER ({apart})" for q in (0.25, 0.75))
        reach = f"{command.factor!r} * ({third} - {first})"
        columns += [f"{first} - {reach} AS {low}", f"{third} + {reach} AS {high}"]
        bounds[name] = (low, high)
    frame.wrap(columns)
    outside = {name: _outside(number(values[name]), *bounds[name], command.lower) for name in values}
    made: dict[str, Val] = {}
    if command.mark:
        made |= {f"{name}_outlier": Val(f"coalesce({sql}, false)", "boolean") for name, sql in outside.items()}
    if not command.remove:
        for name, value in values.items():
            low, high = bounds[name]
            floor = f"greatest({number(value)}, {low})" if command.lower else number(value)
            clamped = Val(f"least({floor}, {high})", "number")
            made[name] = clamped if value.type == "number" else _where_number(value, clamped)
    frame.define_all(made)
    if command.remove:
        frame.where(f"NOT coalesce({' OR '.join(outside.values())}, false)")


def _where_number(value: Val, clamped: Val) -> Val:
    """A number in the place of one, texts as they are."""
    known = f"{number(value)} IS NOT NULL"
    return Val(f"(CASE WHEN {known} THEN {text(clamped)} ELSE {text(value)} END)", "any", f"({known})")


def _outside(value: str, low: str, high: str, lower: bool) -> str:
    return f"({value} > {high} OR {value} < {low})" if lower else f"({value} > {high})"


def sessionize(frame: Frame, command: ast.Sessionize, _: Scope) -> None:
    """Sessions of equal fields, numbered by their start; a silence longer than the gap begins a new one."""
    frame.cut()
    values = [compile_expr(name, frame.scope()) for name in command.fields]
    ts = moment(compile_expr(ast.Field(("@timestamp",)), frame.scope()))
    keys = ", ".join([*(value.sql for value in values), *frame.apart()])
    within = f"PARTITION BY {keys} ORDER BY {ts}"
    begins, start = frame.plan.name("c"), frame.plan.name("c")
    gap = length_ms(command.gap)
    frame.wrap([f"coalesce({ts} - lag({ts}) OVER ({within}) > {gap}, true) AS {begins}"])
    opened = f"max(CASE WHEN {begins} THEN {ts} END) OVER ({within} ROWS UNBOUNDED PRECEDING)"
    frame.wrap([f"{opened} AS {start}"])
    known = " AND ".join(f"{value.sql} IS NOT NULL" for value in values)
    rank = f"dense_rank() OVER (ORDER BY ({known}) DESC, {start}, {keys})"
    frame.define(command.alias, Val(f"(CASE WHEN {known} THEN CAST({rank} AS DOUBLE) END)", "number"))


def fillmissing(frame: Frame, command: ast.FillMissing, _: Scope) -> None:
    """A row for each bin of the range that has none, for each combination of the other keys."""
    frame.cut()
    timed = next((i, v) for i, v in frame.group_keys if isinstance(i.expr, ast.Call) and v.type == "timestamp")
    item, time = timed
    assert isinstance(item.expr, ast.Call)
    period = item.expr.args[-1]
    assert isinstance(period, ast.Period)
    others = [value for other, value in frame.group_keys if other is not item]
    data, there = frame.plan.name("t"), frame.plan.name("c")
    compared = frame.apart()
    columns = [v.sql for v in others] + [v.numeric for v in others if v.numeric] + compared
    fills = {fill.name: compile_expr(fill.value, frame.scope()) for fill in command.fills}
    matched = ["_matched"] if frame.carries_matched else []
    kept = [v for name, v in frame.defined.items() if v not in [time, *others]]
    selected = [f"grid.{time.sql}", *(f"grid.{c}" for c in columns)]
    for name, value in frame.defined.items():
        if value in kept:
            selected += _filled(value, fills.get(name), there)
    selected += [f"coalesce({data}._matched, (SELECT max(_matched) FROM {data})) AS _matched" for _ in matched]
    selected.append("CAST(NULL AS BIGINT) AS _ts")
    same = [f"grid.{c} IS NOT DISTINCT FROM {data}.{c}" for c in [time.sql, *(v.sql for v in others), *compared]]
    frame.sql = (
        f"(WITH {data} AS MATERIALIZED (SELECT *, true AS {there} FROM {frame.sql}), "
        f"bins AS ({_bins(bucket(period), time.sql, data, compared=frame.compared)}), "
        f"keys AS (SELECT DISTINCT {', '.join(columns) or '1'} FROM {data}), "
        f"grid AS (SELECT * FROM bins{' JOIN keys USING (_before)' if frame.compared else ', keys'}) "
        f"SELECT {', '.join(selected)} FROM grid LEFT JOIN {data} ON {' AND '.join(same)})"
    )


def _filled(value: Val, fill: Val | None, there: str) -> list[str]:
    if fill is None:
        return [value.sql, *([f"coalesce({value.numeric}, false) AS {value.numeric}"] if value.numeric else [])]
    texts = value.type in ("string", "any")
    constant = number(fill) if value.type == "number" else text(fill) if texts else "NULL"
    columns = [f"CASE WHEN {there} THEN {value.sql} ELSE {constant} END AS {value.sql}"]
    if value.numeric:
        columns.append(f"CASE WHEN {there} THEN {value.numeric} ELSE {is_number(fill)} END AS {value.numeric}")
    return columns


def _bins(width: Bucket, column: str, data: str, *, compared: bool) -> str:
    """The starts of all bins of the asked range, or of the data's own where none was asked; of both times compared."""
    if not compared:
        return _starts(width, column, data, "0")
    now, before = (f"(SELECT * FROM {data} WHERE _before = {flag})" for flag in ("false", "true"))
    return (
        f"SELECT *, false AS _before FROM ({_starts(width, column, now, '0')}) "
        f"UNION ALL SELECT *, true AS _before FROM ({_starts(width, column, before, SHIFT)})"
    )


def _starts(width: Bucket, column: str, data: str, back: str) -> str:
    low = truncated(f"coalesce({ASKED_START} - {back}, min({column}))", width)
    high = f"greatest(coalesce({ASKED_END} - 1 - {back}, max({column})), {low})"
    if width.calendar:
        series = f"generate_series(make_timestamp_ms({low}), make_timestamp_ms({high}), INTERVAL 1 {width.calendar})"
        every = f"list_transform({series}, lambda t: epoch_ms(t))"
    else:
        every = f"range({low}, least({high}, {low} + {width.ms * (MAX_BINS - 1)}) + 1, {width.ms})"
    return f"SELECT unnest({every}) AS {column} FROM {data}"
