"""`aws logs filter-log-events` and `get-log-events`: `{"events": [...]}`, a bare array, or one event a line."""

from __future__ import annotations

import json
import re

from insightctl.local.readers.interface import DocumentFormat

_EVENT_KEYS = frozenset({"timestamp", "message", "logStreamName", "logGroupName", "ingestionTime", "eventId", "id"})
_COLUMNS = "timestamp: 'BIGINT', message: 'VARCHAR', logStreamName: 'VARCHAR', ingestionTime: 'BIGINT'"
_STRUCT = "STRUCT(timestamp BIGINT, message VARCHAR, logStreamName VARCHAR, ingestionTime BIGINT)"
_OPTIONS = "maximum_object_size=1073741824"
_SELECT = "SELECT timestamp AS ts, logStreamName AS stream, message AS msg, ingestionTime AS ingested FROM"


def _is_event(text: str) -> bool:
    """Whether a text begins with an event of CloudWatch; an application's own line has other fields too."""
    try:
        first, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(first, dict) or not first.keys() <= _EVENT_KEYS:
        return False
    return isinstance(first.get("timestamp"), int) and isinstance(first.get("message"), str)


def _score_lines(head: str) -> float:
    return 0.97 if _is_event(head.lstrip()) else 0.0


def _score_document(head: str) -> float:
    return 0.98 if re.match(r'\s*\{\s*"events"\s*:\s*\[', head) else 0.0


def _score_array(head: str) -> float:
    opened = re.match(r"\s*\[\s*(?=\{)", head)
    return 0.98 if opened and _is_event(head[opened.end() :]) else 0.0


EVENT_LINES = DocumentFormat(
    "event-lines",
    "events as JSON lines",
    _score_lines,
    lambda files, packed: (
        f"({_SELECT} read_json({files}, format='newline_delimited', columns={{{_COLUMNS}}}, compression={packed}, "
        f"{_OPTIONS}))"
    ),
)

EVENT_ARRAY = DocumentFormat(
    "event-array",
    "events as a JSON array",
    _score_array,
    lambda files, packed: (
        f"({_SELECT} read_json({files}, format='array', columns={{{_COLUMNS}}}, compression={packed}, {_OPTIONS}))"
    ),
)

EVENTS_DOCUMENT = DocumentFormat(
    "events-document",
    "aws logs filter-log-events, get-log-events",
    _score_document,
    lambda files, packed: (
        f"({_SELECT} (SELECT unnest(events, recursive := true) FROM read_json({files}, format='unstructured', "
        f"columns={{events: '{_STRUCT}[]'}}, compression={packed}, {_OPTIONS})))"
    ),
)
