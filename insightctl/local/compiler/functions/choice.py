"""General functions: presence and choices."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.local.compiler.functions.site import Builder, CallSite
from insightctl.local.compiler.values import Val, exact, is_number, number, present, text
from insightctl.local.discovery import ABSENT
from insightctl.ql import ast
from insightctl.ql.types import FieldType, unify

_CONDITIONS = ("=", "!=", "<", "<=", ">", ">=", "like", "not like", "and", "or")


def _kind(values: Sequence[Val]) -> FieldType:
    """The values' common type. A discovered field is text in one event and a number in the next: beside a number, all stay
    what they are; beside a text, all are texts.
    """
    kinds = [value.type for value in values if value != ABSENT]
    return "any" if "any" in kinds and "string" not in kinds else unify(kinds)


def _spelled(kind: FieldType, value: Val) -> str:
    if value == ABSENT:
        return "NULL"
    if kind == "any":
        return exact(value)
    return value.sql if kind in ("number", "timestamp", "boolean", "json") else text(value)


def _chosen(cases: list[tuple[str, Val]], otherwise: Val | None) -> Val:
    """`CASE WHEN condition THEN value ... ELSE otherwise END` with the values' common type."""
    last = otherwise if otherwise is not None else ABSENT
    kind = _kind([*(value for _, value in cases), last])
    if kind == "any" and all(value == ABSENT for _, value in cases) and last == ABSENT:
        return ABSENT
    whens = " ".join(f"WHEN {test} THEN {_spelled(kind, value)}" for test, value in cases)
    numeric = None
    if kind == "any":
        flags = " ".join(f"WHEN {test} THEN {is_number(value)}" for test, value in cases)
        numeric = f"(CASE {flags} ELSE {is_number(last)} END)"
    return Val(f"(CASE {whens} ELSE {_spelled(kind, last)} END)", kind, numeric)


def _is_always_there(node: ast.Expr) -> bool:
    """Literals and conditions, which are true or false whatever is absent."""
    match node:
        case ast.Number() | ast.String() | ast.Boolean() | ast.In() | ast.InQuery():
            return True
        case ast.Binary(op=op):
            return op in _CONDITIONS
        case ast.Unary(op=op):
            return op != "-"
        case _:
            return False


def _coalesce(site: CallSite) -> Val:
    nodes = site.node.args
    last = next((i for i, node in enumerate(nodes) if _is_always_there(node)), len(nodes) - 1)
    args = [value for i in range(last + 1) if (value := site.value(i)) != ABSENT]
    if not args:
        return ABSENT
    kind = _kind(args)
    chosen = f"coalesce({', '.join(_spelled(kind, arg) for arg in args)})"
    if kind != "any":
        return Val(chosen, kind)
    cases = " ".join(f"WHEN {present(arg)} THEN {is_number(arg)}" for arg in args)
    return Val(chosen, kind, f"(CASE {cases} ELSE false END)")


def _if(site: CallSite) -> Val:
    return _chosen([(site.test(0), site.value(1))], site.value(2))


def _case(site: CallSite) -> Val:
    pairs = [(site.test(i), site.value(i + 1)) for i in range(0, len(site) - 1, 2)]
    return _chosen(pairs, site.value(len(site) - 1) if len(site) % 2 else None)


def _is_numeric(site: CallSite) -> Val:
    value = site.value(0)
    known = "true" if value.type in ("number", "timestamp") else f"{number(value)} IS NOT NULL"
    return Val(f"({present(value)} AND {known})" if value.type not in ("boolean", "json") else "false", "boolean")


BUILDERS: dict[str, Builder] = {
    "ispresent": lambda site: Val(present(site.value(0)), "boolean"),
    "coalesce": _coalesce,
    "if": _if,
    "case": _case,
    "isNumeric": _is_numeric,
    "messageSize": lambda site: Val(f"CAST(strlen({site.text()}) AS DOUBLE)", "number"),
    "unmask": lambda site: site.value(0),
}
