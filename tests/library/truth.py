"""Compares the answer of a query with the rows that the generator expects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from insightctl.core.result import Result
from insightctl.core.time import iso

Value = str | int | float | None


@dataclass(frozen=True)
class Wanted:
    """An entry of truth["queries"]."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    order: str
    params: Mapping[str, str]
    functions: tuple[str, ...]
    forms: tuple[str, ...]

    @classmethod
    def of(cls, entry: Mapping[str, object]) -> Wanted:
        """From truth.json."""
        columns, rows, functions, forms, params = (
            entry[k] for k in ("columns", "rows", "functions", "forms", "params")
        )
        assert isinstance(columns, list)
        assert isinstance(rows, list)
        assert isinstance(functions, list)
        assert isinstance(forms, list)
        assert isinstance(params, dict)
        return cls(
            tuple(columns),
            tuple(tuple(row) for row in rows),
            str(entry["order"]),
            params,
            tuple(functions),
            tuple(forms),
        )


def differences(result: Result, wanted: Wanted) -> list[str]:
    """What differs, a line each; nothing when the rows are equal (numbers to 4 decimals) and come in the order promised."""
    names = [column.name for column in result.columns]
    missing = [name for name in wanted.columns if name not in names]
    if missing:
        return [f"no column {name}; there are {', '.join(names)}" for name in missing]
    records = list(result.records())
    found = [tuple(_plain(record[name], name) for name in wanted.columns) for record in records]
    expected = [
        tuple(_plain(value, name) for value, name in zip(row, wanted.columns, strict=True)) for row in wanted.rows
    ]
    return [*_unequal(found, expected), *_misplaced(found, wanted)]


def _plain(value: object, name: str) -> Value:
    """Times as text; a version is text, whatever it looks like."""
    if isinstance(value, datetime):
        return iso(value)
    if value is not None and name in ("version", "versions_before", "version_before", "first_version", "last_version"):
        return str(value)
    assert value is None or isinstance(value, str | int | float), value
    return value


def _key(row: Sequence[Value]) -> tuple[str, ...]:
    words = [str(value) for value in row if not isinstance(value, int | float)]
    return (*words, *(f"{value:20.2f}" for value in row if isinstance(value, int | float)))


def _unequal(found: list[tuple[Value, ...]], expected: list[tuple[Value, ...]]) -> list[str]:
    left, spare = sorted(expected, key=_key), sorted(found, key=_key)
    lacking = []
    for row in left:
        match = next((other for other in spare if _equal(row, other)), None)
        if match is None:
            lacking.append(row)
        else:
            spare.remove(match)
    return [*(f"wanted {row}" for row in lacking[:8]), *(f"found  {row}" for row in spare[:8])]


def _equal(row: Sequence[Value], other: Sequence[Value]) -> bool:
    return all(_same(a, b) for a, b in zip(row, other, strict=True))


def _same(a: Value, b: Value) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1.1e-4)
    return a == b


def _misplaced(found: list[tuple[Value, ...]], wanted: Wanted) -> list[str]:
    """The first sort column of the promise, where the rows have it."""
    name, _, direction = wanted.order.split(",")[0].partition(" ")
    if name not in wanted.columns:
        return []
    values = [row[wanted.columns.index(name)] for row in found if row[wanted.columns.index(name)] is not None]
    ordered = sorted(values, reverse=direction == "desc")  # type: ignore[type-var]
    return [] if values == ordered else [f"not sorted by {wanted.order}"]
