"""Lookup tables: CSV files with a header, as the service takes them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from insightctl.core.errors import SourceError
from insightctl.local.compiler.plan import Table
from insightctl.local.relation import literal

MAX_BYTES = 10 * 1024 * 1024  # CreateLookupTable, tableBody in botocore's model


def read_tables(files: Mapping[str, Path]) -> dict[str, Table]:
    """The columns of each table. Raises SourceError for a file that is no table."""
    return {name: Table(name, _header(name, path)) for name, path in files.items()}


def _header(name: str, path: Path) -> tuple[str, ...]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"the lookup table {path} is larger than 10 MB", remedy="the service takes no larger one")
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = tuple(column.strip() for column in next(csv.reader(file), []))
    except UnicodeDecodeError:
        raise SourceError(f"the lookup table {path} is not UTF-8 text", remedy="convert it first") from None
    except OSError as error:
        raise SourceError(
            f"the lookup table '{name}' cannot be read: {path}: {error.strerror}", remedy=f"--lookup {name}=FILE.csv"
        ) from None
    if not columns or not all(columns) or len(set(columns)) < len(columns):
        raise SourceError(
            f"the lookup table {path} has no header with a name for each column",
            remedy="its first line names the columns",
        )
    return columns


def relation(table: Table, path: Path) -> str:
    """SQL of a table's rows: columns k0, k1, ... as text, empty cells absent, and `row` for their order."""
    columns = ", ".join(f"'k{index}': 'VARCHAR'" for index in range(len(table.columns)))
    read = (
        f"read_csv({literal(str(path))}, columns={{{columns}}}, auto_detect=false, header=true, delim=',', quote='\"', "
        "escape='\"', nullstr='', null_padding=true, strict_mode=false)"
    )
    return f"(SELECT *, row_number() OVER () AS row FROM {read})"
