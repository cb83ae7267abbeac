"""The answers of slices put together: what the query says behind them runs here, in the embedded engine."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from time import time as clock
from typing import TYPE_CHECKING, NamedTuple

from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.local.compiler import plan
from insightctl.local.compiler.merging import TABLE, merged_rows, merged_stats
from insightctl.local.compiler.pipeline import Pipeline
from insightctl.local.compiler.plan import Compiled
from insightctl.local.database import Limits, connect, interruptible
from insightctl.local.relation import literal
from insightctl.local.rows import typed_result
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.partial import PartialStats
from insightctl.ql.types import FieldType

if TYPE_CHECKING:
    import duckdb

_MOST_JSON = 64 * 1024 * 1024


class SliceRows(NamedTuple):
    """The answer of a slice: its start (UTC ms), and rows of texts by column."""

    start_ms: int
    rows: Sequence[Mapping[str, str]]


def merge_stats(
    checked: CheckedQuery, partial: PartialStats, slices: Iterable[SliceRows], time: TimeRange, max_rows: int
) -> Result:
    """The answer of the query from those of `partial.text` over the slices of a time range. Columns as the query names them."""
    names = [key.name for key in partial.keys] + [name for r in partial.reductions for name in r.columns]
    names = list(dict.fromkeys([*names, *([partial.weight] if partial.weight else [])]))
    columns = {name: f"x{number}" for number, name in enumerate(names)}
    compiled = merged_stats(Pipeline(checked, int(clock()), max_rows), partial, columns)
    return _run(checked, compiled, names, slices, time)


def merge_rows(
    checked: CheckedQuery,
    at: int,
    types: Mapping[str, FieldType],
    slices: Iterable[SliceRows],
    time: TimeRange,
    max_rows: int,
) -> Result:
    """The answer of a query of events from rows of slices: what it says from command `at` on is applied once more."""
    columns = {name: (f"x{number}", kind) for number, (name, kind) in enumerate(types.items())}
    compiled = merged_rows(Pipeline(checked, int(clock()), max_rows), at, columns)
    return _run(checked, compiled, list(types), slices, time)


def _run(
    checked: CheckedQuery, compiled: Compiled, names: Sequence[str], slices: Iterable[SliceRows], time: TimeRange
) -> Result:
    folder = Path(tempfile.mkdtemp(prefix="insightctl-"))
    try:
        path = folder / "slices.json"
        _write(path, names, slices)
        rows = interruptible(connect(folder, [str(path)], Limits()), _statement(compiled, names, path, time))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return typed_result(compiled, checked, rows)


def _write(path: Path, names: Sequence[str], slices: Iterable[SliceRows]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for part in slices:
            for row in part.rows:
                values: dict[str, str | int | None] = {f"x{n}": row.get(name) for n, name in enumerate(names)}
                file.write(json.dumps(values | {"_slice": part.start_ms}) + "\n")


def _statement(
    compiled: Compiled, names: Sequence[str], path: Path, time: TimeRange
) -> Callable[[duckdb.DuckDBPyConnection], list[tuple[object, ...]]]:
    columns = ", ".join([*(f"x{number}: 'VARCHAR'" for number in range(len(names))), "_slice: 'BIGINT'"])
    relation = (
        f"(SELECT * FROM read_json({literal(str(path))}, format='newline_delimited', columns={{{columns}}}, "
        f"maximum_object_size={_MOST_JSON}))"
    )
    known = {
        TABLE: relation,
        plan.START: str(time.start_ms),
        plan.END: str(time.end_ms),
        plan.ASKED_START: str(time.start_ms),
        plan.ASKED_END: str(time.end_ms),
        plan.SHIFT: "0",
        plan.BYTES: "0",
        plan.GROUPS: "0",
    }

    def filled(sql: str) -> str:
        for word, value in known.items():
            sql = sql.replace(word, value)
        return sql

    def work(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
        database = _Database(connection, filled)
        for definition in compiled.macros:
            connection.execute(definition)
        for step in compiled.preparations:
            step.run(database)
        return database.execute(compiled.sql, compiled.params)

    return work


class _Database:
    def __init__(self, connection: duckdb.DuckDBPyConnection, filled: Callable[[str], str]) -> None:
        self._connection = connection
        self._filled = filled

    def execute(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        return self._connection.execute(self._filled(sql), list(params)).fetchall()
