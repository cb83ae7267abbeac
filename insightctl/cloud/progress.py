"""How far the queries of a run have come, as one line on a terminal's stderr: drawn after a second, erased at the end."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from insightctl.cloud.schedule import Progress
from insightctl.core.sizes import size_text

PATIENCE_S = 1.0
"""What is done sooner shows nothing."""
_EVERY_S = 0.1


class RunProgress:
    """Shows what `watch` is told, while entered; nothing when stderr is no terminal. `usd_per_gb` None: nobody bills."""

    def __init__(self, usd_per_gb: float | None) -> None:
        self.shown = sys.stderr.isatty()
        self._usd_per_gb = usd_per_gb
        self._drawn = 0
        self._last = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._draw("")

    def watch(self, progress: Progress) -> None:
        """Draws the line anew, some times a second."""
        now = time.monotonic()
        if not self.shown or progress.seconds < PATIENCE_S or now - self._last < _EVERY_S:
            return
        self._last = now
        self._draw(self.words(progress))

    def words(self, progress: Progress) -> str:
        """`12 of 60 queries, 10 running: 3,400 of 81,000 records, 1.2 GB scanned, 0.0061 USD, 8 s, 20 s left`."""
        counts = progress.counts
        done = f"{progress.done} of {progress.total} queries, " if progress.total > 1 else ""
        parts = [
            f"{counts.records_matched:,} of {counts.records_scanned:,} records",
            f"{size_text(counts.bytes_scanned)} scanned",
        ]
        if self._usd_per_gb is not None:
            parts.append(f"{counts.bytes_scanned / 1e9 * self._usd_per_gb:.4f} USD")
        parts.append(f"{progress.seconds:.0f} s")
        if progress.left_s is not None and progress.total > 1:
            parts.append(f"about {progress.left_s:.0f} s left")
        return f"{done}{progress.running} running: {', '.join(parts)}"

    def _draw(self, text: str) -> None:
        if not self._drawn and not text:
            return
        print(
            f"\r{text.ljust(self._drawn)}" if text else f"\r{' ' * self._drawn}\r", end="", file=sys.stderr, flush=True
        )
        self._drawn = len(text)
