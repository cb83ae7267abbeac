"""A Result as a JSON document and back, exactly: moments, lists and maps are told from plain values by a tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from insightctl.core.result import Column, Result, Row, Statistics, Value
from insightctl.core.time import TimeRange

_MOMENT, _MAP = "t", "m"
_PLAIN = (str, int, float, bool, type(None))


def to_document(result: Result) -> dict[str, object]:
    """What `json.dumps` takes; numbers keep their type (1 and 1.0 differ), NaN and infinities are Python's JSON."""
    return {
        "columns": [[column.name, column.type, column.computed] for column in result.columns],
        "rows": [[value if isinstance(value, _PLAIN) else _tagged(value) for value in row] for row in result.rows],
        "statistics": asdict(result.statistics),
        "warnings": list(result.warnings),
        "time": None if result.time is None else [result.time.start_ms, result.time.end_ms],
    }


def from_document(document: Mapping[str, Any]) -> Result:
    """The Result. Raises KeyError, TypeError or ValueError for a document that is none."""
    columns = tuple(Column(*column) for column in document["columns"])
    rows = tuple(_row(row, len(columns)) for row in document["rows"])
    span = document["time"]
    return Result(
        columns,
        rows,
        Statistics(**document["statistics"]),
        tuple(document["warnings"]),
        None if span is None else TimeRange(*span),
    )


def _row(cells: list[Any], width: int) -> Row:
    if len(cells) != width:
        raise ValueError("a row of another width")
    return tuple(cell if isinstance(cell, _PLAIN) else cast(Value, _untagged(cell)) for cell in cells)


def _tagged(value: object) -> object:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, dict):
        return {_MAP: {key: _tagged(item) for key, item in value.items()}}
    if isinstance(value, list):
        return [_tagged(item) for item in value]
    return value


def _untagged(value: object) -> object:
    if isinstance(value, list):
        return [_untagged(item) for item in value]
    if isinstance(value, dict):
        ((tag, content),) = value.items()
        if tag == _MOMENT:
            return datetime.fromisoformat(content)
        return {key: _untagged(item) for key, item in content.items()}
    return value
