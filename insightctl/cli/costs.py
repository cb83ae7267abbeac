"""What a run on CloudWatch may cost: its backend with the limits of the options and the settings, and --dry-run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from insightctl.cli import terminal
from insightctl.cli.accounts import accesses, settings
from insightctl.cli.setup import Prepared, Where
from insightctl.core.errors import UsageError
from insightctl.core.job import QueryJob
from insightctl.core.time import parse_duration_ms

if TYPE_CHECKING:
    from insightctl.cloud.backend import CloudWatchBackend
    from insightctl.cloud.keeping import Keeper
    from insightctl.cloud.progress import RunProgress
    from insightctl.cloud.schedule import Progress


def cloud_backend(
    where: Where, watch: Callable[[Progress], None] | None = None
) -> tuple[CloudWatchBackend, RunProgress]:
    """The backend of the options and the settings (`insightctl config`), and what shows its progress. Raises InsightctlError.

    `watch` is told of progress instead, for several runs at a time.
    """
    from insightctl.cloud.backend import CloudWatchBackend, Guard
    from insightctl.cloud.progress import RunProgress

    config = settings()
    places = accesses(config, where.profiles, where.regions)
    split = parse_duration_ms(where.split) if where.split else None
    if split is not None and split < 1000:
        raise UsageError(f"--split {where.split}: too short", remedy="slices of a second or more, such as --split 1h")
    price = where.price
    if price is None:
        price = config.prices.price("logs_scanned_gb", places[0].region or "us-east-1").usd
    ask = config.ask_above if sys.stdin.isatty() and sys.stderr.isatty() and not where.yes else None
    progress = RunProgress(price)
    limit = config.max_cost if where.max_cost is None else where.max_cost
    backend = CloudWatchBackend(
        sites=places,
        guard=Guard(limit, ask, _confirm, where.price, config.prices),
        keeper=None if where.no_cache else _keeper(config.cache_size),
        split_ms=split,
        watch=watch or (progress.watch if progress.shown else None),
    )
    return backend, progress


def _keeper(max_bytes: int) -> Keeper:
    from insightctl.cloud.cache import ResultCache, cache_folder
    from insightctl.cloud.keeping import Keeper

    return Keeper(lambda: ResultCache.open(cache_folder(os.environ), max_bytes), terminal.warn)


def _confirm(words: str) -> bool:
    import typer

    return typer.confirm(f"{words}. Run it?", default=False, err=True)


def show_plan(prepared: Prepared, job: QueryJob, output: str) -> None:
    """What a run would scan and cost (--dry-run); nothing is run. Raises InsightctlError."""
    from insightctl.cloud.backend import CloudWatchBackend
    from insightctl.core.sizes import size_text

    backend = prepared.backend
    if not isinstance(backend, CloudWatchBackend):
        raise UsageError("--dry-run: local logs cost nothing", remedy="leave it out")
    found = backend.estimate(job)
    if output == "json":
        import json

        groups = [{"log_group": g.name, "region": g.region, "bytes": g.size, "by": g.by} for g in found.groups]
        print(
            json.dumps(
                {"schema": 1, "groups": groups, "bytes": found.size, "usd": found.usd, "notes": found.notes}, indent=2
            )
        )
        return
    ways = {"metric": "bytes that came in", "stored": "stored bytes", "unknown": "unknown"}
    for group in found.groups:
        size = "?" if group.size is None else size_text(group.size)
        print(f"{group.name}  {size}  ({ways[group.by]}, {group.region})")
    print(f"{found}; nothing was run")
    for note in found.notes:
        terminal.warn(note)
