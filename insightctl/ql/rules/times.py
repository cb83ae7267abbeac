"""Times: readable ones that cannot be compared, and seconds beside milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.rules.looking import COMPARISONS, NUMBER, comparisons, nodes, warn

_TIMES = ("@timestamp", "@ingestionTime")
_MS = "now() * 1000 is in milliseconds"


def readable_times(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL063: @timestamp is milliseconds since the epoch; readable times cannot be filtered by."""
    hint = "give the query a time range, or compare with milliseconds: toMillis(@timestamp) > 1700000000000"
    for node, _ in nodes(analysis):
        match node:
            case ast.Binary(op="like" | "not like", left=ast.Field() as field, span=span) if field.name in _TIMES:
                yield warn("QL063", f"{field.name} cannot be compared with a readable time", span, hint)
            case ast.Binary(op=op, left=ast.Call(name="toMillis"), right=ast.Number() as number, span=span) if (
                op in COMPARISONS and _seconds(number)
            ):
                message = "toMillis gives milliseconds, this number looks like seconds"
                yield warn("QL063", message, span, f"{number.text}000")
            case _:
                pass
    for found in comparisons(analysis):
        if found.field.name not in _TIMES:
            continue
        if isinstance(found.literal, ast.String) and not NUMBER.fullmatch(found.literal.value):
            yield warn("QL063", f"{found.field.name} cannot be compared with a readable time", found.span, hint)
        elif isinstance(found.literal, ast.Number) and _seconds(found.literal):
            message = f"{found.field.name} is in milliseconds, this number looks like seconds"
            yield warn("QL063", message, found.span, f"{found.literal.text}000")


def _seconds(number: ast.Number) -> bool:
    return 1e8 < number.value < 1e11 and number.text.isdigit()


def seconds_of_now(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL064: now() is in seconds, toMillis() and @timestamp are in milliseconds."""
    for node, _ in nodes(analysis):
        if isinstance(node, ast.Binary) and node.op in (*COMPARISONS, "-", "+"):
            sides = (node.left, node.right)
            if any(_is_now(s) for s in sides) and any(_is_millis(s) for s in sides):
                yield warn("QL064", "now() is in seconds, the other side in milliseconds", node.span, _MS)
        elif isinstance(node, ast.Call) and node.name == "fromMillis" and any(_is_now(arg) for arg in node.args):
            yield warn("QL064", "now() is in seconds, fromMillis wants milliseconds", node.span, _MS)


def _is_now(node: ast.Expr) -> bool:
    match node:
        case ast.Call(name="now"):
            return True
        case ast.Binary(op="-" | "+", left=left, right=right):
            return _is_now(left) or _is_now(right)
        case _:
            return False


def _is_millis(node: ast.Expr) -> bool:
    match node:
        case ast.Field():
            return node.name in _TIMES
        case ast.Call(name="toMillis" | "queryStartTime" | "queryEndTime"):
            return True
        case ast.Call(name="min" | "max" | "earliest" | "latest", args=(ast.Field() as time,)):
            return time.name in _TIMES
        case _:
            return False


RULES = (readable_times, seconds_of_now)
