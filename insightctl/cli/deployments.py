"""`insightctl deployments`: one timeline out of logs, Lambda, CloudTrail, git and marks; and marks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.setup import When, Where, listed, prepare, time_zone
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.cli.setup import Prepared
    from insightctl.core.result import Result
    from insightctl.deployments import Source, Timeline
    from insightctl.deployments.mark_groups import Marks
    from insightctl.deployments.marks import Mark
    from insightctl.deployments.timeline import Sources

DEFAULT_SINCE = "1d"
_FUTURE = timedelta(hours=2)
_FUNCTION = re.compile(r"[\w.-]{1,140}", re.ASCII)  # Lambda's own, and the dot of us-east-1.edge and of files

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What was deployed when, by whom, and marks of your own.",
)

_Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="TIME",
        help="A time ago (3h, 2d) or a moment (2026-11-23T10:00). Default: 1d; with --local all of the data.",
        rich_help_panel="When",
    ),
]
_SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="NAME",
        help="Only these: logs, lambda, cloudtrail, mark, git. Repeatable, or a,b. Default: all.",
    ),
]
_Git = Annotated[
    Path | None, typer.Option("--git", metavar="DIR", help="Tags of the git repository in this folder, too.")
]
_MarkGroup = Annotated[
    str | None,
    typer.Option("--mark-group", metavar="NAME", help="Log group of the marks. Default: /insightctl/deployments."),
]


@app.command("list")
def list_(
    function: o.Function = None,
    log_group: o.LogGroup = None,
    stack: o.Stack = None,
    tag: o.Tag = None,
    service: o.Service = None,
    local: o.Local = None,
    source: _SourceOption = None,
    git: _Git = None,
    mark_group: _MarkGroup = None,
    since: _Since = None,
    until: o.Until = None,
    around: o.Around = None,
    window: o.Window = None,
    tz: o.Tz = None,
    output: o.Output = None,
    out: o.OutFile = None,
    columns: o.Columns = None,
    limit: o.Limit = None,
    profile: o.Profile = None,
    region: o.Region = None,
    max_cost: o.MaxCost = None,
    no_cache: o.NoCache = False,
) -> None:
    """One timeline of versions, alias shifts, configuration changes, runtime updates and marks, oldest first.

    A source that may not be asked is named with the permission it needs; the rest is shown.

    Example: insightctl deployments list -f checkout --since 2d
    """
    from insightctl.deployments.timeline import timeline

    where = Where(
        tuple(function or ()),
        tuple(log_group or ()),
        tuple(local or ()),
        profile,
        region,
        stack=tuple(stack or ()),
        tag=tuple(tag or ()),
        service=tuple(service or ()),
        max_cost=max_cost,
        no_cache=no_cache,
    )
    when = When(since, until, around, window, tz)
    if not (where.on_files or since or around):
        when = replace(when, since=DEFAULT_SINCE)
    wanted = _wanted(source, git)
    form = _format(output)
    prepared = prepare(where, when)
    with terminal.stoppable("nothing was left behind"), prepared.progress:
        found = timeline(_sources(prepared, where, wanted, git, mark_group), prepared.target, prepared.time)
    _show(found, prepared, form, out, columns, limit)


@app.command()
def mark(
    function: Annotated[str, typer.Option("--function", "-f", metavar="NAME", help="The Lambda function.")],
    version: Annotated[str, typer.Option("--version", metavar="VERSION", help="What was deployed: 43, v2.7, a hash.")],
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When: a time ago or a moment. Default: now.")
    ] = None,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="A note, such as a link to the build.")] = "",
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who deployed it.")] = None,
    log_group: Annotated[
        str | None,
        typer.Option("--log-group", "-g", metavar="NAME", help="Where it is kept. Default: /insightctl/deployments."),
    ] = None,
    local: Annotated[
        Path | None, typer.Option("--local", metavar="DIR", help="Keep it in a hidden file beside local logs instead.")
    ] = None,
    tz: o.Tz = None,
    profile: o.Profile = None,
    region: o.Region = None,
) -> None:
    """Mark a deployment: one line in a log group, for the timeline and for dashboards. Marking twice leaves one mark.

    Without --at nothing is written while the newest mark of the function says the same.

    Example: insightctl deployments mark -f checkout --version 43 --text 'release 2.7'
    """
    from insightctl.core.time import iso
    from insightctl.deployments.mark_groups import MarkFile
    from insightctl.render import safe

    if local is not None and log_group is not None:
        raise UsageError("--local does not go with --log-group", remedy="use one of the two")
    wanted = _mark(function, version, at, text, by, tz)
    kept: Marks = MarkFile(local) if local is not None else _group(log_group, profile, region)
    written = kept.write(wanted, at_this_moment=at is not None)
    for sentence in written.warnings:
        terminal.warn(sentence)
    done = "marked" if written.new else "marked already"
    one = written.mark
    print(safe.line(f"{done}: {one.function} {one.version} at {iso(one.at)} in {written.place}"))


def _mark(function: str, version: str, at: str | None, text: str, by: str | None, tz: str | None) -> Mark:
    """The mark of the options. Raises UsageError for what cannot be one."""
    from insightctl.core.arns import function_ref, is_pattern
    from insightctl.core.time import parse_moment
    from insightctl.deployments.marks import MOST_CHARACTERS, MOST_NAME, Mark

    name = function_ref(function).name
    if is_pattern(function):
        raise UsageError(f"-f {function}: a mark is of one function", remedy="name it in full")
    if not _FUNCTION.fullmatch(name):
        raise UsageError(f"-f {function}: not the name of a Lambda function", remedy="letters, digits, - and _")
    for option, value, most in (("--version", version, MOST_NAME), ("--text", text, MOST_CHARACTERS)):
        if len(value) > most:
            raise UsageError(f"{option}: longer than {most} characters", remedy="shorten it")
    if not version.strip():
        raise UsageError("--version: it is empty", remedy="is a variable unset?")
    now = datetime.now(UTC)
    moment = parse_moment(at, now=now, option="--at", tz=time_zone(tz)) if at else now
    if moment - now > _FUTURE:
        raise UsageError("--at lies more than two hours ahead", remedy="mark a deployment when it happens")
    return Mark(name, version.strip(), moment.astimezone(UTC), text.strip(), by)


def _group(name: str | None, profile: str | None, region: str | None) -> Marks:
    from insightctl.cli.accounts import accesses, one, settings
    from insightctl.cloud.session import Cloud
    from insightctl.deployments.mark_groups import DEFAULT_GROUP, MarkGroup

    access = accesses(settings(), one(profile), one(region))[0]
    return MarkGroup(Cloud(access), name or DEFAULT_GROUP)


def _wanted(source: list[str] | None, git: Path | None) -> frozenset[Source]:
    """The sources of --source; without it all. Raises UsageError."""
    from insightctl.deployments import SOURCES

    names = listed(source, "--source")
    wanted = frozenset(known for known in SOURCES if known in names) if names else frozenset(SOURCES)
    if unknown := next((name for name in names if name not in SOURCES), None):
        raise UsageError(f"--source {unknown}: there is no such source", remedy=f"sources: {', '.join(SOURCES)}")
    if "git" in names and git is None:
        raise UsageError("--source git: which repository?", remedy="name its folder: --git .")
    return wanted


def _sources(
    prepared: Prepared, where: Where, wanted: frozenset[Source], git: Path | None, mark_group: str | None
) -> Sources:
    from insightctl.cli.accounts import accesses, settings
    from insightctl.cloud.session import Cloud
    from insightctl.deployments.mark_groups import DEFAULT_GROUP, MarkFile, MarkGroup
    from insightctl.deployments.timeline import Sources

    backend = prepared.backend if "logs" in wanted else None
    folder = git if "git" in wanted else None
    if where.on_files:
        beside = next((Path(path) for path in where.local if Path(path).is_dir()), None)
        return Sources(backend, None, MarkFile(beside) if beside and "mark" in wanted else None, folder)
    cloud = Cloud(accesses(settings(), where.profiles, where.regions)[0])
    marks = MarkGroup(cloud, mark_group or DEFAULT_GROUP) if "mark" in wanted else None
    return Sources(backend, cloud, marks, folder, wanted)


def _format(output: str | None) -> str:
    from insightctl.core.config import Config
    from insightctl.render import Answer, render
    from insightctl.render.formats import is_format

    form = output or Config.load().output or "table"
    if not is_format(form):
        from insightctl.core.result import Result

        render(Answer(Result((), ())), form)  # says which formats there are
    return form


def _show(
    found: Timeline, prepared: Prepared, form: str, out: str | None, columns: str | None, limit: int | None
) -> None:
    from insightctl.deployments.document import as_result, timeline_json
    from insightctl.render import Answer, RenderOptions, render

    width = None if out else terminal.width()
    if form == "json":
        text = timeline_json(found, str(prepared.target), prepared.time)
    else:
        result = _cut(as_result(found, prepared.time), columns, limit)
        options = RenderOptions(
            width=width,
            colour=terminal.colour(width is not None),
            tz=prepared.tz,
            empty_hint="Nothing was deployed in this time, as far as these sources tell: widen --since.",
        )
        text = render(Answer(result, name="deployments", title="Deployments"), form, options)
    if out:
        terminal.write_file(Path(out), text + "\n")
    elif text:
        print(text)
    if form != "json":
        _remarks(found, form, to_file=out is not None)


def _remarks(found: Timeline, form: str, *, to_file: bool) -> None:
    """The aliases below a table; warnings and missing sources on stderr."""
    from insightctl.render import safe

    if form == "table" and not to_file and found.aliases:
        print("\n" + "\n".join(safe.line(f"now: {alias.function} {alias}") for alias in found.aliases))
    for sentence in found.warnings:
        terminal.warn(sentence)
    for refused in found.refused:
        lacks = f" (it needs {refused.permission})" if refused.permission else ""
        terminal.warn(f"left out: {refused.source}: {refused.reason}{lacks}")


def _cut(result: Result, columns: str | None, limit: int | None) -> Result:
    if columns:
        try:
            result = result.select([name.strip() for name in columns.split(",") if name.strip()])
        except KeyError as missing:
            raise UsageError(
                f"--columns: there is no column '{missing.args[0]}'", remedy="columns: " + ", ".join(result.names)
            ) from None
    # the newest are wanted, and they stand last
    return replace(result, rows=result.rows[-limit:]) if limit else result
