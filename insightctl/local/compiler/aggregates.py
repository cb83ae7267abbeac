"""Aggregate functions of stats: one builder each, by the name in the language's table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from insightctl.local.compiler.sorting import order_key
from insightctl.local.compiler.values import Val, is_number, number, text
from insightctl.ql import ast

Builder = Callable[[Val, tuple[ast.Expr, ...]], Val]


def _numeric(pattern: str) -> Builder:
    return lambda value, _: Val(pattern.format(number(value)), "number")


def _extreme(function: str) -> Builder:
    """min and max: numbers by value; a field or a parsed text by number where it is one, else by text."""

    def build(value: Val, _: tuple[ast.Expr, ...]) -> Val:
        if value.type in ("number", "timestamp"):
            return Val(f"{function}({value.sql})", value.type)
        if value.type == "boolean":
            return Val(f"{function}({number(value)})", "number")
        if value.type == "json":
            return Val("CAST(NULL AS VARCHAR)", "string")
        numeric = is_number(value) if value.type == "any" else f"{number(value)} IS NOT NULL"
        numbers = f"{function}({number(value)}) FILTER (WHERE {numeric})"
        texts = f"{function}({value.sql})"
        spelled = text(Val(numbers, "number"))
        return Val(f"coalesce({spelled}, {texts})", "any", f"({numbers} IS NOT NULL)")

    return build


def _percentile(value: Val, args: tuple[ast.Expr, ...]) -> Val:
    percent = args[1].value if len(args) > 1 and isinstance(args[1], ast.Number) else 50.0
    # In decimals: 99.9 / 100 in doubles is a little more than 0.999, which takes the next rank of 1,000 values.
    return Val(f"quantile_disc({number(value)}, {Decimal(repr(percent)) / 100:f})", "number")


def _timed(function: str) -> Builder:
    """earliest and latest: the value of the event with the first or last timestamp, among those that have it."""

    def build(value: Val, _: tuple[ast.Expr, ...]) -> Val:
        picked = f"{function}({value.sql}, _ts) FILTER (WHERE {value.sql} IS NOT NULL)"
        if value.type != "any":
            return Val(picked, value.type)
        numeric = f"{function}({is_number(value)}, _ts) FILTER (WHERE {value.sql} IS NOT NULL)"
        return Val(picked, "any", f"coalesce({numeric}, false)")

    return build


def _sorted(function: str) -> Builder:
    """sortsFirst and sortsLast: by the order of `sort`."""

    def build(value: Val, _: tuple[ast.Expr, ...]) -> Val:
        key = f"row({', '.join(order_key(value))})"
        picked = f"{function}({value.sql}, {key}) FILTER (WHERE {value.sql} IS NOT NULL)"
        numeric = f"coalesce({function}({is_number(value)}, {key}), false)" if value.type == "any" else None
        return Val(picked, value.type, numeric)

    return build


def _count(value: Val, _: tuple[ast.Expr, ...]) -> Val:
    return Val(f"CAST(count({value.sql}) AS DOUBLE)", "number")


def _count_distinct(value: Val, _: tuple[ast.Expr, ...]) -> Val:
    return Val(f"CAST(count(DISTINCT {value.sql}) AS DOUBLE)", "number")


COUNT_ALL = Val("CAST(count(*) AS DOUBLE)", "number")

AGGREGATES: dict[str, Builder] = {
    "count": _count,
    "count_distinct": _count_distinct,
    "sum": _numeric("sum({})"),
    "avg": _numeric("avg({})"),
    "min": _extreme("min"),
    "max": _extreme("max"),
    "pct": _percentile,
    "median": _percentile,
    "stddev": _numeric("stddev_samp({})"),
    "earliest": _timed("arg_min"),
    "latest": _timed("arg_max"),
    "sortsFirst": _sorted("arg_min"),
    "sortsLast": _sorted("arg_max"),
}
