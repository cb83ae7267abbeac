"""A change to a store: events are gathered in the engine, then written as Parquet, one file a log group and day."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.time import from_ms
from insightctl.local.compiler.values import FIRST_MS, LAST_MS
from insightctl.local.database import Limits, LostTime, connect, guarded
from insightctl.local.logs import Logs
from insightctl.local.relation import Batch, events, literal, tally
from insightctl.local.stores.layout import Contents, Origin, Part, Store
from insightctl.local.stores.schema import ROW_GROUP, listed, stored

if TYPE_CHECKING:
    import duckdb

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Added:
    """What a file gave: events, and those without a readable time that were left out."""

    events: int
    lost: int
    low: int
    high: int


class Change:
    """Events that are to be added and parts that are to go; `write` makes the files, and the contents to commit."""

    def __init__(self, store: Store, connection: duckdb.DuckDBPyConnection) -> None:
        self.store = store
        self.connection = connection
        self.next_seq = store.contents.next_seq
        self.gone: list[tuple[str, int, int]] = []
        connection.execute(
            "CREATE TEMP TABLE chunk (log_group VARCHAR, ts BIGINT, seq BIGINT, msg VARCHAR, stream VARCHAR, ingested BIGINT)"
        )

    def add(self, logs: Logs) -> Added:
        """Adds the events of files."""
        low = self.next_seq
        total = lost = 0
        for index in range(len(logs.batches)):
            # by index: mending a file while it is read makes the batches anew
            try:
                total += guarded(logs, partial(self._insert, logs, index, careful=False))
            except LostTime:
                total += guarded(logs, partial(self._insert, logs, index, careful=True))
                lost += guarded(logs, partial(self._lost, logs, index))
        return Added(total, lost, low, self.next_seq - 1)

    def _insert(self, logs: Logs, index: int, *, careful: bool) -> int:
        base = self.next_seq
        batch = logs.batches[index]
        assert isinstance(batch, Batch)
        relation = events([batch], "", None, first_lines=False, careful=careful)
        self.connection.execute(
            f"INSERT INTO chunk SELECT {literal(batch.log_group)}, _ts, _seq + {base - 1}, _msg, _stream, _ingested "
            f"FROM {relation} WHERE _ts BETWEEN {FIRST_MS} AND {LAST_MS}"
        )
        row = self.connection.execute("SELECT count(*), max(seq) FROM chunk WHERE seq >= $1", [base]).fetchone()
        count, last = row if row else (0, None)
        self.next_seq = max(base, (last or 0) + 1)
        return int(count)

    def _lost(self, logs: Logs, index: int) -> int:
        """How many events have no time that can be read: one at least, or nobody would ask."""
        row = self.connection.execute(tally([logs.batches[index]], "", None)).fetchone()
        return max(int(row[3]), 1) if row else 1

    def forget(self, low: int) -> None:
        """Takes back what was added from this number on."""
        self.connection.execute("DELETE FROM chunk WHERE seq >= $1", [low])
        self.next_seq = low

    def remove(self, log_group: str, low: int, high: int) -> None:
        """Takes out events by their numbers."""
        self.gone.append((log_group, low, high))

    def write(self, origins: Sequence[Origin]) -> Contents:
        """Writes what was added and removed to `_pending`; the contents that hold once they are committed."""
        self.store.pending.mkdir(exist_ok=True)
        contents = self.store.contents
        kept: list[Part] = []
        number = contents.next_part
        for part in contents.parts:
            cuts = [
                (low, high)
                for group, low, high in self.gone
                if group == part.log_group and low <= part.high and high >= part.low
            ]
            if not cuts:
                kept.append(part)
                continue
            outside = " AND ".join(f"NOT seq BETWEEN {low} AND {high}" for low, high in cuts)
            file = listed([str(self.store.file(part))])
            source = (
                f"SELECT * FROM read_parquet({file}, hive_partitioning=false) WHERE {outside} ORDER BY timestamp, seq"
            )
            rewritten = self._copy(source, part.log_group, part.day, f"{number:08d}.parquet")
            number += 1
            kept += [rewritten] if rewritten else []
        days = self.connection.execute(
            f"SELECT log_group, ts // {_DAY_MS} AS day FROM chunk GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        for group, day in days:
            where = f"log_group = {literal(group)} AND ts >= {day * _DAY_MS} AND ts < {(day + 1) * _DAY_MS}"
            shown = f"{from_ms(day * _DAY_MS).date()}"
            part_ = self._copy(stored("chunk", where), group, shown, f"{number:08d}.parquet")
            number += 1
            kept += [part_] if part_ else []
        return replace(contents, next_seq=self.next_seq, next_part=number, parts=tuple(kept), origins=tuple(origins))

    def _copy(self, sql: str, group: str, day: str, name: str) -> Part | None:
        file = self.store.pending / name
        self.connection.execute(
            f"COPY ({sql}) TO {literal(str(file))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, "
            f"DICTIONARY_SIZE_LIMIT {ROW_GROUP // 2})"
        )
        row = self.connection.execute(
            "SELECT count(*), epoch_ms(min(timestamp)), epoch_ms(max(timestamp)), sum(strlen(message)), min(seq), max(seq) "
            f"FROM read_parquet({listed([str(file)])}, hive_partitioning=false)"
        ).fetchone()
        if row is None or not row[0]:
            file.unlink()
            return None
        return Part(name, group, day, *(int(value) for value in row))


@contextmanager
def changing(store: Store, paths: Sequence[Path], spool: Path, limits: Limits) -> Iterator[Change]:
    """A change whose database reads only these files, the spool and the store, and writes only into the last two."""
    scratch = Path(tempfile.mkdtemp(dir=spool))
    connection = connect(
        scratch, [str(path) for path in paths], limits, folders=[str(spool), str(store.path.resolve()), str(store.path)]
    )
    try:
        yield Change(store, connection)
    finally:
        connection.close()
        shutil.rmtree(scratch, ignore_errors=True)
