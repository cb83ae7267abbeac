"""Commands that choose, compute and order rows."""

from __future__ import annotations

from insightctl.local.compiler.expressions import compile_expr, matches
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.prefilter import necessary
from insightctl.local.compiler.sorting import order_by, spelling_by
from insightctl.local.counting import BARRIER
from insightctl.ql import ast
from insightctl.ql.scope import Scope


def fields(frame: Frame, command: ast.Fields | ast.Display, _: Scope) -> None:
    """Gives the items columns; fields as they are need none."""
    for item in command.items:
        if item.alias is None and (isinstance(item.expr, ast.Field) or frame.known_call(item.expr) is not None):
            continue
        frame.define(item.name, compile_expr(item.expr, frame.scope()))


def filter_(frame: Frame, command: ast.Filter | ast.FilterIndex, _: Scope) -> None:
    """Cheap conditions first, then the exact one."""
    frame.cut()
    cheap = necessary(command.condition, frame.is_raw, frame.plan.params, frame.own, typed=frame.plan.typed)
    if cheap is not None:
        frame.where(cheap)
        if not frame.plan.typed:
            frame.sql = f"(SELECT * FROM {frame.sql} {BARRIER})"  # what is taken out of the message is worked out once
    frame.where(matches(command.condition, frame.scope()))


def sort(frame: Frame, command: ast.Sort, _: Scope) -> None:
    """Orders; rows that are equal keep the order that they would have without sort."""
    frame.cut()
    values = [(compile_expr(key.expr, frame.scope()), key.descending) for key in command.keys]
    keys = [order_by(value, descending=down) for value, down in values]
    spelled = [spelling_by(value, descending=down) for value, down in values]
    frame.ordered = ", ".join([*keys, *(key for key in spelled if key is not None), *frame.default_keys()])


def limit(frame: Frame, command: ast.Limit, _: Scope) -> None:
    """Keeps the first rows."""
    frame.mark_matched()
    frame.limit = min(command.count, frame.limit or command.count)


def dedup(frame: Frame, command: ast.Dedup, _: Scope) -> None:
    """Keeps the first of each value in the order so far; rows without the value are all kept."""
    frame.cut()
    frame.mark_matched()
    frame.deduplicated = True
    values = [compile_expr(name, frame.scope()) for name in command.fields]
    absent = " OR ".join(f"{value.sql} IS NULL" for value in values)
    rank = frame.plan.name("c")
    frame.wrap([f"row_number() OVER ({frame.over(value.sql for value in values)}) AS {rank}"])
    frame.where(f"{rank} = 1 OR {absent}")


def unchanged(frame: Frame, command: ast.Source | ast.Unmask, _: Scope) -> None:
    """SOURCE chooses events before anything else; in files nothing is masked."""
