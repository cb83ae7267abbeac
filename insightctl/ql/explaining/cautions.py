"""What to keep in mind about expressions: capped periods, percentiles below 1, fields that are absent."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.explaining.functions import TESTS
from insightctl.ql.explaining.phrases import capped
from insightctl.ql.explaining.step import Here
from insightctl.ql.fields import SYSTEM_FIELDS
from insightctl.ql.formatting import expression_text
from insightctl.ql.periods import better, bucket
from insightctl.ql.rules.looking import conjuncts, guarded

_TRUNCATING = ("bin", "datefloor", "dateceil")


def cautions(*exprs: ast.Expr) -> tuple[str, ...]:
    """Notes on any expressions, each once."""
    found = [note for expr in exprs for node in ast.walk(expr) for note in _of_node(node)]
    return tuple(dict.fromkeys(found))


def _of_node(node: ast.Expr) -> Iterator[str]:
    if isinstance(node, ast.Binary) and node.op in "+-*/%^" and (_is_test(node.left) or _is_test(node.right)):
        yield "In arithmetic true counts as 1 and false as 0."
    if not isinstance(node, ast.Call) or not node.args:
        return
    last = node.args[-1]
    if node.name in _TRUNCATING and isinstance(last, ast.Period) and (real := capped(last)) is not None:
        written = expression_text(last)
        fix = better(last)
        hint = f"; write {node.name}({_before(node)}{fix})" if fix and fix != real else ""
        why = "calendar units come one at a time" if bucket(last).calendar else "the service caps it"
        yield f"{node.name}({_before(node)}{written}) really is {node.name}({_before(node)}{real}): {why}{hint}."
    if node.name == "pct" and isinstance(last, ast.Number) and 0 < last.value < 1:
        first, meant = expression_text(node.args[0]), f"{last.value * 100:g}"
        yield f"{last.value:g} is a percentile near the smallest value; for the {meant}th write pct({first}, {meant})."


def _is_test(node: ast.Expr) -> bool:
    match node:
        case ast.In() | ast.InQuery() | ast.Unary(op="not"):
            return True
        case ast.Binary(op=op):
            return op not in "+-*/%^"
        case ast.Call(name=name, args=args):
            return (name, min(len(args), 2)) in TESTS
        case _:
            return False


def _before(node: ast.Call) -> str:
    return "".join(f"{expression_text(arg)}, " for arg in node.args[:-1])


def absences(condition: ast.Expr, here: Here) -> tuple[str, ...]:
    """Notes on negated comparisons: an event without the field does not match them."""
    if here.scope.closed:
        return ()
    found = []
    for side in conjuncts(condition):
        name = _negated(side)
        if name is not None and name.name not in SYSTEM_FIELDS and not guarded(here.analysis, name.name):
            found.append(f"This also drops {here.rows} that have no {expression_text(name)}: they match no comparison.")
    return tuple(dict.fromkeys(found))


def _negated(side: ast.Expr) -> ast.Field | None:
    match side:
        case ast.Binary(op="!=" | "not like", left=ast.Field() as field):
            return field
        case ast.In(operand=ast.Field() as field, negated=True):
            return field
        case _:
            return None
