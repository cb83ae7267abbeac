"""What the columns of a query are: keys, shares of counts, sums. Read off its text: 100 * failures / invocations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from insightctl.ql import ast
from insightctl.ql.formatting import expression_text

_ADDED = ("count", "sum")
_CHOSEN = ("greatest", "least", "coalesce")


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of the last `stats`: what it groups `by`, and of the others which add up over bins.

    `wholes` has for each percentage the count that it is a share of.
    """

    by: tuple[str, ...] = ()
    wholes: Mapping[str, str] = field(default_factory=dict)
    added: frozenset[str] = frozenset()


def roles(query: ast.Query) -> Roles | None:
    """What the columns of a query are; None when it has no `stats`, and its rows are single events."""
    stats = next((c for c in reversed(query.commands) if isinstance(c, ast.Stats)), None)
    if stats is None:
        return None
    named = {_name(item): item.expr for item in stats.items}
    added: set[str] = set()
    for name, expr in named.items():  # a column may use those before it
        if _adds_up(expr, added):
            added.add(name)
    wholes = {}
    for name, expr in named.items():
        whole = _whole(expr)
        same = [n for n, e in named.items() if n != name and whole in (n, _text(e)) and _is_call(e, "count")]
        if same:
            wholes[name] = same[0]
    return Roles(tuple(_name(item) for item in stats.by), wholes, frozenset(added))


def _adds_up(expr: ast.Expr, added: set[str]) -> bool:
    match expr:
        case ast.Call(name=name, args=args):
            chosen = name.lower() in _CHOSEN and any(_adds_up(arg, added) for arg in args)
            return name.lower() in _ADDED or chosen
        case ast.Binary(op="+" | "-", left=left, right=right):
            return _adds_up(left, added) and _adds_up(right, added)
        case ast.Field():
            return expr.name in added
    return False


def _is_call(expr: ast.Expr, name: str) -> bool:
    return isinstance(expr, ast.Call) and expr.name.lower() == name


def _name(item: ast.Item) -> str:
    return item.alias or _text(item.expr)


def _whole(expr: ast.Expr) -> str | None:
    """What `100 * part / whole` divides by, as written; None for any other expression."""
    if not isinstance(expr, ast.Binary):
        return None
    if expr.op == "/" and _is_hundredfold(expr.left):
        return _text(expr.right)
    if expr.op == "*":
        for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if _is_hundred(one) and isinstance(other, ast.Binary) and other.op == "/":
                return _text(other.right)
    return None


def _is_hundredfold(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Binary) and expr.op == "*" and (_is_hundred(expr.left) or _is_hundred(expr.right))


def _is_hundred(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Number) and expr.value == 100


def _text(expr: ast.Expr) -> str:
    return expr.name if isinstance(expr, ast.Field) else expression_text(expr)
