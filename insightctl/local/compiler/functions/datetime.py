"""Datetime functions. Timestamps are UTC ms."""

from __future__ import annotations

from insightctl.local.compiler.functions.site import Builder, CallSite
from insightctl.local.compiler.plan import END, START
from insightctl.local.compiler.values import FIRST_MS, LAST_MS, Val, number
from insightctl.ql import ast
from insightctl.ql.dates import java_pattern
from insightctl.ql.periods import Bucket, bucket


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


def _dated(ts: Val, period: ast.Expr, *, up: bool) -> Val:
    assert isinstance(period, ast.Period)
    build = raised if up else truncated
    return Val(build(moment(ts), bucket(period)), "timestamp")


def _bin(site: CallSite) -> Val:
    return _dated(site.compiled(ast.Field(("@timestamp",))), site.node.args[0], up=False)


def _parse_date(site: CallSite) -> Val:
    pattern = java_pattern(site.literal(1))
    assert isinstance(pattern, str)
    parsed = f"TRY(strptime({site.text()}, {site.param(pattern)}))"
    if "%z" in pattern or "%Z" in pattern:  # the text names its own zone
        return Val(f"CAST(epoch_ms(CAST({parsed} AS TIMESTAMPTZ)) AS DOUBLE)", "number")
    zone = site.literal(2) if len(site) > 2 else "UTC"
    moved = parsed if zone.upper() == "UTC" else f"TRY(timezone({site.param(zone)}, CAST({parsed} AS TIMESTAMP)))"
    return Val(f"CAST(epoch_ms({moved}) AS DOUBLE)", "number")


def _format_date(site: CallSite) -> Val:
    ms = moment(site.value(0))
    zone = site.literal(2) if len(site) > 2 else "UTC"
    at = f"make_timestamp_ms({ms})"
    if zone.upper() != "UTC":
        at = f"TRY(timezone({site.param(zone)}, timezone('UTC', {at})))"
    return Val(f"TRY(strftime({at}, {site.param(site.literal(1))}))", "string")


def _now(site: CallSite) -> Val:
    return Val(f"CAST({site.scope.plan.now_s} AS DOUBLE)", "number")


def _range(sql: str) -> Builder:
    return lambda _: Val(f"CAST({sql} AS DOUBLE)", "number")


BUILDERS: dict[str, Builder] = {
    "bin": _bin,
    "datefloor": lambda site: _dated(site.value(0), site.node.args[1], up=False),
    "dateceil": lambda site: _dated(site.value(0), site.node.args[1], up=True),
    "fromMillis": lambda site: Val(moment(site.value(0)), "timestamp"),
    "toMillis": lambda site: Val(site.number(), "number"),
    "now": _now,
    "parseDate": _parse_date,
    "formatDate": _format_date,
    "queryStartTime": _range(START),
    "queryEndTime": _range(END),
    "queryTimeRange": _range(f"({END} - {START})"),
}
