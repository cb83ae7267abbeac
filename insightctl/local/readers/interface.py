"""What a log format is to the engine: how to know it, and how its lines become events.

A new line format is one `LineFormat` in a file of its own, listed in `readers/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

NO_STREAM = "CAST(NULL AS VARCHAR)"
"""The `stream` of a format whose lines name no log stream."""


@dataclass(frozen=True, slots=True)
class LineFormat:
    """Events in lines of text. The SQL pieces see a column `line`.

    `score` tells from the first lines of a file how sure it is, 0 to 1. `starts` is a condition: the line begins an
    event; other lines belong to the event above. `ts` is UTC ms or null, `stream` a log stream or null, `message` the
    line without what the format put before it. `fills_time`: lines without a time take that of their neighbours.
    `group` is the log group that a line names, for formats whose lines do.
    """

    name: str
    doc: str
    score: Callable[[Sequence[str]], float]
    starts: str
    ts: str
    stream: str
    message: str
    fills_time: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """Events in documents. `relation` makes SQL with columns `ts, stream, msg, ingested` from a list of files and
    the name of their compression, both SQL literals.

    `score` sees the beginning of the file as text.
    """

    name: str
    doc: str
    score: Callable[[str], float]
    relation: Callable[[str, str], str]


Format = LineFormat | DocumentFormat
"""What the engine reads as it is."""


class Event(NamedTuple):
    """One event of a converted file. `ts` and `ingested` are UTC ms; `line` is where it begins, from 1."""

    message: str
    ts: int | None = None
    stream: str | None = None
    group: str | None = None
    ingested: int | None = None
    line: int = 0


class Unreadable(NamedTuple):
    """So many records could not be read, the first of them at `line`."""

    line: int
    records: int = 1


Events = Iterator[Event | Unreadable]


@dataclass(frozen=True, slots=True)
class ConvertedFormat:
    """A format that the engine cannot read as it is: `events` makes events from blocks of its text, in its order.

    Blocks are cut anywhere. `events` holds no more than one record at a time, never raises over what it reads, and
    yields an `Unreadable` in the place of what it cannot read. `names_groups`: its events name log groups.
    `score` sees the beginning of the file as text.
    """

    name: str
    doc: str
    score: Callable[[str], float]
    events: Callable[[Iterable[str]], Events]
    names_groups: bool = False


AnyFormat = LineFormat | DocumentFormat | ConvertedFormat
"""What a file can be recognised as."""
