"""`insightctl triage`: what broke, since when, which deployment did it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli import triage_account as a
from insightctl.cli.setup import When, Where, usd
from insightctl.cli.triage_look import Limits, commands, look, ready
from insightctl.cli.triage_show import FORMATS, Shown, show, text_of
from insightctl.core.errors import UsageError
from insightctl.core.job import Backend, Target
from insightctl.core.sizes import parse_size

if TYPE_CHECKING:
    from insightctl.triage import Report

EXIT_CRITICAL = 10
ALL_FUNCTIONS = "/aws/lambda/*"

_Target = Annotated[
    str | None,
    typer.Argument(metavar="[FUNCTION]", help="The function to look at. Default: all that -f, -g or --local name."),
]
_Format = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help=", ".join(FORMATS) + ".")]
_ExitCode = Annotated[
    bool, typer.Option("--exit-code", help=f"Exit with {EXIT_CRITICAL} when the verdict is critical.")
]
_Details = Annotated[bool, typer.Option("--details", "-v", help="Every finding with all of its evidence.")]
_Redact = Annotated[
    bool, typer.Option("--redact/--no-redact", help="In html: leave out keys, tokens and e-mail addresses.")
]
_Baseline = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="SPAN",
        help="Read so much before the range (7d), to know what traffic is usual at which hour; same: as long as it.",
        rich_help_panel="When",
    ),
]
_Watch = Annotated[bool, typer.Option("--watch", help="Look again and again, and say what changed, until Ctrl-C.")]
_Every = Annotated[str, typer.Option("--every", metavar="SPAN", help="How often --watch looks.")]
_Fleet = Annotated[
    bool, typer.Option("--fleet", help="All functions, a line each, the most unusual first. Default: /aws/lambda/*.")
]


def triage(
    target: _Target = None,
    function: o.Function = None,
    log_group: o.LogGroup = None,
    local: o.Local = None,
    lookup: o.Lookup = None,
    since: o.Since = None,
    until: o.Until = None,
    around: o.Around = None,
    window: o.Window = None,
    baseline: _Baseline = None,
    tz: o.Tz = None,
    watch: _Watch = False,
    every: _Every = "1m",
    fleet: _Fleet = False,
    output: _Format = "table",
    out: o.OutFile = None,
    limit: o.Limit = None,
    exit_code: _ExitCode = False,
    details: _Details = False,
    redact: _Redact = True,
    profile: o.Profile = None,
    region: o.Region = None,
    max_cost: o.MaxCost = None,
    price: o.Price = None,
    dry_run: o.DryRun = False,
    no_cache: o.NoCache = False,
    yes: o.Yes = False,
    max_queries: a.MaxQueries = None,
    max_bytes: a.MaxBytes = None,
    logs_only: a.LogsOnly = False,
) -> None:
    """What broke, since when, and which deployment did it, with the query that shows each.

    --since deploy looks from the last deployment on, and at what was before it. --max-cost is for all queries together,
    with --watch for all looks.

    Example: insightctl triage checkout --since 3h

    Example: insightctl triage checkout --since deploy --exit-code

    Example: insightctl triage --fleet --since 3h
    """
    if output not in FORMATS:
        raise UsageError(f"-o {output} is not a format of triage", remedy=f"formats: {', '.join(FORMATS)}")
    named = (*([target] if target else []), *(function or ()))
    where = Where(
        tuple(dict.fromkeys(named)),
        tuple(log_group or ()) or ((ALL_FUNCTIONS,) if fleet and not (named or local) else ()),
        tuple(local or ()),
        profile,
        region,
        tuple(lookup or ()),
        max_cost=usd(max_cost, "--max-cost"),
        price=usd(price, "--price"),
        no_cache=no_cache,
        yes=yes,
    )
    when = When(since, until, around, window, tz)
    shown = Shown(output, out, details, redact)
    size = None if max_bytes is None else parse_size(max_bytes, "--max-bytes")
    limits = Limits(max_queries, size, logs_only)
    _check(where, when, limits, watch=watch, fleet=fleet, limit=limit, baseline=baseline, dry_run=dry_run)
    if watch:
        _check_watch(shown, exit_code=exit_code)
    if fleet:
        _fleet(where, when, shown, limit, dry_run=dry_run, exit_code=exit_code)
    elif watch:
        _watch(where, when, baseline, every, shown, limits)
    else:
        _once(where, when, baseline, shown, limits, dry_run=dry_run, exit_code=exit_code)


def _once(
    where: Where,
    when: When,
    baseline: str | None,
    shown: Shown,
    limits: Limits,
    *,
    dry_run: bool,
    exit_code: bool,
) -> None:
    from insightctl.cli.triage_cost import guard, show_plan

    with terminal.stoppable("nothing was left behind"):
        asked = replace(ready(where, when, baseline), limits=limits)
        probes = _probes()[: limits.queries]
        if dry_run:
            show_plan(asked, probes, shown.output)
            return
        guard(asked, probes)
        report = look(asked)
    show(report, shown)
    if exit_code and report.verdict == "critical":
        raise typer.Exit(EXIT_CRITICAL)


def _watch(where: Where, when: When, baseline: str | None, every: str, shown: Shown, limits: Limits) -> None:
    from insightctl.cli.triage_cost import guard, limit_usd
    from insightctl.cli.triage_watch import every_s, watch

    first = ready(where, when, baseline)
    guard(first, _probes()[: limits.queries])

    def again() -> Report:
        return look(replace(ready(where, when, baseline), limits=limits))

    watch(again, every_s(every), limit_usd(first), shown)


def _fleet(where: Where, when: When, shown: Shown, limit: int | None, *, dry_run: bool, exit_code: bool) -> None:
    from insightctl.cli.triage_cost import guard, show_plan
    from insightctl.cli.triage_fleet import look_at_all, show_fleet
    from insightctl.triage.fleet import PROBES

    with terminal.stoppable("nothing was left behind"):
        asked = ready(where, when)
        if dry_run:
            show_plan(asked, PROBES, shown.output)
            return
        guard(asked, PROBES)
        found = look_at_all(asked)
    show_fleet(found, shown, limit)
    if exit_code and found.is_critical:
        raise typer.Exit(EXIT_CRITICAL)


def _check(
    where: Where,
    when: When,
    limits: Limits,
    *,
    watch: bool,
    fleet: bool,
    limit: int | None,
    baseline: str | None,
    dry_run: bool,
) -> None:
    """Raises UsageError for options that do not go together."""
    wrong = (
        (fleet and watch, "--fleet does not go with --watch", "use one of the two"),
        (fleet and baseline, "--fleet does not go with --baseline", "a longer --since is held against its last sixth"),
        (fleet and limits.queries is not None, "--fleet does not go with --max-queries: it asks four", "leave it out"),
        (fleet and limits.size is not None, "--fleet does not go with --max-bytes", "use --max-cost"),
        (fleet and limits.logs_only, "--logs-only does not go with --fleet: it asks the logs only", "leave it out"),
        (
            where.on_files and (limits.logs_only or limits.size is not None),
            "--logs-only and --max-bytes are for CloudWatch: local logs are free, and nothing is asked beside them",
            "leave it out",
        ),
        (limit is not None and not fleet, "--limit goes with --fleet", "leave it out"),
        (watch and dry_run, "--dry-run does not go with --watch", "leave out --watch: each look costs the same"),
        (
            watch and (when.until or when.around),
            "--watch looks at what is new: it takes no --until and no --around",
            "leave it out",
        ),
        (
            fleet and when.since == "deploy",
            "--since deploy does not go with --fleet: each function has its own",
            "say a time: --since 3h",
        ),
    )
    for is_wrong, what, remedy in wrong:
        if is_wrong:
            raise UsageError(what, remedy=remedy)


def _check_watch(shown: Shown, *, exit_code: bool) -> None:
    """Raises UsageError for what makes no sense again and again."""
    if exit_code:
        raise UsageError("--exit-code does not go with --watch: only Ctrl-C ends it", remedy="use one of the two")
    if shown.output == "html" and not shown.out:
        raise UsageError("-o html with --watch: one page after the other", remedy="name a file: --out report.html")


def _probes() -> tuple[str, ...]:
    from insightctl.triage import clusters
    from insightctl.triage.probes import PROBES

    return (*PROBES, clusters.QUERY)


def report_text(backend: Backend, function: str, logs: Path) -> str:
    """The report of one function in local logs, as the terminal shows it."""
    from insightctl.triage import triage as look_at

    said = commands(Where(local=(str(logs),)), When())
    return text_of(look_at(backend, Target((function,)), None, said), Shown())
