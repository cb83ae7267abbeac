"""What the rules look at: every expression with its scope, and simple comparisons in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, Step
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.scope import Scope
from insightctl.ql.spans import Span

LINE_TYPES = ("START", "END", "REPORT")  # what @type says of Lambda's text lines
WILDCARD = re.compile(r"^[%*](?=[^%*])|(?<=[^%*\d])[%*]$")  # of SQL or a shell; not the sign of "100%"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Compared(NamedTuple):
    """`field op literal`, whichever side the literal stands on."""

    field: ast.Field
    op: str
    literal: ast.Expr
    span: Span
    scope: Scope


def warn(code: str, message: str, span: Span, help: str | None = None) -> Diagnostic:
    """A warning."""
    return Diagnostic(code, message, span, help, "warning")


def nodes(analysis: Analysis) -> Iterator[tuple[ast.Expr, Scope]]:
    """Every expression of the query, inner ones too, with the scope it is evaluated in."""
    for step in analysis.steps:
        for expr in ast.expressions(step.command):
            for node in ast.walk(expr):
                yield node, step.scope


def filters(analysis: Analysis) -> Iterator[tuple[ast.Expr, Step]]:
    """The conditions of filter and filterIndex."""
    for step in analysis.steps:
        if isinstance(step.command, ast.Filter | ast.FilterIndex):
            yield step.command.condition, step


def comparisons(analysis: Analysis) -> Iterator[Compared]:
    """Comparisons of a field with something written out, in any expression."""
    for node, scope in nodes(analysis):
        if isinstance(node, ast.Binary) and node.op in COMPARISONS:
            if isinstance(node.left, ast.Field) and _is_literal(node.right):
                yield Compared(node.left, node.op, node.right, node.span, scope)
            elif isinstance(node.right, ast.Field) and _is_literal(node.left):
                yield Compared(node.right, _FLIPPED.get(node.op, node.op), node.left, node.span, scope)
        elif isinstance(node, ast.In) and isinstance(node.operand, ast.Field):
            for item in node.items:
                if _is_literal(item):
                    yield Compared(node.operand, "!=" if node.negated else "=", item, node.span, scope)


def _is_literal(node: ast.Expr) -> bool:
    return isinstance(node, ast.String | ast.Number | ast.Boolean)


def is_raw(name: ast.Field, scope: Scope) -> bool:
    """Whether a field is one of the event itself, not one that the query made."""
    return not scope.closed and not scope.knows(name)


def misspelt(name: str, scope: Scope) -> str | None:
    """The name that the query made, when this one differs from it only by case, underscores or an @."""
    plain = _plain(name)
    return next((made for made in scope.defined if _plain(made) == plain), None)


def _plain(name: str) -> str:
    return name.replace("_", "").lstrip("@").lower()


def conjuncts(condition: ast.Expr) -> tuple[ast.Expr, ...]:
    """What an `and` joins."""
    return ast.operands(condition) if isinstance(condition, ast.Binary) and condition.op == "and" else (condition,)


def guarded(analysis: Analysis, name: str) -> bool:
    """Whether some filter keeps only events that have the field."""
    for condition, _ in filters(analysis):
        for side in conjuncts(condition):
            match side:
                case ast.Call(name="ispresent" | "isNumeric", args=(ast.Field() as field, *_)) if field.name == name:
                    return True
                case ast.Binary(op="=" | "<" | "<=" | ">" | ">=" | "like", left=ast.Field() as field) if (
                    field.name == name
                ):
                    return True
                case ast.In(operand=ast.Field() as field, negated=False) if field.name == name:
                    return True
                case _:
                    pass
    return False
