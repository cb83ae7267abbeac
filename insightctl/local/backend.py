"""The embedded engine: a job over log files, run as SQL on DuckDB, with the service's answer."""

from __future__ import annotations

import shutil
import tempfile
import time as clock
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from insightctl.core.errors import InsightctlError, Interrupted, SourceError
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.local import lookups, together
from insightctl.local.compiler.liveness import parses_field
from insightctl.local.compiler.pipeline import Pipeline
from insightctl.local.compiler.plan import Compiled, Table
from insightctl.local.compiler.sieve import Way, sieve
from insightctl.local.database import Limits
from insightctl.local.logs import Logs, StoreChanged
from insightctl.local.rows import typed_result
from insightctl.local.run import Answer, Run, Where
from insightctl.local.sources import LogFile, LogSource, expand, select
from insightctl.local.stores.layout import find
from insightctl.ql import ast, check
from insightctl.ql.checker import CheckedQuery, told_with_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

Watch = Callable[["duckdb.DuckDBPyConnection"], None]
T = TypeVar("T")
NO_ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """A log stream; times are UTC ms of its first and last event."""

    name: str
    first_ms: int | None
    last_ms: int | None


@dataclass(frozen=True, slots=True)
class GroupInfo:
    """A log group in the files. `stored_bytes` is the size of its files."""

    name: str
    stored_bytes: int
    first_ms: int | None
    last_ms: int | None
    streams: tuple[StreamInfo, ...]


class Reading(NamedTuple):
    """Jobs (their places among those that were asked) whose answers come out of one reading of the logs."""

    places: tuple[int, ...]
    answers: Callable[[], list[Result | InsightctlError]]


class _Ready(NamedTuple):
    """A job that is compiled; `ways` of the events that it may want, where these are few (`compiler.sieve`)."""

    checked: CheckedQuery
    compiled: Compiled
    now_s: int
    tables: Mapping[str, Table]
    ways: tuple[Way, ...] | None


class LocalBackend:
    """Runs jobs over log files. Each run has a private database that may touch nothing but those files.

    `lookups` are CSV files by the name of the lookup table; `empty_groups` exist without any events. `watch` is told of
    each connection that a run opens: for showing progress.
    """

    def __init__(
        self,
        sources: Sequence[LogSource],
        *,
        account: str = NO_ACCOUNT,
        lookups: Mapping[str, Path] | None = None,
        empty_groups: frozenset[str] = frozenset(),
        limits: Limits | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.sources = tuple(sources)
        self.account = account
        self.lookups = dict(lookups or {})
        self.empty_groups = empty_groups
        self.limits = limits or Limits()
        self.watch = watch

    def source(self) -> dict[str, object]:
        """`{"kind": "local", "paths": [...]}`."""
        return {"kind": "local", "paths": [str(source.path) for source in self.sources]}

    def run(self, job: QueryJob) -> Result:
        """The whole answer. Raises QueryError, UsageError, SourceError, Interrupted."""
        return _again(lambda: self._answer(job))

    def readings(self, jobs: Sequence[QueryJob]) -> list[Reading]:
        """The same jobs by what is read at once: of a store, all that want few of the same events. Raises as `run`."""
        ready = [self._compiled(job) for job in jobs]
        shared: dict[object, list[int]] = {}
        for place, (job, each) in enumerate(zip(jobs, ready, strict=True)):
            alike = (job.target, job.time) if each.ways else place
            shared.setdefault(alike, []).append(place)
        return [
            Reading(tuple(places), partial(self._all_of, [jobs[p] for p in places], [ready[p] for p in places]))
            for places in shared.values()
        ]

    def _all_of(self, jobs: Sequence[QueryJob], ready: Sequence[_Ready]) -> list[Result | InsightctlError]:
        """The answers of jobs that read the same, or what is wrong with each."""
        if len(jobs) > 1:
            try:
                return list(_again(lambda: self._sifted(jobs, ready)))
            except Interrupted:
                raise
            except InsightctlError:
                pass  # each by itself may need less memory, or be the only one that fails
        return [self._or_error(job) for job in jobs]

    def _or_error(self, job: QueryJob) -> Result | InsightctlError:
        try:
            return self.run(job)
        except Interrupted:
            raise
        except InsightctlError as error:
            return error

    def _sifted(self, jobs: Sequence[QueryJob], ready: Sequence[_Ready]) -> list[Result]:
        started = clock.perf_counter()
        checked = ready[0].checked
        with self._files() as (files, spool):
            target = _target(files, jobs[0], checked, self.empty_groups)
            logs = Logs(_needed(files, target, checked), spool)
            where = self._where(logs, target, jobs[0], ready[0].now_s, ready[0].tables)
            found = together.answers(where, [(each.compiled, each.ways or ()) for each in ready])
            return [_result(each, answer, logs, started) for each, answer in zip(ready, found, strict=True)]

    def _answer(self, job: QueryJob) -> Result:
        started = clock.perf_counter()
        ready = self._compiled(job)
        with self._files() as (files, spool):
            target = _target(files, job, ready.checked, self.empty_groups)
            logs = Logs(_needed(files, target, ready.checked), spool)
            answer = Run(self._where(logs, target, job, ready.now_s, ready.tables), ready.compiled).answer()
            return _result(ready, answer, logs, started)

    def _compiled(self, job: QueryJob) -> _Ready:
        checked = check(job.text, source=job.name or "<query>")
        now_s = int(clock.time())
        tables = lookups.read_tables(self.lookups)
        compiled = Pipeline(checked, now_s, job.max_rows, tables, self._only_stores()).compile()
        return _Ready(checked, compiled, now_s, tables, sieve(checked.query.commands, compiled))

    def _where(
        self, logs: Logs, target: frozenset[str], job: QueryJob, now_s: int, tables: Mapping[str, Table]
    ) -> Where:
        """What a run of the job reads."""
        return Where(
            logs,
            self.account,
            target,
            job.time,
            now_s * 1000,
            self.lookups,
            tables,
            self.empty_groups,
            job.span,
            self.limits,
            self.watch,
        )

    def span(self, job: QueryJob) -> TimeRange | None:
        """From the first to just after the last event of the job's log groups; None when there is none."""
        groups = [g for g in self.groups(job) if g.first_ms is not None and g.last_ms is not None]
        if not groups:
            return None
        return TimeRange(min(g.first_ms or 0 for g in groups), max(g.last_ms or 0 for g in groups) + 1)

    def known_span(self, target: Target) -> TimeRange | None:
        """The same of stores, which know it without being read; None where something else is read too."""
        return _again(lambda: self._known_span(target))

    def _known_span(self, target: Target) -> TimeRange | None:
        if not self._only_stores():
            return None
        with self._files() as (files, _):
            parts = [file.part for file in select(files, target) if file.part is not None]
        return TimeRange(min(p.first_ms for p in parts), max(p.last_ms for p in parts) + 1) if parts else None

    def _only_stores(self) -> bool:
        return bool(self.sources) and all(find(source.path) is not None for source in self.sources)

    def groups(self, job: QueryJob | None = None) -> tuple[GroupInfo, ...]:
        """The log groups of the files with their streams, by name."""
        return _again(lambda: self._groups(job))

    def _groups(self, job: QueryJob | None) -> tuple[GroupInfo, ...]:
        target = (job or QueryJob("")).target
        with self._files() as (files, spool):
            chosen = select(files, target)
            run = Run(Where(Logs(chosen, spool), self.account, frozenset(), None, 0))
            rows = run.rows("SELECT _log, _stream, min(_ts), max(_ts) FROM {events} GROUP BY ALL ORDER BY ALL")
        return _inventory(chosen, rows)

    @contextmanager
    def _files(self) -> Iterator[tuple[list[LogFile], Path]]:
        spool = Path(tempfile.mkdtemp(prefix="insightctl-"))
        try:
            yield list(expand(self.sources, spool)), spool
        finally:
            shutil.rmtree(spool, ignore_errors=True)


def _result(ready: _Ready, answer: Answer, logs: Logs, started: float) -> Result:
    statistics = replace(answer.statistics, seconds=round(clock.perf_counter() - started, 3))
    notes = (*logs.notes, *answer.notes, *_unknown_streams(logs, ready.checked))
    result = typed_result(ready.compiled, ready.checked, answer.rows)
    return replace(result, statistics=statistics, warnings=(*told_with_answer(ready.checked), *notes), time=answer.time)


def _again(attempt: Callable[[], T]) -> T:
    """The attempt's answer; made again when a store was written meanwhile, which is over in a moment."""
    for _ in range(3):
        try:
            return attempt()
        except StoreChanged:
            continue
    return attempt()


def _target(files: Sequence[LogFile], job: QueryJob, checked: CheckedQuery, empty: frozenset[str]) -> frozenset[str]:
    """The log groups of the query itself: of the job's target, narrowed by a SOURCE at its start."""
    known = frozenset(job.target.log_groups) & empty
    having = [file for file in files if file.log_group in known] if known else select(files, job.target)
    chosen = known | frozenset(file.log_group for file in having)
    named = {s.log_group for s in ast.sources(checked.query) if s.log_group is not None}
    if named and not named & chosen:
        there = ", ".join(sorted({f.log_group for f in files})[:8])
        raise SourceError(f"no logs of {', '.join(sorted(named))} here", remedy=f"these log groups are here: {there}")
    return chosen


def _needed(files: Sequence[LogFile], target: frozenset[str], checked: CheckedQuery) -> list[LogFile]:
    """The files that the query or a query inside it may read."""
    if any(ast.subqueries(command) for command in checked.query.commands):
        return list(files)
    named = {s.log_group for s in ast.sources(checked.query) if s.log_group is not None}
    wanted = target & named if named else target
    return [file for file in files if file.log_group in wanted]


def _unknown_streams(logs: Logs, checked: CheckedQuery) -> tuple[str, ...]:
    """A note when the query takes something (a version) from log streams and some files have none."""
    files = logs.without_streams() if parses_field(checked.query.commands, "@logStream") else 0
    if not files:
        return ()
    lines = "the lines of one file" if files == 1 else f"the lines of {files} files"
    return (f"{lines} name no log stream, so versions are unknown there: 'aws logs tail --format detailed' writes it",)


def _inventory(files: Sequence[LogFile], rows: Sequence[tuple[object, ...]]) -> tuple[GroupInfo, ...]:
    found = []
    for name in sorted({f.log_group for f in files}):
        of_group = [row for row in rows if str(row[0]).partition(":")[2] == name]
        streams = tuple(StreamInfo(str(s), _int(a), _int(b)) for _, s, a, b in of_group if s is not None)
        firsts = [value for row in of_group if (value := _int(row[2])) is not None]
        lasts = [value for row in of_group if (value := _int(row[3])) is not None]
        size = sum(f.size for f in files if f.log_group == name)
        found.append(GroupInfo(name, size, min(firsts, default=None), max(lasts, default=None), streams))
    return tuple(found)


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None
