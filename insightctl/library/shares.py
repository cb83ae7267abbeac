"""What the columns of a query are: keys, shares of counts, sums. Read off its text: 100 * failures / invocations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from insightctl.ql import ast
from insightctl.ql.ast.walking import walk
from insightctl.ql.formatting import expression_text

_ADDED = ("count", "sum")
_CHOSEN = ("greatest", "least", "coalesce")


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of the last `stats`: what it groups `by`, and of the others which add up over bins.

    `wholes` has for each percentage the count that it is a share of. `of_rows` are columns made from other rows of the
    answer (running sums, shares of all rows): they change with the company of a row, not with the row.
    """

    by: tuple[str, ...] = ()
    wholes: Mapping[str, str] = field(default_factory=dict)
    added: frozenset[str] = frozenset()
    of_rows: frozenset[str] = frozenset()


def roles(query: ast.Query) -> Roles | None:
    """What the columns of a query are; None when it has no `stats`, and its rows are single events."""
    last = max((n for n, c in enumerate(query.commands) if isinstance(c, ast.Stats)), default=None)
    if last is None:
        return None
    counts = _counts(query.commands)
    stats = query.commands[last]
    assert isinstance(stats, ast.Stats)
    named = {_name(item): item.expr for item in stats.items}
    added: set[str] = set()
    for name, expr in named.items():  # a column may use those before it
        if _adds_up(expr, added):
            added.add(name)
    wholes = {}
    for name, expr in named.items():
        whole = _whole(expr)
        same = [n for n, e in named.items() if n != name and whole in (n, _text(e)) and n in counts]
        if same:
            wholes[name] = same[0]
    by = tuple(_name(item) for item in stats.by)
    return Roles(by, wholes, frozenset(added), _of_rows(query.commands[last + 1 :]))


def _counts(commands: Sequence[ast.Command]) -> set[str]:
    """The columns of the last `stats` that count events: count(...), or the sum of what an earlier stats counted."""
    counts: set[str] = set()
    for stats in commands:
        if isinstance(stats, ast.Stats):
            counts = {_name(item) for item in stats.items if _is_count(item.expr, counts)}
    return counts


def _is_count(expr: ast.Expr, counted: set[str]) -> bool:
    match expr:
        case ast.Call(name=name, args=(ast.Field() as summed,)) if name.lower() == "sum":
            return summed.name in counted
    return _is_call(expr, "count")


def _of_rows(commands: Sequence[ast.Command]) -> frozenset[str]:
    """The names that accum and autoregress give, and those of fields that use them."""
    found: set[str] = set()
    for command in commands:
        match command:
            case ast.Accum(alias=str(alias)) | ast.Autoregress(alias=str(alias)):
                found.add(alias)
            case ast.Fields(items=items):
                found |= {_name(item) for item in items if found & _fields(item.expr)}
    return frozenset(found)


def _fields(expr: ast.Expr) -> set[str]:
    return {node.name for node in walk(expr) if isinstance(node, ast.Field)}


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
