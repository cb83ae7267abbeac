"""Counts of rows at chosen places of a statement, taken from the engine's own profile: no second pass over the files.

A place is marked by a condition that holds for every row and names a text that nobody else uses; the profile tells how
many rows its FILTER let through. `BARRIER` goes behind a subquery: the engine moves no condition past a sample, not even
past one of everything, so what stands above the mark cannot filter before it counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

BARRIER = "TABLESAMPLE BERNOULLI (100 PERCENT)"
MATCHED = "matched"
"""Events that the query keeps before it sorts, cuts or groups them."""


def started(number: int) -> str:
    """The place of all records of the events relation of this number, readable or not."""
    return f"started{number}"


def dated(number: int) -> str:
    """The place of the events of the relation of this number that have a time."""
    return f"dated{number}"


def scanned(number: int) -> str:
    """The place of the events of the relation of this number that have a time and lie in the range."""
    return f"scanned{number}"


def mark(column: str, place: str) -> str:
    """The condition: true for each row. `column` is a text or number that is at hand."""
    return f"{column} IS DISTINCT FROM '~{place}~'"


def mark_number(column: str, place: str) -> str:
    """The same over a column of numbers."""
    return f"CAST({column} AS VARCHAR) IS DISTINCT FROM '~{place}~'"


def counts(connection: duckdb.DuckDBPyConnection) -> Mapping[str, int]:
    """Rows by place in the statement that ran last; a place where the engine had nothing to do is missing."""
    found: dict[str, int] = {}
    for expression, rows in _filters(json.loads(connection.get_profiling_information())):
        for place in set(re.findall(r"'~(\w+)~'", expression)):
            found[place] = found.get(place, 0) + rows
    return found


def _filters(node: Any) -> Iterator[tuple[str, int]]:
    if isinstance(node, list):
        for child in node:
            yield from _filters(child)
    elif isinstance(node, dict):
        if node.get("type") == "FILTER":
            yield json.dumps(node.get("extra_info", {})), int(node.get("intermediate_rows", 0))
        yield from _filters(node.get("operator", []))
        yield from _filters(node.get("children", []))
