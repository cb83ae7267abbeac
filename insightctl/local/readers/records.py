"""Rows of a table (a query's results, a console export) as events."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from insightctl.local.readers.interface import Event
from insightctl.local.readers.times import ms_in, ms_of

_TIMES = ("@timestamp", "timestamp", "time", "ts")
_STREAMS = ("@logStream", "logStreamName")
_GROUPS = ("@log", "logGroupName")
_ABOUT = frozenset({*_TIMES[:2], *_STREAMS, *_GROUPS, "@ptr", "@ingestionTime", "ingestionTime", "eventId"})
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{0,14}[1-9])?")


def compact(value: object) -> str:
    """A value as JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event_of_row(row: Mapping[str, object], line: int) -> Event:
    """The event that a row stands for. Without a message its own columns are the message, as a JSON object."""
    log = next((row[key] for key in _GROUPS if isinstance(row.get(key), str) and row[key]), None)
    stream = next((row[key] for key in _STREAMS if isinstance(row.get(key), str) and row[key]), None)
    return Event(
        _message(row),
        _time(row),
        str(stream) if stream else None,
        re.sub(r"^\d{12}:", "", str(log)) if log else None,
        ms_of(row.get("@ingestionTime") or row.get("ingestionTime")),
        line,
    )


def _message(row: Mapping[str, object]) -> str:
    for key in ("@message", "message"):
        message = row.get(key)
        if isinstance(message, str) and (message or len(row.keys() - _ABOUT) == 1):
            return message
        if isinstance(message, dict | list):
            return compact(message)
    return compact({key: _typed(value) for key, value in row.items() if key not in _ABOUT and value not in (None, "")})


def _typed(value: object) -> object:
    """A number where a text is one and nothing but: results hold every value as text."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return json.loads(value)
    return value


def _time(row: Mapping[str, object]) -> int | None:
    if isinstance(exact := row.get("timestamp"), int):
        return exact  # the service's own: ms, whatever its size
    for key in _TIMES:
        if (ms := ms_of(row.get(key))) is not None:
            return ms
    bins = (value for key, value in row.items() if key.startswith(("bin(", "@t")))
    return next((ms for value in bins if (ms := ms_of(value)) is not None), None)


def event_of_text(message: str, record: object, line: int) -> Event:
    """An event that is nothing but its message; `record` is what it holds as JSON, which may tell its time."""
    return Event(message, ms_in(record) if isinstance(record, dict) else None, line=line)
