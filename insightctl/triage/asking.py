"""Runs the hidden queries of triage (`queries/_triage`), several at once, and keeps what came of each."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from typing import NamedTuple, Protocol, runtime_checkable

from insightctl import library
from insightctl.core.errors import CostRefused, InsightctlError, Interrupted
from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.library.data import data_files
from insightctl.library.load import parse_file
from insightctl.library.spec import QuerySpec
from insightctl.triage.budget import Budget, Purse, by_worth, estimated
from insightctl.triage.model import Skipped

_LOCAL = 2


@dataclass(frozen=True, slots=True)
class Question:
    """A hidden query with its parameters; `time` None is the range of the whole triage."""

    name: str
    params: Mapping[str, str] = field(default_factory=dict)
    time: TimeRange | None = None


@dataclass(slots=True)
class Asking:
    """What was asked of a backend so far, with what failed."""

    backend: Backend
    target: Target
    time: TimeRange | None
    results: list[Result] = field(default_factory=list)
    failures: list[InsightctlError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    purse: Purse = field(default_factory=lambda: Purse(Budget()))
    _sizes: dict[TimeRange | None, tuple[int, float | None]] = field(default_factory=dict)

    def ask(self, questions: Sequence[Question]) -> tuple[Result | None, ...]:
        """The answers, None (and a note) where one failed. On Ctrl-C all of them are stopped; raises Interrupted."""
        afforded = self._afforded(questions)
        jobs = [self._job(questions[place]) for place in afforded]
        readings = self._readings(jobs)
        found = _side_by_side([reading.answers for reading in readings], self._at_once(len(readings)))
        answers = {
            afforded[place]: answer
            for reading, several in zip(readings, found, strict=True)
            for place, answer in zip(reading.places, several, strict=True)
        }
        return tuple(
            self._kept(question, answers[place]) if place in answers else None
            for place, question in enumerate(questions)
        )

    def known_span(self) -> TimeRange | None:
        """From the first event to just after the last one, where the backend knows it without a query."""
        return self.backend.known_span(self.target) if isinstance(self.backend, _KnowsSpan) else None

    def _readings(self, jobs: Sequence[QueryJob]) -> Sequence[_Reading]:
        """What the backend reads at once; a job by itself where it does not say."""
        if isinstance(self.backend, _ReadsTogether):
            return self.backend.readings(jobs)
        return [_Alone((place,), partial(self._alone, job)) for place, job in enumerate(jobs)]

    def _alone(self, job: QueryJob) -> _Answers:
        try:
            return [self.backend.run(job)]
        except Interrupted:
            raise
        except InsightctlError as error:
            return [error]

    def _at_once(self, calls: int) -> int:
        """Two on this machine, one of which is planned while the other one reads: each takes all of its cores."""
        return min(_LOCAL, max(1, calls)) if self.backend.source().get("kind") == "local" else max(1, calls)

    def _job(self, question: Question) -> QueryJob:
        text = library.render(hidden(question.name), question.params)
        time = question.time or self.time
        return QueryJob(text, self.target, time, question.name, dict(question.params), span=False)

    def _afforded(self, questions: Sequence[Question]) -> list[int]:
        """The places of the questions that the budget lets run; the others are noted."""
        afforded = []
        for place in by_worth([question.name for question in questions]):
            question = questions[place]
            try:
                refusal = self.purse.refusal(*self._size(question))
            except CostRefused as error:
                refusal = error.what
            if refusal is None:
                afforded.append(place)
                continue
            self.failures.append(CostRefused(refusal, remedy="narrow the time range, or raise the limit"))
            self.skipped.append(Skipped(question.name, refusal))
        return sorted(afforded)

    def _size(self, question: Question) -> tuple[int, float | None]:
        """Bytes and USD of a question: each scans the same logs, so they are looked up once a range."""
        time = question.time or self.time
        if time not in self._sizes:
            self._sizes[time] = estimated(self.backend, self._job(question), self.purse.budget)
        return self._sizes[time]

    def _kept(self, question: Question, answer: Result | InsightctlError) -> Result | None:
        if isinstance(answer, InsightctlError):
            self.failures.append(answer)
            self.skipped.append(Skipped(question.name, answer.what, answer.permission))
            return None
        most = QueryJob("").max_rows
        if len(answer.rows) >= most:
            reason = f"only the first {most:,} rows were seen: name one function, or a shorter time"
            self.skipped.append(Skipped(question.name, reason))
        self.results.append(answer)
        self.ran.append(question.name)
        return answer


@cache
def hidden(name: str) -> QuerySpec:
    """A query of `queries/_triage`: it is for triage alone, and in no list."""
    path = f"queries/_triage/{name}.ql"
    return parse_file(data_files("queries").joinpath("_triage", f"{name}.ql").read_text("utf-8"), "_triage", name, path)


_Answers = list[Result | InsightctlError]
_Call = Callable[[], _Answers]


class _Reading(Protocol):
    """Jobs by their places, and what answers them."""

    @property
    def places(self) -> tuple[int, ...]: ...

    @property
    def answers(self) -> _Call: ...


class _Alone(NamedTuple):
    places: tuple[int, ...]
    answers: _Call


@runtime_checkable
class _ReadsTogether(Protocol):
    """A backend that answers several jobs out of one reading of the logs."""

    def readings(self, jobs: Sequence[QueryJob]) -> Sequence[_Reading]: ...


@runtime_checkable
class _KnowsSpan(Protocol):
    """A backend that may know from when to when there are logs."""

    def known_span(self, target: Target) -> TimeRange | None: ...


def _side_by_side(calls: Sequence[_Call], at_once: int) -> list[_Answers]:
    """So many calls at once in threads. Raises Interrupted after all have ended."""
    threads: list[int] = []

    def answered(call: _Call) -> _Answers:
        threads.append(threading.get_ident())
        return call()

    with ThreadPoolExecutor(at_once, "triage") as pool:
        futures: list[Future[_Answers]] = [pool.submit(answered, call) for call in calls]
        try:
            return [future.result() for future in futures]
        except KeyboardInterrupt:
            # Ctrl-C reaches the main thread only; each backend stops its own queries when it sees it in its thread.
            pool.shutdown(wait=False, cancel_futures=True)
            for thread in threads:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(KeyboardInterrupt))
            raise Interrupted("interrupted; what ran was stopped") from None
