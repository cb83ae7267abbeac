"""How the service spells values in raw results, and how a raw text becomes a value again.

Computed numbers are rounded to 4 decimals with trailing zeros dropped; discovered Lambda numbers are Java doubles
(`15.0`, `1.28E8`): both read off real results (architecture, section 3).
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from insightctl.core.result import Column, ColumnType, Result, Value
from insightctl.core.time import from_ms

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SAFE_DIGITS = 15  # more digits than a double holds exactly: such a text is an id, not a number


def computed_number(value: float) -> int | float:
    """A computed number as results carry it: 4 decimals at most, whole numbers as int."""
    if isinstance(value, int) or not math.isfinite(value):
        return value
    rounded = round(value, 4)
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**63 else rounded


def java_double(value: float) -> str:
    """`Double.toString` of Java: decimal from 1e-3 to 1e7, else scientific with one digit before the point."""
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        text = repr(number)
        return text if "e" not in text else f"{number:.20f}".rstrip("0")
    mantissa, _, exponent = f"{number:e}".partition("e")
    digits = repr(number).lower().partition("e")[0].replace(".", "").replace("-", "").strip("0") or "0"
    mantissa = f"{digits[0]}.{digits[1:] or '0'}"
    return f"{'-' if number < 0 else ''}{mantissa}E{int(exponent)}"


def plain_number(value: float) -> str:
    """A computed number as text: no exponent for whole numbers, at most 4 decimals."""
    number = computed_number(value)
    if isinstance(number, int):
        return str(number)
    if not math.isfinite(number):
        return java_double(number)
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


def raw_timestamp(moment: datetime) -> str:
    """`2026-11-23 10:00:00.123`, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"


def raw_value(value: Value, column: Column) -> str | None:
    """The service's spelling of a cell; None for an absent field."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return raw_timestamp(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain_number(value) if column.computed else java_double(value)
    import json

    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def raw_rows(result: Result) -> list[list[dict[str, str]]]:
    """The rows as GetQueryResults gives them: a list of `{"field", "value"}` a row, absent fields left out."""
    rows = []
    for row in result.rows:
        cells = ((column.name, raw_value(value, column)) for column, value in zip(result.columns, row, strict=True))
        rows.append([{"field": name, "value": text} for name, text in cells if text is not None])
    return rows


def number_from_text(text: str) -> int | float | None:
    """The number that a raw text spells; None when it spells none, or more digits than a double keeps."""
    if not _NUMBER.fullmatch(text):
        return None
    if "." not in text and "e" not in text.lower():
        return int(text) if len(text.lstrip("-")) <= _SAFE_DIGITS else None
    number = float(text)
    return number if math.isfinite(number) else None


def timestamp_from_text(text: str) -> datetime | None:
    """A moment from the service's spelling (`2026-11-23 10:00:00.123`, UTC) or from epoch ms; None otherwise."""
    number = number_from_text(text)
    try:
        if number is not None:
            return from_ms(int(number))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def value_from_text(text: str | None, kind: ColumnType) -> Value:
    """A raw text as a value of its column's type; a text that does not fit its type stays text."""
    if text is None or kind == "string":
        return text
    if kind == "number":
        return number if (number := number_from_text(text)) is not None else text
    if kind == "timestamp":
        return timestamp_from_text(text) or text
    if kind == "boolean":
        return {"1": True, "true": True, "0": False, "false": False}.get(text.lower(), text)
    import json

    try:
        loaded: Value = json.loads(text)
    except ValueError:
        return text
    return loaded


def infer_type(texts: list[str | None]) -> ColumnType:
    """The type of a column that the query does not fix: number when every present text spells one, else string."""
    present = [text for text in texts if text is not None]
    return "number" if present and all(number_from_text(text) is not None for text in present) else "string"
