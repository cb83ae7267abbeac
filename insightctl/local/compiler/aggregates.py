"""Aggregate functions of stats: one builder each, by the name in the language's table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from insightctl.local.compiler.sorting import order_key
from insightctl.local.compiler.values import Val, is_number, key, number, text
from insightctl.ql import ast
from insightctl.ql.periods import length_ms


class When(NamedTuple):
    """The time of a row: `ts` in UTC ms, and `order` as SQL that orders rows by time and, at the same time, as they came."""

    ts: str
    order: str


Builder = Callable[[Val, tuple[ast.Expr, ...], When], Val]
"""From the argument's value, the arguments as written, and the time of the rows."""


def _numeric(pattern: str) -> Builder:
    return lambda value, *_: Val(pattern.format(number(value)), "number")


def _extreme(function: str) -> Builder:
    """min and max: what is or spells a number by value, in its own spelling; texts only where there is no number."""

    def build(value: Val, *_: object) -> Val:
        if value.type in ("number", "timestamp"):
            return Val(f"{function}({value.sql})", value.type)
        if value.type == "boolean":
            return Val(f"{function}({number(value)})", "number")
        if value.type == "json":
            return Val("CAST(NULL AS VARCHAR)", "string")
        spelled = f"arg_{function}({value.sql}, {number(value)}) FILTER (WHERE {number(value)} IS NOT NULL)"
        return Val(f"coalesce({spelled}, {function}({value.sql}))", "any", f"({spelled} IS NOT NULL)")

    return build


def _percentile(value: Val, args: tuple[ast.Expr, ...], _: When) -> Val:
    percent = args[1].value if len(args) > 1 and isinstance(args[1], ast.Number) else 50.0
    # In decimals: 99.9 / 100 in doubles is a little more than 0.999, which takes the next rank of 1,000 values.
    return Val(f"quantile_disc({number(value)}, {Decimal(repr(percent)) / 100:f})", "number")


def _timed(function: str) -> Builder:
    """earliest and latest: the value of the event with the first or last timestamp, among those that have it."""

    def build(value: Val, _: tuple[ast.Expr, ...], when: When) -> Val:
        picked = f"{function}({value.sql}, {when.order}) FILTER (WHERE {value.sql} IS NOT NULL)"
        if value.type != "any":
            return Val(picked, value.type)
        numeric = f"{function}({is_number(value)}, {when.order}) FILTER (WHERE {value.sql} IS NOT NULL)"
        return Val(picked, "any", f"coalesce({numeric}, false)")

    return build


def _sorted(function: str) -> Builder:
    """sortsFirst and sortsLast: by the order of `sort`."""

    def build(value: Val, *_: object) -> Val:
        key = f"row({', '.join(order_key(value))})"
        picked = f"{function}({value.sql}, {key}) FILTER (WHERE {value.sql} IS NOT NULL)"
        if value.type != "any":
            return Val(picked, value.type)
        numeric = f"{function}({is_number(value)}, {key}) FILTER (WHERE {value.sql} IS NOT NULL)"
        return Val(picked, "any", f"coalesce({numeric}, false)")

    return build


def _count(value: Val, *_: object) -> Val:
    return Val(f"CAST(count({value.sql}) AS DOUBLE)", "number")


def _count_distinct(value: Val, *_: object) -> Val:
    same = key(value)
    if value.type == "any" and value.numeric is not None:  # as the data has them, not rounded
        same = f"(CASE WHEN {value.numeric} THEN {_exactly(value)} ELSE {value.sql} END)"
    # hashes of 64 bits: exact to 10 million values, at a fifth of the memory (decision 007)
    return Val(f"CAST(count(DISTINCT CASE WHEN {same} IS NOT NULL THEN hash({same}) END) AS DOUBLE)", "number")


def _exactly(value: Val) -> str:
    """A number's one spelling that keeps all its digits: 9.0 and 9 are `9`."""
    return f"regexp_replace(CAST({number(value)} AS VARCHAR), '\\.0$', '')"


def _json_of(value: Val) -> str:
    """A value as a JSON scalar: a number stays one."""
    match value.type:
        case "boolean":
            return f"to_json({value.sql})"
        case "number":
            return f"CAST({text(value)} AS JSON)"
        case _ if value.numeric is None:
            return f"to_json({text(value)})"
        case _:
            return f"(CASE WHEN {value.numeric} THEN CAST({_exactly(value)} AS JSON) ELSE to_json({value.sql}) END)"


def _values(value: Val, *_: object) -> Val:
    """Distinct values, in the order of sort."""
    order = ", ".join(_order(value))
    distinct = f"list(DISTINCT row({order}, {_json_of(value)})) FILTER (WHERE {value.sql} IS NOT NULL)"
    return Val(f"to_json(list_transform(list_sort({distinct}), lambda v: v[{len(_order(value)) + 1}]))", "json")


def _order(value: Val) -> tuple[str, ...]:
    """By what equal values agree in: the order of sort, without the spelling of numbers."""
    keys = order_key(value)
    if len(keys) == 1:
        return keys
    numeric = value.numeric or "false"
    return (*keys[:-1], f"(CASE WHEN NOT {numeric} THEN {keys[-1]} END)")


def _topk(value: Val, args: tuple[ast.Expr, ...], _: When) -> Val:
    """The most frequent values; among equally frequent ones those that sort first."""
    count = args[0].value if isinstance(args[0], ast.Number) else 1
    order = _order(value)
    counted = f"histogram(row({', '.join(order)}, {_json_of(value)})) FILTER (WHERE {value.sql} IS NOT NULL)"
    ranked = f"list_sort(list_transform(map_entries({counted}), lambda e: row(-CAST(e.value AS BIGINT), e.key)))"
    return Val(f"to_json(list_transform({ranked}, lambda e: e[2][{len(order) + 1}])[1:{int(count)}])", "json")


def _rate(value: Val, args: tuple[ast.Expr, ...], when: When) -> Val:
    """From the earliest to the latest value, per interval; null when both have the same time."""
    assert isinstance(args[1], ast.Period)
    known = f"FILTER (WHERE {number(value)} IS NOT NULL)"
    first, last = (f"{pick}({number(value)}, {when.order}) {known}" for pick in ("arg_min", "arg_max"))
    span = f"nullif(max({when.ts}) {known} - min({when.ts}) {known}, 0)"
    return Val(f"(({last} - {first}) * {length_ms(args[1])} / {span})", "number")


def _histogram(value: Val, args: tuple[ast.Expr, ...], _: When) -> Val:
    """`{"from-to": count}` for equal-wide ranges from the smallest to the largest value; the last one holds the largest."""
    buckets = int(args[1].value) if isinstance(args[1], ast.Number) else 1
    return Val(f"ql_histogram(list({number(value)}) FILTER (WHERE {number(value)} IS NOT NULL), {buckets})", "json")


COUNT_ALL = Val("CAST(count(*) AS DOUBLE)", "number")

AGGREGATES: dict[str, Builder] = {
    "count": _count,
    "countOverTime": _count,
    "count_distinct": _count_distinct,
    "sum": _numeric("sum({})"),
    "sumOverTime": _numeric("sum({})"),
    "avg": _numeric("avg({})"),
    "min": _extreme("min"),
    "max": _extreme("max"),
    "pct": _percentile,
    "median": _percentile,
    "stddev": _numeric("stddev_samp({})"),
    "variance": _numeric("var_pop({})"),
    "values": _values,
    "topk": _topk,
    "earliest": _timed("arg_min"),
    "latest": _timed("arg_max"),
    "sortsFirst": _sorted("arg_min"),
    "sortsLast": _sorted("arg_max"),
    "rate": _rate,
    "histogram": _histogram,
}

MACROS = {"histogram": "ql_histogram"}
"""Macros that an aggregate needs."""

SUBJECT = {"topk": 1}
"""Where an aggregate's field stands among its arguments, when it is not the first."""
