"""`aws logs filter-log-events` and `get-log-events`: `{"events": [...]}`, a bare array, or one event a line."""

from __future__ import annotations

import re

from insightctl.local.readers.interface import DocumentFormat

_EVENT_LINE = re.compile(r'\s*\{(?=.{0,400}?"timestamp"\s*:\s*\d)(?=.*?"message"\s*:)', re.S)
_COLUMNS = "timestamp: 'BIGINT', message: 'VARCHAR', logStreamName: 'VARCHAR', ingestionTime: 'BIGINT'"
_STRUCT = "STRUCT(timestamp BIGINT, message VARCHAR, logStreamName VARCHAR, ingestionTime BIGINT)"
_OPTIONS = "maximum_object_size=1073741824"
_SELECT = "SELECT timestamp AS ts, logStreamName AS stream, message AS msg, ingestionTime AS ingested FROM"


def _score_lines(head: str) -> float:
    first = head.lstrip().split("\n", 1)[0]
    return 0.97 if first.startswith("{") and '"_aws"' not in first and _EVENT_LINE.match(first) else 0.0


def _score_document(head: str) -> float:
    return 0.98 if re.match(r'\s*\{\s*"events"\s*:\s*\[', head) else 0.0


def _score_array(head: str) -> float:
    return 0.98 if re.match(r"\s*\[\s*\{", head) and '"message"' in head and '"timestamp"' in head else 0.0


EVENT_LINES = DocumentFormat(
    "event-lines",
    "events as JSON lines",
    _score_lines,
    lambda files: f"({_SELECT} read_json({files}, format='newline_delimited', columns={{{_COLUMNS}}}, {_OPTIONS}))",
)

EVENT_ARRAY = DocumentFormat(
    "event-array",
    "events as a JSON array",
    _score_array,
    lambda files: f"({_SELECT} read_json({files}, format='array', columns={{{_COLUMNS}}}, {_OPTIONS}))",
)

EVENTS_DOCUMENT = DocumentFormat(
    "events-document",
    "aws logs filter-log-events, get-log-events",
    _score_document,
    lambda files: (
        f"({_SELECT} (SELECT unnest(events, recursive := true) FROM read_json({files}, format='unstructured', "
        f"columns={{events: '{_STRUCT}[]'}}, {_OPTIONS})))"
    ),
)
