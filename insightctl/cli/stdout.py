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

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Writes; ends the program quietly when nobody reads any more. Raises InsightctlError when it cannot write."""
        with self._told():
            return int(self._stream.write(text))

    def flush(self) -> None:
        """Flushes, likewise."""
        with self._told():
            self._stream.flush()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # What is still buffered would fail again, with a complaint, when Python closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            if error.errno == errno.EPIPE:
                raise SystemExit(0) from None
            reason = (error.strerror or str(error)).lower()
            raise InsightctlError(
                f"cannot write the output: {reason}", remedy="write elsewhere, or make room"
            ) from None


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
