"""Answers of single queries in the result cache: a second look, or the rest of a run that was cut off, costs nothing."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from insightctl.cloud.cache import CacheKey, ResultCache, is_settled
from insightctl.cloud.schedule.task import Counts, RawAnswer, Task
from insightctl.cloud.session import Cloud
from insightctl.core.errors import InsightctlError
from insightctl.core.result import Column, Result, Row, Statistics

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import ResultFieldTypeDef

_CHANGES = re.compile(r"\bnow\s*\(|\b(?:start|end)\s*=|\blookup\b|\bcidrlookup\b", re.IGNORECASE)
"""What may be answered otherwise tomorrow: the time of day, a SOURCE with a time of its own, lookup tables."""


@dataclass(slots=True)
class Keeper:
    """Puts raw answers into a cache and finds them again; `note` is told once when the cache cannot be used."""

    open: Callable[[], ResultCache]
    note: Callable[[str], None]
    recalled: int = 0
    _cache: ResultCache | None = None
    _broken: bool = False

    def recall(self, cloud: Cloud, task: Task) -> bool:
        """Gives the task its kept answer; False when there is none."""
        cache = self._opened()
        if cache is None or not self._settled(task):
            return False
        found = cache.get(_key(cloud, task))
        if found is None:
            return False
        names = found.names
        rows: list[list[ResultFieldTypeDef]] = [
            [{"field": name, "value": str(value)} for name, value in zip(names, row, strict=True) if value is not None]
            for row in found.rows
        ]
        self.recalled += 1
        task.answer = RawAnswer(rows, Counts(found.statistics.records_matched), 0.0)
        return True

    def keep(self, cloud: Cloud, task: Task) -> None:
        """Puts the task's answer into the cache, if its range lies so far back that it is settled."""
        if task.answer is None or not task.answer.seconds or not self._settled(task):
            return
        cache = self._opened()
        if cache is None:
            return
        names = list(dict.fromkeys(cell["field"] for row in task.answer.rows for cell in row if "field" in cell))
        at = {name: number for number, name in enumerate(names)}
        rows: list[Row] = []
        for row in task.answer.rows:
            values: list[str | None] = [None] * len(names)
            for cell in row:
                values[at[cell["field"]]] = cell.get("value")
            rows.append(cast(Row, tuple(values)))
        columns = tuple(Column(name, "string", False) for name in names)
        statistics = Statistics(records_matched=task.answer.counts.records_matched)
        try:
            cache.put(_key(cloud, task), Result(columns, tuple(rows), statistics))
        except (InsightctlError, OSError) as error:
            self._failed(str(error))

    def _settled(self, task: Task) -> bool:
        """Whether the same question has the same answer from now on: `_CHANGES` tells what has not."""
        return not _CHANGES.search(task.start.text) and is_settled(task.start.time, time.time_ns() // 1_000_000)

    def _opened(self) -> ResultCache | None:
        if self._cache is None and not self._broken:
            try:
                self._cache = self.open()
            except InsightctlError as error:
                self._failed(error.what)
        return self._cache

    def _failed(self, why: str) -> None:
        self._broken, self._cache = True, None
        self.note(f"answers are not kept: {why}")


def _key(cloud: Cloud, task: Task) -> CacheKey:
    start, place = task.start, cloud.place
    credentials = cloud.session.get_credentials()
    key_id = str(credentials.access_key) if credentials else ""
    # a role's keys change with every session; its profile names the account as well
    owner = place.profile if place.profile and not key_id.startswith("AKIA") else key_id
    return CacheKey(
        start.text,
        start.groups,
        json.dumps([place.profile, owner]),
        place.region or "",
        place.endpoint_url,
        start.time.start_ms,
        start.time.end_ms,
        start.max_rows,
    )
