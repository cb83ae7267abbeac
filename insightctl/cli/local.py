"""`insightctl local`: stores on this machine."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.local import LogSource
    from insightctl.local.stores import Store
    from insightctl.local.stores.upkeep import Drop

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Stores: logs imported once, asked often.\n\nExample: insightctl local import logs/ --store prod",
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A store: its name, or its folder.")]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="table or json.")]
Memory = Annotated[
    str | None,
    typer.Option(
        "--memory-limit", metavar="SIZE", help="Memory that it may take: 4GB, 512MiB. Default: half of what there is."
    ),
]


@app.command("import")
def import_(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH...", help="Log files, folders, globs, or - for stdin.")
    ] = None,
    store: Annotated[str, typer.Option("--store", metavar="NAME", help="The store: a name, or a folder.")] = "",
    log_group: Annotated[
        list[str] | None,
        typer.Option("--log-group", "-g", metavar="NAME=PATH", help="A path with its log group. Repeatable."),
    ] = None,
    memory_limit: Memory = None,
) -> None:
    """Import log files into a store; it is made when it is not there. Files that it knows add only what is new in them.

    Example: insightctl local import logs/ --store prod

    Example: aws logs tail /aws/lambda/cart --since 1d | insightctl local import -g /aws/lambda/cart=- --store prod
    """
    from insightctl.cli.setup import limits
    from insightctl.core.sizes import size_text
    from insightctl.local.progress import BytesProgress
    from insightctl.local.stores.importing import import_logs
    from insightctl.local.stores.layout import Store, place_of
    from insightctl.local.stores.upkeep import size_of

    sources = _sources(paths or [], log_group or [])
    if not store:
        raise UsageError("into which store?", remedy="name one: --store prod")
    most = limits(memory_limit)
    started = time.perf_counter()
    target = Store.create(place_of(store))
    with (
        terminal.stoppable("what was committed is kept, and the same command goes on from there"),
        BytesProgress("importing", _total(sources)) as progress,
    ):
        report = import_logs(target, sources, limits=most, progress=progress.add)
    seconds = time.perf_counter() - started
    print(
        f"{store}: {report.added:,} files added, {report.grown:,} grown, {report.known:,} known; {report.events:,} events "
        f"from {size_text(report.bytes_read)} in {seconds:.1f} s; the store has {size_text(size_of(target))}"
    )
    for note in report.notes:
        terminal.warn(note)


@app.command("list")
def list_(
    store: Annotated[
        str | None, typer.Option("--store", metavar="NAME", help="The log groups and days of this store.")
    ] = None,
    output: Output = "table",
) -> None:
    """List the stores, or what is in one.

    Example: insightctl local list

    Example: insightctl local list --store prod
    """
    from insightctl.cli.local_text import show_days, show_stores
    from insightctl.local.stores.layout import home
    from insightctl.local.stores.listing import days, stores

    _checked(output)
    if store is not None:
        show_days(days(_opened(store)), output)
        return
    found, problems = stores()
    show_stores(found, output, str(home()))
    for problem in problems:
        terminal.warn(problem)


@app.command()
def fields(
    source: Annotated[str, typer.Argument(metavar="NAME|PATH", help="A store, a log file, a folder, a glob or -.")],
    function: o.Function = None,
    log_group: Annotated[
        list[str] | None, typer.Option("--log-group", "-g", metavar="NAME", help="Log group, or a glob. Repeatable.")
    ] = None,
    output: Output = "table",
) -> None:
    """Show the fields that events have: their names as queries write them, types, how many events, an example.

    Of more than 100,000 events so many are looked at, taken at random.

    Example: insightctl local fields prod -f checkout
    """
    from insightctl.cli.local_text import show_fields
    from insightctl.core.job import Target
    from insightctl.local import LogSource
    from insightctl.local.fields import fields_of
    from insightctl.local.progress import QueryProgress

    _checked(output)
    target = Target(tuple(function or ()), tuple(log_group or ()))
    with terminal.stoppable("nothing was left behind"), QueryProgress("reading") as progress:
        found = fields_of([LogSource(Path(source))], target, progress=progress)
    show_fields(found, output)
    if output == "table":
        for note in found.notes:
            terminal.warn(note)


@app.command()
def drop(
    name: Name,
    log_group: Annotated[
        str | None, typer.Option("--log-group", "-g", metavar="GROUP", help="Only this log group, or a glob.")
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", metavar="TIME", help="Only whole days (UTC) before this: 30d, 2026-11-01.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Drop a store, a log group of it, or its old days. The files that were imported are not touched.

    Example: insightctl local drop prod --before 30d
    """
    from datetime import UTC, datetime

    from insightctl.core.time import parse_moment
    from insightctl.local.stores.upkeep import drop as dropped
    from insightctl.local.stores.upkeep import planned

    store = _opened(name)
    moment = parse_moment(before, now=datetime.now(UTC), option="--before").astimezone(UTC) if before else None
    plan = planned(store, log_group, moment)
    if not plan.parts and not plan.whole and moment is not None:
        print(f"{name}: nothing is before {plan.before}")
        return
    _ask(name, plan, yes=yes)
    done, foreign = dropped(store, log_group, moment)
    print(f"{name}: dropped {_extent(done)}")
    if foreign:
        terminal.warn(f"files that are no part of the store stay: {', '.join(foreign[:8])}")


@app.command()
def verify(name: Name, output: Output = "table") -> None:
    """Check that each part of a store is there, whole, sorted, and has the events that store.json says.

    Example: insightctl local verify prod
    """
    from insightctl.cli.local_text import show_verdict
    from insightctl.local.progress import ProgressLine
    from insightctl.local.stores.upkeep import verify as look

    _checked(output)
    store = _opened(name)
    with terminal.stoppable("nothing was changed"), ProgressLine(lambda: "verifying", lambda: None):
        verdict = look(store)
    show_verdict(name, verdict, output)
    if verdict.problems:
        raise typer.Exit(1)


@app.command()
def compact(name: Name, memory_limit: Memory = None) -> None:
    """Merge the parts of each log group and day into one: many small imports become few files to read.

    Example: insightctl local compact prod
    """
    from insightctl.cli.setup import limits
    from insightctl.core.sizes import size_text
    from insightctl.local.progress import ProgressLine
    from insightctl.local.stores.upkeep import compact as merge

    store = _opened(name)
    most = limits(memory_limit)
    with terminal.stoppable("the days that were merged stay so"), ProgressLine(lambda: "compacting", lambda: None):
        done = merge(store, limits=most)
    print(
        f"{name}: {done.parts_before:,} parts with {size_text(done.bytes_before)} are now "
        f"{done.parts_after:,} with {size_text(done.bytes_after)}"
    )


def _opened(name: str) -> Store:
    from insightctl.cli.local_text import no_store
    from insightctl.local.stores import Store, find

    path = find(Path(name))
    if path is None:
        raise no_store(name)
    return Store(path)


def _checked(output: str) -> None:
    if output not in ("table", "json"):
        raise UsageError(f"-o {output}: no such format here", remedy="table or json")


def _sources(paths: list[str], named: list[str]) -> list[LogSource]:
    from insightctl.local import LogSource

    pairs = [text.partition("=") for text in named]
    for name, sign, path in pairs:
        if not (name and sign and path):
            raise UsageError(
                f"-g {name}{sign}{path}: not NAME=PATH", remedy="write -g /aws/lambda/checkout=./checkout.log"
            )
    if any(not path.strip() for path in paths):
        raise UsageError("the path is empty", remedy="name a file, a folder or a glob (is a variable unset?)")
    if not paths and not pairs:
        raise UsageError("import what?", remedy="name files or folders: insightctl local import logs/ --store prod")
    return [LogSource(Path(path)) for path in paths] + [LogSource(Path(path), name) for name, _, path in pairs]


def _total(sources: list[LogSource]) -> int | None:
    """Bytes of files and folders; None when something else is among them."""
    total = 0
    for source in sources:
        if source.path.is_file():
            total += source.path.stat().st_size
        elif source.path.is_dir():
            total += sum(path.stat().st_size for path in source.path.rglob("*") if path.is_file())
        else:
            return None
    return total


def _extent(plan: Drop) -> str:
    groups = len({part.log_group for part in plan.parts})
    events = sum(part.events for part in plan.parts)
    what = "the whole store: " if plan.whole else f"before {plan.before}: " if plan.before else ""
    return f"{what}{events:,} events of {groups} log group{'' if groups == 1 else 's'}"


def _ask(name: str, plan: Drop, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"not asked whether to drop {_extent(plan)} of {name}", remedy="say so with --yes")
    if not typer.confirm(f"drop {_extent(plan)} of {name}?", err=True):
        raise UsageError("nothing was dropped")
