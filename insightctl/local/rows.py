"""Raw rows of the engine as a typed Result."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import datetime

from insightctl.core.result import Column, ColumnType, Result, Value
from insightctl.core.spelling import computed_number, infer_type, value_from_text
from insightctl.core.time import from_ms
from insightctl.local.compiler.plan import Compiled
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.scope import OutputColumn


def typed_result(compiled: Compiled, checked: CheckedQuery, rows: Sequence[tuple[object, ...]]) -> Result:
    """The rows with the query's columns; a discovered field is a number when all its values spell numbers."""
    outputs = checked.columns or (OutputColumn("@timestamp", "timestamp", False),)
    width = len(compiled.columns)
    raw = list(zip(*(row[:width] for row in rows), strict=True)) or [() for _ in range(width)]
    columns: list[Column] = []
    cells: list[list[Value]] = []
    for output, values, (_, value) in zip(outputs, raw, compiled.columns, strict=True):
        kind: ColumnType
        if value.type == "any":
            texts = [None if v is None else str(v) for v in values]
            kind = infer_type(texts)
            cells.append([value_from_text(t, kind) for t in texts])
        else:
            kind = value.type
            cells.append([_cell(v, kind, output.computed) for v in values])
        columns.append(Column(output.name, kind, output.computed))
    return Result(tuple(columns), tuple(zip(*cells, strict=True)) if rows else ())


def _cell(value: object, kind: ColumnType, computed: bool) -> Value:
    if value is None:
        return None
    if kind == "timestamp":
        return _moment(value)
    if kind == "number":
        number = float(str(value))
        if not math.isfinite(number):
            return None
        return computed_number(number) if computed else number
    if kind == "boolean":
        return bool(value)
    if kind == "json":
        loaded: Value = json.loads(str(value))
        return loaded
    return str(value)


def _moment(value: object) -> datetime | None:
    try:
        return from_ms(int(str(value)))
    except (ValueError, OverflowError, OSError):
        return None
