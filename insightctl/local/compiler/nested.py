"""Queries inside a query, compiled into the same statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.plan import Plan
from insightctl.local.compiler.values import Val, key
from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, analyse

Compile = Callable[[Plan, Analysis], Frame]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a query as SQL, numbered in their order from 1; its columns by name."""

    sql: str
    number: str
    columns: tuple[tuple[str, Val], ...]


def open_frame(plan: Plan, query: ast.Query) -> Frame:
    """A query compiled up to its last command, ready for more."""
    from insightctl.local.compiler.pipeline import frame_of

    return frame_of(plan, analyse(query, level=1))


def rows_of(plan: Plan, query: ast.Query, most: int) -> Rows:
    """A query's rows with the columns that it would show."""
    frame = open_frame(plan, query)
    columns: list[tuple[str, Val]] = []
    selected: list[str] = []
    for column in analyse(query, level=1).after.columns():
        made, chosen = frame.column(frame.output(column.name))
        columns.append((column.name, made))
        selected += chosen
    number = plan.name("c")
    order = frame.order().strip()
    limit = min(most, frame.limit or most)
    selected.append(f"row_number() OVER ({order}) AS {number}")
    body = f"(SELECT {', '.join(selected)} FROM {frame.sql} QUALIFY {number} <= {limit})"
    return Rows(body, number, tuple(columns))


def membership(plan: Plan, query: ast.Query, wanted: ast.Expr) -> str:
    """SQL of the values that a subquery after `in` gives: the column of the field's own name, else the last that it selects."""
    frame = open_frame(plan, query)
    frame.cut()
    after = analyse(query, level=1).after
    names = list(after.displayed or after.shown) or [column.name for column in after.columns()]
    name = wanted.name if isinstance(wanted, ast.Field) and wanted.name in names else names[-1]
    value = frame.output(name)
    return f"SELECT {key(value)} FROM {frame.sql} WHERE {value.sql} IS NOT NULL"
