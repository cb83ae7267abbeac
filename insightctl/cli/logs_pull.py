"""`insightctl logs pull`: logs of CloudWatch into a store on this machine."""

from __future__ import annotations

import sys
import time as clock
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.accounts import accesses, one, settings
from insightctl.cli.logs_where import LogGroup, target
from insightctl.cli.setup import time_zone, usd
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.cloud.pull_run import Pull
    from insightctl.core.config import Config
    from insightctl.local.stores.layout import Store

DEFAULT_SINCE = "1d"


def pull(
    function: o.Function = None,
    log_group: LogGroup = None,
    stack: o.Stack = None,
    tag: o.Tag = None,
    service: o.Service = None,
    account: o.Account = None,
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
    via: Annotated[
        str,
        typer.Option(
            "--via",
            metavar="WAY",
            help="filter (FilterLogEvents, slow and free), insights (queries, billed by the GB), or auto: what costs less.",
        ),
    ] = "auto",
    verify: Annotated[
        bool,
        typer.Option("--verify/--no-verify", help="Compare the number of events with what a query counts (billed)."),
    ] = True,
    max_cost: o.MaxCost = None,
    price: o.Price = None,
    tz: o.Tz = None,
    profile: o.Profile = None,
    region: o.Region = None,
) -> None:
    """Fetch the log events of CloudWatch into a store. Again, it fetches only what is new; nothing is there twice.

    Example: insightctl logs pull -f checkout -f 'cart-*' --since 1d --store prod
    """
    from insightctl.cloud.pull import EventSource
    from insightctl.cloud.pull_run import LEFT, Order, Pull
    from insightctl.cloud.pull_ways import WAYS
    from insightctl.core.sizes import size_text
    from insightctl.core.time import parse_duration_ms, resolve_range, to_ms
    from insightctl.local.progress import BytesProgress
    from insightctl.local.stores.layout import place_of
    from insightctl.local.stores.upkeep import size_of

    if not store:
        raise UsageError("into which store?", remedy="name one: --store prod")
    if via not in WAYS:
        raise UsageError(f"--via {via}: there is no such way", remedy=f"one of {', '.join(WAYS)}")
    now = datetime.now(UTC)
    config = settings()
    order = Order(
        target(function, log_group, stack, tag, service, account),
        place_of(store),
        resolve_range(since, until, now=now, default=DEFAULT_SINCE, tz=time_zone(tz)),
        parse_duration_ms(overlap),
        go_on=since is None,
        via=via,
        verify=verify,
        max_usd=config.max_cost if max_cost is None else usd(max_cost, "--max-cost"),
        usd_per_gb=usd(price, "--price"),
    )
    there = accesses(config, one(profile), one(region))[0]
    run = Pull(order, EventSource(there.profile, there.region), _say, to_ms(now))
    started = clock.perf_counter()
    with terminal.stoppable(LEFT):
        run.prepare()
        with BytesProgress("fetched", None) as progress:
            place, done = run.fetch(progress.add)
        groups = len(run.groups)
        print(
            f"{store}: {done.new:,} new events, {done.known:,} known, of {groups} log group{'' if groups == 1 else 's'} "
            f"in {clock.perf_counter() - started:.1f} s; the store has {size_text(size_of(place))}",
            flush=True,
        )
    if verify:
        with terminal.stoppable("the events are in the store, but were not counted"):
            _verify(run, place, store, config)
    elif run.cost:
        _say(run.cost)


def _verify(run: Pull, place: Store, store: str, config: Config) -> None:
    from insightctl.cloud.progress import RunProgress
    from insightctl.core.time import iso

    price = run.order.usd_per_gb
    with RunProgress(config.prices.price("logs_scanned_gb", "us-east-1").usd if price is None else price) as progress:
        found = run.verify(place, progress.watch if progress.shown else None)
    if run.cost:
        _say(run.cost)
    if found is None:
        return
    found.refuse_other(store)
    ends = max(group.time.end for group in found.groups)
    print(f"{store}: verified: {found.events:,} events until {iso(ends)}, as many as CloudWatch counts")


def _say(sentence: str) -> None:
    from insightctl.render import safe

    mark = "\x1b[2mpull\x1b[0m" if terminal.colour(sys.stderr.isatty()) else "pull"
    print(f"{mark}: {safe.line(sentence)}", file=sys.stderr, flush=True)
