"""Which queries one question needs in one account and region, and what becomes of one that is full or takes too long."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from insightctl.cloud.schedule.task import MAX_ROWS, Start, Task
from insightctl.cloud.slicing import answers
from insightctl.cloud.slicing.texts import SlicedRows, limit_of, sliced_rows
from insightctl.cloud.slicing.times import halves, parts, steps
from insightctl.cloud.targets import LogGroup, narrowed
from insightctl.core.errors import PartialAnswer, UsageError
from insightctl.core.result import Result
from insightctl.core.spelling import timestamp_from_text
from insightctl.core.time import TimeRange, to_ms
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.partial import NotMergeable, PartialStats, bin_width_ms, first_stats, partial_stats

MAX_GROUPS = 50
"""Of one query (StartQuery, logGroupNames)."""
_MOST_SLICES = 2_000
_ROOM = 0.7  # of a query's rows: how full slices are planned to be, as events do not come evenly

Mode = Literal["whole", "rows", "chosen", "stats"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked query over log groups and a time; `wanted` is the most rows, `split_ms` a slice's length.

    `groups` are empty when the text itself names them (SOURCE).
    """

    checked: CheckedQuery
    groups: tuple[LogGroup, ...]
    time: TimeRange
    wanted: int
    split_ms: int | None = None


class Cut:
    """The queries of one question in a lane; gives tasks to a scheduler and takes them back when they are done."""

    def __init__(self, asked: Asked, lane: int = 0) -> None:
        self._asked = asked
        self._lane = lane
        self._batches = [asked.groups[i : i + MAX_GROUPS] for i in range(0, len(asked.groups), MAX_GROUPS)] or [()]
        limit = limit_of(asked.checked)
        self._wanted = asked.wanted if limit is None else min(limit, asked.wanted)
        self._mode: Mode = "whole"
        self._width = 1
        self._rows: SlicedRows | None = None
        self._stats: PartialStats | None = None
        self._done: list[Task] = []
        self.warnings: list[str] = []

    # before

    def tasks(self) -> list[Task]:
        """The queries to begin with. Raises UsageError when there have to be several and they cannot be merged."""
        split = self._asked.split_ms
        if len(self._batches) == 1 and split is None:
            if self._wanted > MAX_ROWS and first_stats(self._asked.checked) is None:
                with suppress(NotMergeable):
                    self._cut()
            if self._rows is not None:
                return self._over([self._asked.time])
            return [self._task(self._asked.checked.query.text, self._batches[0], self._asked.time, self._asked.wanted)]
        try:
            self._cut()
        except NotMergeable as error:
            if split is None:
                raise UsageError(
                    f"the {len(self._asked.groups)} log groups need {len(self._batches)} queries, and their answers "
                    f"cannot be put together: {error.reason}",
                    remedy=f"name at most {MAX_GROUPS} log groups at once",
                ) from None
            raise UsageError(f"--split: {error.reason}", remedy="leave out --split") from None
        times = [self._asked.time] if split is None else steps(self._asked.time, split, self._width)
        if len(times) * len(self._batches) > _MOST_SLICES:
            raise UsageError(f"--split makes {len(times):,} slices", remedy="take longer ones")
        return self._over(times)

    def _cut(self) -> None:
        """Chooses how the answers of several queries are put together. Raises NotMergeable."""
        checked = self._asked.checked
        if first_stats(checked) is None:
            self._rows = sliced_rows(checked)
            self._mode = "chosen" if self._rows.ordered else "rows"
            return
        one_batch = len(self._batches) == 1
        width = bin_width_ms(checked) if one_batch else None
        self._width = width or 1
        self._stats = partial_stats(checked, aligned=width is not None, ordered=one_batch)
        self._mode = "stats"
        if self._stats.counted:
            self.warnings.append(
                f"{', '.join(self._stats.counted)} over several queries: every distinct value is fetched, which is exact but "
                "may take many rows"
            )

    def _over(self, times: Sequence[TimeRange]) -> list[Task]:
        if self._stats is not None:
            text, most = self._stats.text, MAX_ROWS
        else:
            assert self._rows is not None
            text, most = self._rows.text, self._asked.wanted
        return [self._task(text, batch, time, most) for time in times for batch in self._batches]

    def _task(self, text: str, groups: Sequence[LogGroup], time: TimeRange, most: int) -> Task:
        start = Start(narrowed(text, groups), tuple(group.identifier for group in groups), time, min(most, MAX_ROWS))
        return Task(start, self._lane)

    # meanwhile

    def done(self, task: Task) -> list[Task]:
        """Takes a query that is done; gives those that fetch what it could not."""
        if not self._lacks(task):
            self._done.append(task)
            return []
        if self._mode == "whole":
            return self._cut_full(task)
        return self._rest_of(task) if self._mode == "rows" else self._halved(task)

    def _cut_full(self, task: Task) -> list[Task]:
        try:
            self._cut()
        except NotMergeable as error:
            self._done.append(task)
            self.warnings.append(f"only the first {MAX_ROWS:,} rows came: {error.reason}")
            return []
        return self._over(halves(task.start.time, self._width))

    def _lacks(self, task: Task) -> bool:
        """Whether rows of the answer may be missing that are wanted."""
        if not task.is_full or task.start.max_rows < MAX_ROWS:
            return False
        return self._mode == "stats" or self._wanted > MAX_ROWS

    def _rest_of(self, task: Task) -> list[Task]:
        """The newest rows of a full answer are kept but for their oldest millisecond; older events come in slices."""
        assert task.answer is not None
        time = task.start.time
        last = timestamp_from_text(answers.stamp_of(task.answer.rows[-1]))
        if last is None:
            return self._halved(task)
        edge = to_ms(last) + 1
        kept = [row for row in task.answer.rows if answers.stamp_of(row) != answers.stamp_of(task.answer.rows[-1])]
        if not kept or not time.start_ms < edge < time.end_ms:
            return self._halved(task)
        newest = replace(task, start=replace(task.start, time=TimeRange(edge, time.end_ms)))
        newest.answer = replace(task.answer, rows=kept)
        self._done.append(newest)
        rest = TimeRange(time.start_ms, edge)
        count = max(1, round(rest.duration_ms / (_ROOM * (time.end_ms - edge))))
        return self._instead(task, parts(rest, min(count, 100)))

    def _halved(self, task: Task) -> list[Task]:
        pieces = halves(task.start.time, self._width)
        if len(pieces) > 1:
            return self._instead(task, pieces)
        raise PartialAnswer(
            f"more than {MAX_ROWS:,} rows lie within {task.start.time.duration_ms:,} ms, and the service gives no more at once",
            remedy="filter for less, or name fewer log groups",
        )

    def _instead(self, task: Task, times: Sequence[TimeRange]) -> list[Task]:
        return [Task(replace(task.start, time=time), task.lane) for time in times]

    def timed_out(self, task: Task) -> list[Task]:
        """What runs instead of a query that took too long; nothing when it cannot be cut."""
        if self._mode == "whole":
            try:
                self._cut()
            except NotMergeable as error:
                self.warnings.append(f"the query took too long and cannot be cut: {error.reason}")
                return []
            return self._over(halves(task.start.time, self._width))
        pieces = halves(task.start.time, self._width)
        return self._instead(task, pieces) if len(pieces) > 1 else []

    # after

    @property
    def tasks_done(self) -> Sequence[Task]:
        """The queries whose rows make the answer."""
        return self._done

    def result(self) -> Result:
        """The whole answer, without statistics."""
        self._check_whole()
        checked, wanted = self._asked.checked, self._wanted
        if self._mode == "whole":
            rows = self._done[0].answer.rows if self._done and self._done[0].answer else ()
            result = answers.plain(checked, rows)
        elif self._mode == "rows":
            result = answers.newest_first(checked, self._done, wanted)
        elif self._mode == "chosen":
            assert self._rows is not None
            result = answers.chosen_again(checked, self._rows, self._done, self._asked.time, wanted)
        else:
            assert self._stats is not None
            result = answers.added_up(checked, self._stats, self._done, self._asked.time, self._asked.wanted)
        if limit_of(checked) is None and len(result.rows) >= self._asked.wanted:
            self.warnings.append(f"the answer was cut at {self._asked.wanted:,} rows; --max-rows takes more")
        return result

    def _check_whole(self) -> None:
        """Raises PartialAnswer when the answers do not cover the range once: better none than a short one."""
        for batch in self._batches:
            names = tuple(group.identifier for group in batch)
            times = sorted((t.start.time.start_ms, t.start.time.end_ms) for t in self._done if t.start.groups == names)
            ends = [self._asked.time.start_ms, *(end for _, end in times)]
            starts = [*(start for start, _ in times), self._asked.time.end_ms]
            if ends != starts:
                raise PartialAnswer(
                    f"the answers of {len(times)} queries do not cover the range: a mistake of insightctl, please report it",
                    remedy="ask without --split, or for fewer rows",
                )
