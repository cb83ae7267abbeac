"""The event loop: every query to its end, or none left running."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn, cast

from insightctl.cloud.failures import said_plainly
from insightctl.cloud.schedule.calls import Meaning, meaning, never_connected
from insightctl.cloud.schedule.lane import RESULTS_PER_S, Lane
from insightctl.cloud.schedule.leftovers import Leftovers
from insightctl.cloud.schedule.marks import Marks
from insightctl.cloud.schedule.pace import Pace
from insightctl.cloud.schedule.pool import Back, Call, Pool
from insightctl.cloud.schedule.task import MAX_ROWS, Counts, Progress, RawAnswer, Task
from insightctl.core.errors import InsightctlError, Interrupted, PartialAnswer

_THREADS = 16
_FIRST_POLL_S, _LAST_POLL_S = 0.1, 2.0
_POLL_SHARE = 0.2  # of the query's age: an answer is seen at most a fifth later than it came
_LOOK_S = 0.25  # how often progress is told while nothing happens
_STATUS_WORDS = {
    "Failed": "CloudWatch could not run the query",
    "Timeout": "the query ran for an hour and was given up",
    "Unknown": "CloudWatch lost track of the query",
}


@dataclass(frozen=True, slots=True)
class Patience:
    """When to give up: calls in a row without an answer, starts of one query, seconds in the states that should pass."""

    calls: int = 12
    starts: int = 4
    scheduled_s: float = 120.0
    crowded_s: float = 300.0
    backoff_s: float = 0.2
    longest_backoff_s: float = 5.0

    def pause_s(self, stumbles: int) -> float:
        """Seconds before the next attempt after so many in a row failed."""
        return min(self.longest_backoff_s, self.backoff_s * 2.0 ** min(stumbles - 1, 10))


Further = Callable[[Task], Sequence[Task]]


def _nothing(_: Task) -> Sequence[Task]:
    return ()


class Scheduler:
    """Runs tasks in lanes. `watch` is told of progress some times a second; `now` is monotonic seconds."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        *,
        patience: Patience | None = None,
        now: Callable[[], float] = time.monotonic,
        watch: Callable[[Progress], None] | None = None,
    ) -> None:
        self._lanes = tuple(lanes)
        self._patience = patience or Patience()
        self._now = now
        self._watch = watch
        self._pool = Pool(_THREADS)
        self._marks = Marks()
        self._leftovers = Leftovers(self._marks)
        self._waiting: deque[Task] = deque()
        self._running: dict[int, Task] = {}
        self._done = 0
        self._total = 0
        self._numbered = 0
        self._started_one = False
        self._asked_any = False
        self._counts = Counts()
        self._began = 0.0
        self._crowded_since: float | None = None

    def run(self, tasks: Iterable[Task], done: Further = _nothing, timed_out: Further = _nothing) -> None:
        """Every task to its end; `done` is given each one with its answer and tells what else is to run.

        `timed_out` tells what runs instead of a query that took too long for the service. Raises CloudError when
        nothing was answered, PartialAnswer (exit 4) when something was, Interrupted on Ctrl-C; no query runs on then.
        """
        self._began = self._now()
        self._add(tasks)
        try:
            while self._waiting or self._running:
                self._dispatch()
                back = self._pool.back(self._rest_s())
                while back is not None:
                    self._handle(back, done, timed_out)
                    back = self._pool.back(0)
                self._tell()
            self._leftovers.sweep(self._lanes)
        except KeyboardInterrupt:
            raise self._interrupted() from None
        except BaseException:
            self._stop_all()
            raise
        finally:
            self._pool.close()

    # what to do next

    def _add(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self._total += 1
            self._numbered += 1  # never used twice, also when a query gives way to its parts
            task.number = self._numbered
            self._waiting.append(task)

    def _dispatch(self) -> None:
        for number, lane in enumerate(self._lanes):
            self._start_in(number, lane)
            self._poll_in(number, lane)

    def _start_in(self, number: int, lane: Lane) -> None:
        now = self._now()
        for task in [t for t in self._waiting if t.lane == number and t.due <= now]:
            if not lane.has_room():
                return
            pace = lane.looks if task.unsure else lane.starts
            if not pace.take():
                continue
            self._waiting.remove(task)
            self._running[task.number] = task
            lane.running += 1
            if task.unsure:
                self._call(task, "look", pace, partial(self._leftovers.find, lane, task))
            else:
                task.attempts += 1
                self._asked_any = True
                self._call(task, "start", pace, partial(lane.logs.start_query, **self._asked(task)))

    def _poll_in(self, number: int, lane: Lane) -> None:
        now = self._now()
        due = [t for t in self._running.values() if t.lane == number and t.query_id and not t.busy and t.due <= now]
        for task in sorted(due, key=lambda t: t.due):
            if not lane.results.take():
                return
            asked: dict[str, Any] = {"queryId": task.query_id}
            if task.page:
                asked["nextToken"] = task.page
            self._call(task, "poll", lane.results, partial(lane.logs.get_query_results, **asked))

    def _call(self, task: Task, kind: str, pace: Pace, make: Callable[[], object]) -> None:
        task.busy = True
        self._pool.make(Call(task, kind, pace, make))

    def _asked(self, task: Task) -> dict[str, Any]:
        # ms, both ends included: the documentation says seconds, the service takes either and looks at the exact ms
        # (github.com/aws/aws-sdk/issues/280, github.com/gogama/incite/commit/65ae9cb). Whole seconds would be wrong
        # by up to a second at both ends.
        start = task.start
        asked: dict[str, Any] = {
            "queryString": self._marks.on(start.text, task.number),
            "startTime": start.time.start_ms,
            "endTime": max(start.time.end_ms - 1, start.time.start_ms),
            "limit": min(start.max_rows, MAX_ROWS),
        }
        if start.groups:
            by_arn = any(name.startswith("arn:") for name in start.groups)
            asked["logGroupIdentifiers" if by_arn else "logGroupNames"] = list(start.groups)
        return asked

    def _rest_s(self) -> float:
        """Seconds until something is to be done, unless a call comes back."""
        now = self._now()
        rests = [_LOOK_S]
        for number, lane in enumerate(self._lanes):
            if lane.has_room():
                wait = lane.starts.wait_s()
                rests += [max(wait, t.due - now) for t in self._waiting if t.lane == number]
            wait = lane.results.wait_s()
            rests += [
                max(wait, t.due - now) for t in self._running.values() if t.lane == number and t.query_id and not t.busy
            ]
        return max(0.001, min(rests))

    # what came back

    def _handle(self, back: Back, done: Further, timed_out: Further) -> None:
        task, kind = back.call.task, back.call.kind
        task.busy = False
        if back.error is not None:
            means = meaning(back.error, of_query=kind == "poll")
            if means is Meaning.THROTTLED:
                back.call.pace.throttled()
            self._failed(task, kind, means, back.error)
            return
        task.stumbles = 0
        if kind == "start":
            query_id = cast(dict[str, object], back.value).get("queryId")
            if not query_id:
                self._failed(task, kind, Meaning.UNSURE, ValueError("an answer without the query's id"))
                return
            self._started(task, str(query_id))
        elif kind == "look":
            task.unsure = False
            if back.value is None:
                self._requeue(task, 0)
            else:
                self._started(task, str(back.value))
        else:
            self._polled(task, cast(dict[str, Any], back.value), done, timed_out)

    def _started(self, task: Task, query_id: str) -> None:
        lane = self._lanes[task.lane]
        task.query_id, task.began, task.polled = query_id, self._now(), self._now()
        self._leftovers.ours.add(query_id)
        self._started_one = True
        self._crowded_since = None
        typical = lane.typical_s
        late = _LAST_POLL_S if lane.running <= RESULTS_PER_S else 3 * _LAST_POLL_S  # many: a look in vain delays others
        task.due = task.began + (_FIRST_POLL_S if typical is None else max(_FIRST_POLL_S, min(typical, late)))

    def _polled(self, task: Task, page: dict[str, Any], done: Further, timed_out: Further) -> None:
        now = self._now()
        status = page.get("status", "Unknown")
        if not task.fetching and status in ("Scheduled", "Running"):
            task.scheduled_s = task.scheduled_s + min(now - task.polled, 5.0) if status == "Scheduled" else 0.0
            task.polled = now
            task.counts = _counts(page)
            age = task.looked = now - task.began
            typical = self._lanes[task.lane].typical_s
            soon = typical is not None and age < 1.5 * typical  # others took about so long: it is nearly done
            task.due = now + (_FIRST_POLL_S if soon else min(_LAST_POLL_S, max(_FIRST_POLL_S, age * _POLL_SHARE)))
            if task.scheduled_s > self._patience.scheduled_s:
                self._leftovers.drop(self._lanes[task.lane], str(task.query_id))
                self._again(task, f"the query was not begun within {self._patience.scheduled_s:.0f} s")
            return
        if not task.fetching and status != "Complete":
            self._ended_badly(task, status, timed_out)
            return
        task.fetching = True
        task.rows += page.get("results", [])
        task.counts = _counts(page) if not task.page else task.counts
        task.page = page.get("nextToken")
        task.due = now
        if not task.page:
            self._lanes[task.lane].took((task.looked + now - task.began) / 2 if task.looked else None)
            task.answer = RawAnswer(task.rows, task.counts, now - task.began)
            self._leave(task)
            self._done += 1
            self._counts += task.counts
            self._add(done(task))

    def _ended_badly(self, task: Task, status: str, timed_out: Further) -> None:
        if status == "Cancelled":
            self._give_up(task, "somebody stopped the query", None)
        if status == "Timeout":
            parts = timed_out(task)
            if parts:
                self._counts += task.counts
                self._leave(task)
                self._total -= 1
                self._add(parts)
                return
        words = _STATUS_WORDS.get(status, f"the query ended as {status}")
        self._again(task, f"{words} (query {task.query_id})")

    def _failed(self, task: Task, kind: str, means: Meaning, error: Exception) -> None:
        now, patience = self._now(), self._patience
        if means is Meaning.FATAL:
            self._fatal(task, error)
        if means is Meaning.CROWDED and kind == "start":
            lane = self._lanes[task.lane]
            lane.running -= 1
            lane.crowded()
            lane.running += 1
            since = self._crowded_since = self._crowded_since or now
            if now - since > patience.crowded_s:
                self._give_up(task, "other queries of this account and region hold all places", error)
            task.attempts -= 1
            task.stumbles += 1
            self._requeue(task, min(4.0, 0.5 * 2 ** min(task.stumbles, 4)))
            return
        task.stumbles += 1
        hopeless = not self._started_one and never_connected(error) and task.stumbles >= 2
        if task.stumbles >= patience.calls or hopeless:
            self._give_up(task, f"CloudWatch gave no answer {task.stumbles} times in a row", error)
        pause = patience.pause_s(task.stumbles)
        if means is Meaning.LOST:
            self._again(task, "CloudWatch does not know the query any more")
        elif kind == "start":
            task.attempts -= 1
            if means is Meaning.UNSURE and not never_connected(error):
                task.unsure = True
                self._leftovers.unsure = True
            self._requeue(task, pause)
        elif kind == "look":
            task.unsure = False  # it is found at the end, if there is one
            self._requeue(task, pause)
        else:
            task.due = now + pause

    def _again(self, task: Task, why: str) -> None:
        if task.attempts >= self._patience.starts:
            self._give_up(task, f"{why}, {task.attempts} times in all", None)
        self._requeue(task, self._patience.pause_s(task.attempts))

    def _requeue(self, task: Task, pause: float) -> None:
        self._leave(task)
        task.anew(self._now() + pause)
        self._waiting.append(task)

    def _leave(self, task: Task) -> None:
        if self._running.pop(task.number, None) is not None:
            self._lanes[task.lane].running -= 1

    # giving up

    def _fatal(self, task: Task, error: Exception) -> NoReturn:
        try:
            with said_plainly(self._lanes[task.lane].place):
                raise error
        except InsightctlError as plain:
            if not self._started_one:
                raise
            raise PartialAnswer(f"{plain.what}; {self._state()}", where=plain.where, remedy=plain.remedy) from error

    def _give_up(self, task: Task, why: str, error: Exception | None) -> NoReturn:
        place = str(self._lanes[task.lane].place)
        if error is not None and not self._started_one and never_connected(error):
            self._fatal(task, error)
        words = f" ({' '.join(str(error).split())})" if error is not None else ""
        raise PartialAnswer(
            f"{why}{words}; {self._state()}",
            where=place,
            remedy="try again: what was answered whole is kept in the cache",
        )

    def _state(self) -> str:
        return f"{self._done} of {self._total} queries were done" if self._total > 1 else "there is no answer"

    def _interrupted(self) -> Interrupted:
        if not self._asked_any:
            return Interrupted("interrupted before a query ran")
        self._leftovers.unsure = True  # Ctrl-C may come between an answer and its being noted
        try:
            stopped, left = self._stop_all()
        except KeyboardInterrupt:
            stopped, left = 0, [t.query_id for t in self._running.values() if t.query_id]
        words = f"interrupted; {self._done} of {self._total} queries were done, {stopped} stopped on CloudWatch"
        if self._total == 1 and stopped:
            words = "interrupted; the query was stopped on CloudWatch"
        if not left:
            return Interrupted(words)
        return Interrupted(
            f"{words}, {len(left)} could not be stopped and may run on",
            remedy="; ".join(f"aws logs stop-query --query-id {query_id}" for query_id in left),
        )

    def _stop_all(self) -> tuple[int, list[str]]:
        """How many queries were stopped, and those that could not be."""
        deadline = self._now() + 5.0
        while self._pool.under_way and self._now() < deadline:  # a start on its way would run on unknown
            back = self._pool.back(0.2)
            if back is None or back.call.kind == "poll":
                continue
            found = back.value.get("queryId") if isinstance(back.value, dict) else back.value
            if found:
                back.call.task.query_id = str(found)
                self._leftovers.ours.add(str(found))
            elif back.error is not None:
                self._leftovers.unsure = True
        self._leftovers.unsure = self._leftovers.unsure or bool(self._pool.under_way)
        stopped, left = 0, []
        for task in self._running.values():
            if task.query_id is None or task.answer is not None:
                continue
            if self._leftovers.stop(self._lanes[task.lane], task.query_id):
                stopped += 1
            else:
                left.append(task.query_id)
        return stopped + self._leftovers.sweep(self._lanes), left

    def _tell(self) -> None:
        if self._watch is None:
            return
        under_way = sum((task.counts for task in self._running.values()), Counts())
        seconds = self._now() - self._began
        left = seconds / self._done * (self._total - self._done) if self._done else None
        self._watch(Progress(self._done, self._total, len(self._running), self._counts + under_way, seconds, left))


def _counts(page: dict[str, Any]) -> Counts:
    told = page.get("statistics") or {}
    return Counts(*(int(told.get(name, 0)) for name in ("recordsMatched", "recordsScanned", "bytesScanned")))
