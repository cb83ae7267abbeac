"""Times as people and machines write them, in Python and in SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

TIME_KEYS = ("timestamp", "time", "ts", "@timestamp", "@t")
"""The fields of a JSON line that hold its time, by precedence; the embedded metric format has `_aws.Timestamp` beside."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?")
_FIRST_MS, _LAST_MS = 0, 32_503_680_000_000  # 1970 to 3000


def ms_of(value: object) -> int | None:
    """UTC ms of an ISO time (UTC where it names no offset) or an epoch number in s, ms, µs or ns; None for others.

    >>> ms_of("2026-11-23 10:00:00,123+0000")
    1795428000123
    >>> ms_of(1795428000.5)
    1795428000500
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        if _ISO.match(value):
            return _of_iso(value)
        return ms_of(float(value) if "." in value else int(value)) if _NUMBER.fullmatch(value) else None
    return _of_number(value) if isinstance(value, int | float) else None


def _of_iso(text: str) -> int | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    since = time - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def _of_number(value: float) -> int | None:
    if not 1e8 <= value < 1e19:
        return None
    for below, factor in ((1e11, 1000), (1e14, 1), (1e17, 1e-3), (1e19, 1e-6)):
        if value < below:
            ms = round(value * factor)
            return ms if _FIRST_MS <= ms < _LAST_MS else None
    return None


def ms_in(record: Mapping[str, object]) -> int | None:
    """UTC ms of a JSON line by its own fields."""
    for key in TIME_KEYS:
        if (ms := ms_of(record.get(key))) is not None:
            return ms
    metric = record.get("_aws")
    return ms_of(metric.get("Timestamp")) if isinstance(metric, dict) else None
