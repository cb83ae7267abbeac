"""Comparisons that never match, match something else, or miss events without the field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.fields import SYSTEM_FIELDS
from insightctl.ql.rules.looking import (
    NUMBER,
    WILDCARD,
    comparisons,
    conjuncts,
    filters,
    guarded,
    is_raw,
    nodes,
    warn,
)
from insightctl.ql.spans import Span

_ID = re.compile(r"(?:^|[._-])id$|Ids?$|ID$")


def quoted_number(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL052: `status = "200"` compares a number as text would be compared; < and > order texts by characters."""
    told = set(SYSTEM_FIELDS)
    for found in comparisons(analysis):
        if not isinstance(found.literal, ast.String) or not NUMBER.fullmatch(found.literal.value):
            continue
        if len(found.literal.value) > 11 or re.match(r"0\d", found.literal.value):
            continue  # an account, an id: digits that are no number
        if found.field.name in told or found.scope.type_of(found.field.name) == "string":
            continue
        if found.op in ("=", "!=") and _ID.search(found.field.name):
            continue  # an id is a text, whatever it looks like
        told.add(found.field.name)
        message = f"{found.field.name} is compared with a text that looks like a number"
        yield warn("QL052", message, found.literal.span, f"without quotes it is a number: {found.literal.value}")


def absent_fields(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL060: `!=`, `not like` and `not in` match no event that lacks the field."""
    told = set(SYSTEM_FIELDS)
    for condition, step in filters(analysis):
        for side in conjuncts(condition):
            name, span = _negated(side)
            if name is None or name.name in told or not is_raw(name, step.scope) or guarded(analysis, name.name):
                continue
            told.add(name.name)
            hint = f"to keep them: not ispresent({name.name}) or ...; to say that it is meant: ispresent({name.name}) and ..."
            yield warn("QL060", f"events without {name.name} do not match either", span, hint)


def _negated(side: ast.Expr) -> tuple[ast.Field | None, Span]:
    match side:
        case ast.Binary(op="!=", right=ast.String(value="")):
            return None, ast.NOWHERE  # whoever asks for a text that is not empty wants no absent one
        case ast.Binary(op="!=" | "not like", left=ast.Field() as field, span=span):
            return field, span
        case ast.In(operand=ast.Field() as field, negated=True, span=span):
            return field, span
        case _:
            return None, ast.NOWHERE


def contradictions(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL066: a field that should be two different values at once, or a condition of constants alone."""
    for condition, _ in filters(analysis):
        for node in ast.walk(condition):
            match node:
                case ast.Binary(op="or"):
                    for side in ast.operands(node):
                        if isinstance(side, ast.String | ast.Number):
                            message = "this stands alone and is no condition"
                            yield warn("QL066", message, side.span, "write the comparison again: a = 1 or a = 2")
                case ast.In(items=(), span=span):
                    yield warn("QL066", "nothing is in an empty list", span, "in [...] with values")
                case _:
                    pass
        wanted: dict[str, ast.Expr] = {}
        for side in conjuncts(condition):
            if isinstance(side, ast.Binary) and side.op == "=" and isinstance(side.left, ast.Field):
                literal = side.right
                if not isinstance(literal, ast.String | ast.Number | ast.Boolean):
                    continue
                name = side.left.name
                if name in wanted and wanted[name] != literal:
                    yield warn("QL066", f"{name} cannot be two values at once", side.span, f"{name} in [..., ...]")
                wanted.setdefault(name, literal)
            elif not any(isinstance(n, ast.Field | ast.Call | ast.InQuery) for n in ast.walk(side)):
                span = getattr(side, "span", ast.NOWHERE)
                yield warn("QL066", "this condition is the same for every event", span, "compare a field")


def mixed_logic(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL073: `a or b and c` is `a or (b and c)`."""
    for node, _ in nodes(analysis):
        if not isinstance(node, ast.Binary) or node.op != "or":
            continue
        for side in ast.operands(node):
            if isinstance(side, ast.Binary) and side.op == "and" and not _parenthesised(analysis.query.text, side):
                yield warn(
                    "QL073", "'and' binds before 'or' here", side.span, "put parentheses around what belongs together"
                )
                break


def _parenthesised(text: str, node: ast.Binary) -> bool:
    before = text[: node.span.start].rstrip()
    return before.endswith("(") and text[node.span.end :].lstrip().startswith(")")


_PATTERN = re.compile(r"\.\*|\.\+|\\[dws]|\(\?[a-z:]")


def wildcards(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL065: `=` knows neither wildcards nor patterns."""
    for found in comparisons(analysis):
        if found.op not in ("=", "!=") or not isinstance(found.literal, ast.String):
            continue
        text = found.literal.value
        if _PATTERN.search(text):
            pattern = text.replace("/", "\\/")
            hint = f"{'' if found.op == '=' else 'not '}like /{pattern}/"
            yield warn("QL065", f"'{found.op}' compares the whole text, not a pattern", found.literal.span, hint)
        elif wildcard := WILDCARD.search(text):
            like = "like" if found.op == "=" else "not like"
            message = f"'{found.op}' takes '{wildcard[0]}' for itself"
            yield warn("QL065", message, found.literal.span, f'{like} "{text.strip("%*")}"')


RULES = (
    quoted_number,
    absent_fields,
    contradictions,
    mixed_logic,
    wildcards,
)
