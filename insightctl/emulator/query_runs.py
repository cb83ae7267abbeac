"""Queries that were started: they run in a few threads, can be stopped, and keep their answers.

The threads are daemons, not an executor's (which the interpreter joins at exit): the engine goes on with a query that
was stopped, and Ctrl-C is not to wait for it.
"""

from __future__ import annotations

import logging
import queue
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from insightctl.core.errors import InsightctlError
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.emulator.engine import Engine
from insightctl.emulator.lookup_store import LookupStore
from insightctl.emulator.store import Group

Status = Literal["Scheduled", "Running", "Complete", "Failed", "Cancelled"]

_WORKERS = 4
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class QueryRun:
    """One started query; times in epoch ms. `result` is there when `status` is Complete.

    `asked` is the text that was sent, `text` the one that runs, with its saved queries filled in. `others` are the log
    groups of the queries inside it.
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

    @property
    def ended(self) -> bool:
        """Whether the status is final."""
        return self.status not in ("Scheduled", "Running")


class QueryRuns:
    """All queries of one emulator, newest last; `tables` are lent to those that run, `now_ms` is the clock."""

    def __init__(self, engine: Engine, tables: LookupStore, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._tables = tables
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._runs: dict[str, QueryRun] = {}
        self._waiting: queue.SimpleQueue[QueryRun | None] = queue.SimpleQueue()
        for number in range(_WORKERS):
            threading.Thread(target=self._serve, name=f"query-{number}", daemon=True).start()

    def start(self, run: QueryRun) -> None:
        """Put a query into the queue."""
        with self._lock:
            self._runs[run.id] = run
        self._waiting.put(run)

    def get(self, query_id: str) -> QueryRun | None:
        """The query of this id."""
        with self._lock:
            return self._runs.get(query_id)

    def all(self) -> Sequence[QueryRun]:
        """Every query, newest first."""
        with self._lock:
            return list(reversed(self._runs.values()))

    def stop(self, run: QueryRun) -> bool:
        """Cancel a query; False when it has ended. What the engine still computes is thrown away."""
        with self._lock:
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
                result = self._engine.run(run.text, run.groups, run.time, run.limit, run.others, lookups)
        except InsightctlError as error:
            _log.warning("query %s failed: %s", run.id, error)  # clients see no more than Failed, as with the service
        except Exception:
            _log.exception("query %s failed", run.id)
        finally:
            with self._lock:
                if not run.ended:
                    run.result = result
                    self._end(run, "Complete" if result is not None else "Failed")

    def _end(self, run: QueryRun, status: Status) -> None:
        run.status = status
        run.ended_ms = self._now_ms()
