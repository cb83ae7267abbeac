"""Queries that were started: they run in a pool of threads, can be stopped, and keep their answers."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

from insightctl.core.errors import InsightctlError
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.emulator.engine import Engine
from insightctl.emulator.store import Group

Status = Literal["Scheduled", "Running", "Complete", "Failed", "Cancelled"]

_WORKERS = 4
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class QueryRun:
    """One started query; times in epoch ms. `result` is there when `status` is Complete."""

    text: str
    region: str
    groups: tuple[Group, ...]
    time: TimeRange
    limit: int
    aggregated: bool
    created_ms: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: Status = "Scheduled"
    ended_ms: int | None = None
    result: Result | None = None

    @property
    def ended(self) -> bool:
        """Whether the status is final."""
        return self.status not in ("Scheduled", "Running")


class QueryRuns:
    """All queries of one emulator, newest last; `now_ms` is the clock."""

    def __init__(self, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._runs: dict[str, QueryRun] = {}
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="query")

    def start(self, run: QueryRun) -> None:
        """Put a query into the queue."""
        with self._lock:
            self._runs[run.id] = run
        self._pool.submit(self._work, run)

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
        """Take no more queries and cancel what waits."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, run: QueryRun) -> None:
        with self._lock:
            if run.ended:
                return
            run.status = "Running"
        result: Result | None = None
        try:
            result = self._engine.run(run.text, run.groups, run.time, run.limit)
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
