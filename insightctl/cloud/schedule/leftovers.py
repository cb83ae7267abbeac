"""Queries that may run without anybody waiting for them: found by their marks, stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from insightctl.cloud.schedule.calls import Meaning, meaning
from insightctl.cloud.schedule.lane import Lane
from insightctl.cloud.schedule.marks import Marks
from insightctl.cloud.schedule.task import Task

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import QueryInfoTypeDef

_ATTEMPTS = 8
_PAUSE_S = 0.15


class Leftovers:
    """Keeps the ids of the queries that are known (`ours`), and whether there may be unknown ones (`unsure`)."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self.ours: set[str] = set()
        self.unsure = False

    def find(self, lane: Lane, task: Task) -> str | None:
        """The id of the task's query, if the start that was not answered was taken after all. Raises boto3's errors."""
        found = lane.logs.describe_queries(maxResults=1000)["queries"]
        for query in found:
            wanted = query.get("status") in ("Scheduled", "Running", "Complete")
            if wanted and self._marks.number_of(query.get("queryString", "")) == task.number:
                query_id = query.get("queryId", "")
                if query_id not in self.ours:
                    return query_id
        return None

    def stop(self, lane: Lane, query_id: str) -> bool:
        """Stops a query; False when that could not be done. One that has ended counts as stopped."""
        for attempt in range(_ATTEMPTS):
            try:
                lane.logs.stop_query(queryId=query_id)
                return True
            except Exception as error:
                means = meaning(error, of_query=True)
                if means is Meaning.LOST or "InvalidParameter" in str(error):
                    return True
                if means is Meaning.FATAL:
                    return False
            time.sleep(_PAUSE_S * (attempt + 1))
        return False

    def drop(self, lane: Lane, query_id: str) -> None:
        """Stops a query that nobody waits for any more; where that fails now, `sweep` tries again."""
        if not self.stop(lane, query_id):
            self.ours.discard(query_id)
            self.unsure = True

    def sweep(self, lanes: Sequence[Lane]) -> int:
        """Stops the queries of this run that nobody waits for, where there may be some; how many there were."""
        if not self.unsure:
            return 0
        stopped = 0
        for lane in lanes:
            for query in self._running(lane):
                query_id = query.get("queryId", "")
                if self._marks.number_of(query.get("queryString", "")) is not None and query_id not in self.ours:
                    stopped += self.stop(lane, query_id)
        return stopped

    def _running(self, lane: Lane) -> Iterator[QueryInfoTypeDef]:
        for status in ("Scheduled", "Running"):
            for attempt in range(_ATTEMPTS):
                try:
                    yield from lane.logs.describe_queries(status=status, maxResults=1000)["queries"]
                    break
                except Exception as error:
                    if meaning(error, of_query=False) is Meaning.FATAL:
                        return
                time.sleep(_PAUSE_S * (attempt + 1))
