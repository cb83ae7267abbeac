"""Several queries of one target: at the same time on CloudWatch, one after the other over local logs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from insightctl.cli import terminal
from insightctl.cli.setup import Prepared, Where
from insightctl.core.errors import CostRefused, InsightctlError, Interrupted
from insightctl.core.job import QueryJob
from insightctl.core.result import Result

if TYPE_CHECKING:
    from insightctl.cloud.schedule import Progress

AT_ONCE = 5
"""Queries at a time: an account runs 30 or 100 (CloudWatch Logs quotas), and others want some."""

Outcome = Result | InsightctlError


def run_side_by_side(prepared: Prepared, where: Where, jobs: Sequence[QueryJob]) -> Iterator[Outcome]:
    """The answer of each job, or what went wrong with it, in order, each as soon as it and those before it are there.

    Raises CostRefused when all of them together would cost too much, Interrupted on Ctrl-C.
    """
    if where.on_files:
        yield from (_local(prepared, job) for job in jobs)
    else:
        yield from _cloud(_guarded(prepared, where, jobs), jobs)


def _local(prepared: Prepared, job: QueryJob) -> Outcome:
    try:
        with terminal.stoppable("nothing was left behind"), prepared.progress:
            return prepared.backend.run(job)
    except Interrupted:
        raise
    except InsightctlError as error:
        return error


def _cloud(where: Where, jobs: Sequence[QueryJob]) -> Iterator[Outcome]:
    from insightctl.cli.costs import cloud_backend

    stopped = Event()

    def watch(_: Progress) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt  # the scheduler then stops its queries, as on a Ctrl-C of its own

    def run(job: QueryJob) -> Outcome:
        try:
            return cloud_backend(where, watch)[0].run(job)
        except InsightctlError as error:
            return error

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for future in [pool.submit(run, job) for job in jobs]:
            yield future.result()
    except KeyboardInterrupt:
        raise Interrupted("interrupted; the queries that ran were stopped") from None
    finally:
        stopped.set()  # whoever asked may have left early
        pool.shutdown(cancel_futures=True)


def _guarded(prepared: Prepared, where: Where, jobs: Sequence[QueryJob]) -> Where:
    """The options of each job once all of them together are allowed. Raises CostRefused."""
    from insightctl.cloud.backend import CloudWatchBackend
    from insightctl.core.config import Config

    config = Config.load(os.environ, Path.cwd())
    most = config.max_cost if where.max_cost is None else where.max_cost
    asks = config.ask_above is not None and not where.yes and sys.stdin.isatty() and sys.stderr.isatty()
    if (most is not None or asks) and jobs and isinstance(prepared.backend, CloudWatchBackend):
        usd = prepared.backend.estimate(jobs[0]).usd
        total = None if usd is None else usd * len(jobs)
        if most is not None and (total is None or total > most):
            costs = "cost nobody knows how much" if total is None else f"cost about ${total:.2f}"
            remedy = "narrow the time range or the log groups, or raise --max-cost"
            raise CostRefused(f"{len(jobs)} queries {costs}, the limit is ${most:g}; nothing was run", remedy=remedy)
        if asks and total is not None and config.ask_above is not None and total > config.ask_above:
            import typer

            if not typer.confirm(f"{len(jobs)} queries cost about ${total:.2f}. Run them?", default=False, err=True):
                raise CostRefused("not run", remedy="narrow the time range or the log groups")
    return replace(where, yes=True)
