"""The fields that events have: Lambda's own and JSON keys at any depth, as the service discovers them."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.job import Target
from insightctl.local.database import Limits, connect, guarded, interruptible
from insightctl.local.discovery import fragment, lambda_field
from insightctl.local.logs import Logs
from insightctl.local.relation import events
from insightctl.local.sources import LogSource, expand, select
from insightctl.ql.fields import LAMBDA_FIELDS
from insightctl.ql.formatting.expressions import name_text

if TYPE_CHECKING:
    import duckdb

    from insightctl.local.progress import QueryProgress

SAMPLE = 100_000
"""Events that are looked at; of more, so many at random."""
PER_EVENT = 200
"""Fields that the service discovers in an event at most."""

_STEP = re.compile(r'\.("(?:[^"\\]|\\.)*"|[^.\[]+)|\[(\d+)\]')
_KINDS = {"VARCHAR": "string", "BOOLEAN": "boolean", "BIGINT": "number", "UBIGINT": "number", "DOUBLE": "number"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a query spells it, its types, how many of the events have it, and one value."""

    name: str
    types: tuple[str, ...]
    events: int
    example: str


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of so many events; `sampled` when there are more than those."""

    fields: tuple[Field, ...]
    events: int
    sampled: bool
    notes: tuple[str, ...]


def fields_of(
    sources: Sequence[LogSource], target: Target, *, limits: Limits | None = None, progress: QueryProgress | None = None
) -> Fields:
    """The fields in the events of the sources. Raises SourceError, UsageError, Interrupted."""
    spool = Path(tempfile.mkdtemp(prefix="insightctl-"))
    try:
        logs = Logs(select(list(expand(sources, spool)), target), spool)

        def attempt() -> tuple[tuple[Field, ...], int, bool]:
            allowed = [path for batch in logs.batches for path in batch.paths]
            connection = connect(spool, allowed, limits or Limits())
            if progress is not None:
                progress.watch(connection)
            return interruptible(connection, lambda opened: _looked(opened, logs))

        found, count, sampled = guarded(logs, attempt)
        return Fields(found, count, sampled, tuple(logs.notes))
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _looked(connection: duckdb.DuckDBPyConnection, logs: Logs) -> tuple[tuple[Field, ...], int, bool]:
    relation = events(logs.batches, "", None, first_lines=False)
    connection.execute(
        "CREATE TEMP TABLE sampled AS SELECT row_number() OVER () AS ev, _msg AS msg FROM "
        f"(SELECT _msg FROM {relation} USING SAMPLE reservoir({SAMPLE} ROWS))"
    )
    row = connection.execute("SELECT count(*) FROM sampled").fetchone()
    count = int(row[0]) if row else 0
    found = _of_lambda(connection) + _of_json(connection)
    return tuple(sorted(found, key=lambda field: -field.events)), count, count == SAMPLE


def _of_lambda(connection: duckdb.DuckDBPyConnection) -> list[Field]:
    columns = ", ".join(
        f"count({lambda_field(name, 'msg')}), min(regexp_replace(CAST({lambda_field(name, 'msg')} AS VARCHAR), '[.]0$', ''))"
        for name in LAMBDA_FIELDS
    )
    row = connection.execute(f"SELECT {columns} FROM sampled").fetchone()
    assert row is not None
    pairs = zip(LAMBDA_FIELDS.items(), row[::2], row[1::2], strict=True)
    return [Field(name, (kind,), number, example) for (name, kind), number, example in pairs if number]


def _of_json(connection: duckdb.DuckDBPyConnection) -> list[Field]:
    rows = connection.execute(
        f"WITH objects AS (SELECT ev, {fragment('msg')} AS object FROM sampled), "
        "leaves AS (SELECT ev, t.id, t.type, t.fullkey, t.atom FROM objects, json_tree(objects.object) AS t "
        "WHERE objects.object IS NOT NULL AND t.atom IS NOT NULL AND t.type <> 'NULL' "
        f"QUALIFY row_number() OVER (PARTITION BY ev ORDER BY t.id) <= {PER_EVENT}) "
        "SELECT fullkey, list_sort(list(DISTINCT type)), count(DISTINCT ev), min(json_extract_string(atom, '$')) "
        "FROM leaves GROUP BY fullkey ORDER BY 3 DESC, min(id), fullkey"
    ).fetchall()
    return [
        Field(_spelled(key), tuple(dict.fromkeys(_KINDS.get(kind, "string") for kind in kinds)), number, example or "")
        for key, kinds, number, example in rows
    ]


def _spelled(fullkey: str) -> str:
    """`$.a."b c"[0]` as a query names it; the service shows another @ before a key that begins with one."""
    parts = [_part(match[1]) if match[1] else match[2] for match in _STEP.finditer(fullkey)]
    name = ".".join(parts)
    return name_text("@" + name if name.startswith("@") else name)


def _part(text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return text[1:-1]
