"""JSON functions: maps and lists."""

from __future__ import annotations

from insightctl.local.compiler.functions.site import Builder, CallSite
from insightctl.local.compiler.values import NULL, Val, structure, text


def parsed(source: str) -> str:
    """SQL of a text as JSON when it is an object or an array, else null."""
    valid = f"json_valid({source}) AND left(ltrim({source}, ' \t\n\r'), 1) IN ('{{', '[')"
    return f"(CASE WHEN {valid} THEN CAST({source} AS JSON) END)"


def _json_parse(site: CallSite) -> Val:
    return Val(parsed(site.text()), "json")


def _json_stringify(site: CallSite) -> Val:
    value = site.value(0)
    if value.type == "json":
        return Val(f"CAST({value.sql} AS VARCHAR)", "string")
    if value.json is None:
        return NULL
    return Val(f"(CASE WHEN left({value.json}, 1) IN ('{{', '[') THEN CAST({value.json} AS VARCHAR) END)", "string")


def _array(value: Val) -> str:
    """A value as a JSON array; null for anything else."""
    whole = structure(value) if value.type == "json" else f"coalesce({_nested(value)}, {parsed(text(value))})"
    return f"(CASE WHEN json_type({whole}) = 'ARRAY' THEN {whole} END)"


def _nested(value: Val) -> str:
    return f"(CASE WHEN left({value.json}, 1) = '[' THEN {value.json} END)" if value.json else "CAST(NULL AS JSON)"


def _array_size(site: CallSite) -> Val:
    return Val(f"CAST(json_array_length({_array(site.value(0))}) AS DOUBLE)", "number")


def _array_contains(site: CallSite) -> Val:
    elements = f"CAST(json_extract({_array(site.value(0))}, '$[*]') AS JSON[])"
    scalar = "CASE WHEN left(e, 1) NOT IN ('[', '{') THEN json_extract_string(e, '$') END"  # lists equal no text
    spelled = f"list_transform({elements}, lambda e: {scalar})"
    return Val(f"coalesce(list_contains({spelled}, {site.text(1)}), false)", "boolean")


BUILDERS: dict[str, Builder] = {
    "jsonParse": _json_parse,
    "jsonStringify": _json_stringify,
    "jsonArraySize": _array_size,
    "jsonArrayContains": _array_contains,
}
