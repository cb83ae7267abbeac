"""General functions: presence and choices."""

from __future__ import annotations

from insightctl.local.compiler.functions.site import Builder, CallSite
from insightctl.local.compiler.values import Val, is_number, number, present, text
from insightctl.ql.types import FieldType, unify


def _spelled(kind: FieldType, value: Val) -> str:
    if kind == "number":
        return number(value)
    return value.sql if kind in ("timestamp", "boolean", "json") else text(value)


def _chosen(cases: list[tuple[str, Val]], otherwise: Val | None) -> Val:
    """`CASE WHEN condition THEN value ... ELSE otherwise END` with the values' common type."""
    values = [value for _, value in cases] + ([otherwise] if otherwise is not None else [])
    kind = unify([value.type for value in values])
    whens = " ".join(f"WHEN {test} THEN {_spelled(kind, value)}" for test, value in cases)
    last = f" ELSE {_spelled(kind, otherwise)}" if otherwise is not None else ""
    numeric = None
    if kind == "any":
        flags = " ".join(f"WHEN {test} THEN {is_number(value)}" for test, value in cases)
        numeric = f"(CASE {flags} ELSE {is_number(otherwise) if otherwise is not None else 'false'} END)"
    return Val(f"(CASE {whens}{last} END)", kind, numeric)


def _coalesce(site: CallSite) -> Val:
    args = site.values()
    kind = unify([arg.type for arg in args])
    if kind != "any":
        return Val(f"coalesce({', '.join(_spelled(kind, arg) for arg in args)})", kind)
    cases = " ".join(f"WHEN {present(arg)} THEN {is_number(arg)}" for arg in args)
    return Val(f"coalesce({', '.join(text(arg) for arg in args)})", "any", f"(CASE {cases} ELSE false END)")


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
