"""The local engine behind the endpoint: runs Insights QL over the data and over what clients put."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result, Statistics
from insightctl.core.time import TimeRange
from insightctl.emulator.pointers import PointingBackend
from insightctl.emulator.spool import Part
from insightctl.emulator.store import ACCOUNT, NO_STREAM, Group, SeedGroup, SeedStream
from insightctl.local import LocalBackend
from insightctl.local.files import Look
from insightctl.local.readers.events_json import EVENT_LINES

if TYPE_CHECKING:
    from insightctl.local import GroupInfo, LogSource
    from insightctl.local.sources import LogFile

_LOOKS_ELSEWHERE = re.compile(r"\b(?:source|diff|logcompare)\b", re.IGNORECASE)
"""Commands that may read events outside the time range of the query."""
_ALL = 100_000
_OURS = Look(format=EVENT_LINES, whole=True)


class Engine:
    """Runs queries over groups. Safe to use from several threads. `seeds` are the log groups of the data.

    Raises SourceError when the data cannot be read.
    """

    def __init__(self, data: Sequence[LogSource]) -> None:
        self._data = tuple(data)
        self._folders: set[Path] = set()
        self.seeds = self._seeds()
        self._in_data = frozenset(seed.name for seed in self.seeds)

    def _seeds(self) -> tuple[SeedGroup, ...]:
        if not self._data:
            return ()
        return tuple(_seed(group) for group in LocalBackend(self._data, account=ACCOUNT).groups())

    def has_data_of(self, name: str) -> bool:
        """Whether the data holds events of a log group."""
        return name in self._in_data

    def run_over_data(self, text: str) -> Result:
        """The whole answer of a query over all of the data, whenever it was. Raises QueryError, SourceError."""
        return self._backend(self._data, frozenset(), {}, pointers=False).run(QueryJob(text, max_rows=_ALL))

    def run(
        self,
        text: str,
        groups: Sequence[Group],
        time: TimeRange | None,
        max_rows: int,
        others: Sequence[Group] = (),
        lookups: Mapping[str, Path] | None = None,
        pointers: bool = False,
    ) -> Result:
        """The whole answer of a query over groups; `others` are those of the queries inside it.

        `lookups` are the CSV files of lookup tables by name. `pointers`: rows are events, and a column @ptr names them.
        Raises QueryError, UsageError, SourceError.
        """
        from insightctl.local import LogSource

        alone = not others and not _LOOKS_ELSEWHERE.search(text)
        with ExitStack() as lent:
            put: dict[str, Sequence[Part]] = {}
            for group in (*groups, *others):
                if group.name not in put:
                    span = time if alone and not self.has_data_of(group.name) else None
                    put[group.name] = lent.enter_context(group.spool.reading(span))
            if not any(put.values()) and not any(self.has_data_of(name) for name in put):
                return _nothing(text)
            job = QueryJob(text, Target(log_groups=tuple(group.name for group in groups)), time, max_rows=max_rows)
            sources = [LogSource(part.path, log_group=name) for name, parts in put.items() for part in parts]
            backend = self._backend((*self._data, *sources), frozenset(put), lookups or {}, pointers=pointers)
            if isinstance(backend, PointingBackend):
                backend.parts = {name: parts for name, parts in put.items() if not self.has_data_of(name)}
            return backend.run(job)

    def close(self) -> None:
        """Remove the temporary folders of queries that still run: at exit their threads are not waited for."""
        for folder in tuple(self._folders):
            shutil.rmtree(folder, ignore_errors=True)

    def _backend(
        self, sources: Sequence[LogSource], empty: frozenset[str], lookups: Mapping[str, Path], *, pointers: bool
    ) -> LocalBackend:
        folders = self._folders
        spooled = frozenset(str(source.path) for source in sources[len(self._data) :])
        kind: type[LocalBackend] = PointingBackend if pointers else LocalBackend

        class Noting(kind):  # type: ignore[valid-type,misc]
            """Notes its temporary folder while it runs, and need not look at the spool's files to know them."""

            @contextmanager
            def _files(self) -> Iterator[tuple[list[LogFile], Path]]:
                with super()._files() as (files, folder):
                    folders.add(folder)
                    try:
                        yield [replace(f, look=_OURS) if f.shown in spooled else f for f in files], folder
                    finally:
                        folders.discard(folder)

        return Noting(sources, account=ACCOUNT, lookups=lookups, empty_groups=empty)


def _seed(group: GroupInfo) -> SeedGroup:
    streams = tuple(SeedStream(stream.name, stream.first_ms, stream.last_ms) for stream in group.streams)
    return SeedGroup(
        group.name,
        group.stored_bytes,
        group.first_ms,
        streams or (SeedStream(NO_STREAM, group.first_ms, group.last_ms),),
    )


def _nothing(text: str) -> Result:
    """The answer over groups without events: the service runs such a query, the engine has nothing to read."""
    from insightctl.ql import check

    check(text)
    return Result((), (), Statistics())
