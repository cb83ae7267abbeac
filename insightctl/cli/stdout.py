"""Standard output that can go away: a reader like `head` that has enough, a disk that is full."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from insightctl.core.errors import InsightctlError


class _Output:
    """`sys.stdout` with its two failures told apart. Everything else is the stream's own."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.outlives_reader = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Writes; ends the program quietly when nobody reads any more. Raises InsightctlError when it cannot write."""
        try:
            return int(self._stream.write(text))
        except OSError as error:
            self._gone(error)
            return len(text)

    def flush(self) -> None:
        """Flushes, likewise."""
        try:
            self._stream.flush()
        except OSError as error:
            self._gone(error)

    def _gone(self, error: OSError) -> None:
        # What is still buffered would fail again, with a complaint, when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
        if error.errno == errno.EPIPE:
            if self.outlives_reader:
                return
            raise SystemExit(0)
        reason = (error.strerror or str(error)).lower()
        raise InsightctlError(f"cannot write the output: {reason}", remedy="write elsewhere, or make room") from None


def outlive_reader() -> None:
    """For a command that does more than print: it goes on to its end when nobody reads what it says."""
    if isinstance(sys.stdout, _Output):
        sys.stdout.outlives_reader = True


@contextmanager
def guarded() -> Iterator[None]:
    """Within it, printing knows both failures; at its end all is written."""
    stream = sys.stdout
    sys.stdout = _Output(stream)
    try:
        yield
        sys.stdout.flush()
    finally:
        sys.stdout = stream
