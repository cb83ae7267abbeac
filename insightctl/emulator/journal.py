"""What was asked of the endpoint and how it ended: for tests that prove rates and outcomes."""

from __future__ import annotations

import threading
from typing import NamedTuple

OK = "OK"
RESET_BEFORE = "ResetBefore"
RESET_AFTER = "ResetAfter"


class Entry(NamedTuple):
    """One call. `at` is when it arrived, in seconds of `time.monotonic()`.

    `outcome` is OK, the code of the error, or ResetBefore / ResetAfter where the connection was closed before or after
    the work was done. `query_id` is that of StartQuery (also when its answer was lost), GetQueryResults and StopQuery.
    """

    at: float
    operation: str
    outcome: str
    query_id: str | None = None


class Journal:
    """Entries in the order in which they ended. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Write one down."""
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> list[Entry]:
        """All so far, by arrival."""
        with self._lock:
            return sorted(self._entries, key=lambda entry: entry.at)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._entries.clear()


def busiest_second(entries: list[Entry], operation: str, seconds: float = 1.0) -> int:
    """The most calls of an operation that arrived in any window of `seconds`."""
    times = sorted(entry.at for entry in entries if entry.operation == operation)
    most = first = 0
    for last, at in enumerate(times):
        while at - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
