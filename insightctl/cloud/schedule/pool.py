"""A few threads that make calls, so that one that hangs holds up nothing else."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import NamedTuple

from insightctl.cloud.schedule.pace import Pace
from insightctl.cloud.schedule.task import Task


class Call(NamedTuple):
    """A call for a task; `kind` says which. It was taken from `pace`, which is told when it came back."""

    task: Task
    kind: str
    pace: Pace
    make: Callable[[], object]


class Back(NamedTuple):
    """A call that came back, with what it gave or its error."""

    call: Call
    value: object
    error: Exception | None


class Pool:
    """Threads made as they are needed. They are daemons: at exit nobody waits for a call that hangs."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._threads = 0
        self._under_way = 0
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._back: queue.SimpleQueue[Back] = queue.SimpleQueue()

    @property
    def under_way(self) -> int:
        """Calls made that `back` has not given yet."""
        return self._under_way

    def make(self, call: Call) -> None:
        """Makes the call in a thread."""
        self._under_way += 1
        if self._threads < min(self._most, self._under_way):
            self._threads += 1
            threading.Thread(target=self._serve, name=f"aws-{self._threads}", daemon=True).start()
        self._calls.put(call)

    def back(self, timeout_s: float) -> Back | None:
        """The next call that came back; None when none did within the time."""
        try:
            back = self._back.get(timeout=max(0.0, timeout_s)) if timeout_s > 0 else self._back.get_nowait()
        except queue.Empty:
            return None
        self._under_way -= 1
        return back

    def close(self) -> None:
        """Lets the threads end when they are idle."""
        for _ in range(self._threads):
            self._calls.put(None)

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                back = Back(call, call.make(), None)
            except Exception as error:  # whatever it is, the loop decides
                back = Back(call, None, error)
            call.pace.answered()  # here, not in the loop: the pace is the process's and outlives a run that was given up
            self._back.put(back)
