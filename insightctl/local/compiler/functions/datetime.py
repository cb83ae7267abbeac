"""Datetime functions. Timestamps are UTC ms."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

from insightctl.core.errors import UsageError
from insightctl.local.compiler.functions.site import Builder, CallSite
from insightctl.local.compiler.plan import END, START
from insightctl.local.compiler.values import FIRST_MS, LAST_MS, Val, number
from insightctl.ql import ast
from insightctl.ql.dates import java_pattern
from insightctl.ql.periods import Bucket, bucket

_FIXED = re.compile(r"(?:Z|UTC|GMT|UT)?(?:(?P<sign>[+-])(?P<hours>[01]?\d)(?::?(?P<minutes>[0-5]\d))?)?", re.IGNORECASE)
"""Zones of one offset, as Java spells them: UTC, Z, +02:00, GMT-5."""
_CODE = re.compile(r"%-?[A-Za-z%]|[^%]+|%")
_KNOWN = frozenset(f"%{code}" for code in "aAwudbBmyYHIpMSfjUWVG%") | {f"%-{code}" for code in "dmyHIMSj"}
"""What strftime means the same in the engine."""
_SHORT = {
    "%F": "%Y-%m-%d",
    "%T": "%H:%M:%S",
    "%X": "%H:%M:%S",
    "%R": "%H:%M",
    "%D": "%m/%d/%y",
    "%x": "%m/%d/%y",
    "%c": "%a %b %e %H:%M:%S %Y",
    "%r": "%I:%M:%S %p",
    "%h": "%b",
    "%n": "\n",
    "%t": "\t",
}


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


@cache
def _zones() -> set[str]:
    """The names of time zones; none where the system does not know them."""
    return available_timezones()


def _local(site: CallSite, moment: str, *, back: bool) -> str:
    """A time's clock reading (TIMESTAMP) in the zone that the call names last; with `back`, the other way."""
    zone = site.literal(2) if len(site) > 2 else "UTC"
    fixed = _FIXED.fullmatch(zone)
    if fixed:
        minutes = int(fixed["hours"] or 0) * 60 + int(fixed["minutes"] or 0)
        sign = "-" if (fixed["sign"] == "-") != back else "+"
        return f"({moment} {sign} INTERVAL {minutes} MINUTE)" if minutes else moment
    if zone not in (_zones() or (zone,)):
        raise UsageError(f"'{zone}' is not a time zone", remedy='such as "UTC", "Europe/Berlin" or "+02:00"')
    named = site.param(zone)
    if not back:
        return f"timezone({named}, timezone('UTC', {moment}))"
    late = f"timezone({named}, {moment})"  # of an hour that comes twice; Java takes the earlier one
    early = f"({late} - INTERVAL 1 HOUR)"
    return f"timezone('UTC', CASE WHEN timezone({named}, {early}) = {moment} THEN {early} ELSE {late} END)"


def _parse_date(site: CallSite) -> Val:
    pattern = java_pattern(site.literal(1))
    assert isinstance(pattern, str)
    if "%z" in pattern or "%Z" in pattern:  # the text names its own zone, as Z perhaps
        spelled = f"regexp_replace({site.text()}, '([0-9] ?)Z', '\\1+00')" if "%z" in pattern else site.text()
        parsed = f"TRY(strptime({spelled}, {site.param(pattern)}))"
        return Val(f"CAST(epoch_ms(CAST({parsed} AS TIMESTAMPTZ)) AS DOUBLE)", "number")
    parsed = f"CAST(TRY(strptime({site.text()}, {site.param(pattern)})) AS TIMESTAMP)"
    moved = f"list_transform([{parsed}], lambda ql_d: {_local(site, 'ql_d', back=True)})[1]"
    return Val(f"CAST(epoch_ms({moved}) AS DOUBLE)", "number")


def _format_date(site: CallSite) -> Val:
    """`ql_t` is the moment in UTC, `ql_b[1]` the clock reading in the zone, `ql_b[2]` the moment again."""
    pieces: list[str] = []
    plain = ""
    for code in [*_CODE.findall(_CODE.sub(lambda found: _SHORT.get(found[0], found[0]), site.literal(1))), None]:
        own = _piece(site, code)
        if own is None and code is not None:
            plain += code if code[0] != "%" or code in _KNOWN else code.replace("%", "%%")
            continue
        pieces += [f"strftime(ql_b[1], {site.param(plain)})"] if plain else []
        pieces += [own] if own else []
        plain = ""
    utc = f"[make_timestamp_ms({moment(site.value(0))})]"
    both = f"list_transform({utc}, lambda ql_t: [{_local(site, 'ql_t', back=False)}, ql_t])"
    written = " || ".join(pieces) or "CASE WHEN ql_b[1] IS NOT NULL THEN '' END"
    return Val(f"list_transform({both}, lambda ql_b: {written})[1]", "string")


def _piece(site: CallSite, code: str | None) -> str | None:
    """SQL of a code that the engine's strftime lacks or takes for something else."""
    minutes = "((epoch_ms(ql_b[1]) - epoch_ms(ql_b[2])) // 60000)"
    match code:
        case "%z":
            sign = f"CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END"
            return f"({sign} || format('{{:02d}}{{:02d}}', abs({minutes}) // 60, abs({minutes}) % 60))"
        case "%Z":
            zone = site.param(site.literal(2) if len(site) > 2 else "UTC")
            return f"CASE WHEN ql_b[1] IS NOT NULL THEN {zone} END"
        case "%s":
            return "CAST(CAST(floor(epoch_ms(ql_b[2]) / 1000) AS BIGINT) AS VARCHAR)"
        case "%e":
            return "lpad(strftime(ql_b[1], '%-d'), 2, ' ')"
        case "%g":
            return "right(strftime(ql_b[1], '%G'), 2)"
        case "%L":
            return "strftime(ql_b[1], '%g')"
        case _:
            return None


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
