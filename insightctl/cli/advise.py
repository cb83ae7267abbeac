"""`insightctl advise`: right sizes, cold starts and logs, with the money."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.setup import Prepared, When, Where, listed, prepare, usd
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.triage.advice import Advised, Costs
    from insightctl.triage.advice.asking import ReadSettings
    from insightctl.triage.advice.text import Shown

DEFAULT_SINCE = "7d"
_FORMATS = ("table", "json", "markdown")

_Target = Annotated[
    str | None,
    typer.Argument(metavar="[FUNCTION]", help="The function to look at. Default: all that -f, -g or --local name."),
]
_Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="TIME",
        help="A time ago (7d, 30d) or a moment. Default: 7d; with --local all of the data.",
        rich_help_panel="When",
    ),
]
_Least = Annotated[
    float, typer.Option("--least", min=0, metavar="USD", help="Leave out what saves less a month, at best.")
]
_All = Annotated[bool, typer.Option("--all", help="Show what is fine, too.")]
_Kind = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", metavar="NAME", help="Only this: memory, timeout, arm64, provisioned, snapstart, logs, storage."
    ),
]
_NoSettings = Annotated[
    bool, typer.Option("--no-settings", help="Do not ask Lambda for timeout, architecture and the like: logs only.")
]
_Format = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help=", ".join(_FORMATS) + ".")]


def advise(
    target: _Target = None,
    function: o.Function = None,
    log_group: o.LogGroup = None,
    stack: o.Stack = None,
    tag: o.Tag = None,
    service: o.Service = None,
    local: o.Local = None,
    kind: _Kind = None,
    least: _Least = 1.0,
    everything: _All = False,
    no_settings: _NoSettings = False,
    since: _Since = None,
    until: o.Until = None,
    around: o.Around = None,
    window: o.Window = None,
    tz: o.Tz = None,
    output: _Format = "table",
    out: o.OutFile = None,
    profile: o.Profile = None,
    region: o.Region = None,
    max_cost: o.MaxCost = None,
    no_cache: o.NoCache = False,
    yes: o.Yes = False,
) -> None:
    """What to set otherwise, from history, with USD a month: memory, timeout, arm64, provisioned concurrency, SnapStart, logs.

    Prices are list prices of the region (--region; own ones by insightctl config). It says when data are too thin.

    Example: insightctl advise checkout --since 7d
    """
    if output not in _FORMATS:
        raise UsageError(f"-o {output} is not a format of advise", remedy=f"formats: {', '.join(_FORMATS)}")
    kinds = _kinds(kind)
    named = (*([target] if target else []), *(function or ()))
    where = Where(
        tuple(dict.fromkeys(named)),
        tuple(log_group or ()),
        tuple(local or ()),
        profile,
        region,
        stack=tuple(stack or ()),
        tag=tuple(tag or ()),
        service=tuple(service or ()),
        max_cost=usd(max_cost, "--max-cost"),
        no_cache=no_cache,
        yes=yes,
    )
    when = When(since, until, around, window, tz)
    if not (where.on_files or since or around):
        when = replace(when, since=DEFAULT_SINCE)
    from insightctl.triage.advice import advise as look
    from insightctl.triage.advice.text import Shown

    prepared = prepare(where, when)
    settings = None if no_settings or where.on_files else _settings(where)
    with terminal.stoppable("nothing was left behind"), prepared.progress:
        advised = look(prepared.backend, prepared.target, prepared.time, _costs(where, prepared), settings)
    if kinds:
        advised = replace(advised, advices=tuple(a for a in advised.advices if a.kind in kinds or a.kind == "data"))
    _show(advised, Shown(usd(least, "--least") or 0.0, everything), output, out)


def _kinds(given: list[str] | None) -> frozenset[str]:
    from insightctl.triage.advice.model import KINDS

    names = frozenset(listed(given, "--kind"))
    if unknown := sorted(names - set(KINDS)):
        raise UsageError(f"--kind {unknown[0]}: there is no such advice", remedy=f"kinds: {', '.join(KINDS)}")
    return names


def _costs(where: Where, prepared: Prepared) -> Costs:
    """The prices of the region that is looked at; of local logs the one that --region or the settings name."""
    from insightctl.cli.accounts import accesses, settings
    from insightctl.triage.advice import Costs

    config = settings()
    region = accesses(config, where.profiles, where.regions)[0].region
    if region is None and not where.on_files:
        from insightctl.cloud.backend import CloudWatchBackend

        if isinstance(prepared.backend, CloudWatchBackend):
            region = str(prepared.backend.source().get("region") or "") or None
    return Costs(config.prices, region or "us-east-1")


def _settings(where: Where) -> ReadSettings:
    from insightctl.cli.accounts import accesses, settings
    from insightctl.cloud.session import Cloud
    from insightctl.triage.advice import read_settings

    cloud = Cloud(accesses(settings(), where.profiles, where.regions)[0])
    return lambda functions: read_settings(cloud, functions)


def _show(advised: Advised, shown: Shown, output: str, out: str | None) -> None:
    text = _text(advised, shown, output, None if out else terminal.width())
    if out:
        terminal.write_file(Path(out), text + "\n")
    else:
        print(text)
    if output != "json":
        for sentence in advised.warnings:
            terminal.warn(sentence)


def _text(advised: Advised, shown: Shown, output: str, width: int | None) -> str:
    if output == "json":
        from insightctl.triage.advice.document import advice_json

        return advice_json(advised)
    from insightctl.render import RenderOptions
    from insightctl.triage.advice.text import advice_markdown, advice_text

    if output == "markdown":
        return advice_markdown(advised, shown)
    return advice_text(advised, shown, RenderOptions(width=width, colour=terminal.colour(width is not None)))
