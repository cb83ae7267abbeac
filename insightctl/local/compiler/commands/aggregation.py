"""stats: groups and aggregates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from insightctl.local import discovery
from insightctl.local.compiler.aggregates import AGGREGATES, COUNT_ALL, MACROS, SUBJECT, When
from insightctl.local.compiler.expressions import Scope, compile_expr
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.functions.datetime import moment
from insightctl.local.compiler.values import Val, text
from insightctl.ql import ast
from insightctl.ql import scope as names
from insightctl.ql.functions import find
from insightctl.ql.periods import length_ms


def stats(frame: Frame, command: ast.Stats, _: names.Scope) -> None:
    """One row a group."""
    frame.cut()
    frame.mark_matched(counted=False)
    grouped(frame, command, _keys(frame, command), lambda call: _aggregate(frame, call))


Aggregate = Callable[[ast.Call], Val]


def grouped(frame: Frame, command: ast.Stats, keys: list[tuple[ast.Item, Val]], aggregate: Aggregate) -> None:
    """Groups the rows by keys that are columns; `aggregate` tells what each call of an aggregate is in SQL."""
    selected = [value.sql for _, value in keys]
    selected += [f"bool_and({v.numeric}) AS {v.numeric}" for _, v in keys if v.numeric]
    compared = ["_before"] if frame.compared else []
    aggregates: list[str] = []
    rename = {item.name: value for item, value in keys}
    results: list[tuple[ast.Item, Val]] = []
    for item in command.items:
        value = compile_expr(item.expr, _stats_scope(frame, aggregates, rename, aggregate))
        rename = rename | {item.name: value}
        results.append((item, value))
    selected += aggregates
    matched = "max(_matched)" if frame.carries_matched else "sum(count(*)) OVER ()"
    selected += [f"{matched} AS _matched", "CAST(NULL AS BIGINT) AS _ts", *compared]
    groups = [value.sql for _, value in keys] + compared
    group = f" GROUP BY {', '.join(groups)}" if groups else ""
    frame.close(f"(SELECT {', '.join(selected)} FROM {frame.sql}{group})")
    frame.carries_matched = True
    _name(frame, keys, results)


def _keys(frame: Frame, command: ast.Stats) -> list[tuple[ast.Item, Val]]:
    keys: list[tuple[ast.Item, Val]] = []
    columns: list[str] = []
    for item in command.by:
        value = compile_expr(item.expr, frame.scope())
        if value.type == "json":
            value = Val(text(value), "string")
        if command.offset is not None and isinstance(item.expr, ast.Call) and item.expr.name == "bin":
            value = Val(f"({value.sql} + {length_ms(command.offset)})", value.type)
        made, selected = frame.column(replace(value, json=None))
        columns += selected
        keys.append((item, made))
    frame.wrap(columns)
    return keys


def _stats_scope(frame: Frame, aggregates: list[str], earlier: dict[str, Val], aggregate: Aggregate) -> Scope:
    def resolve(node: ast.Field) -> Val:
        return earlier.get(node.name, discovery.ABSENT)

    def call(node: ast.Call) -> Val | None:
        known = find(node.name)
        if known is None or not known.aggregate:
            return None
        made, selected = frame.column(aggregate(node))
        aggregates.extend(selected)
        return made

    return replace(frame.scope(), field=resolve, call=call)


def _aggregate(frame: Frame, node: ast.Call) -> Val:
    if not node.args or isinstance(node.args[0], ast.Star):
        return COUNT_ALL
    if node.name in MACROS:
        frame.plan.macros.add(MACROS[node.name])
    value = compile_expr(node.args[SUBJECT.get(node.name, 0)], frame.scope())
    return AGGREGATES[node.name](value, node.args, _when(frame))


def _when(frame: Frame) -> When:
    if frame.closed or "@timestamp" in frame.defined:
        ts = moment(frame.field(ast.Field(("@timestamp",))))
        return When(ts, ts)
    return When(frame.own.ts, f"row({frame.own.ts}, {frame.own.seq})")


def _name(frame: Frame, keys: list[tuple[ast.Item, Val]], results: list[tuple[ast.Item, Val]]) -> None:
    """Gives keys and results their names."""
    frame.defined = {item.name: value for item, value in keys}
    frame.by_expr = [(item.expr, value) for item, value in keys]
    frame.group_keys = keys
    for item, value in results:
        made, selected = frame.column(value)
        frame.wrap(selected)
        frame.defined[item.name] = made
        frame.by_expr.append((item.expr, made))


def count_frequent(frame: Frame, command: ast.CountFrequent, scope: names.Scope) -> None:
    """Groups by the fields, most frequent first; events that have none of them do not count."""
    values = [compile_expr(name, frame.scope()) for name in command.fields]
    frame.where(" OR ".join(f"{value.sql} IS NOT NULL" for value in values))
    items = tuple(ast.Item(name, None, name.name) for name in command.fields)
    counted = ast.Item(ast.Call("count", (ast.Star(),)), "_approxcount", "count(*)")
    stats(frame, ast.Stats((counted,), items), scope)
    frame.ordered = ", ".join([f"{frame.defined['_approxcount'].sql} DESC", *frame.default_keys()])
