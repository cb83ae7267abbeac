"""The events that clients put into one log group, on disk as JSON lines in the service's own shape.

Queries read files that never change: a reader seals the file being written, and the next put opens another one.
When the sealed files are many they are joined; old files go when nobody reads them.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

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


class Spool:
    """Appends events, and lends the files that hold them. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._current: Path | None = None
        self._sealed: list[Path] = []
        self._retired: list[Path] = []
        self._readers = 0
        self._count = 0

    def append(self, events: Sequence[PutEvent]) -> None:
        """Write the events; who reads after this returns sees them."""
        with self._lock:
            if self._current is None:
                self._current = self._next_path()
            with self._current.open("a", encoding="utf-8", newline="\n") as out:
                out.writelines(event.line() for event in events)

    @contextmanager
    def reading(self) -> Iterator[tuple[Path, ...]]:
        """The files of all events put so far, in the order they were put; they stay as they are inside the block."""
        with self._lock:
            self._seal()
            self._readers += 1
            paths = tuple(self._sealed)
        try:
            yield paths
        finally:
            with self._lock:
                self._readers -= 1
                self._sweep()

    def close(self) -> None:
        """Remove the files."""
        with self._lock:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _next_path(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count += 1
        return self._folder / f"{self._count:08d}.jsonl"

    def _seal(self) -> None:
        if self._current is not None:
            self._sealed.append(self._current)
            self._current = None
        if len(self._sealed) >= _JOIN_AT:
            self._join()

    def _join(self) -> None:
        joined = self._next_path()
        with joined.open("wb") as out:
            for path in self._sealed:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, out)
        self._retired += self._sealed
        self._sealed = [joined]

    def _sweep(self) -> None:
        if self._readers == 0:
            for path in self._retired:
                path.unlink(missing_ok=True)
            self._retired.clear()
