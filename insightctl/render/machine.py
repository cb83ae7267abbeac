"""Formats for machines: one JSON object, JSON lines, and the rows exactly as GetQueryResults gives them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime

from insightctl.core.result import Column, Statistics
from insightctl.core.spelling import computed_number, raw_rows
from insightctl.core.time import iso
from insightctl.render import safe
from insightctl.render.answer import Answer, RenderOptions


def json_value(value: object) -> object:
    """A value as JSON has it: moments as ISO 8601, whole floats as integers, NaN and infinities as null."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, float):
        return _json_float(value)
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    return value if value is None or isinstance(value, str | int) else str(value)


def _json_float(value: float) -> float | None:
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _cell(value: object, column: Column) -> object:
    return json_value(computed_number(value) if isinstance(value, float) and column.computed else value)


def _rows(answer: Answer) -> list[dict[str, object]]:
    columns = answer.result.columns
    return [
        {column.name: _cell(value, column) for column, value in zip(columns, row, strict=True)}
        for row in answer.result.rows
    ]


def _statistics(statistics: Statistics) -> dict[str, object]:
    return {
        "records_matched": statistics.records_matched,
        "records_scanned": statistics.records_scanned,
        "bytes_scanned": statistics.bytes_scanned,
        "seconds": round(statistics.seconds, 3),
        "cost_usd": json_value(statistics.cost_usd),
    }


def json_object(answer: Answer) -> dict[str, object]:
    """The object of `-o json` (architecture, section 7)."""
    span = answer.time
    return {
        "query": {"name": answer.name, "text": answer.text, "params": json_value(answer.params)},
        "source": json_value(answer.source),
        "time": {"start": iso(span.start) if span else None, "end": iso(span.end) if span else None},
        "columns": [{"name": column.name, "type": column.type} for column in answer.result.columns],
        "rows": _rows(answer),
        "statistics": _statistics(answer.result.statistics),
        "warnings": list(answer.result.warnings),
    }


def _dump(document: object, indent: int | None = None) -> str:
    return safe.json_text(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent))


def render_json(answer: Answer, options: RenderOptions) -> str:  # noqa: ARG001
    """One JSON object."""
    return _dump(json_object(answer), indent=2)


def render_jsonl(answer: Answer, options: RenderOptions) -> str:  # noqa: ARG001
    """One object a row, one row a line."""
    return "\n".join(_dump(row) for row in _rows(answer))


def render_insights(answer: Answer, options: RenderOptions) -> str:  # noqa: ARG001
    """What `aws logs get-query-results` prints: every value the service's own text, statistics as doubles."""
    statistics = answer.result.statistics
    document = {
        "results": raw_rows(answer.result),
        "statistics": {
            "recordsMatched": float(statistics.records_matched),
            "recordsScanned": float(statistics.records_scanned),
            "bytesScanned": float(statistics.bytes_scanned),
        },
        "status": "Complete",
    }
    return _dump(document, indent=4)
