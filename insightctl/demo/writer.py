"""Puts the lines of many open attempts into time order, holding only what may still be overtaken."""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter
from typing import Protocol

from insightctl.demo.spec import Line

_BATCH = 8192
_time = itemgetter(0)


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take all of them."""
        ...


class OrderedWriter:
    """Collects whole lines in any order and writes them sorted by time, equal times in the order they came.

    Sorting in batches does the work of a heap over the open attempts at a fraction of its cost a line.
    """

    def __init__(self, sink: Sink) -> None:
        self.pending: list[Line] = []
        self.bytes = 0
        self.events = 0
        self._sink = sink
        self._batch = _BATCH

    def settle(self, before_ms: int) -> None:
        """No line earlier than `before_ms` (UTC ms) comes any more: write those if a batch is full."""
        if len(self.pending) >= self._batch:
            self._write(before_ms)
            self._batch = max(_BATCH, 2 * len(self.pending))

    def finish(self) -> None:
        """Write all that is left."""
        if self.pending:
            self._write(self.pending[-1][0] + 10**12)

    def _write(self, before_ms: int) -> None:
        self.pending.sort(key=_time)
        done = bisect_left(self.pending, before_ms, key=_time)
        data = "".join([text for _, text in self.pending[:done]]).encode()
        self._sink.write(data)
        self.bytes += len(data)
        self.events += done
        del self.pending[:done]
