"""What a query becomes: statements in order, the events that they read, and the columns of the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from insightctl.local.compiler.values import Params, Val
from insightctl.ql import ast


@dataclass(frozen=True, slots=True)
class Earlier:
    """The time before that a query compares with: a named one (previousDay, ...), or so many ms back; None is just before."""

    named: str | None = None
    shift_ms: int | None = None


@dataclass(frozen=True, slots=True)
class EventsOf:
    """Events that a statement reads, written `{events0}`, `{events1}`, ... in it.

    `sources` are the SOURCE commands that choose them, none for the query's own logs. `commands` read them. With
    `earlier` there is a column `_before`, true for the events of the time before.
    """

    sources: tuple[ast.Source, ...]
    commands: tuple[ast.Command, ...]
    earlier: Earlier | None = None

    def placeholder(self, number: int) -> str:
        """What stands in a statement for the relation."""
        return f"{{events{number}}}"


START, END, ASKED_START, ASKED_END, BYTES, GROUPS, SHIFT = (
    "{start_ms}",
    "{end_ms}",
    "{asked_start_ms}",
    "{asked_end_ms}",
    "{bytes}",
    "{groups}",
    "{shift_ms}",
)
"""Numbers that only the run knows: the time range (asked is NULL where the data's own span counts), sizes, the shift."""


class Database(Protocol):
    """Where statements run."""

    def execute(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        """The rows of a statement whose placeholders are filled in."""
        ...


class Preparation(Protocol):
    """A step before the statement: it makes tables that the statement reads."""

    @property
    def statements(self) -> tuple[str, ...]:
        """The SQL that it runs, to show."""
        ...

    def run(self, database: Database) -> None:
        """Makes the tables."""
        ...


@dataclass(frozen=True, slots=True)
class Statement:
    """A step that is one statement."""

    sql: str
    params: tuple[object, ...] = ()

    @property
    def statements(self) -> tuple[str, ...]:
        """Its SQL."""
        return (self.sql,)

    def run(self, database: Database) -> None:
        """Runs it."""
        database.execute(self.sql, self.params)


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup table: its columns in order, written `{lookup:NAME}` with columns k0, k1, ... in a statement."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query ready to run. `columns` are (name, value) in output order; the statement selects them as o0, o1, ...

    `carries_matched`: the last column tells the number of matched events; otherwise `count` is a statement for it
    (both before any sort, limit or dedup).
    """

    sql: str
    params: tuple[object, ...]
    columns: tuple[tuple[str, Val], ...]
    carries_matched: bool
    count: Statement
    limit: int
    deduplicated: bool
    events: tuple[EventsOf, ...]
    preparations: tuple[Preparation, ...] = ()
    macros: tuple[str, ...] = ()
    estimated: bool = False
    typed: bool = False


@dataclass(slots=True)
class Plan:
    """What the parts of one query share while they are compiled: values, names, relations, preparations.

    `typed`: the events come from stores alone, which have columns for Lambda's fields and for JSON.
    """

    now_s: int
    tables: Mapping[str, Table] = field(default_factory=dict)
    params: Params = field(default_factory=Params)
    events: list[EventsOf] = field(default_factory=list)
    preparations: list[Preparation] = field(default_factory=list)
    macros: set[str] = field(default_factory=set)
    made: int = 0
    typed: bool = False

    def name(self, stem: str) -> str:
        """A column or table name that nothing else has."""
        self.made += 1
        return f"{stem}{self.made}"

    def relation(self, events: EventsOf) -> str:
        """The placeholder of a further relation of events."""
        self.events.append(events)
        return events.placeholder(len(self.events) - 1)

    def statement(self, sql: str) -> Statement:
        """A statement with just the values that it uses."""
        return Statement(*numbered(sql, self.params.values))


def numbered(sql: str, values: Sequence[object]) -> tuple[str, tuple[object, ...]]:
    """The statement with its placeholders counted anew, and just the values that it uses."""
    used: dict[str, int] = {}
    renumbered = re.sub(r"\$(\d+)", lambda m: f"${used.setdefault(m[1], len(used) + 1)}", sql)
    return renumbered, tuple(values[int(number) - 1] for number in used)
