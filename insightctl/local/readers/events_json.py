"""`aws logs filter-log-events` and `get-log-events`: `{"events": [...]}`, a bare array, or one event a line."""

from __future__ import annotations

import re

from insightctl.local.readers.interface import DocumentFormat
from insightctl.local.readers.json_records import first_shapes

_COLUMNS = "timestamp: 'BIGINT', message: 'VARCHAR', logStreamName: 'VARCHAR', ingestionTime: 'BIGINT'"
_STRUCT = "STRUCT(timestamp BIGINT, message VARCHAR, logStreamName VARCHAR, ingestionTime BIGINT)"
_OPTIONS = "maximum_object_size=1073741824"
_SELECT = "SELECT timestamp AS ts, logStreamName AS stream, message AS msg, ingestionTime AS ingested FROM"


def _score_lines(head: str) -> float:
    return 0.97 if head.lstrip().startswith("{") and first_shapes(head)[:1] == ("event",) else 0.0


def _score_document(head: str) -> float:
    return 0.98 if re.match(r'\s*\{\s*"events"\s*:\s*\[', head) else 0.0


def _score_array(head: str) -> float:
    opened = re.match(r"\s*\[\s*(?=\{)", head)
    return 0.98 if opened and first_shapes(head)[:1] == ("event",) else 0.0


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
