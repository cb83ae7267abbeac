"""`@ptr`: the name of an event, the same in every query that finds it.

An event is told from all others by its log group, its time and its place in the group's files, which only grow.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from insightctl.core.job import QueryJob
from insightctl.core.result import Column, Result
from insightctl.emulator.errors import InvalidParameter
from insightctl.emulator.spool import Part
from insightctl.local import LocalBackend, lookups
from insightctl.local.compiler.pipeline import Pipeline
from insightctl.local.logs import Logs
from insightctl.local.rows import typed_result
from insightctl.local.run import Run
from insightctl.local.sources import select
from insightctl.ql import check

PTR = "@ptr"
_HIDDEN = ("_log", "_ts", "_seq", "left(md5(_msg), 12)")


class Pointer(NamedTuple):
    """What a pointer says: the log group, the time in epoch ms, the place in its files, a digest of the message."""

    group: str
    at_ms: int
    place: int
    digest: str

    def __str__(self) -> str:
        return base64.b64encode(json.dumps(list(self), ensure_ascii=False).encode()).decode()


def read_pointer(text: str) -> Pointer:
    """A pointer from a client. Raises InvalidParameter."""
    try:
        group, at_ms, place, digest = json.loads(base64.b64decode(text, validate=True))
        return Pointer(str(group), int(at_ms), int(place), str(digest))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise InvalidParameter("The specified logRecordPointer is invalid.") from None


class PointingBackend(LocalBackend):
    """Answers queries whose rows are events, with the column @ptr: where the query names it, else as the last one.

    `parts` are the files that are read of log groups that have no others.
    """

    parts: Mapping[str, Sequence[Part]] = MappingProxyType({})

    def _answer(self, job: QueryJob) -> Result:
        checked = check(job.text)
        now_s = int(time.time())
        tables = lookups.read_tables(self.lookups)
        compiled = Pipeline(checked, now_s, job.max_rows, tables).compile()
        pointed = replace(compiled, sql=f"SELECT {', '.join(_HIDDEN)}, {compiled.sql.removeprefix('SELECT ')}")
        with self._files() as (files, folder):
            target = frozenset(job.target.log_groups)
            read = [file for file in files if file.log_group in self.empty_groups]
            logs = Logs(read or select(files, job.target), folder)
            answer = Run(self._where(logs, target, job, now_s, tables), pointed).answer()
        width = len(_HIDDEN)
        result = typed_result(compiled, checked, [row[width:] for row in answer.rows])
        pointers = [_pointer(row[:width], self.parts) for row in answer.rows]
        return replace(with_pointers(result, pointers), statistics=answer.statistics, time=answer.time)


def with_pointers(result: Result, pointers: Sequence[str | None]) -> Result:
    """The result with its pointers in place."""
    if PTR in result.names:
        place = result.names.index(PTR)
        rows = [(*row[:place], ptr, *row[place + 1 :]) for row, ptr in zip(result.rows, pointers, strict=True)]
        columns = (*result.columns[:place], Column(PTR, "string"), *result.columns[place + 1 :])
    else:
        rows = [(*row, ptr) for row, ptr in zip(result.rows, pointers, strict=True)]
        columns = (*result.columns, Column(PTR, "string"))
    return replace(result, columns=columns, rows=tuple(rows))


def _pointer(hidden: Sequence[object], parts: Mapping[str, Sequence[Part]]) -> str | None:
    """None for a row that a command made: it is no event."""
    log, at_ms, place, digest = hidden
    if at_ms is None:
        return None
    group = str(log).partition(":")[2]
    return str(Pointer(group, int(str(at_ms)), _place(int(str(place)), parts.get(group, ())), str(digest)))


def _place(read: int, parts: Sequence[Part]) -> int:
    """The number of an event in its group, from its number (1 is the first) among the events that were read."""
    for part in parts:
        if read <= part.events:
            return part.start + read
        read -= part.events
    return read
