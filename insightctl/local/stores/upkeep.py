"""Looking after a store: is all of it there, merge its parts, drop some or all of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.errors import SourceError
from insightctl.core.time import to_ms
from insightctl.local.database import Limits, connect
from insightctl.local.stores.failures import written_plainly
from insightctl.local.stores.layout import Contents, Origin, Part, Store
from insightctl.local.stores.pulling import without_pulls
from insightctl.local.stores.schema import listed
from insightctl.local.stores.writing import Change, changing

if TYPE_CHECKING:
    import duckdb

_DAY_MS = 86_400_000


@contextmanager
def spool() -> Iterator[Path]:
    """A folder for what the engine writes meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="insightctl-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# verify


@dataclass(frozen=True, slots=True)
class Problem:
    """A part (its place in the store) and what is wrong with it."""

    part: str
    what: str
    log_group: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at every part found. `orphans` are files that store.json does not name: no answer holds them."""

    parts: int
    events: int
    problems: tuple[Problem, ...]
    orphans: tuple[str, ...]


def verify(store: Store, *, limits: Limits | None = None) -> Verdict:
    """Reads every part whole and compares it with what store.json says of it."""
    problems: list[Problem] = []
    parts = store.contents.parts
    with spool() as folder:
        files = [str(store.file(part)) for part in parts]
        connection = connect(folder, files, limits or Limits())
        try:
            for part, file in zip(parts, files, strict=True):
                problems += [Problem(part.place, what, part.log_group) for what in _wrong(connection, part, file)]
        finally:
            connection.close()
    return Verdict(len(parts), sum(part.events for part in parts), tuple(problems), _orphans(store))


def _wrong(connection: duckdb.DuckDBPyConnection, part: Part, file: str) -> list[str]:
    import duckdb

    if not Path(file).is_file():
        return ["the file is missing"]
    # the hash reads every column, so that damage anywhere in the file shows
    sql = (
        "SELECT count(*), epoch_ms(min(timestamp)), epoch_ms(max(timestamp)), coalesce(sum(size), 0), min(seq), max(seq), "
        "count(*) FILTER (timestamp < before OR (timestamp = before AND seq < seq_before)), bit_xor(read) FROM "
        "(SELECT *, lag(timestamp) OVER rows AS before, lag(seq) OVER rows AS seq_before FROM "
        "(SELECT timestamp, seq, strlen(message) AS size, hash(f) AS read, file_row_number AS n "
        f"FROM read_parquet({listed([file])}, file_row_number=true, hive_partitioning=false) AS f) "
        "WINDOW rows AS (ORDER BY n))"
    )
    try:
        row = connection.execute(sql).fetchone()
    except duckdb.Error as error:
        return [f"it cannot be read: {str(error).splitlines()[0]}"]
    assert row is not None
    said = (part.events, part.first_ms, part.last_ms, part.text_bytes, part.low, part.high)
    names = ("events", "first time", "last time", "bytes of text", "lowest seq", "highest seq")
    wrong = [
        f"{name}: store.json says {expected}, the file has {found}"
        for name, expected, found in zip(names, said, row, strict=False)
        if found != expected
    ]
    return wrong + ([f"{row[6]} events are out of order"] if row[6] else [])


def _orphans(store: Store) -> tuple[str, ...]:
    named = {part.name for part in store.contents.parts}
    places = {store.path / part.place for part in store.contents.parts}
    there = [file for file in (store.path / "events").rglob("*") if file.is_file() and file not in places]
    there += [file for file in store.pending.glob("*") if file.name not in named]
    return tuple(sorted(str(file.relative_to(store.path)) for file in there))


# compact


@dataclass(frozen=True, slots=True)
class Compacted:
    """Parts and bytes on the disk, before and after."""

    parts_before: int
    parts_after: int
    bytes_before: int
    bytes_after: int


def compact(store: Store, *, limits: Limits | None = None) -> Compacted:
    """Makes one part of each log group and day; each day is a change of its own, so a stop keeps what is done."""
    with written_plainly(store), store.locked(), spool() as folder:
        before = (len(store.contents.parts), size_of(store))
        days: dict[tuple[str, str], list[Part]] = {}
        for part in store.contents.parts:
            days.setdefault((part.log_group, part.day), []).append(part)
        for (group, day), parts in days.items():
            if len(parts) > 1:
                with changing(store, [], folder, limits or Limits()) as change:
                    store.commit(_merged(change, group, day, parts))
        return Compacted(before[0], len(store.contents.parts), before[1], size_of(store))


def _merged(change: Change, group: str, day: str, parts: list[Part]) -> Contents:
    import duckdb

    store, contents = change.store, change.store.contents
    files = listed([str(store.file(part)) for part in parts])
    sql = f"SELECT * FROM read_parquet({files}, hive_partitioning=false) ORDER BY timestamp, seq"
    store.pending.mkdir(exist_ok=True)
    try:
        merged = change._copy(sql, group, day, f"{contents.next_part:08d}.parquet")
    except duckdb.Error as error:
        if isinstance(error, duckdb.OutOfMemoryException) or str(store.pending) in str(error):
            raise  # too little memory, or it is the new file that cannot be written
        raise SourceError(
            f"{group} of {day} cannot be merged: {str(error).splitlines()[0]}",
            remedy=f"insightctl local verify {store.path} tells what is wrong",
        ) from None
    if merged is None or merged.events != sum(part.events for part in parts):
        raise SourceError(
            f"{group} of {day} does not have the events that store.json says",
            remedy=f"insightctl local verify {store.path} tells what is wrong",
        )
    kept = tuple(part for part in contents.parts if part not in parts)
    return replace(contents, next_part=contents.next_part + 1, parts=(*kept, merged))


def size_of(store: Store) -> int:
    """Bytes on the disk of the store's parts; one that is missing has none."""
    files = [store.file(part) for part in store.contents.parts]
    return sum(file.stat().st_size for file in files if file.is_file())


# drop


@dataclass(frozen=True, slots=True)
class Drop:
    """What is to go: `whole` is everything, and the store with it. `before` is a day such as 2026-11-23."""

    parts: tuple[Part, ...]
    whole: bool
    groups: frozenset[str]
    before: str | None


def planned(store: Store, log_group: str | None, before: datetime | None) -> Drop:
    """What a drop takes: of the log groups (a name or glob), the whole days before a time. Raises SourceError."""
    contents = store.contents
    known = sorted({part.log_group for part in contents.parts} | {origin.log_group for origin in contents.origins})
    groups = frozenset(name for name in known if log_group is None or fnmatchcase(name, log_group))
    if log_group is not None and not groups:
        raise SourceError(
            f"the store {store.path} has no log group {log_group}",
            remedy=f"it has {', '.join(known[:8])}" if known else "it is empty",
        )
    day = f"{before.date()}" if before is not None else None
    parts = tuple(p for p in contents.parts if p.log_group in groups and (day is None or p.day < day))
    return Drop(parts, log_group is None and before is None, groups, day)


def drop(store: Store, log_group: str | None, before: datetime | None) -> tuple[Drop, tuple[str, ...]]:
    """Drops it; what went, and the files of others that stay where the store was."""
    with written_plainly(store), store.locked():
        plan = planned(store, log_group, before)
        if plan.whole:
            store.commit(Contents(store.contents.next_seq, store.contents.next_part))
            return plan, _removed(store)
        with spool() as folder:
            store.commit(_left(store, plan, before, folder))
        _remove_empty(store)
        return plan, ()


def _left(store: Store, plan: Drop, before: datetime | None, folder: Path) -> Contents:
    contents = store.contents
    parts = tuple(part for part in contents.parts if part not in plan.parts)
    if plan.before is None:
        origins = tuple(o for o in contents.origins if o.log_group not in plan.groups)
        return replace(contents, parts=parts, origins=origins, pulls=without_pulls(contents.pulls, plan.groups, None))
    # a file of which some events stay is known still: reading it again would make those double
    affected = [o for o in contents.origins if o.log_group in plan.groups]
    gone = _without_events(store, parts, [o for o in affected if o.ranges], folder)
    origins = tuple(o for o in contents.origins if o not in gone)
    assert before is not None
    start_ms = to_ms(before) // _DAY_MS * _DAY_MS
    return replace(contents, parts=parts, origins=origins, pulls=without_pulls(contents.pulls, plan.groups, start_ms))


def _without_events(store: Store, parts: tuple[Part, ...], origins: list[Origin], folder: Path) -> list[Origin]:
    """The origins of which no event is in the parts."""
    left = []
    for origin in origins:
        reached = [
            part
            for part in parts
            if part.log_group == origin.log_group
            and any(low <= part.high and high >= part.low for low, high in origin.ranges)
        ]
        if not reached or not _has_events(store, reached, origin, folder):
            left.append(origin)
    return left


def _has_events(store: Store, parts: list[Part], origin: Origin, folder: Path) -> bool:
    files = [str(store.file(part)) for part in parts]
    inside = " OR ".join(f"seq BETWEEN {low} AND {high}" for low, high in origin.ranges)
    connection = connect(folder, files, Limits())
    try:
        sql = f"SELECT 1 FROM read_parquet({listed(files)}, hive_partitioning=false) WHERE {inside} LIMIT 1"
        return connection.execute(sql).fetchone() is not None
    finally:
        connection.close()


def _removed(store: Store) -> tuple[str, ...]:
    """Removes what a store is made of; the files of others, which stay, are told."""
    for file in store.pending.glob("*.parquet"):
        file.unlink()
    _remove_empty(store)
    for name in ("store.json", "store.new", "lock"):
        (store.path / name).unlink(missing_ok=True)
    for folder in (store.pending, store.path / "events", store.path):
        _rmdir(folder)
    return tuple(sorted(str(f) for f in store.path.rglob("*") if f.is_file())) if store.path.is_dir() else ()


def _remove_empty(store: Store) -> None:
    for folder in (*(store.path / "events").glob("*/*"), *(store.path / "events").glob("*")):
        if folder.is_dir():
            _rmdir(folder)


def _rmdir(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # not empty, or gone
        return
