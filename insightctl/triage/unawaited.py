"""Threads that nobody waits for when the program ends: a call of AWS may hang for a minute, and Ctrl-C means now."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

_T = TypeVar("_T")


class Unawaited:
    """So many daemon threads, which run calls in order; ThreadPoolExecutor joins its own at the end, even unasked."""

    def __init__(self, at_once: int, name: str) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._is_over = False
        self._threads = [Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(at_once)]
        for thread in self._threads:
            thread.start()

    def submit(self, call: Callable[[], _T]) -> Future[_T]:
        """Runs a call when a thread is free; what it raises is raised by `result`."""
        future: Future[_T] = Future()

        def run() -> None:
            if self._is_over or not future.set_running_or_notify_cancel():
                future.cancel()
                return
            try:
                future.set_result(call())
            except BaseException as error:  # raised where the result is asked for
                future.set_exception(error)

        self._calls.put(run)
        return future

    def end(self) -> None:
        """Begins nothing more; calls under way go on, and nobody waits for them."""
        self._is_over = True
        for _ in self._threads:
            self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
