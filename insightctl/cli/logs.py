"""`insightctl logs`: logs of CloudWatch as they are."""

from __future__ import annotations

import time as clock
from datetime import UTC, datetime
from typing import Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.logs_tail import tail
from insightctl.core.errors import UsageError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Logs of CloudWatch: follow them, or pull them into a store on this machine.\n\n"
    "Example: insightctl logs tail -f checkout -f 'cart-*'",
)
DEFAULT_SINCE = "1d"


@app.callback()
def logs() -> None:
    """Logs of CloudWatch: follow them, or pull them into a store on this machine.

    Example: insightctl logs tail -f checkout -f 'cart-*'
    """


app.command()(tail)


@app.command()
def pull(
    function: o.Function = None,
    log_group: Annotated[
        list[str] | None, typer.Option("--log-group", "-g", metavar="NAME", help="Log group, or a glob. Repeatable.")
    ] = None,
    store: Annotated[str, typer.Option("--store", metavar="NAME", help="The store: a name, or a folder.")] = "",
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="TIME",
            help="From when on: 3h, 2d, 2026-11-23T10:00. Default: where the last pull ended; of the first one 1d.",
        ),
    ] = None,
    until: o.Until = None,
    overlap: Annotated[
        str,
        typer.Option(
            "--overlap", metavar="SPAN", help="Read again so much before the last pull's end, for late events."
        ),
    ] = "5m",
    profile: o.Profile = None,
    region: o.Region = None,
) -> None:
    """Fetch the log events of CloudWatch into a store. Again, it fetches only what is new; nothing is there twice.

    Example: insightctl logs pull -f checkout -f 'cart-*' --since 1d --store prod
    """
    from insightctl.cloud.pull import EventSource, name_of
    from insightctl.core.job import Target
    from insightctl.core.sizes import size_text
    from insightctl.core.time import parse_duration_ms, resolve_range
    from insightctl.local.progress import BytesProgress
    from insightctl.local.stores.layout import Store, place_of
    from insightctl.local.stores.pulling import pull as into
    from insightctl.local.stores.upkeep import size_of

    if not store:
        raise UsageError("into which store?", remedy="name one: --store prod")
    place = place_of(store)
    overlap_ms = parse_duration_ms(overlap)
    asked = resolve_range(since, until, now=datetime.now(UTC), default=DEFAULT_SINCE)
    source = EventSource(profile, region)
    started = clock.perf_counter()
    with terminal.stoppable("what was committed is kept, and the same command goes on from there"):
        groups = {
            name_of(group): group for group in source.groups(Target(tuple(function or ()), tuple(log_group or ())))
        }
        target = Store.create(place)
        with BytesProgress("fetched", None) as progress:
            done = into(
                target,
                tuple(groups),
                asked,
                lambda name, time: source.pages(groups[name], time),
                overlap_ms=overlap_ms,
                go_on=since is None,
                progress=progress.add,
            )
    print(
        f"{store}: {done.new:,} new events, {done.known:,} known, of {len(groups)} log group{'' if len(groups) == 1 else 's'} "
        f"in {clock.perf_counter() - started:.1f} s; the store has {size_text(size_of(target))}"
    )
