"""The aggregates of stats over the rows of one group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from insightctl.ql import ast
from tests.reference.expressions import Evaluator
from tests.reference.rows import Row, identity
from tests.reference.values import AnyOf, Moment, Tree, Value, as_number, order


def aggregate(call: ast.Call, rows: Sequence[Row]) -> Value:
    """One aggregate. Everything but `count(*)` sees the rows that have its field; maps and lists are no fields."""
    name = call.name.lower().replace("_", "")
    if name == "count" and (not call.args or isinstance(call.args[0], ast.Star)):
        return float(len(rows))
    cells = [(row, Evaluator(row.field).value(call.args[0])) for row in rows]
    there = [(row, value) for row, value in cells if value is not None and not isinstance(value, Tree)]
    values = [value for _, value in there]
    numbers = [Fraction(number) for value in values if (number := as_number(value)) is not None]
    match name:
        case "count":
            return float(len(values))
        case "countdistinct":
            return float(len({identity(value) for value in values}))
        case "sum":
            return sum(numbers, Fraction()) if numbers else None
        case "avg":
            return sum(numbers, Fraction()) / len(numbers) if numbers else None
        case "min" | "max":
            return extreme(values, name)
        case "pct" | "median":
            return percentile(numbers, Fraction(str(as_number(percent_of(call)))))
        case "stddev":
            return deviation(numbers)
        case "earliest" | "latest":
            return at_the_edge(there, name)
        case "sortsfirst" | "sortslast":
            edge = min if name == "sortsfirst" else max
            return one_of([v for v in values if order(v) == edge(map(order, values))])
        case _:
            raise NotImplementedError(call.name)


def percent_of(call: ast.Call) -> Value:
    return 50 if call.name.lower() == "median" else Evaluator(lambda _: None).value(call.args[1])


def one_of(values: Sequence[Value]) -> Value:
    """The value, where several are as good as each other any of them."""
    distinct = {identity(value): value for value in values}
    if not distinct:
        return None
    return next(iter(distinct.values())) if len(distinct) == 1 else AnyOf(tuple(distinct.values()))


def extreme(values: Sequence[Value], name: str) -> Value:
    """Of values among which are numbers the least or greatest of these, in its own spelling."""
    if not values:
        return None
    edge = min if name == "min" else max
    numbers = [(number, v) for v in values if (number := as_number(v)) is not None]
    if numbers:
        best = edge(number for number, _ in numbers)
        return one_of([v for number, v in numbers if number == best])
    return edge(str(v) for v in values)


def percentile(numbers: Sequence[Fraction], percent: Fraction) -> Value:
    """The observed value at the nearest rank."""
    if not numbers:
        return None
    return sorted(numbers)[max(1, math.ceil(percent * len(numbers) / 100)) - 1]


def deviation(numbers: Sequence[Fraction]) -> Value:
    """Of a sample."""
    if len(numbers) < 2:
        return None
    mean = sum(numbers, Fraction()) / len(numbers)
    return math.sqrt(sum((n - mean) ** 2 for n in numbers) / (len(numbers) - 1))


def at_the_edge(there: Sequence[tuple[Row, Value]], name: str) -> Value:
    """The value at the earliest or latest time; at one time any."""
    edge = min if name == "earliest" else max
    times = [(at.ms, value) for row, value in there if isinstance(at := row.field(("@timestamp",)), Moment)]
    if not times:
        return None
    when = edge(ms for ms, _ in times)
    return one_of([value for ms, value in times if ms == when])
