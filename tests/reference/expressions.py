"""What an expression is worth over one row."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from insightctl.ql import ast
from tests.reference.functions import FUNCTIONS, ceil_to, floor_to, regex
from tests.reference.values import JsonScalar, Moment, Tree, Value, as_number, as_text, finite, truth

Lookup = Callable[[tuple[str | int, ...]], Value]
Aggregate = Callable[[ast.Call], Value]


class Evaluator:
    """Evaluates over what `field` gives for a name; `call` may answer calls that are none of a row (aggregates)."""

    def __init__(self, field: Lookup, call: Callable[[ast.Call], Value | None] | None = None) -> None:
        self.field = field
        self.call = call

    def value(self, expr: ast.Expr) -> Value:
        match expr:
            case ast.Number(value=literal):
                return finite(literal)
            case ast.String(value=text):
                return text
            case ast.Boolean(value=truth_value):
                return truth_value
            case ast.Field(parts=parts):
                return self.field(parts)
            case ast.Unary(op="-", operand=operand):
                number = as_number(self.value(operand))
                return None if number is None else -number
            case ast.Unary(operand=operand):
                return not truth(self.value(operand))
            case ast.Binary():
                return self.binary(expr)
            case ast.In(operand=operand, items=items, negated=negated):
                wanted = self.value(operand)
                found = any(compare("=", wanted, self.value(item)) for item in items)
                return is_comparable(wanted) and found != negated
            case ast.Call():
                return self.function(expr)
            case _:
                raise NotImplementedError(type(expr).__name__)

    def binary(self, expr: ast.Binary) -> Value:
        match expr.op:
            case "and":
                return all(truth(self.value(part)) for part in (expr.left, expr.right))
            case "or":
                return any(truth(self.value(part)) for part in (expr.left, expr.right))
            case "like" | "not like":
                return self.like(expr)
            case "+" | "-" | "*" | "/" | "%" | "^":
                return arithmetic(expr.op, self.value(expr.left), self.value(expr.right))
            case _:
                return compare(expr.op, self.value(expr.left), self.value(expr.right))

    def like(self, expr: ast.Binary) -> bool:
        text = as_text(self.value(expr.left))
        if text is None:
            return False
        if isinstance(expr.right, ast.Regex):
            found = regex(expr.right.pattern).search(text) is not None
        else:
            part = as_text(self.value(expr.right))
            if part is None:
                return False
            found = part in text
        return found == (expr.op == "like")

    def function(self, expr: ast.Call) -> Value:
        name = expr.name.lower()
        if name == "bin" or name in ("datefloor", "dateceil"):
            at = self.field(("@timestamp",)) if name == "bin" else self.value(expr.args[0])
            period = expr.args[-1]
            assert isinstance(period, ast.Period)
            if not isinstance(at, Moment):
                return None
            return ceil_to(at, period) if name == "dateceil" else floor_to(at, period)
        if name in FUNCTIONS:
            return FUNCTIONS[name]([self.value(arg) for arg in expr.args])
        if self.call is None:
            raise NotImplementedError(expr.name)
        return self.call(expr)


def is_comparable(value: Value) -> bool:
    """What is absent, a map or a list is equal to nothing and different from nothing."""
    return value is not None and not isinstance(value, Tree)


def compare(op: str, left: Value, right: Value) -> bool:
    """Two texts as texts, everything else as numbers; true and false of JSON answer to their words, too."""
    if not is_comparable(left) or not is_comparable(right):
        return False
    a: object
    b: object
    if isinstance(left, str) and isinstance(right, str):
        a, b = left, right
    else:
        a, b = as_number(spoken(left, right)), as_number(spoken(right, left))
    if a is None or b is None:
        return False
    match op:
        case "=":
            return a == b
        case "!=":
            return a != b
        case "<":
            return a < b  # type: ignore[operator]
        case "<=":
            return a <= b  # type: ignore[operator]
        case ">":
            return a > b  # type: ignore[operator]
        case ">=":
            return a >= b  # type: ignore[operator]
    raise NotImplementedError(op)


def spoken(value: Value, other: Value) -> Value:
    """The word of a truth value as one, beside a truth value."""
    truth_value = isinstance(other, bool) or (isinstance(other, JsonScalar) and other.kind == "boolean")
    if truth_value and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value


def arithmetic(op: str, left: Value, right: Value) -> Value:
    """Numbers are doubles; what no double holds is absent."""
    a, b = as_number(left), as_number(right)
    if a is None or b is None:
        return None
    if isinstance(a, Fraction) or isinstance(b, Fraction):
        a, b = Fraction(a), Fraction(b)
    try:
        match op:
            case "+":
                return finite(a + b)
            case "-":
                return finite(a - b)
            case "*":
                return finite(a * b)
            case "/":
                return finite(a / b)
            case "%":
                return finite(math.fmod(a, b))
            case _:
                return finite(float(a) ** float(b))
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):
        return None
