"""Conditions that commands take apart."""

from __future__ import annotations

from insightctl.ql import ast


def join_key(condition: ast.Expr, command: ast.Join) -> tuple[ast.Field, ast.Field] | None:
    """The fields that a join matches, left and right, without their sides' names; None when it is no such condition."""
    if not isinstance(condition, ast.Binary) or condition.op != "=":
        return None
    found: dict[str, ast.Field] = {}
    for node in (condition.left, condition.right):
        if not isinstance(node, ast.Field) or len(node.parts) < 2:
            return None
        found[str(node.parts[0])] = ast.Field(node.parts[1:], node.span)
    if set(found) != {command.left, command.right} or isinstance(found[command.left].parts[0], int):
        return None
    return found[command.left], found[command.right]


def conjuncts(condition: ast.Expr) -> tuple[ast.Expr, ...]:
    """What an `and` joins; a condition without one alone."""
    return ast.operands(condition) if isinstance(condition, ast.Binary) and condition.op == "and" else (condition,)
