"""The local engine behind the endpoint: runs Insights QL over the data and over what clients put."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result, Statistics
from insightctl.core.time import TimeRange
from insightctl.emulator.store import ACCOUNT, NO_STREAM, Group, SeedGroup, SeedStream

if TYPE_CHECKING:
    from insightctl.local import GroupInfo, LogSource


class Engine:
    """Runs queries over groups. Safe to use from several threads. `seeds` are the log groups of the data.

    Raises SourceError when the data cannot be read.
    """

    def __init__(self, data: Sequence[LogSource]) -> None:
        self._data = tuple(data)
        self.seeds = self._seeds()
        self._in_data = frozenset(seed.name for seed in self.seeds)

    def _seeds(self) -> tuple[SeedGroup, ...]:
        if not self._data:
            return ()
        from insightctl.local import LocalBackend

        return tuple(_seed(group) for group in LocalBackend(self._data, account=ACCOUNT).groups())

    def run(self, text: str, groups: Sequence[Group], time: TimeRange | None, max_rows: int) -> Result:
        """The whole answer of a query over groups. Raises QueryError, SourceError."""
        from insightctl.local import LocalBackend, LogSource

        with ExitStack() as lent:
            put = [
                LogSource(path, log_group=group.name)
                for group in groups
                for path in lent.enter_context(group.spool.reading())
            ]
            if not put and not any(group.name in self._in_data for group in groups):
                return _nothing(text)
            job = QueryJob(text, Target(log_groups=tuple(group.name for group in groups)), time, max_rows=max_rows)
            return LocalBackend((*self._data, *put), account=ACCOUNT).run(job)


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
