"""The events of log groups by time, with Insights queries: several slices at once, each of them whole.

    source = SliceSource(cloud, folder)
    for page in source.pages("/aws/lambda/checkout", time): ...     # mappings as FilterLogEvents gives them

Slices are half-open and end to end, so an event on an edge is in one of them. A slice with as many rows as a query gives
may lack some: it is asked again as two halves. Every query costs by the bytes of its slice, so what was fetched and not
taken (a batch that grew too big) is kept on the disk for the next call.
"""

from __future__ import annotations

import json
import math
import time as clock
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from insightctl.cloud.failures import said_plainly
from insightctl.cloud.schedule import Lane, Patience, Scheduler, Start, Task
from insightctl.cloud.schedule.task import MAX_ROWS, NOTHING, Counts
from insightctl.cloud.session import Cloud
from insightctl.cloud.slicing.times import halves
from insightctl.core.errors import CloudError
from insightctl.core.time import TimeRange, to_ms

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import ResultFieldTypeDef

TEXT = "fields @timestamp, @message, @logStream, @ingestionTime | sort @timestamp asc"
SLICE_ROWS = 10_000
"""Events that a slice should have: one page of GetQueryResults; it may have ten times as many."""
AT_ONCE = 12
"""Slices that are asked for at once: what they give has to fit in memory."""
_PAGE = 5_000


class _Piece(NamedTuple):
    """What was fetched of a range; one JSON object a line."""

    time: TimeRange
    file: Path


@dataclass(slots=True)
class SliceSource:
    """Reads events by queries. `folder` takes what is fetched; `counts` is what was scanned so far.

    `density`: events a ms of each group as far as anybody knows; it is learnt on the way. `max_rows` of a query.
    """

    cloud: Cloud
    folder: Path
    density: dict[str, float] = field(default_factory=dict)
    patience: Patience | None = None
    now: Callable[[], float] = clock.monotonic
    max_rows: int = MAX_ROWS
    counts: Counts = NOTHING
    _group: str = ""
    _kept: deque[_Piece] = field(default_factory=deque)
    _number: int = 0

    def pages(self, group: str, time: TimeRange) -> Iterator[Sequence[Mapping[str, object]]]:
        """The events of a log group (its name or ARN) in a range, in order of time, each once.

        Raises CloudError, PartialAnswer, Interrupted as the scheduler does.
        """
        self._let_go(group, time)
        at = time.start_ms
        while at < time.end_ms:
            piece = next((piece for piece in self._kept if piece.time.start_ms <= at < piece.time.end_ms), None)
            if piece is None:
                self._fetch(group, self._ahead(group, TimeRange(at, time.end_ms)))
                continue
            yield from _pages(piece.file, TimeRange(at, time.end_ms))
            at = piece.time.end_ms

    def _let_go(self, group: str, time: TimeRange) -> None:
        """Forgets what lies before a range: a caller that goes on from there has it."""
        kept = [piece for piece in self._kept if group == self._group and piece.time.end_ms > time.start_ms]
        for piece in self._kept:
            if piece not in kept:
                piece.file.unlink(missing_ok=True)
        self._group, self._kept = group, deque(kept)

    def _ahead(self, group: str, time: TimeRange) -> list[TimeRange]:
        """The next slices of a range, as many as are asked for at once."""
        density = self.density.get(group)
        if density is None:
            return [time]
        width = max(1, math.floor(min(self.max_rows / 2, SLICE_ROWS) / max(density, 1e-9)))
        starts = range(time.start_ms, time.end_ms, width)[:AT_ONCE]
        return [TimeRange(start, min(start + width, time.end_ms)) for start in starts]

    def _fetch(self, group: str, slices: Sequence[TimeRange]) -> None:
        pieces: list[_Piece] = []
        events = 0

        def done(task: Task) -> Sequence[Task]:
            nonlocal events
            answer, span = task.answer, task.start.time
            assert answer is not None
            self.counts += answer.counts
            if task.is_full:
                return self._halves(task)
            self._number += 1
            piece = _Piece(span, self.folder / f"slice-{self._number}.jsonl")
            _write(answer.rows, piece.file)
            events += len(answer.rows)
            pieces.append(piece)
            return ()

        def timed_out(task: Task) -> Sequence[Task]:
            return self._halves(task) if task.start.time.duration_ms > 1 else ()

        with said_plainly(self.cloud.place):
            lane = Lane(self.cloud.scheduled, self.cloud.place, self.now)
        scheduler = Scheduler([lane], patience=self.patience, now=self.now)
        scheduler.run([self._task(group, span) for span in slices], done, timed_out)
        self._kept.extend(sorted(pieces, key=lambda piece: piece.time.start_ms))
        self.density[group] = events / sum(span.duration_ms for span in slices)

    def _task(self, group: str, span: TimeRange) -> Task:
        return Task(Start(TEXT, (group,), span, self.max_rows))

    def _halves(self, task: Task) -> list[Task]:
        span = task.start.time
        if span.duration_ms <= 1:
            raise CloudError(
                f"more than {self.max_rows:,} events at {span.start:%Y-%m-%dT%H:%M:%S.%f} in {task.start.groups[0]}: "
                "a query gives no more",
                remedy="--via filter reads all of them (not of the infrequent-access class)",
            )
        return [self._task(task.start.groups[0], half) for half in halves(span)]


def _pages(file: Path, time: TimeRange) -> Iterator[list[dict[str, object]]]:
    page: list[dict[str, object]] = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if not time.start_ms <= event["timestamp"] < time.end_ms:
                continue
            page.append(event)
            if len(page) == _PAGE:
                yield page
                page = []
    yield page


def _write(rows: Sequence[Sequence[ResultFieldTypeDef]], file: Path) -> None:
    with file.open("w", encoding="utf-8", errors="replace") as out:
        for row in rows:
            out.write(json.dumps(event_of(row), ensure_ascii=False) + "\n")


def event_of(row: Sequence[ResultFieldTypeDef]) -> dict[str, object]:
    """A row of GetQueryResults as FilterLogEvents would give the event; its @ptr stands for the eventId."""
    cells = {cell.get("field"): cell.get("value") for cell in row}
    return {
        "timestamp": _ms(cells["@timestamp"]),
        "message": cells.get("@message") or "",
        "logStreamName": cells.get("@logStream"),
        "ingestionTime": _ms(cells.get("@ingestionTime")),
        "eventId": cells.get("@ptr"),
    }


def _ms(text: str | None) -> int | None:
    """`2026-11-23 10:00:00.000` in UTC, or a number of ms: @ingestionTime is seen as either."""
    if text is None:
        return None
    return int(text) if text.isdecimal() else to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))
