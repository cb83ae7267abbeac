"""`insightctl triage`: what broke, since when, which deployment did it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.setup import When, Where, prepare
from insightctl.cli.since_deploy import since_deploy
from insightctl.core.errors import UsageError
from insightctl.core.job import Backend, Target

if TYPE_CHECKING:
    from insightctl.triage import Commands, Report

EXIT_CRITICAL = 10
_FORMATS = ("table", "json", "markdown", "html")

_Target = Annotated[
    str | None,
    typer.Argument(metavar="[FUNCTION]", help="The function to look at. Default: all that -f, -g or --local name."),
]
_Format = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help=", ".join(_FORMATS) + ".")]
_ExitCode = Annotated[
    bool, typer.Option("--exit-code", help=f"Exit with {EXIT_CRITICAL} when the verdict is critical.")
]


_Details = Annotated[bool, typer.Option("--details", "-v", help="Every finding with all of its evidence.")]
_Redact = Annotated[
    bool, typer.Option("--redact/--no-redact", help="In html: leave out keys, tokens and e-mail addresses.")
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
    tz: o.Tz = None,
    output: _Format = "table",
    out: o.OutFile = None,
    exit_code: _ExitCode = False,
    details: _Details = False,
    redact: _Redact = True,
    profile: o.Profile = None,
    region: o.Region = None,
) -> None:
    """What broke, since when, and which deployment did it, with the query that shows each.

    --since deploy looks from the last deployment on, and at what was before it.

    Example: insightctl triage checkout --since 3h

    Example: insightctl triage checkout --since deploy --exit-code
    """
    if output not in _FORMATS:
        raise UsageError(f"-o {output} is not a format of triage", remedy=f"formats: {', '.join(_FORMATS)}")
    named = (*([target] if target else []), *(function or ()))
    where = Where(
        tuple(dict.fromkeys(named)), tuple(log_group or ()), tuple(local or ()), profile, region, tuple(lookup or ())
    )
    when = since_deploy(where, When(since, until, around, window, tz))
    from insightctl.triage import triage as look

    prepared = prepare(where, when)
    with terminal.stoppable("nothing was left behind"), prepared.progress:
        report = look(prepared.backend, prepared.target, prepared.time, _commands(where, when))
    _show(report, output, out, details=details, redact=redact)
    if exit_code and report.verdict == "critical":
        raise typer.Exit(EXIT_CRITICAL)


def report_text(backend: Backend, function: str, logs: Path) -> str:
    """The report of one function in local logs, as the terminal shows it."""
    from insightctl.triage import triage as look

    commands = _commands(Where(local=(str(logs),)), When())
    return _text(look(backend, Target((function,)), None, commands), "table", terminal.width())


def _commands(where: Where, when: When) -> Commands:
    """The options for the commands that a report shows: -f comes from each finding."""
    from insightctl.triage import Commands

    groups = [group for group in where.log_group if "=" not in group]
    aws = [
        f"--{name} {shlex.quote(value)}"
        for name, value in (("profile", where.profile), ("region", where.region))
        if value
    ]
    zone = f"--tz {shlex.quote(when.tz)}" if when.tz and "--tz" not in when.words else ""
    return Commands(
        replace(where, function=()).words,
        " ".join(part for part in (when.words, zone) if part),
        " ".join(aws),
        by_function=not groups,
    )


def _show(report: Report, output: str, out: str | None, *, details: bool, redact: bool) -> None:
    text = _text(report, output, None if out else terminal.width(), details=details, redact=redact)
    if out:
        terminal.write_file(Path(out), text + "\n")
    else:
        print(text)
    if output != "json":
        for sentence in report.warnings:
            terminal.warn(sentence)


def _text(report: Report, output: str, width: int | None, *, details: bool = False, redact: bool = True) -> str:
    if output == "json":
        from insightctl.triage.document import report_json

        return report_json(report)
    if output == "markdown":
        from insightctl.triage.markdown import report_markdown

        return report_markdown(report)
    if output == "html":
        from insightctl.triage.html import report_html

        return report_html(report, redact=redact)
    from insightctl.render import RenderOptions
    from insightctl.triage.report import report_text as as_text

    return as_text(report, RenderOptions(width=width, colour=terminal.colour(width is not None)), details=details)
