"""The service's text cells as typed values: columns in the order and of the types that the query fixes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from insightctl.core.result import Column, Row, Value
from insightctl.core.spelling import computed_number, infer_type, value_from_text

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import ResultFieldTypeDef

    from insightctl.ql import OutputColumn

_POINTER = "@ptr"  # names the log record; the service adds it, nobody asked
_SPACE = re.compile(r"\s+")

Texts = Sequence[Mapping[str, str]]


def typed(
    raw: Sequence[Sequence[ResultFieldTypeDef]], expected: Sequence[OutputColumn]
) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Columns and rows. Fields that no row has still are columns; fields that nobody expected come last."""
    given = [{cell["field"]: cell["value"] for cell in row if "field" in cell and "value" in cell} for row in raw]
    seen = [name for name in dict.fromkeys(name for row in given for name in row) if name != _POINTER]
    spelled = spellings([column.name for column in expected], seen)
    columns = [_column(column, spelled[column.name], given) for column in expected]
    others = [name for name in seen if name not in spelled.values()]
    columns += [Column(name, infer_type([row.get(name) for row in given]), computed=False) for name in others]
    keys = [*(spelled[column.name] for column in expected), *others]
    rows = tuple(
        tuple(_value(row.get(key), column) for key, column in zip(keys, columns, strict=True)) for row in given
    )
    return tuple(columns), rows


def spellings(expected: Sequence[str], seen: Sequence[str]) -> dict[str, str]:
    """How the service spells each expected name: as we do, or with other spaces and cases (`COUNT( * )`)."""
    loose = {_squeezed(name): name for name in reversed(seen)}
    return {name: name if name in seen else loose.get(_squeezed(name), name) for name in expected}


def _squeezed(name: str) -> str:
    return _SPACE.sub("", name).lower()


def _column(expected: OutputColumn, key: str, given: Texts) -> Column:
    kind = infer_type([row.get(key) for row in given]) if expected.type == "any" else expected.type
    return Column(expected.name, kind, expected.computed)


def _value(text: str | None, column: Column) -> Value:
    value = value_from_text(text, column.type)
    if column.computed and column.type == "number" and isinstance(value, int | float):
        return computed_number(value)
    return value
