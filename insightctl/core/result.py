"""The one answer type of both backends: typed columns, rows and statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from insightctl.core.time import TimeRange

ColumnType = Literal["number", "string", "timestamp", "boolean", "json"]

Value = str | int | float | bool | datetime | list[object] | dict[str, object] | None
"""A cell: numbers are int or float, timestamps aware UTC datetimes, absent fields None, `json` a list or dict."""

Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A named, typed column. `computed` is False for a discovered field, whose raw spelling the service keeps."""

    name: str
    type: ColumnType
    computed: bool = True


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a run cost: counts of log events, bytes of log text, wall-clock seconds, USD (None: it costs nothing)."""

    records_matched: int = 0
    records_scanned: int = 0
    bytes_scanned: int = 0
    seconds: float = 0.0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Rows in order, one value a column. `warnings` are sentences for the reader; they never change the rows.

    `time` is the range that was asked, or the data's own span where none was.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    statistics: Statistics = field(default_factory=Statistics)
    warnings: tuple[str, ...] = ()
    time: TimeRange | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)

    def records(self) -> Iterator[dict[str, Value]]:
        """Each row by column name."""
        names = self.names
        for row in self.rows:
            yield dict(zip(names, row, strict=True))

    def column(self, name: str) -> tuple[Value, ...]:
        """All values of one column. Raises KeyError when there is no such column."""
        try:
            index = self.names.index(name)
        except ValueError:
            raise KeyError(name) from None
        return tuple(row[index] for row in self.rows)

    def select(self, names: Sequence[str]) -> Result:
        """The same rows with only these columns, in this order. Raises KeyError for an unknown name."""
        missing = [name for name in names if name not in self.names]
        if missing:
            raise KeyError(missing[0])
        indexes = [self.names.index(name) for name in names]
        return Result(
            tuple(self.columns[i] for i in indexes),
            tuple(tuple(row[i] for i in indexes) for row in self.rows),
            self.statistics,
            self.warnings,
            self.time,
        )
