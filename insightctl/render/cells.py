"""Cells as people read them: column by column, because a column shares its precision."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TypeGuard

from insightctl.core.result import Column, Result, Value
from insightctl.core.spelling import plain_number
from insightctl.render import safe

# Numbers that are names: 1,024 is a size, but a version, a port or a status code has no thousands.
_NAME_LIKE = re.compile(r"(?:^|[^a-z])(?:id|ids|version|versions|code|status|port|pid|year|account|build)$")
_TINY = 1e-3


def is_name_like(column: Column) -> bool:
    """Whether the numbers of this column are names (ids, versions, codes) rather than amounts."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.name).lower()
    return _NAME_LIKE.search(words) is not None


def is_amount(column: Column) -> bool:
    """Whether the column holds numbers that can be added up or drawn."""
    return column.type == "number" and not is_name_like(column)


def number_text(value: float, column: Column) -> str:
    """A number without separators: 4 decimals at most, but a tiny discovered number keeps its digits."""
    if not column.computed and value != 0 and math.isfinite(value) and abs(value) < _TINY:
        return f"{value:.4g}"
    return plain_number(value)


def with_thousands(number: str) -> str:
    """`24310.5` as `24,310.5`; a text that is no decimal number is left alone."""
    match = re.fullmatch(r"(-?)(\d+)(\.\d+)?", number)
    return f"{match[1]}{int(match[2]):,}{match[3] or ''}" if match else number


def timestamp_texts(values: Sequence[Value], tz: tzinfo) -> list[str]:
    """`2026-11-23 10:00:05.123`; the milliseconds go when every moment is a whole second."""
    moments = [value for value in values if isinstance(value, datetime)]
    whole = all(moment.microsecond < 1000 for moment in moments)
    return [_moment(value, tz, whole) if isinstance(value, datetime) else plain_text(value) for value in values]


def _moment(value: datetime, tz: tzinfo, whole: bool) -> str:
    text = value.astimezone(tz).strftime("%Y-%m-%d %H:%M:%S")
    return text if whole else f"{text}.{value.microsecond // 1000:03d}"


def plain_text(value: Value) -> str:
    """A cell that is neither a number nor a timestamp; absent is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


def column_texts(column: Column, values: Sequence[Value], tz: tzinfo, *, thousands: bool = False) -> list[str]:
    """Every cell of a column, safe to show; `thousands` separates the digits of amounts."""
    if any(isinstance(value, datetime) for value in values):
        return [safe.text(text) for text in timestamp_texts(values, tz)]
    separate = with_thousands if thousands and is_amount(column) else str
    return [
        separate(number_text(value, column)) if _is_number(value) else safe.text(plain_text(value)).rstrip("\n")
        for value in values
    ]


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def text_rows(result: Result, tz: tzinfo, *, thousands: bool = False) -> list[tuple[str, ...]]:
    """All rows as safe texts."""
    if not result.rows:
        return []
    by_column = zip(*result.rows, strict=True)
    columns = [
        column_texts(column, values, tz, thousands=thousands)
        for column, values in zip(result.columns, by_column, strict=True)
    ]
    return list(zip(*columns, strict=True))


def header_texts(result: Result) -> tuple[str, ...]:
    """The column names, safe and on one line."""
    return tuple(safe.line(name) for name in result.names)
