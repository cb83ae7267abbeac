"""One compiled query over one set of files: fills in what only the run knows, runs it in a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from insightctl.core.errors import InsightctlError, Interrupted, SourceError, UsageError
from insightctl.core.result import Statistics
from insightctl.core.time import TimeRange
from insightctl.local import lookups, ranges
from insightctl.local.compiler import plan
from insightctl.local.compiler.liveness import first_lines_suffice
from insightctl.local.compiler.plan import Compiled, EventsOf, Statement, Table
from insightctl.local.logs import Logs
from insightctl.local.refusals import is_broken_text, refused
from insightctl.local.relation import compared_events, events, no_events, tally
from insightctl.ql import ast

if TYPE_CHECKING:
    import duckdb


T = TypeVar("T")


class Answer(NamedTuple):
    """Raw rows, statistics without seconds, notes on what could not be read, and the time range."""

    rows: list[tuple[object, ...]]
    statistics: Statistics
    notes: tuple[str, ...]
    time: TimeRange | None


@dataclass(frozen=True, slots=True)
class Where:
    """What a run reads: `target` are the log groups of the query itself, `empty` exist without events."""

    logs: Logs
    account: str
    target: frozenset[str]
    time: TimeRange | None
    now_ms: int
    lookups: Mapping[str, Path] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()


class Run:
    """Runs statements. `{events0}` and the like in them stand for events, which the run fills in."""

    def __init__(self, where: Where, compiled: Compiled | None = None) -> None:
        self.where = where
        self.logs = where.logs
        self.compiled = compiled
        self.notes: list[str] = []
        self.events = compiled.events if compiled else ()
        self.groups = [self._groups(of) for of in self.events]
        self.time = self._asked()
        self.span: TimeRange | None = self.time

    def answer(self) -> Answer:
        """The raw rows, the statistics, what could not be read, and the time range."""
        compiled = self.compiled
        assert compiled is not None
        if compiled.estimated:
            rows = self._run([Statement(compiled.sql, compiled.params)])[0]
            return Answer(rows, Statistics(), tuple(self.notes), self.time)
        self._know_the_span(compiled)
        statements = [Statement(compiled.sql, compiled.params)]
        rows = self._run(statements, compiled)[0]
        scanned, lost, example = self._tally()
        if compiled.carries_matched and rows:
            matched = rows[0][-1]
        elif not compiled.carries_matched and _all_came(compiled, rows):
            matched = len(rows)
        else:
            matched = self._run([compiled.count], compiled)[0][0][0]
        if lost:
            text = str(example)[:80]
            self.notes.append(f"{lost:,} lines have no time that can be read and were left out; the first: {text!r}")
        size = self.logs.size(frozenset[str]().union(*self.groups))
        return Answer(rows, Statistics(_whole(matched), scanned, size), tuple(self.notes), self.span)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a statement over `{events}`: all files, first lines only."""

        def work(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
            relation = events(self.logs.batches, self.where.account, None, first_lines=True)
            return _fetch(connection, sql.replace("{events}", relation), ())

        return self._guarded(work)

    # what the events are

    def _groups(self, of: EventsOf) -> frozenset[str]:
        if not of.sources:
            return self.where.target
        there = {batch.log_group for batch in self.logs.batches} | self.where.empty
        main = of is self.events[0]
        found = frozenset[str]().union(*(self._selected(source, there) for source in of.sources))
        return found & self.where.target if main and self.where.target else found

    def _selected(self, source: ast.Source, there: set[str]) -> frozenset[str]:
        if source.log_group is not None:
            if source.log_group not in there:
                shown = ", ".join(sorted(there)[:8])
                raise SourceError(f"no logs of {source.log_group} here", remedy=f"these log groups are here: {shown}")
            return frozenset({source.log_group})
        if source.data_sources or source.tags or (source.groups and (source.groups.accounts or source.groups.classes)):
            self.notes.append("files know no accounts, classes, tags or data sources: SOURCE chooses by name only here")
        prefixes = source.groups.prefixes if source.groups else ()
        found = frozenset(name for name in there if not prefixes or name.startswith(prefixes))
        if not found:
            shown = ", ".join(sorted(there)[:8])
            raise SourceError(f"no log group here starts with {' or '.join(prefixes)}", remedy=f"there are: {shown}")
        return found

    def _asked(self) -> TimeRange | None:
        time = self.where.time
        for source in self.events[0].sources if self.events else ():
            time = ranges.asked(source, time, self.where.now_ms)
        return time

    def _know_the_span(self, compiled: Compiled) -> None:
        """Looks for the data's own span where the query names its range and none was asked."""
        compares = next((of.earlier for of in self.events if of.earlier is not None), None)
        texts = [compiled.sql, *(sql for step in compiled.preparations for sql in step.statements)]
        needed = any(word in text for text in texts for word in (plan.START, plan.END, plan.SHIFT))
        if self.time is not None or not (needed or compares):
            return
        first, last = self._guarded(
            lambda c: _fetch(c, self._filled("SELECT min(_ts), max(_ts) FROM {events0}", compared=False), ())
        )[0]
        self.span = TimeRange(_whole(first), _whole(last) + 1) if first is not None else TimeRange(0, 1)
        if compares is not None and ranges.shift_ms(self.span, compares) >= self.span.duration_ms:
            self.notes.append(
                "no time range was asked, so nothing lies before it: give --since to compare with what was"
            )

    def _filled(self, sql: str, *, compared: bool = True) -> str:
        for number, of in enumerate(self.events):
            if of.placeholder(number) in sql:
                sql = sql.replace(of.placeholder(number), self._relation(number, of, compared))
        for name, table in self.where.tables.items():
            sql = sql.replace(f"{{lookup:{name}}}", lookups.relation(table, self.where.lookups[name]))
        for word, value in self._known().items():
            sql = sql.replace(word, value)
        return sql

    def _known(self) -> dict[str, str]:
        span = self.span or TimeRange(0, 1)
        earlier = next((of.earlier for of in self.events if of.earlier is not None), None)
        asked = self.time
        return {
            plan.START: str(span.start_ms),
            plan.END: str(span.end_ms),
            plan.ASKED_START: str(asked.start_ms) if asked else "CAST(NULL AS BIGINT)",
            plan.ASKED_END: str(asked.end_ms) if asked else "CAST(NULL AS BIGINT)",
            plan.SHIFT: str(ranges.shift_ms(span, earlier)) if earlier else "0",
            plan.BYTES: str(self.logs.size(frozenset[str]().union(*self.groups))),
            plan.GROUPS: str(len(frozenset[str]().union(*self.groups))),
        }

    def _relation(self, number: int, of: EventsOf, compared: bool) -> str:
        batches = self.logs.of_groups(self.groups[number])
        earlier = of.earlier if compared else None
        if not batches:
            return no_events(before=earlier is not None)
        lines = first_lines_suffice(of.commands)
        if earlier is None:
            return events(batches, self.where.account, self._time_of(of), first_lines=lines)
        span = self.span or TimeRange(0, 1)
        shift = ranges.shift_ms(span, earlier)
        before = TimeRange(span.start_ms - shift, span.end_ms - shift)
        return compared_events(batches, self.where.account, span, before, first_lines=lines)

    def _time_of(self, of: EventsOf) -> TimeRange | None:
        time = self.time
        for source in of.sources:
            time = ranges.asked(source, time, self.where.now_ms)
        return time

    def _tally(self) -> tuple[int, int, object]:
        """Events that were looked at, those without a time, and the first of these."""
        scanned, lost, example = 0, 0, None
        first: object = None
        last: object = None
        seen: list[tuple[frozenset[str], TimeRange | None]] = []
        for number, of in enumerate(self.events):
            time = self._time_of(of) if of.earlier is None else self.span
            for part in [time, *([self._before(of)] if of.earlier is not None else [])]:
                if (self.groups[number], part) in seen:
                    continue
                seen.append((self.groups[number], part))
                batches = self.logs.of_groups(self.groups[number])
                if not batches:
                    continue
                found = self._guarded(_query(tally(batches, self.where.account, part)))[0]
                scanned += _whole(found[0])
                if number == 0 and part is time:
                    first, last, lost, example = found[1], found[2], _whole(found[3]), found[4]
        if self.span is None and first is not None:
            self.span = TimeRange(_whole(first), _whole(last) + 1)
        return scanned, lost, example

    def _before(self, of: EventsOf) -> TimeRange:
        assert of.earlier is not None
        span = self.span or TimeRange(0, 1)
        shift = ranges.shift_ms(span, of.earlier)
        return TimeRange(span.start_ms - shift, span.end_ms - shift)

    # running

    def _run(self, statements: Sequence[Statement], compiled: Compiled | None = None) -> list[list[tuple[object, ...]]]:
        def work(connection: duckdb.DuckDBPyConnection) -> list[list[tuple[object, ...]]]:
            database = _Database(connection, self._filled)
            for definition in compiled.macros if compiled else ():
                connection.execute(definition)
            for step in compiled.preparations if compiled else ():
                step.run(database)
            return [database.execute(statement.sql, statement.params) for statement in statements]

        return self._guarded(work)

    def _guarded(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """Runs in a database of its own; files that are not UTF-8 are cleaned and the work done again."""
        import duckdb

        try:
            while True:
                try:
                    return self._connected(work)
                except duckdb.InvalidInputException as error:
                    if not is_broken_text(error) or not self.logs.clean(str(error)):
                        raise refused(str(error)) from error
        except duckdb.IOException as error:
            raise self.logs.unreadable(str(error)) from error
        except duckdb.OutOfMemoryException as error:
            raise UsageError(
                "this query needs more memory than there is",
                remedy="a shorter time range, fewer groups, or fewer columns",
            ) from error
        except duckdb.Error as error:
            raise InsightctlError(
                f"the engine could not run this query: {str(error).splitlines()[0]}",
                remedy="please report the query; insightctl --debug ... shows the details",
            ) from error

    def _connected(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        connection = self._connect()
        try:
            return work(connection)
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

        connection = duckdb.connect(":memory:", config={"temp_directory": str(self.logs.spool)})
        allowed = [path for batch in self.logs.batches for path in batch.paths]
        allowed += [str(path) for path in self.where.lookups.values()]
        connection.execute("SET allowed_paths = $1", [allowed])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection


class _Database:
    def __init__(self, connection: duckdb.DuckDBPyConnection, filled: Callable[[str], str]) -> None:
        self._connection = connection
        self._filled = filled

    def execute(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        return _fetch(self._connection, self._filled(sql), params)


def _query(sql: str) -> Callable[[duckdb.DuckDBPyConnection], list[tuple[object, ...]]]:
    return lambda connection: _fetch(connection, sql, ())


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
    return connection.execute(sql, list(params)).fetchall()


def _all_came(compiled: Compiled, rows: Sequence[object]) -> bool:
    """Whether each matched event is a row."""
    return len(rows) < compiled.limit and not compiled.deduplicated and not compiled.preparations


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
