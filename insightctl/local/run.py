"""One compiled query over one set of files: fills in what only the run knows, runs it in a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from insightctl.core.result import Statistics
from insightctl.core.time import TimeRange
from insightctl.local import counting, lookups, ranges, selection
from insightctl.local.compiler import plan
from insightctl.local.compiler.liveness import first_lines_suffice
from insightctl.local.compiler.plan import Compiled, EventsOf, Statement, Table
from insightctl.local.database import Limits, LostTime, Session, connect, guarded
from insightctl.local.logs import Logs
from insightctl.local.relation import Batch, StoreBatch, compared_events, events, no_events, tally
from insightctl.local.stores.schema import listed, within

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
    """What a run reads: `target` are the log groups of the query itself, `empty` exist without events.

    `span`: without a time range the answer tells from when to when the data goes, which costs a pass over the files.
    """

    logs: Logs
    account: str
    target: frozenset[str]
    time: TimeRange | None
    now_ms: int
    lookups: Mapping[str, Path] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    span: bool = True
    limits: Limits = field(default_factory=Limits)
    watch: Callable[[duckdb.DuckDBPyConnection], None] | None = None


class Run:
    """Runs statements. `{events0}` and the like in them stand for events, which the run fills in.

    `session` is one that other runs use too, and `kept` the relation in it that holds what the query may want of them.
    """

    def __init__(
        self, where: Where, compiled: Compiled | None = None, session: Session | None = None, kept: str | None = None
    ) -> None:
        self.where = where
        self.logs = where.logs
        self.compiled = compiled
        self.notes: list[str] = []
        self.events = compiled.events if compiled else ()
        self.there = frozenset(batch.log_group for batch in self.logs.batches) | where.empty
        self.groups = [
            selection.groups(of, self.there, where.target, main=number == 0, note=self.notes.append)
            for number, of in enumerate(self.events)
        ]
        self.time = selection.time_of(self.events[0], where.time, where.now_ms) if self.events else where.time
        self.span: TimeRange | None = self.time
        self.known_span = False
        self.careful = False
        self.typed = compiled is not None and compiled.typed
        self.counts: dict[str, int] = {}
        self._session = session or Session(self.connect)
        self._shares, self._kept = session is not None, kept
        self._prepared: duckdb.DuckDBPyConnection | None = None

    def answer(self) -> Answer:
        """The raw rows, the statistics, what could not be read, and the time range."""
        if self._shares:
            return self._answer()
        with closing(self._session):
            return self._answer()

    def _answer(self) -> Answer:
        compiled = self.compiled
        assert compiled is not None
        if compiled.estimated:
            rows = self._run([Statement(compiled.sql, compiled.params)])[0]
            return Answer(rows, Statistics(), tuple(self.notes), self.time)
        self._know_the_span(compiled)
        try:
            rows = self._run([Statement(compiled.sql, compiled.params)], compiled)[0]
        except LostTime:
            self.careful, self.counts = True, {}
            rows = self._run([Statement(compiled.sql, compiled.params)], compiled)[0]
        scanned = self._scanned()
        size = self.logs.size(frozenset[str]().union(*self.groups))
        return Answer(rows, Statistics(self._matched(rows), scanned, size), tuple(self.notes), self.span)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a statement over `{events}`: all files, first lines only."""

        def work(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
            relation = events(self.logs.batches, self.where.account, None, first_lines=True)
            return _fetch(connection, sql.replace("{events}", relation), ())

        with closing(self._session):
            return self._guarded(work)

    # statistics

    def _matched(self, rows: Sequence[tuple[object, ...]]) -> int:
        compiled = self.compiled
        assert compiled is not None
        if compiled.carries_matched and rows:
            return _whole(rows[0][-1])
        if counting.MATCHED in self.counts:
            return self.counts[counting.MATCHED]
        if not compiled.carries_matched and _all_came(compiled, rows):
            return len(rows)
        return _whole(self._run([compiled.count], compiled)[0][0][0])

    def _scanned(self) -> int:
        """Events that were looked at, each once; what could not be read is noted."""
        total = 0
        seen: list[tuple[frozenset[str], TimeRange | None]] = []
        for number, of in enumerate(self.events):
            time = self.span if of.earlier is not None else selection.time_of(of, self.where.time, self.where.now_ms)
            parts = [time, *([selection.before(self._known_span(), of)] if of.earlier is not None else [])]
            for part in parts:
                key = (self.groups[number], part)
                if key in seen or not self.logs.of_groups(self.groups[number]):
                    continue
                seen.append(key)
                total += self._scanned_in(number, of, part, first=number == 0 and part is time)
        return total

    def _scanned_in(self, number: int, of: EventsOf, time: TimeRange | None, *, first: bool) -> int:
        batches = self.logs.of_groups(self.groups[number])
        stores = [batch for batch in batches if isinstance(batch, StoreBatch)]
        files = [batch for batch in batches if isinstance(batch, Batch)]
        total = sum(self._stored_in(batch, time) for batch in stores)
        if first and self.time is None and not self.known_span:
            for part in (part for batch in stores for part in batch.parts):
                self._widen(part.first_ms, part.last_ms)
        return total + (self._of_files(number, of, files, time, first=first) if files else 0)

    def _stored_in(self, batch: StoreBatch, time: TimeRange | None) -> int:
        """Events of a store in the range; only the parts at its ends are looked into."""
        inside = [p for p in batch.parts if time is None or (p.first_ms >= time.start_ms and p.last_ms < time.end_ms)]
        across = [
            path
            for part, path in zip(batch.parts, batch.paths, strict=True)
            if part not in inside and path in batch.reaching(time)
        ]
        total = sum(part.events for part in inside)
        if across:
            sql = f"SELECT count(*) FROM read_parquet({listed(across)}, hive_partitioning=false){within(time)}"
            total += _whole(self._guarded(lambda connection: _fetch(connection, sql, ()))[0][0])
        return total

    def _of_files(
        self, number: int, of: EventsOf, batches: Sequence[Batch], time: TimeRange | None, *, first: bool
    ) -> int:
        place = counting.scanned(number) if self.careful or time is not None else counting.started(number)
        counted = self.counts.get(place) if of.earlier is None else None
        lost = self.counts.get(counting.started(number), 0) - self.counts.get(counting.dated(number), 0)
        careful = self.careful or time is not None
        spanless = first and self.where.span and self.time is None and not self.known_span
        if counted is not None and not spanless and not (first and careful and lost):
            return counted
        found = self._guarded(lambda connection: _fetch(connection, tally(batches, self.where.account, time), ()))[0]
        if first and _whole(found[3]):
            text = str(found[4])[:80]
            self.notes.append(
                f"{_whole(found[3]):,} lines have no time that can be read and were left out; the first: {text!r}"
            )
        if first and self.time is None and not self.known_span and found[1] is not None:
            self._widen(_whole(found[1]), _whole(found[2]))
        return _whole(found[0])

    def _widen(self, first_ms: int, last_ms: int) -> None:
        span = self.span or TimeRange(first_ms, last_ms + 1)
        self.span = TimeRange(min(span.start_ms, first_ms), max(span.end_ms, last_ms + 1))

    # what stands in the statements

    def _know_the_span(self, compiled: Compiled) -> None:
        """Looks for the data's own span where the query names its range and none was asked."""
        compares = next((of.earlier for of in self.events if of.earlier is not None), None)
        texts = [compiled.sql, *(sql for step in compiled.preparations for sql in step.statements)]
        needed = any(word in text for text in texts for word in (plan.START, plan.END, plan.SHIFT))
        if self.time is not None or not (needed or compares):
            return
        self.careful = self.known_span = True
        first, last = self._guarded(
            lambda c: _fetch(c, self._filled("SELECT min(_ts), max(_ts) FROM {events0}", compared=False), ())
        )[0]
        self.span = TimeRange(_whole(first), _whole(last) + 1) if first is not None else TimeRange(0, 1)
        if compares is not None and ranges.shift_ms(self.span, compares) >= self.span.duration_ms:
            self.notes.append(
                "no time range was asked, so nothing lies before it: give --since to compare with what was"
            )

    def _known_span(self) -> TimeRange:
        return self.span or TimeRange(0, 1)

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
        span = self._known_span()
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
        if self._kept is not None:
            return self._kept
        batches = self.logs.of_groups(self.groups[number])
        earlier = of.earlier if compared else None
        if not batches:
            return no_events(before=earlier is not None, typed=self.typed)
        lines = first_lines_suffice(of.commands)
        if earlier is None:
            time = selection.time_of(of, self.where.time, self.where.now_ms)
            return events(
                batches,
                self.where.account,
                time,
                first_lines=lines,
                number=number,
                careful=self.careful,
                typed=self.typed,
            )
        before = selection.before(self._known_span(), of)
        return compared_events(
            batches, self.where.account, self._known_span(), before, first_lines=lines, typed=self.typed
        )

    # running

    def _run(self, statements: Sequence[Statement], compiled: Compiled | None = None) -> list[list[tuple[object, ...]]]:
        def work(connection: duckdb.DuckDBPyConnection) -> list[list[tuple[object, ...]]]:
            database = _Database(connection, self._filled, self._count)
            if compiled and self._prepared is not connection:
                for definition in compiled.macros:
                    connection.execute(definition)
                for step in compiled.preparations:
                    step.run(database)
                self._prepared = connection
            return [database.execute(statement.sql, statement.params) for statement in statements]

        return self._guarded(work)

    def _count(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        """Keeps what the profile of a statement counted; a relation that stands in it twice counts nothing."""
        twice = any(sql.count(of.placeholder(number)) > 1 for number, of in enumerate(self.events))
        if twice or not any(of.placeholder(number) in sql for number, of in enumerate(self.events)):
            return
        for place, rows in counting.counts(connection).items():
            self.counts[place] = max(rows, self.counts.get(place, 0))

    def _guarded(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        return guarded(self.logs, lambda: self._session.run(work))

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A new database that may touch nothing but the files of the run."""
        allowed = [path for batch in self.logs.batches for path in batch.paths]
        allowed += [str(path) for path in self.where.lookups.values()]
        connection = connect(self.logs.spool, allowed, self.where.limits)
        if self.where.watch is not None:
            self.where.watch(connection)
        return connection


class _Database:
    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        filled: Callable[[str], str],
        count: Callable[[duckdb.DuckDBPyConnection, str], None],
    ) -> None:
        self._connection = connection
        self._filled = filled
        self._count = count

    def execute(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        rows = _fetch(self._connection, self._filled(sql), params)
        self._count(self._connection, sql)
        return rows


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
    return connection.execute(sql, list(params)).fetchall()


def _all_came(compiled: Compiled, rows: Sequence[object]) -> bool:
    """Whether each matched event is a row."""
    return len(rows) < compiled.limit and not compiled.deduplicated and not compiled.preparations


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
