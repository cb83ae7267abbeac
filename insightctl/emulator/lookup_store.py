"""Lookup tables as files, region by region; queries are lent them."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from insightctl.emulator.errors import InvalidParameter, LimitExceeded, ResourceAlreadyExists, ResourceNotFound
from insightctl.emulator.store import ACCOUNT

MAX_TABLES = 100  # of an account in a region


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a table, its columns, and how many rows follow the header."""

    text: str
    columns: tuple[str, ...]
    records: int

    @classmethod
    def of(cls, text: str) -> Content:
        """Raises InvalidParameter for what is no CSV with a header."""
        try:
            rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
        except csv.Error as error:
            raise InvalidParameter(f"tableBody is not valid CSV: {error}") from None
        columns = tuple(column.strip() for column in rows[0]) if rows else ()
        if not columns or not all(columns):
            raise InvalidParameter("tableBody must start with a header row that names every column")
        if len(set(columns)) < len(columns):
            raise InvalidParameter("The header row of tableBody names a column twice")
        return cls(text, columns, sum(1 for row in rows[1:] if row))


@dataclass(frozen=True, slots=True)
class About:
    """What is said beside the content: a description, and the ARN of a KMS key."""

    description: str | None = None
    key: str | None = None

    def changed(self, new: About) -> About:
        """With what a new one says; what it leaves out (None) stays, an empty key takes the key away."""
        description = self.description if new.description is None else new.description
        return About(description, self.key if new.key is None else new.key or None)


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A stored table: its CSV file, and what the API says about it; `updated_ms` in epoch ms."""

    name: str
    region: str
    path: Path
    columns: tuple[str, ...]
    records: int
    size: int
    updated_ms: int
    about: About

    @property
    def arn(self) -> str:
        """`arn:aws:logs:REGION:ACCOUNT:lookup-table:NAME`."""
        return f"arn:aws:logs:{self.region}:{ACCOUNT}:lookup-table:{self.name}"


class LookupStore:
    """All lookup tables of all regions. Content that was replaced stays on disk while any query reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "lookup-tables"
        self._lock = threading.Lock()
        self._regions: dict[str, dict[str, LookupTable]] = {}
        self._retired: list[Path] = []
        self._readers = 0
        self._count = 0

    def tables(self, region: str) -> list[LookupTable]:
        """The tables of a region by name."""
        with self._lock:
            return sorted(self._regions.get(region, {}).values(), key=lambda table: table.name)

    def text(self, region: str, arn: str) -> tuple[LookupTable, str]:
        """A table and its CSV text. Raises ResourceNotFound."""
        with self._lock:
            table = self._table(region, arn)
            return table, table.path.read_bytes().decode()

    def create(self, region: str, name: str, content: Content, about: About, now_ms: int) -> LookupTable:
        """A new table. Raises ResourceAlreadyExists, LimitExceeded."""
        with self._lock:
            kept = self._regions.setdefault(region, {})
            if name in kept:
                raise ResourceAlreadyExists(f"A lookup table with the name '{name}' already exists")
            if len(kept) >= MAX_TABLES:
                raise LimitExceeded(f"An account has at most {MAX_TABLES} lookup tables in a region")
            kept[name] = LookupTable(name, region, *self._written(content), now_ms, About().changed(about))
            return kept[name]

    def update(self, region: str, arn: str, content: Content, about: About, now_ms: int) -> LookupTable:
        """The table with another content, and what is said about it changed. Raises ResourceNotFound."""
        with self._lock:
            old = self._table(region, arn)
            path, columns, records, size = self._written(content)
            table = LookupTable(old.name, region, path, columns, records, size, now_ms, old.about.changed(about))
            self._regions[region][old.name] = table
            self._retire(old)
            return table

    def delete(self, region: str, arn: str) -> None:
        """Forget a table. Raises ResourceNotFound."""
        with self._lock:
            table = self._table(region, arn)
            del self._regions[region][table.name]
            self._retire(table)

    @contextmanager
    def lent(self, region: str) -> Iterator[Mapping[str, Path]]:
        """The CSV files of a region's tables by name; they stay as they are inside the block."""
        with self._lock:
            self._readers += 1
            files = {name: table.path for name, table in self._regions.get(region, {}).items()}
        try:
            yield files
        finally:
            with self._lock:
                self._readers -= 1
                self._sweep()

    def _table(self, region: str, arn: str) -> LookupTable:
        found = next((table for table in self._regions.get(region, {}).values() if table.arn == arn), None)
        if found is None:
            raise ResourceNotFound(f"Lookup table '{arn}' does not exist")
        return found

    def _written(self, content: Content) -> tuple[Path, tuple[str, ...], int, int]:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count += 1
        path = self._folder / f"{self._count:06d}.csv"
        size = path.write_bytes(content.text.encode())
        return path, content.columns, content.records, size

    def _retire(self, table: LookupTable) -> None:
        self._retired.append(table.path)
        self._sweep()

    def _sweep(self) -> None:
        if self._readers == 0:
            for path in self._retired:
                path.unlink(missing_ok=True)
            self._retired.clear()
