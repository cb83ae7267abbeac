"""What Lambda's own lines say: words and numbers that their fields never hold, and functions that write no such lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.fields import LAMBDA_FIELDS
from insightctl.ql.rules.looking import LINE_TYPES, NUMBER, Compared, comparisons, filters, is_raw, nodes, warn
from insightctl.ql.scope import Scope

_MEMORY = ("@memorySize", "@maxMemoryUsed")
_SMALLEST_MB = 128 * 1_000_000  # Lambda's smallest memory size as the field gives it


def report_only(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL050: what Lambda's text lines have does not exist in the JSON log format."""
    if any(_serves_json(node) for node, _ in nodes(analysis)):
        return
    hint = 'functions with JSON logs write type = "platform.report" and record.metrics.durationMs; serve both'
    for condition, step in filters(analysis):
        for node in ast.walk(condition):
            if _asks_for_report(node, step.scope):
                span = getattr(node, "span", ast.NOWHERE)
                yield warn("QL050", "this sees no function that logs in JSON format", span, hint)
                return


_REPORT = re.compile(r"\^?\(?(?:REPORT|START|END)(?:\)|\$|\b)")


def _serves_json(node: ast.Expr) -> bool:
    match node:
        case ast.String(value=text) | ast.Regex(pattern=text):
            return "platform" in text
        case ast.Field(parts=parts):
            return parts[:2] == ("record", "metrics")
        case _:
            return False


def _asks_for_report(node: ast.Expr, scope: Scope) -> bool:
    """`@type = "REPORT"`, `@type in [...]`, `@type like /REPORT/`, `@message like /^REPORT/`."""
    match node:
        case ast.Binary(op="=", left=ast.Field() as field, right=ast.String(value=text)):
            return field.name == "@type" and is_raw(field, scope) and text in LINE_TYPES
        case ast.In(operand=ast.Field() as field, items=items, negated=False):
            return (
                field.name == "@type" and is_raw(field, scope) and any(i in items for i in map(ast.String, LINE_TYPES))
            )
        case ast.Binary(
            op="like", left=ast.Field() as field, right=ast.String(value=text) | ast.Regex(pattern=text)
        ) if is_raw(field, scope):
            found = _REPORT.match(text)
            return found is not None and (field.name == "@type" or (field.name == "@message" and "RequestId" in text))
        case _:
            return False


def never_equal(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL061: a Lambda number against a text that is none, or @type against a word that it never is."""
    for found in comparisons(analysis):
        if not isinstance(found.literal, ast.String) or not is_raw(found.field, found.scope):
            continue
        if LAMBDA_FIELDS.get(found.field.name) == "number" and not NUMBER.fullmatch(found.literal.value):
            message = f"{found.field.name} is a number and never matches a text"
            yield warn("QL061", message, found.span, "compare with a number")
        elif found.field.name == "@type" and found.op == "=" and found.literal.value not in LINE_TYPES:
            yield warn(
                "QL061", f"@type is {', '.join(LINE_TYPES)}, nothing else", found.literal.span, _line_type(found)
            )


def _line_type(found: Compared) -> str:
    written = getattr(found.literal, "value", "")
    meant = next((word for word in LINE_TYPES if word == str(written).upper()), None)
    return f"did you mean '{meant}'?" if meant else "application lines have no @type: filter @message like /.../"


def memory_units(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL062: memory fields are MB x 1,000,000, neither MB nor bytes."""
    for found in comparisons(analysis):
        if found.field.name not in _MEMORY or not is_raw(found.field, found.scope):
            continue
        if isinstance(found.literal, ast.Number) and 0 < found.literal.value < _SMALLEST_MB / 10:
            hint = f"{found.field.name} / 1000000 {found.op} {found.literal.text}"
            yield warn("QL062", f"{found.field.name} is in MB x 1,000,000", found.span, hint)
    divided: set[int] = set()
    for node, scope in nodes(analysis):
        memory = _in_mebibytes(node)
        if memory is not None and is_raw(memory, scope) and id(node) not in divided:
            divided.update(id(inner) for inner in ast.walk(node))
            message = f"{memory.name} is in MB x 1,000,000: divided by 1024 it comes out too small"
            yield warn("QL062", message, getattr(node, "span", ast.NOWHERE), f"{memory.name} / 1000000")


def _in_mebibytes(node: ast.Expr) -> ast.Field | None:
    """The memory field of `@memorySize / 1024 / 1024`."""
    if not isinstance(node, ast.Binary) or node.op != "/":
        return None
    numbers = [inner.value for inner in ast.walk(node.right) if isinstance(inner, ast.Number)]
    if not numbers or not set(numbers) <= {1024.0, 1048576.0}:
        return None
    if isinstance(node.left, ast.Field):
        return node.left if node.left.name in _MEMORY else None
    return _in_mebibytes(node.left)


RULES = (report_only, never_equal, memory_units)
