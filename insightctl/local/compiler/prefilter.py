"""Cheap conditions on the raw message that a filter implies, so that most events are dropped before fields are extracted.

Never changes an answer: the exact condition is applied after it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from insightctl.local import discovery
from insightctl.local.compiler.frame import Own
from insightctl.local.compiler.needles import contains_one, holds_one_of, implies_one_of, needles
from insightctl.local.compiler.values import Params
from insightctl.local.stores.schema import NOTABLE, engine_name, has_column
from insightctl.ql import ast
from insightctl.ql.fields import LAMBDA_FIELDS
from insightctl.ql.regex import translate

IsRaw = Callable[[ast.Field], bool]

PLAIN_WORD = re.compile(r"(?!(?:true|false|nan|inf|infinity)$)[A-Za-z][\w.:-]+", re.IGNORECASE | re.ASCII)
_OF_REPORT = frozenset(name for name, kind in LAMBDA_FIELDS.items() if kind == "number")


def necessary(condition: ast.Expr, is_raw: IsRaw, params: Params, own: Own, *, typed: bool = False) -> str | None:
    """SQL that every event meeting the condition meets; None when there is nothing cheap to say.

    Over `own.raw`, which holds the message and may hold more; regular expressions look at `own.msg`. `typed`: there are
    columns for Lambda's fields, which need no help, and JSON is looked for in its own.
    """
    match condition:
        case ast.Binary(op="and"):
            sides = [s for side in ast.operands(condition) if (s := necessary(side, is_raw, params, own, typed=typed))]
            return f"({' AND '.join(sides)})" if sides else None
        case ast.Binary(op="or"):
            either = [necessary(side, is_raw, params, own, typed=typed) for side in ast.operands(condition)]
            return f"({' OR '.join(s for s in either if s)})" if all(either) else None
        case ast.Binary(op="like", left=ast.Field() as field, right=pattern) if field.name == "@message" and is_raw(
            field
        ):
            return _like(pattern, params, own, typed)
        case ast.Binary(op="=" | "<" | "<=" | ">" | ">=" as op, left=ast.Field() as field, right=right) if is_raw(
            field
        ):
            return _compared(field, op, right, params, own, typed)
        case ast.In(operand=ast.Field() as field, items=items, negated=False) if is_raw(field):
            parts = [_compared(field, "=", item, params, own, typed) for item in items]
            return f"({' OR '.join(p for p in parts if p)})" if parts and all(parts) else None
        case _:
            return None


def _like(pattern: ast.Expr, params: Params, own: Own, typed: bool) -> str | None:
    found = _texts(pattern, params, own)
    if found is None or not (typed and is_notable(pattern)):
        return found
    return f"({own.prefix}_notable AND {found})"


def _texts(pattern: ast.Expr, params: Params, own: Own) -> str | None:
    if isinstance(pattern, ast.Regex):
        if inside := tuple(params.add(one) for one in needles(pattern.pattern)):
            return contains_one(own.raw, inside)
        return f"regexp_matches({own.msg}, {params.add(translate(pattern.pattern).pattern)})"
    return f"contains({own.raw}, {params.add(pattern.value)})" if isinstance(pattern, ast.String) else None


def is_notable(pattern: ast.Expr) -> bool:
    """Whether a store marks every message that is like a pattern as notable."""
    if isinstance(pattern, ast.Regex):
        return implies_one_of(pattern.pattern, NOTABLE)
    return isinstance(pattern, ast.String) and holds_one_of(pattern.value, NOTABLE)


def _compared(field: ast.Field, op: str, value: ast.Expr, params: Params, own: Own, typed: bool) -> str | None:
    if typed and field.name in LAMBDA_FIELDS and isinstance(value, ast.String) and op == "=":
        return f"({own.prefix}{engine_name(field.name)} = {params.add(value.value)})"
    if typed and field.name.startswith("@") and not field.name.startswith("@@"):
        return None
    if field.name in _OF_REPORT:
        return f"contains({own.raw}, 'REPORT RequestId: ')"
    if not isinstance(value, ast.String) or op != "=":
        return None
    if field.name == "@type":
        return f"contains({own.raw}, {params.add(value.value + ' RequestId: ')})"
    if field.name in ("@requestId", "@xrayTraceId", "@xraySegmentId"):
        return f"contains({own.raw}, {params.add(value.value)})"
    if discovery.is_discoverable(field) and PLAIN_WORD.fullmatch(value.value):
        # A JSON text holds its value as it is, unless it is spelled with \\u escapes.
        if typed and has_column(field):
            return f"({own.prefix}{engine_name(field.name)} = {params.add(json.dumps(value.value))})"
        where = own.fragment if typed else own.raw
        return f"(contains({where}, {params.add(value.value)}) OR contains({where}, '\\u'))"
    return None
