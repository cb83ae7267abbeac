"""Scalar functions: one small builder each, by the name in the language's table."""

from __future__ import annotations

from collections.abc import Callable

from insightctl.local.compiler.values import FIRST_MS, LAST_MS, NULL, Val, number, present, text
from insightctl.ql import ast
from insightctl.ql.periods import Bucket, bucket
from insightctl.ql.types import unify

Builder = Callable[[tuple[Val, ...]], Val]

_SPACE = "' \t\n\r\x0b\x0c'"
_LONGEST = 1_000_000_000
"""No text is longer: positions beyond it are as good as this."""


def truncated(ts: str, width: Bucket) -> str:
    """A timestamp in ms cut down to its bucket."""
    if width.calendar:
        return f"epoch_ms(date_trunc('{width.calendar}', make_timestamp_ms({ts})))"
    return f"({ts} - (({ts} % {width.ms} + {width.ms}) % {width.ms}))"


def raised(ts: str, width: Bucket) -> str:
    """A timestamp in ms raised to the next bucket edge, or itself when it lies on one."""
    floor = truncated(ts, width)
    if width.calendar:
        step = f"INTERVAL 1 {width.calendar}"
        edge = f"epoch_ms(date_trunc('{width.calendar}', make_timestamp_ms({ts})) + {step})"
        return f"(CASE WHEN {floor} = {ts} THEN {ts} ELSE {edge} END)"
    return f"(CASE WHEN {floor} = {ts} THEN {ts} ELSE {floor} + {width.ms} END)"


def moment(value: Val) -> str:
    """A value as UTC ms; null when it is none, or no time before the year 10000."""
    if value.type == "timestamp":
        return value.sql
    as_number = number(value)
    return f"(CASE WHEN {as_number} BETWEEN {FIRST_MS} AND {LAST_MS} THEN CAST({as_number} AS BIGINT) END)"


def dated(name: str, ts: Val, period: ast.Expr) -> Val:
    """bin, datefloor and dateceil."""
    assert isinstance(period, ast.Period)
    build = raised if name == "dateceil" else truncated
    return Val(build(moment(ts), bucket(period)), "timestamp")


def _numeric(pattern: str) -> Builder:
    return lambda args: Val(pattern.format(number(args[0])), "number")


def _textual(pattern: str) -> Builder:
    return lambda args: Val(pattern.format(*(text(arg) for arg in args)), "string")


def _extreme(function: str) -> Builder:
    return lambda args: Val(f"{function}({', '.join(number(arg) for arg in args)})", "number")


def _coalesce(args: tuple[Val, ...]) -> Val:
    kind = unify([arg.type for arg in args])
    if kind in ("timestamp", "boolean", "json"):
        return Val(f"coalesce({', '.join(arg.sql for arg in args)})", kind)
    if kind == "number":
        return Val(f"coalesce({', '.join(number(arg) for arg in args)})", "number")
    joined = f"coalesce({', '.join(text(arg) for arg in args)})"
    if kind == "string":
        return Val(joined, "string")
    from insightctl.local.compiler.values import is_number

    cases = " ".join(f"WHEN {present(arg)} THEN {is_number(arg)}" for arg in args)
    return Val(joined, "any", f"(CASE {cases} ELSE false END)")


def _trim(function: str) -> Builder:
    def build(args: tuple[Val, ...]) -> Val:
        characters = text(args[1]) if len(args) > 1 else _SPACE
        return Val(f"{function}({text(args[0])}, {characters})", "string")

    return build


def _substr(args: tuple[Val, ...]) -> Val:
    start = _position(args[1])
    rest = f", {_position(args[2])}" if len(args) > 2 else ""
    return Val(f"substr({text(args[0])}, {start} + 1{rest})", "string")


def _position(value: Val) -> str:
    as_number = number(value)
    bounded = f"CAST(trunc(least(greatest({as_number}, 0), {_LONGEST})) AS BIGINT)"
    return f"(CASE WHEN {as_number} IS NOT NULL THEN {bounded} END)"  # greatest() skips what is absent


def _concat(args: tuple[Val, ...]) -> Val:
    return Val(f"concat({', '.join(text(arg) for arg in args)})", "string")


def _strcontains(args: tuple[Val, ...]) -> Val:
    return Val(f"CAST(coalesce(contains({text(args[0])}, {text(args[1])}), false) AS DOUBLE)", "number")


def _empty(trimmed: bool) -> Builder:
    def build(args: tuple[Val, ...]) -> Val:
        value = f"trim({text(args[0])}, {_SPACE})" if trimmed else text(args[0])
        return Val(f"CAST(coalesce({value}, '') = '' AS DOUBLE)", "number")

    return build


def _json_parse(args: tuple[Val, ...]) -> Val:
    source = text(args[0])
    valid = f"json_valid({source}) AND left(ltrim({source}, ' \t\n\r'), 1) IN ('{{', '[')"
    return Val(f"(CASE WHEN {valid} THEN CAST({source} AS JSON) END)", "json")


def _json_stringify(args: tuple[Val, ...]) -> Val:
    return Val(f"CAST({args[0].sql} AS VARCHAR)", "string") if args[0].type == "json" else NULL


def _from_millis(args: tuple[Val, ...]) -> Val:
    return Val(moment(args[0]), "timestamp")


SCALARS: dict[str, Builder] = {
    "abs": _numeric("abs({})"),
    "ceil": _numeric("ceil({})"),
    "floor": _numeric("floor({})"),
    "log": _numeric("CASE WHEN {0} > 0 THEN ln({0}) END"),
    "sqrt": _numeric("CASE WHEN {0} >= 0 THEN sqrt({0}) END"),
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "fromMillis": _from_millis,
    "toMillis": _numeric("{}"),
    "ispresent": lambda args: Val(present(args[0]), "boolean"),
    "coalesce": _coalesce,
    "jsonParse": _json_parse,
    "jsonStringify": _json_stringify,
    "isempty": _empty(trimmed=False),
    "isblank": _empty(trimmed=True),
    "concat": _concat,
    "ltrim": _trim("ltrim"),
    "rtrim": _trim("rtrim"),
    "trim": _trim("trim"),
    "strlen": lambda args: Val(f"CAST(length({text(args[0])}) AS DOUBLE)", "number"),
    "toupper": _textual("upper({})"),
    "tolower": _textual("lower({})"),
    "substr": _substr,
    "replace": _textual("replace({}, {}, {})"),
    "strcontains": _strcontains,
}
"""bin, datefloor, dateceil and now are built in `expressions`: they need more than values."""
