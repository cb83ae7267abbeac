"""Static types of expressions. "any" is a discovered field: text or a JSON value, known only from the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from insightctl.core.result import ColumnType
from insightctl.ql import ast
from insightctl.ql.functions import find

FieldType = ColumnType | Literal["any"]


def infer(expr: ast.Expr, type_of: Callable[[str], FieldType]) -> FieldType:
    """The type of an expression, given the types of fields by name."""
    match expr:
        case ast.Number() | ast.Period():
            return "number"
        case ast.String() | ast.Regex():
            return "string"
        case ast.Boolean() | ast.In():
            return "boolean"
        case ast.Star():
            return "number"
        case ast.Field():
            return _field(expr, type_of)
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
            if known.name == "coalesce":
                return unify([infer(arg, type_of) for arg in args])
            return infer(args[0], type_of) if args else "any"


def _field(node: ast.Field, type_of: Callable[[str], FieldType]) -> FieldType:
    kind = type_of(node.name)
    if kind != "any" or len(node.parts) == 1:
        return kind
    return "any"


def unify(types: list[FieldType]) -> FieldType:
    """The type of a choice between values: their common type; text next to a discovered field is text."""
    distinct = set(types)
    if len(distinct) == 1:
        return distinct.pop()
    if distinct == {"string", "any"}:
        return "string"
    if distinct == {"number", "any"}:
        return "number"
    return "any" if "json" not in distinct else "string"
