"""A text file that is read in pieces: where its last event begins, and a piece of it as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.local.files import LogFile

if TYPE_CHECKING:
    import duckdb

_BLOCK = 8 * 1024 * 1024


def slice_of(file: LogFile, start: int, end: int, spool: Path) -> LogFile:
    """The bytes of a plain file from `start`, which begins a line, to `end`, as a file in the spool."""
    target = spool / f"slice-{start}-{abs(hash(file.shown))}-{file.path.name}"
    with file.path.open("rb") as source, target.open("wb") as out:
        source.seek(start)
        left = end - start
        while left > 0 and (block := source.read(min(_BLOCK, left))):
            out.write(block)
            left -= len(block)
    return replace(file, path=target)


def last_event_offset(connection: duckdb.DuckDBPyConnection, path: Path, size: int, seq: int) -> int | None:
    """The byte of the file at which the event of this number, its last, begins; None when it cannot be told.

    The file is read backwards over as many line ends as the event has.
    """
    row = connection.execute("SELECT breaks FROM chunk WHERE seq = $1", [seq]).fetchone()
    if row is None:
        return None
    lines = int(row[0]) + 1
    with path.open("rb") as file:
        end = size
        file.seek(size - 1)
        if file.read(1) == b"\n":
            end -= 1  # what ends the last line
        while end > 0:
            start = max(0, end - _BLOCK)
            file.seek(start)
            block = file.read(end - start)
            at = len(block)
            while (at := block.rfind(b"\n", 0, at)) >= 0:
                lines -= 1
                if lines == 0:
                    return start + at + 1
            end = start
    return 0 if lines == 1 else None
