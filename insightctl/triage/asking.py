"""Runs the hidden queries of triage (`queries/_triage`), several at once, and keeps what came of each."""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from insightctl import library
from insightctl.core.errors import InsightctlError, Interrupted
from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.library.data import data_files
from insightctl.library.load import parse_file
from insightctl.library.spec import QuerySpec
from insightctl.triage.model import Skipped

_PERMISSION = re.compile(r"\b(?:logs|cloudwatch|lambda|cloudtrail|sts):[A-Z]\w+\b")


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

    def ask(self, questions: Sequence[Question]) -> tuple[Result | None, ...]:
        """The answers, None (and a note) where one failed. On Ctrl-C all of them are stopped; raises Interrupted."""
        answers = _side_by_side([lambda q=question: self._answer(q) for question in questions])
        return tuple(self._kept(question, answer) for question, answer in zip(questions, answers, strict=True))

    def _answer(self, question: Question) -> Result:
        text = library.render(hidden(question.name), question.params)
        time = question.time or self.time
        return self.backend.run(QueryJob(text, self.target, time, question.name, dict(question.params), span=False))

    def _kept(self, question: Question, answer: Result | InsightctlError) -> Result | None:
        if isinstance(answer, InsightctlError):
            self.failures.append(answer)
            self.skipped.append(Skipped(question.name, answer.what, _permission(answer)))
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


def _permission(error: InsightctlError) -> str | None:
    """The IAM action that an error's words name."""
    found = _PERMISSION.search(f"{error.what} {error.remedy or ''}")
    return found[0] if found else None


class _Call(Protocol):
    def __call__(self) -> Result: ...


def _side_by_side(calls: Sequence[_Call]) -> list[Result | InsightctlError]:
    """Each call in a thread of its own; what it raises of ours is its answer. Raises Interrupted after all have ended."""
    threads: list[int] = []

    def answered(call: _Call) -> Result | InsightctlError:
        threads.append(threading.get_ident())
        try:
            return call()
        except Interrupted:
            raise
        except InsightctlError as error:
            return error

    with ThreadPoolExecutor(max(1, len(calls)), "triage") as pool:
        futures: list[Future[Result | InsightctlError]] = [pool.submit(answered, call) for call in calls]
        try:
            return [future.result() for future in futures]
        except KeyboardInterrupt:
            # Ctrl-C reaches the main thread only; each backend stops its own queries when it sees it in its thread.
            for thread in threads:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(KeyboardInterrupt))
            raise Interrupted("interrupted; what ran was stopped") from None
