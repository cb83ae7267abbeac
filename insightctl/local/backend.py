"""The embedded engine: a job over log files, run as SQL on DuckDB, with the service's answer."""

from __future__ import annotations

import shutil
import tempfile
import time as clock
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from insightctl.core.errors import InsightctlError, Interrupted, SourceError, UsageError
from insightctl.core.job import QueryJob
from insightctl.core.result import Result, Statistics
from insightctl.core.time import TimeRange
from insightctl.local.cleaning import check_text, cleaned, is_other_document
from insightctl.local.compiler.liveness import first_lines_suffice, parses_field
from insightctl.local.compiler.pipeline import Compiled, Pipeline
from insightctl.local.readers import LineFormat, recognise
from insightctl.local.readers.bare import BARE, doubts
from insightctl.local.readers.interface import NO_STREAM
from insightctl.local.relation import Batch, events, tally
from insightctl.local.rows import typed_result
from insightctl.local.sources import UNKNOWN_GROUP, LogFile, LogSource, broken_archive, expand, head, select
from insightctl.ql import ast, check
from insightctl.ql.checker import CheckedQuery

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

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


class LocalBackend:
    """Runs jobs over log files. Each run has a private database that may touch nothing but those files."""

    def __init__(self, sources: Sequence[LogSource], *, account: str = NO_ACCOUNT) -> None:
        self.sources = tuple(sources)
        self.account = account
        self._notes: list[str] = []

    def source(self) -> dict[str, object]:
        """`{"kind": "local", "paths": [...]}`."""
        return {"kind": "local", "paths": [str(source.path) for source in self.sources]}

    def run(self, job: QueryJob) -> Result:
        """The whole answer. Raises QueryError, UsageError, SourceError, Interrupted."""
        checked = check(job.text, source=job.name or "<query>")
        started = clock.perf_counter()
        now_s = int(clock.time())
        compiled = Pipeline(checked, now_s, job.max_rows).compile()
        with self._files() as (files, spool):
            chosen = _of_source_command(select(files, job.target), checked)
            run = _Run(chosen, spool, self.account, job.time, first_lines_suffice(checked.query.commands))
            answer = run.answer(compiled)
            notes = answer.notes + run.unknown_streams(checked)
        statistics = replace(answer.statistics, seconds=round(clock.perf_counter() - started, 3))
        result = typed_result(compiled, checked, answer.rows)
        warnings = tuple(f"{d.code}: {d.message}" + (f" ({d.help})" if d.help else "") for d in checked.warnings)
        return replace(result, statistics=statistics, warnings=warnings + notes, time=answer.time)

    def span(self, job: QueryJob) -> TimeRange | None:
        """From the first to just after the last event of the job's log groups; None when there is none."""
        groups = [g for g in self.groups(job) if g.first_ms is not None and g.last_ms is not None]
        if not groups:
            return None
        return TimeRange(min(g.first_ms or 0 for g in groups), max(g.last_ms or 0 for g in groups) + 1)

    def groups(self, job: QueryJob | None = None) -> tuple[GroupInfo, ...]:
        """The log groups of the files with their streams, by name."""
        target = (job or QueryJob("")).target
        with self._files() as (files, spool):
            chosen = select(files, target)
            run = _Run(chosen, spool, self.account, None, first_lines=True)
            rows = run.fetch("SELECT _log, _stream, min(_ts), max(_ts) FROM {events} GROUP BY ALL ORDER BY ALL", ())
        return _inventory(chosen, rows)

    @contextmanager
    def _files(self) -> Iterator[tuple[list[LogFile], Path]]:
        spool = Path(tempfile.mkdtemp(prefix="insightctl-"))
        try:
            yield list(expand(self.sources, spool)), spool
        finally:
            shutil.rmtree(spool, ignore_errors=True)


def _of_source_command(files: list[LogFile], checked: CheckedQuery) -> list[LogFile]:
    named = {c.log_group for c in checked.query.commands if isinstance(c, ast.Source)}
    if not named:
        return files
    chosen = [f for f in files if f.log_group in named]
    if not chosen:
        there = ", ".join(sorted({f.log_group for f in files})[:8])
        raise SourceError(f"no logs of {', '.join(sorted(named))} here", remedy=f"these log groups are here: {there}")
    return chosen


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


class _Answer(NamedTuple):
    rows: list[tuple[object, ...]]
    statistics: Statistics
    notes: tuple[str, ...]
    time: TimeRange | None


class _Run:
    """One statement over one set of files, in a database of its own."""

    def __init__(
        self, files: Sequence[LogFile], spool: Path, account: str, time: TimeRange | None, first_lines: bool
    ) -> None:
        self.spool = spool
        self.account = account
        self.time = time
        self.first_lines = first_lines
        self.notes: list[str] = []
        self.files = list(files)
        self.batches = self._batches()

    def answer(self, compiled: Compiled) -> _Answer:
        """The raw rows, the statistics, what could not be read, and the time range."""
        rows = self.fetch(compiled.sql, compiled.params)
        scanned, first, last, lost, example = self._tally()
        if compiled.aggregated and rows:
            matched = rows[0][-1]
        elif not compiled.aggregated and len(rows) < compiled.limit and not compiled.deduplicated:
            matched = len(rows)
        else:
            matched = self.fetch(compiled.count_sql, compiled.count_params)[0][0]
        if _whole(lost):
            text = str(example)[:80]
            self.notes.append(f"{lost:,} lines have no time that can be read and were left out; the first: {text!r}")
        span = TimeRange(_whole(first), _whole(last) + 1) if first is not None else None
        statistics = Statistics(_whole(matched), _whole(scanned), sum(f.size for f in self.files))
        return _Answer(rows, statistics, tuple(self.notes), self.time or span)

    def _tally(self) -> tuple[object, ...]:
        return self._fetch(lambda: tally(self.batches, self.account, self.time), ())[0]

    def unknown_streams(self, checked: CheckedQuery) -> tuple[str, ...]:
        """A note when the query takes something (a version) from log streams and some files have none."""
        if not parses_field(checked.query.commands, "@logStream"):
            return ()
        without = [b for b in self.batches if isinstance(b.format, LineFormat) and b.format.stream == NO_STREAM]
        files = sum(len(batch.paths) for batch in without if not batch.streams)
        if not files:
            return ()
        lines = "the lines of one file" if files == 1 else f"the lines of {files} files"
        return (
            f"{lines} name no log stream, so versions are unknown there: 'aws logs tail --format detailed' writes it",
        )

    def fetch(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        """Runs a statement over `{events}`; files that are not UTF-8 are cleaned and the statement run again."""
        return self._fetch(lambda: sql.replace("{events}", self._events()), params)

    def _events(self) -> str:
        return events(self.batches, self.account, self.time, first_lines=self.first_lines)

    def _fetch(self, statement: Callable[[], str], params: Sequence[object]) -> list[tuple[object, ...]]:
        import duckdb

        try:
            while True:
                try:
                    return self._execute(statement(), params)
                except duckdb.InvalidInputException as error:
                    if not _is_broken_text(error) or not self._clean_batch(str(error)):
                        raise _refused(str(error)) from error
        except duckdb.IOException as error:
            raise self._unreadable_file(str(error)) from error
        except duckdb.Error as error:
            raise InsightctlError(
                f"the engine could not run this query: {str(error).splitlines()[0]}",
                remedy="please report the query; insightctl --debug ... shows the details",
            ) from error

    def _execute(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        connection = self._connect()
        try:
            return connection.execute(sql, list(params)).fetchall()
        except (KeyboardInterrupt, RuntimeError) as stop:
            # DuckDB turns a Ctrl-C that reaches it while it works into a RuntimeError
            if isinstance(stop, RuntimeError) and "interrupted" not in str(stop).lower():
                raise
            connection.interrupt()
            raise Interrupted("interrupted; nothing was left behind") from None
        finally:
            connection.close()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        connection = duckdb.connect(":memory:", config={"temp_directory": str(self.spool)})
        allowed = [path for batch in self.batches for path in batch.paths]
        connection.execute("SET allowed_paths = $1", [allowed])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection

    def _batches(self) -> list[Batch]:
        kept: list[LogFile] = []
        grouped: dict[tuple[str, str, str], list[LogFile]] = {}
        formats = {}
        for file in self.files:
            try:
                start = head(file)
                text = check_text(file, start)
            except SourceError as error:
                if file.named:
                    raise
                self.notes.append(f"{error.what}: left out")
                continue
            if not start.strip():
                self.notes.append(f"{file.shown} is empty")
                continue
            if not file.named and is_other_document(text):
                self.notes.append(f"{file.shown} is a JSON document without log events: left out")
                continue
            has_mark = start.startswith(b"\xef\xbb\xbf")
            readable = self._clean(file) if has_mark else file
            format_ = recognise(text if len(start) < 262_144 else text.rpartition("\n")[0] or text)
            formats[format_.name] = format_
            if format_ is BARE:
                self.notes += [f"{file.shown}: {doubt}" for doubt in doubts(text)]
            if file.log_group == UNKNOWN_GROUP:
                self.notes.append(f"{file.shown}: nothing names its log group; -g NAME=PATH does")
            grouped.setdefault((format_.name, file.log_group, readable.compression), []).append(readable)
            kept.append(file)
        if not kept:
            raise SourceError(
                self.notes[0]
                if len(self.notes) == 1
                else f"none of {len(self.files)} files holds logs: {self.notes[0]}, ...",
                remedy="there are no log events to query; check how the logs were fetched",
            )
        return [
            Batch(
                formats[name],
                group,
                compression,
                tuple(str(f.path) for f in files),
                _mtime_ms(files),
                any(f.stream for f in files),
            )
            for (name, group, compression), files in grouped.items()
        ]

    def _clean(self, file: LogFile) -> LogFile:
        readable, broken = cleaned(file, self.spool)
        if broken:
            self.notes.append(f"{file.shown}: {broken:,} broken UTF-8 sequences were read as '\ufffd'")
        return readable

    def _clean_batch(self, error: str) -> bool:
        """Replaces the files that an error may be about by clean copies; whether there were any left to clean."""
        by_path = {str(f.path): f for f in self.files}
        raw = [path for batch in self.batches for path in batch.paths if path in by_path]
        culprits = [path for path in raw if path in error] or raw
        cleaned_paths = {path: str(self._clean(by_path[path]).path) for path in culprits}
        self.batches = [
            one
            for batch in self.batches
            for one in (
                replace(batch, paths=tuple(p for p in batch.paths if p not in cleaned_paths)),
                replace(
                    batch, compression="none", paths=tuple(cleaned_paths[p] for p in batch.paths if p in cleaned_paths)
                ),
            )
            if one.paths
        ]
        return bool(culprits)

    def _unreadable_file(self, error: str) -> SourceError:
        culprit = next((f for f in self.files if str(f.path) in error), None)
        if culprit is not None and culprit.compression != "none":
            return broken_archive(culprit)
        where = culprit.shown if culprit else "a log file"
        return SourceError(f"{where} cannot be read: {error.splitlines()[0]}", remedy="check the file and the disk")


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _mtime_ms(files: Sequence[LogFile]) -> int:
    return max(int(Path(f.path).stat().st_mtime * 1000) for f in files)


def _is_broken_text(error: Exception) -> bool:
    return "unicode" in str(error).lower() or "utf-8" in str(error).lower()


_REGEX_PROBLEMS = (
    "missing ",
    "invalid escape sequence",
    "invalid character class",
    "invalid repetition size",
    "bad repetition operator",
    "pattern too large",
    "invalid named capture group",
    "invalid perl operator",
    "no argument for repetition",
    "trailing ",
    "unexpected ",
)


def _refused(error: str) -> InsightctlError:
    """What the engine refused: a regular expression that the language's own check let through, or a file."""
    reason = error.splitlines()[0].removeprefix("Invalid Input Error: ")
    if reason.startswith(_REGEX_PROBLEMS):
        return UsageError(
            f"a regular expression of this query cannot run here: {reason}", remedy="write it in a simpler way"
        )
    return SourceError(_csv_problem(error), remedy="insightctl --debug ... shows the details")


def _csv_problem(error: str) -> str:
    if "maximum_line_size" in error.lower() or "max_line_size" in error.lower() or "line size" in error.lower():
        return "a line is longer than 32 MB"
    return f"a log file cannot be read: {error.splitlines()[0]}"
