"""Times of a run: what SOURCE says of start and end, and the earlier range that a query compares with."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime

from insightctl.core.errors import UsageError
from insightctl.core.time import TimeRange, from_ms, parse_duration_ms, to_ms
from insightctl.local.compiler.plan import Earlier
from insightctl.ql import ast

_DAY_MS = 86_400_000


def asked(source: ast.Source, time: TimeRange | None, now_ms: int) -> TimeRange | None:
    """The range with the start and end that SOURCE names. Raises UsageError."""
    if source.start is None and source.end is None:
        return time
    start = _moment(source.start, now_ms) if source.start is not None else time.start_ms if time else 0
    end = _moment(source.end, now_ms) if source.end is not None else time.end_ms if time else now_ms
    if start >= end:
        raise UsageError(
            f"SOURCE: nothing lies between start={source.start} and end={source.end}", remedy="start=-1d end=now"
        )
    return TimeRange(start, end)


def _moment(text: str, now_ms: int) -> int:
    if text.lower() == "now":
        return now_ms
    if text.isdigit():
        return int(text) * (1000 if len(text) <= 10 else 1)
    if text[:1] in "+-":
        return now_ms + (-1 if text[0] == "-" else 1) * parse_duration_ms(text[1:])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"SOURCE: '{text}' is no time", remedy="now, -1d, 2026-11-23T10:00:00Z") from None
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def shift_ms(time: TimeRange, earlier: Earlier) -> int:
    """How far the earlier range lies back, in ms; both ranges are equally long."""
    if earlier.shift_ms is not None:
        return earlier.shift_ms
    match earlier.named:
        case "previousDay":
            return _DAY_MS
        case "previousWeek":
            return 7 * _DAY_MS
        case "previousMonth":
            start = from_ms(time.start_ms)
            year, month = (start.year, start.month - 1) if start.month > 1 else (start.year - 1, 12)
            day = min(start.day, calendar.monthrange(year, month)[1])
            return time.start_ms - to_ms(start.replace(year=year, month=month, day=day))
        case _:
            return time.duration_ms
