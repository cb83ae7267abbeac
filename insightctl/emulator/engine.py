"""The local engine behind the endpoint: runs Insights QL over the data and over what clients put."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result, Statistics
from insightctl.core.time import TimeRange
from insightctl.emulator.store import ACCOUNT, NO_STREAM, Group, SeedGroup, SeedStream

if TYPE_CHECKING:
    from insightctl.local import GroupInfo, LocalBackend, LogSource
    from insightctl.local.sources import LogFile


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
        from insightctl.local import LocalBackend

        return tuple(_seed(group) for group in LocalBackend(self._data, account=ACCOUNT).groups())

    def run(
        self,
        text: str,
        groups: Sequence[Group],
        time: TimeRange | None,
        max_rows: int,
        others: Sequence[Group] = (),
        lookups: Mapping[str, Path] | None = None,
    ) -> Result:
        """The whole answer of a query over groups; `others` are those of the queries inside it.

        `lookups` are the CSV files of lookup tables by name. Raises QueryError, UsageError, SourceError.
        """
        from insightctl.local import LogSource

        with ExitStack() as lent:
            put = [
                LogSource(path, log_group=group.name)
                for group in {group.name: group for group in (*groups, *others)}.values()
                for path in lent.enter_context(group.spool.reading())
            ]
            if not put and not any(group.name in self._in_data for group in (*groups, *others)):
                return _nothing(text)
            job = QueryJob(text, Target(log_groups=tuple(group.name for group in groups)), time, max_rows=max_rows)
            empty = frozenset(group.name for group in (*groups, *others))
            return self._backend((*self._data, *put), empty, lookups or {}).run(job)

    def close(self) -> None:
        """Remove the temporary folders of queries that still run: at exit their threads are not waited for."""
        for folder in tuple(self._folders):
            shutil.rmtree(folder, ignore_errors=True)

    def _backend(
        self, sources: Sequence[LogSource], empty: frozenset[str], lookups: Mapping[str, Path]
    ) -> LocalBackend:
        from insightctl.local import LocalBackend

        folders = self._folders

        class Noting(LocalBackend):
            """Notes its temporary folder while it runs."""

            @contextmanager
            def _files(self) -> Iterator[tuple[list[LogFile], Path]]:
                with super()._files() as (files, folder):
                    folders.add(folder)
                    try:
                        yield files, folder
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
