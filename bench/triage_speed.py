"""How long triage takes: a GB of text from a store on this machine, and a service whose queries take two seconds each."""

from __future__ import annotations

import os
import resource
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.corpus import logs, megabytes, store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from insightctl.core.job import Backend
    from insightctl.core.time import TimeRange

SIZE_GB = float(os.environ.get("INSIGHTCTL_BENCH_TRIAGE_GB", "1"))
QUERY_SECONDS = 2.0
_KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1"}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _probes(source: Path) -> Iterator[str]:
    """A line for each query by itself: seconds of the clock and of CPU."""
    from insightctl import library
    from insightctl.core.job import QueryJob
    from insightctl.local import LocalBackend, LogSource
    from insightctl.triage import clusters
    from insightctl.triage.asking import hidden
    from insightctl.triage.probes import PROBES

    backend = LocalBackend([LogSource(source)])
    for name in ("span", *PROBES, clusters.QUERY):
        params = {} if name in ("span", "starts") else {"bin": "5m"}
        wall, cpu = time.perf_counter(), _cpu()
        rows = backend.run(QueryJob(library.render(hidden(name), params), span=False)).rows
        yield f"| {name} | {time.perf_counter() - wall:.2f} | {_cpu() - cpu:.2f} | {len(rows):,} |"


def _whole(backend: Backend, patterns: tuple[str, ...], range_: TimeRange | None) -> str:
    """Seconds of the clock and of CPU of both kinds of triage, the better of two runs."""
    from insightctl.core.job import Target
    from insightctl.triage import triage
    from insightctl.triage.fleet import fleet

    lines = []
    for name, ask in (("triage", triage), ("triage --fleet", fleet)):
        best = (float("inf"), 0.0, 0)
        for _ in range(2):
            wall, cpu = time.perf_counter(), _cpu()
            queries = ask(backend, Target(log_groups=patterns), range_).statistics.queries
            best = min(best, (time.perf_counter() - wall, _cpu() - cpu, queries))
        lines.append(f"| {name} | {best[0]:.1f} | {best[1]:.1f} | {best[2]} |")
    return "\n".join(lines)


@contextmanager
def _service(folder: Path) -> Iterator[Backend]:
    from insightctl.cloud.backend import CloudWatchBackend
    from insightctl.emulator.adversity import Adversity
    from insightctl.emulator.server import Emulator
    from insightctl.local import LogSource

    os.environ.update(_KEYS)
    with Emulator([LogSource(folder)], adversity=Adversity(query_seconds=QUERY_SECONDS)) as emulator:
        yield CloudWatchBackend(endpoint_url=emulator.url)


def main() -> str:
    """The figures, as Markdown."""
    from insightctl.core.job import QueryJob
    from insightctl.local import LocalBackend, LogSource

    text, small = logs(SIZE_GB), logs(0.1)
    kept = store(text, f"triage-{SIZE_GB:g}GB")
    head = "| {} | s | CPU s | {} |\n|---|---:|---:|---:|"
    lines = [
        f"### Triage: {megabytes(text):,.0f} MB of text from a store of {megabytes(kept):,.0f} MB",
        "",
        head.format("query by itself", "rows"),
        *_probes(kept),
        "",
        head.format("command, start-up apart", "queries"),
        _whole(LocalBackend([LogSource(kept)]), (), None),
        "",
        f"### Triage on the emulator: {megabytes(small):,.0f} MB, each query takes at least {QUERY_SECONDS:g} s",
        "",
        head.format("command, start-up apart", "queries"),
    ]
    span = LocalBackend([LogSource(small)]).span(QueryJob(""))
    with _service(small) as backend:
        lines.append(_whole(backend, ("*",), span))
    return "\n".join(lines) + "\n"
