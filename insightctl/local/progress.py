"""How far work has come, as one line on a terminal's stderr: drawn after a second, erased at the end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import duckdb

PATIENCE_S = 1.0
"""What is done sooner shows nothing."""
_EVERY_S = 0.1

Share = Callable[[], float | None]
"""How much is done, from 0 to 1; None while nobody knows."""


class ProgressLine:
    """While entered, a thread draws `words`, a bar of `share()` and the seconds. Nothing when stderr is no terminal."""

    def __init__(self, words: Callable[[], str], share: Share) -> None:
        self.shown = sys.stderr.isatty()
        self._words = words
        self._share = share
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self.shown:
            self._thread = threading.Thread(target=self._draw, daemon=True, name="progress")
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _draw(self) -> None:
        if self._stop.wait(PATIENCE_S):
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        started = time.monotonic() - PATIENCE_S
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[s]:.0f} s"),
        )
        console = Console(stderr=True)
        with Progress(
            *columns, console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        ) as bar:
            task = bar.add_task(self._words(), total=None, s=PATIENCE_S)
            while not self._stop.wait(_EVERY_S):
                share = self._share()
                bar.update(
                    task,
                    description=self._words(),
                    total=None if share is None else 1.0,
                    completed=share or 0.0,
                    s=time.monotonic() - started,
                )
                bar.refresh()


class QueryProgress(ProgressLine):
    """Progress of whatever statement runs: `watch` is told of each connection that a run opens."""

    def __init__(self, words: str = "querying") -> None:
        super().__init__(lambda: words, self._of_statement)
        self._connection: duckdb.DuckDBPyConnection | None = None

    def watch(self, connection: duckdb.DuckDBPyConnection) -> None:
        """From now on the progress is that of this connection."""
        self._connection = connection

    def _of_statement(self) -> float | None:
        import duckdb

        connection = self._connection
        if connection is None:
            return None
        try:
            percent = connection.query_progress()
        except duckdb.Error:  # closed meanwhile
            return None
        return min(percent / 100, 1.0) if percent > 0 else None


class BytesProgress(ProgressLine):
    """Bytes done of bytes in all; without a total the bytes alone."""

    def __init__(self, words: str, total: int | None) -> None:
        super().__init__(self._now, self._of_total)
        self._said = words
        self._total = total
        self._done = 0

    def add(self, _name: str, size: int) -> None:
        """So many bytes more are done."""
        self._done += size

    def _now(self) -> str:
        total = f" of {self._total / 1e6:,.0f}" if self._total else ""
        return f"{self._said} {self._done / 1e6:,.0f}{total} MB"

    def _of_total(self) -> float | None:
        return min(self._done / self._total, 1.0) if self._total else None
