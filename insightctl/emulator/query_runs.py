"""Queries that were started: they run in a few threads, can be stopped, and keep their answers.

The threads are daemons, not an executor's (which the interpreter joins at exit): the engine goes on with a query that
was stopped, and Ctrl-C is not to wait for it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from insightctl.core.errors import InsightctlError
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.emulator.engine import Engine
from insightctl.emulator.errors import LimitExceeded
from insightctl.emulator.faults import Fate, Faults
from insightctl.emulator.lookup_store import LookupStore
from insightctl.emulator.store import Group

Status = Literal["Scheduled", "Running", "Complete", "Failed", "Cancelled", "Timeout"]

_WORKERS = 4
_FINE = Fate()
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class QueryRun:
    """One started query; times in epoch ms.

    `asked` is the text that was sent, `text` the one that runs, with its saved queries filled in. `others` are the log
    groups of the queries inside it. `fate` is what befalls it, `due` when (monotonic seconds) it may end. `result` may
    be there before that. What clients see of it is a `View`.
    """

    asked: str
    text: str
    region: str
    groups: tuple[Group, ...]
    time: TimeRange
    limit: int
    aggregated: bool
    created_ms: int
    others: tuple[Group, ...] = ()
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: Status = "Scheduled"
    ended_ms: int | None = None
    result: Result | None = None
    fate: Fate = _FINE
    due: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether the status is final."""
        return self.status not in ("Scheduled", "Running")


class View(NamedTuple):
    """A query at one moment. `share` of the rows of `result` can be seen: 1 when it is Complete."""

    status: Status
    result: Result | None
    share: float
    ended_ms: int | None


class QueryRuns:
    """All queries of one emulator; `tables` are lent to those that run, `now_ms` is the clock.

    A query that has to take its time waits without a thread: it ends when someone looks at it after that.
    """

    def __init__(
        self, engine: Engine, tables: LookupStore, now_ms: Callable[[], int], faults: Faults | None = None
    ) -> None:
        self._engine = engine
        self._tables = tables
        self._now_ms = now_ms
        self._faults = faults
        self._lock = threading.Lock()
        self._runs: dict[str, QueryRun] = {}
        self._open: dict[str, QueryRun] = {}
        self._waiting: queue.SimpleQueue[QueryRun | None] = queue.SimpleQueue()
        for number in range(_WORKERS):
            threading.Thread(target=self._serve, name=f"query-{number}", daemon=True).start()

    def start(self, run: QueryRun) -> None:
        """Let a query begin. Raises LimitExceeded when as many run in its region as may."""
        with self._lock:
            if self._faults is not None:
                self._make_room(run.region, self._faults)
                run.fate = self._faults.fate()
            run.due = time.monotonic() + run.fate.seconds
            self._runs[run.id] = self._open[run.id] = run
            if run.fate.end in ("Failed", "Timeout"):
                run.status = "Running"
        if run.fate.end == "Complete":
            self._waiting.put(run)

    def get(self, query_id: str) -> QueryRun | None:
        """The query of this id."""
        with self._lock:
            return self._runs.get(query_id)

    def all(self) -> Sequence[QueryRun]:
        """Every query, newest first."""
        with self._lock:
            return list(reversed(self._runs.values()))

    def running(self) -> Sequence[str]:
        """The ids of the queries that are Scheduled or Running, oldest first."""
        with self._lock:
            self._end_what_is_due()
            return list(self._open)

    def look(self, run: QueryRun) -> View:
        """The query as it is now."""
        with self._lock:
            self._end_if_due(run)
            if run.status == "Complete":
                return View(run.status, run.result, 1.0, run.ended_ms)
            if run.ended or not run.fate.partial or run.result is None:
                return View(run.status, None, 0.0, run.ended_ms)
            left = (run.due - time.monotonic()) / run.fate.seconds
            return View(run.status, run.result, min(max(1 - left, 0.0), 0.99), None)

    def stop(self, run: QueryRun) -> bool:
        """Cancel a query; False when it has ended. What the engine still computes is thrown away."""
        with self._lock:
            self._end_if_due(run)
            if run.ended:
                return False
            self._end(run, "Cancelled")
            return True

    def close(self) -> None:
        """Cancel what waits or runs and end the threads; one in the engine is abandoned, not waited for."""
        for run in self.all():
            self.stop(run)
        for _ in range(_WORKERS):
            self._waiting.put(None)

    def _make_room(self, region: str, faults: Faults) -> None:
        most = faults.adversity.concurrent
        if most is None:
            return
        self._end_what_is_due()
        if sum(run.region == region for run in self._open.values()) + faults.others() >= most:
            raise LimitExceeded(f"Account maximum query concurrency limit of [{most}] reached.")

    def _serve(self) -> None:
        while (run := self._waiting.get()) is not None:
            self._work(run)

    def _work(self, run: QueryRun) -> None:
        with self._lock:
            if run.ended:
                return
            run.status = "Running"
        result: Result | None = None
        try:
            with self._tables.lent(run.region) as lookups:
                result = self._engine.run(
                    run.text, run.groups, run.time, run.limit, run.others, lookups, not run.aggregated
                )
        except InsightctlError as error:
            _log.warning("query %s failed: %s", run.id, error)  # clients see no more than Failed, as with the service
        except Exception:
            _log.exception("query %s failed", run.id)
        finally:
            with self._lock:
                if result is None and not run.ended:
                    self._end(run, "Failed")
                run.result = None if run.ended else result
                self._end_if_due(run)

    def _end_what_is_due(self) -> None:
        for run in list(self._open.values()):
            self._end_if_due(run)

    def _end_if_due(self, run: QueryRun) -> None:
        if run.ended or time.monotonic() < run.due:
            return
        if run.fate.end == "Failed" or run.fate.end == "Timeout":
            self._end(run, run.fate.end)
        elif run.result is not None:
            self._end(run, "Complete")

    def _end(self, run: QueryRun, status: Status) -> None:
        run.status = status
        run.ended_ms = self._now_ms()
        self._open.pop(run.id, None)
