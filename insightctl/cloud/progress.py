"""How far the queries of a run have come, on a terminal's stderr."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from insightctl.cloud.schedule import Progress
from insightctl.core.sizes import size_text
from insightctl.local.progress import ProgressLine


class RunProgress:
    """Shows what `watch` is told, from the first time on, while entered. `usd_per_gb` None: nobody bills."""

    def __init__(self, usd_per_gb: float | None) -> None:
        self._usd_per_gb = usd_per_gb
        self._latest: Progress | None = None
        self._line = ProgressLine(self._words, self._share)
        self.shown = self._line.shown

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._latest is not None:
            self._line.__exit__(kind, error, trace)

    def watch(self, progress: Progress) -> None:
        """Takes the state of the run. The line begins with it: before, the user may be asked whether to run at all."""
        first, self._latest = self._latest is None, progress
        if first:
            self._line.__enter__()

    def _share(self) -> float | None:
        latest = self._latest
        return None if latest is None or latest.total < 2 else latest.done / latest.total

    def _words(self) -> str:
        return "" if self._latest is None else words(self._latest, self._usd_per_gb)


def words(progress: Progress, usd_per_gb: float | None) -> str:
    """`12 of 60 queries, 10 running: 3,400 of 81,000 records, 1.2 GB scanned, 0.0061 USD, about 20 s left`."""
    counts = progress.counts
    done = f"{progress.done} of {progress.total} queries, " if progress.total > 1 else ""
    parts = [
        f"{counts.records_matched:,} of {counts.records_scanned:,} records",
        f"{size_text(counts.bytes_scanned)} scanned",
    ]
    if usd_per_gb is not None:
        parts.append(f"{counts.bytes_scanned / 1e9 * usd_per_gb:.4f} USD")
    if progress.left_s is not None and progress.total > 1:
        parts.append(f"about {progress.left_s:.0f} s left")
    return f"{done}{progress.running} running: {', '.join(parts)}"
