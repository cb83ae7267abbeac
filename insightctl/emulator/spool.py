"""The events that clients put into one log group, on disk as JSON lines in the service's own shape.

Queries read files that never change: a reader seals the file being written, and the next put opens another one.
When the sealed files are many the small ones are joined; old files go when nobody reads them. A file knows its times,
so that a query reads no more than it has to, and its place, so that an event keeps its number whatever is read.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from insightctl.core.time import TimeRange

_FILE_EVENTS = 10_000
_JOIN_AT = 16  # files; a tail that polls every second would otherwise make thousands


class PutEvent(NamedTuple):
    """One event as it was put; times in epoch ms."""

    timestamp: int
    message: str
    stream: str
    ingestion: int

    def line(self) -> str:
        """One line of the spool."""
        event = {
            "timestamp": self.timestamp,
            "message": self.message,
            "logStreamName": self.stream,
            "ingestionTime": self.ingestion,
        }
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"


class Part(NamedTuple):
    """A file of so many events; `start` is the number of events before it, the times are its first and last (ms)."""

    path: Path
    events: int
    start: int
    first_ms: int
    last_ms: int

    def reaches(self, time: TimeRange) -> bool:
        """Whether it may hold events of the range."""
        return self.first_ms < time.end_ms and self.last_ms >= time.start_ms


class Spool:
    """Appends events, and lends the files that hold them. Safe to use from several threads.

    Readers see an event `visible_after_s` after it was put.
    """

    def __init__(self, folder: Path, visible_after_s: float = 0.0) -> None:
        self._folder = folder
        self._visible_after_s = visible_after_s
        self._unseen: deque[tuple[float, Sequence[PutEvent]]] = deque()
        self._lock = threading.Lock()
        self._current: Part | None = None
        self._sealed: list[Part] = []
        self._retired: list[Path] = []
        self._readers = 0
        self._files = 0
        self._events = 0

    def append(self, events: Sequence[PutEvent]) -> None:
        """Keep the events; who reads after this returns sees them, unless they take time to be seen."""
        with self._lock:
            if self._visible_after_s:
                self._unseen.append((time.monotonic() + self._visible_after_s, tuple(events)))
            else:
                self._write(events)

    @contextmanager
    def reading(self, span: TimeRange | None = None) -> Iterator[tuple[Part, ...]]:
        """The files of all events put so far, in the order they were put; they stay as they are inside the block.

        With a span, files without any event in it are left out, but one always stays.
        """
        with self._lock:
            while self._unseen and self._unseen[0][0] <= time.monotonic():
                self._write(self._unseen.popleft()[1])
            self._seal()
            self._readers += 1
            parts = tuple(part for part in self._sealed if span is None or part.reaches(span))
            parts = parts or tuple(self._sealed[:1])
        try:
            yield parts
        finally:
            with self._lock:
                self._readers -= 1
                self._sweep()

    def close(self) -> None:
        """Remove the files."""
        with self._lock:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, events: Sequence[PutEvent]) -> None:
        for first in range(0, len(events), _FILE_EVENTS):
            self._write_part(events[first : first + _FILE_EVENTS])

    def _write_part(self, events: Sequence[PutEvent]) -> None:
        if self._current is not None and self._current.events + len(events) > _FILE_EVENTS:
            self._sealed.append(self._current)
            self._current = None
        times = [event.timestamp for event in events]
        new = Part(self._next_path(), 0, self._events, min(times), max(times))
        part = self._current or new
        with part.path.open("a", encoding="utf-8", newline="\n") as out:
            out.writelines(event.line() for event in events)
        self._current = _together([part, new._replace(events=len(events))], part.path)
        self._events += len(events)

    def _next_path(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._files += 1
        return self._folder / f"{self._files:08d}.jsonl"

    def _seal(self) -> None:
        if self._current is not None:
            self._sealed.append(self._current)
            self._current = None
            if len(self._sealed) % _JOIN_AT == 0:
                self._sealed = [self._joined(run) for run in _runs(self._sealed)]

    def _joined(self, run: Sequence[Part]) -> Part:
        if len(run) == 1:
            return run[0]
        joined = _together(run, self._next_path())
        with joined.path.open("wb") as out:
            for part in run:
                with part.path.open("rb") as file:
                    shutil.copyfileobj(file, out)
                self._retired.append(part.path)
        return joined

    def _sweep(self) -> None:
        if self._readers == 0:
            for path in self._retired:
                path.unlink(missing_ok=True)
            self._retired.clear()


def _together(parts: Sequence[Part], path: Path) -> Part:
    events, first = sum(part.events for part in parts), min(part.first_ms for part in parts)
    return Part(path, events, parts[0].start, first, max(part.last_ms for part in parts))


def _runs(parts: Sequence[Part]) -> list[list[Part]]:
    """Neighbours that make no more than one file together."""
    runs: list[list[Part]] = []
    for part in parts:
        if runs and sum(other.events for other in runs[-1]) + part.events <= _FILE_EVENTS:
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs
