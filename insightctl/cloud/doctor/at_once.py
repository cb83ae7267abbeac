"""Many slow questions at the same time, with one deadline for all."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

_Key = TypeVar("_Key")
_Answer = TypeVar("_Answer")


def at_once(jobs: Mapping[_Key, Callable[[], _Answer]], deadline_s: float) -> dict[_Key, _Answer | Exception]:
    """What each job returned or raised; TimeoutError for those that are not done after `deadline_s` seconds.

    The threads are daemons, and are left behind: a name server that does not answer blocks a thread for as long as it
    likes, and nothing can stop it; an executor would wait for it at the program's end.
    """
    done: queue.SimpleQueue[tuple[_Key, _Answer | Exception]] = queue.SimpleQueue()

    def work(key: _Key, job: Callable[[], _Answer]) -> None:
        try:
            done.put((key, job()))
        except Exception as error:  # whatever it is, it is that job's answer
            done.put((key, error))

    for key, job in jobs.items():
        threading.Thread(target=work, args=(key, job), daemon=True).start()
    end = time.monotonic() + deadline_s
    answers: dict[_Key, _Answer | Exception] = {}
    while len(answers) < len(jobs):
        try:
            key, answer = done.get(timeout=max(end - time.monotonic(), 0.001))
        except queue.Empty:
            break
        answers[key] = answer
    return {key: answers.get(key, TimeoutError(f"no answer within {deadline_s:g} s")) for key in jobs}
