"""Static types of expressions. "any" is a discovered field: text or a JSON value, known only from the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from insightctl.core.result import ColumnType
from insightctl.ql import ast
from insightctl.ql.functions import Function, find

FieldType = ColumnType | Literal["any"]


def infer(expr: ast.Expr, type_of: Callable[[str], FieldType]) -> FieldType:
    """The type of an expression, given the types of fields by name."""
    match expr:
        case ast.Number() | ast.Period() | ast.Star():
            return "number"
        case ast.String() | ast.Regex():
            return "string"
        case ast.Boolean() | ast.In() | ast.InQuery():
            return "boolean"
        case ast.Field():
            return type_of(expr.name)
        case ast.Access():
            return "any"
        case ast.Unary(op=op):
            return "number" if op == "-" else "boolean"
        case ast.Binary(op=op):
            return "number" if op in ("+", "-", "*", "/", "%", "^") else "boolean"
        case ast.Call(name=name, args=args):
            known = find(name)
            if known is None:
                return "any"
            if known.result != "same":
                return known.result
            chosen = unify([infer(a, type_of) for a in choices(known, args)])
            # The greatest of texts that are numbers is a number (`parse` makes texts): only the data tell.
            return "any" if chosen == "string" and known.name in ("min", "max") else chosen


def choices(function: Function, args: tuple[ast.Expr, ...]) -> tuple[ast.Expr, ...]:
    """The arguments that a function of result type "same" may return."""
    match function.name:
        case "coalesce":
            return args
        case "if":
            return args[1:]
        case "case":
            return args[1::2] + (args[-1:] if len(args) % 2 else ())
        case _:
            return args[:1]


def unify(types: list[FieldType]) -> FieldType:
    """The type of a choice between values: their common type; text next to a discovered field is text."""
    distinct = set(types)
    if not distinct:
        return "any"
    if len(distinct) == 1:
        return distinct.pop()
    if distinct == {"string", "any"}:
        return "string"
    if distinct == {"number", "any"}:
        return "number"
    return "any" if "json" not in distinct else "string"
