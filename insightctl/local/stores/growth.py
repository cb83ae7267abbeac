"""A text file that is read in pieces: where to go on reading it, and a piece of it as a file.

A piece begins with an event that has a time of its own, so that nothing in it depends on what stands before it. The
engine takes the first line end of a file for that of all lines: a piece begins with a line that ends so, too.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from insightctl.local.cleaning import without_colours
from insightctl.local.compiler.values import FIRST_MS, LAST_MS
from insightctl.local.files import LogFile
from insightctl.local.readers import LineFormat

if TYPE_CHECKING:
    import duckdb

_BLOCK = 8 * 1024 * 1024
_WINDOW = 65_536


def slice_of(file: LogFile, original: Path, start: int, end: int, spool: Path) -> LogFile:
    """The bytes of a file from `start` to `end` as a file in the spool, with the same time."""
    target = spool / f"slice-{start}-{end}-{abs(hash(file.shown))}"
    with original.open("rb") as source, target.open("wb") as out:
        source.seek(start)
        left = end - start
        while left > 0 and (block := source.read(min(_BLOCK, left))):
            out.write(block)
            left -= len(block)
    dated = original.stat()
    os.utime(target, ns=(dated.st_atime_ns, dated.st_mtime_ns))  # the time of events that name none
    return replace(file, path=target, size=end - start)


class Resumption(NamedTuple):
    """The byte from which to read on, and how many of the last events that were read before are read again."""

    start: int
    events: int


def resumption(
    connection: duckdb.DuckDBPyConnection, path: Path, format_: LineFormat, covered: int, floor: int | None = None
) -> Resumption | None:
    """Where to read on in a file of which the first `covered` bytes were read; None when only all of it will do.

    The last event may have been cut, or go on. With `floor` nothing was read yet: it is where a piece begins that ends
    before that byte, and has to have a time of its own.
    """
    apart, floor = floor is not None, floor or 0
    ending = _first_ending(path)
    size = _WINDOW
    while ending in (b"\n", b"\r\n"):
        lines = _lines_before(path, max(floor, covered - size), covered, floor)
        _judge(connection, format_, lines)
        found = _chosen(lines, format_, ending, floor, apart)
        if found is not None or covered - size <= floor:
            return found
        size *= 8
    return None


@dataclass(slots=True)
class _Line:
    """A line as it stands there now, and as it was when the file was read so far: cut, or not there (None)."""

    offset: int
    raw: bytes
    then: bytes | None
    starts: bool = False
    ms: int | None = None
    started: bool = False
    ms_then: int | None = None

    @property
    def odd(self) -> bool:
        return b"\r" in self.raw.removesuffix(b"\r\n")


def _lines_before(path: Path, start: int, covered: int, floor: int) -> list[_Line]:
    """The lines from the first that begins at `start` or later to the one that holds the byte `covered`."""
    with path.open("rb") as file:
        if start > floor:
            file.seek(start - 1)
            file.readline()
        else:
            file.seek(start)
        lines: list[_Line] = []
        offset = file.tell()
        while offset <= covered and (raw := file.readline()):
            lines.append(_Line(offset, raw, raw[: covered - offset] if offset < covered else None))
            offset += len(raw)
    return lines


def _judge(connection: duckdb.DuckDBPyConnection, format_: LineFormat, lines: Sequence[_Line]) -> None:
    """Finds out which of the lines start events, and their own times, now and then."""
    texts = [_text(line.raw) for line in lines]
    cut = [line for line in lines if line.then is not None and line.then != line.raw]
    texts += [_text(line.then or b"") for line in cut]
    rows = connection.execute(
        f"SELECT coalesce({format_.starts}, false), {format_.ts} FROM "
        "(SELECT unnest($1::VARCHAR[]) AS line, unnest(range(len($1))) AS i) ORDER BY i",
        [texts],
    ).fetchall()
    for line, (starts, ms) in zip(lines, rows, strict=False):
        line.starts = line.started = starts
        line.ms = line.ms_then = ms
    for line, (starts, ms) in zip(cut, rows[len(lines) :], strict=True):
        line.started, line.ms_then = starts, ms


def _text(raw: bytes) -> str:
    return without_colours(raw.decode("utf-8", "replace")).removesuffix("\n").removesuffix("\r")


def _chosen(lines: Sequence[_Line], format_: LineFormat, ending: bytes, floor: int, apart: bool) -> Resumption | None:
    events = 0
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if line.offset <= floor:
            return None
        if line.odd or any(ms is not None and not FIRST_MS <= ms <= LAST_MS for ms in (line.ms, line.ms_then)):
            return None
        was_read = line.then is not None
        counted = was_read and line.started and (format_.fills_time or line.ms_then is not None)
        events += counted
        if not line.starts or line.ms is None or (was_read and not counted):
            continue
        alike = line.raw.endswith(b"\r\n") == (ending == b"\r\n") or not line.raw.endswith(b"\n")
        if alike and (not format_.fills_time or _dated_before(lines[:index], line, apart)):
            return Resumption(line.offset, events)
    return None


def _dated_before(lines: Sequence[_Line], line: _Line, apart: bool) -> bool:
    """Whether the lines before had a time to go by when they were read: theirs, or that of this line."""
    if not apart and line.then is not None and line.ms_then == line.ms:
        return True
    return any(before.ms is not None and before.starts and not before.odd for before in lines)


def _first_ending(path: Path) -> bytes | None:
    with path.open("rb") as file:
        while block := file.read(_WINDOW):
            if b"\n" not in block and b"\r" not in block:
                continue
            at = min(i for i in (block.find(b"\n"), block.find(b"\r")) if i >= 0)
            if block[at : at + 1] == b"\n":
                return b"\n"
            after = block[at + 1 : at + 2] or file.read(1)
            return b"\r\n" if after == b"\n" else b"\r"
    return None
