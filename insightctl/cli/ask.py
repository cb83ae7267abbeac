"""Runs a query for a person: prepare, run, render, and say what stands out. `query` and `run` share it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.setup import Prepared, When, Where, listed, prepare, usd
from insightctl.core.config import Config
from insightctl.core.errors import UsageError
from insightctl.core.job import DEFAULT_ROWS, QueryJob
from insightctl.core.result import Result
from insightctl.library import QuerySpec

if TYPE_CHECKING:
    from insightctl.ql import CheckedQuery

PEOPLE = ("table", "chart", "markdown")
SPANNED = ("json", "html")
"""Formats that tell the time range of the answer."""


@dataclass(frozen=True, slots=True)
class Show:
    """The options that say how to show the answer."""

    output: str = "table"
    out: str | None = None
    columns: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a text, and the library's query behind it if there is one."""

    text: str
    source: str
    spec: QuerySpec | None = None
    params: Mapping[str, str] | None = None
    given: Mapping[str, str] | None = None
    """Of the params those that were typed: what follows is asked with them too."""


def shared(
    function: o.Function = None,
    log_group: o.LogGroup = None,
    stack: o.Stack = None,
    tag: o.Tag = None,
    service: o.Service = None,
    account: o.Account = None,
    local: o.Local = None,
    lookup: o.Lookup = None,
    memory_limit: o.MemoryLimit = None,
    since: o.Since = None,
    until: o.Until = None,
    around: o.Around = None,
    window: o.Window = None,
    tz: o.Tz = None,
    output: o.Output = None,
    out: o.OutFile = None,
    columns: o.Columns = None,
    limit: o.Limit = None,
    profile: o.Profiles = None,
    region: o.Regions = None,
    max_cost: o.MaxCost = None,
    price: o.Price = None,
    dry_run: o.DryRun = False,
    no_cache: o.NoCache = False,
    yes: o.Yes = False,
    max_rows: o.MaxRows = DEFAULT_ROWS,
    split: o.Split = None,
) -> tuple[Where, When, Show]:
    """The shared options as values; its signature is theirs."""
    where = Where(
        tuple(function or ()),
        tuple(log_group or ()),
        tuple(local or ()),
        lookup=tuple(lookup or ()),
        memory_limit=memory_limit,
        profiles=listed(profile, "--profile"),
        regions=listed(region, "--region"),
        stack=tuple(stack or ()),
        tag=tuple(tag or ()),
        service=tuple(service or ()),
        account=listed(account, "--account"),
        max_cost=usd(max_cost, "--max-cost"),
        price=usd(price, "--price"),
        dry_run=dry_run,
        no_cache=no_cache,
        yes=yes,
        max_rows=max_rows,
        split=split,
    )
    settings = Config.load()
    named = since or around or window or where.on_files
    when = When(since if named else settings.since, until, around, window, tz or settings.tz)
    return where, when, Show(output or settings.output or "table", out, columns, limit)


def with_shared(command: Callable[..., None], own: list[inspect.Parameter]) -> Callable[..., None]:
    """A command function with its own parameters and the shared options: Typer reads the signature."""
    common = inspect.signature(shared, eval_str=True).parameters.values()
    parameters = [*own, *(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in common)]
    names = [p.name for p in own]

    def run(**values: Any) -> None:
        mine = {name: values.pop(name) for name in names}
        command(*shared(**values), **mine)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    return run


def ask(question: Question, where: Where, when: When, show: Show) -> None:
    """Runs the question and shows the answer. Raises InsightctlError."""
    from insightctl.ql import ast
    from insightctl.render.formats import is_format

    if not is_format(show.output):
        from insightctl.render import Answer, render

        render(Answer(Result((), ())), show.output)  # says which formats there are
    question, checked = _filled_in(question, where)
    names_its_groups = any(isinstance(c, ast.Source) for c in checked.query.commands[:1])
    prepared = prepare(where, when, names_its_groups=names_its_groups)
    job = QueryJob(
        question.text,
        prepared.target,
        prepared.time,
        question.source,
        dict(question.params or {}),
        where.max_rows,
        span=show.output in SPANNED,
    )
    if where.dry_run:
        from insightctl.cli.costs import show_plan

        show_plan(prepared, job, show.output)
        return
    with terminal.stoppable("nothing was left behind"), prepared.progress:
        result = prepared.backend.run(job)
    _present(question, prepared, _cut(result, show), show, where, when)


def _filled_in(question: Question, where: Where) -> tuple[Question, CheckedQuery]:
    """The question with its saved queries in place, checked. Raises QueryError, and CloudError when it has to ask AWS."""
    from insightctl.cli.saved import resolver
    from insightctl.ql.saved import expand_calls

    expansion = expand_calls(question.text, resolver(where))
    checked = expansion.check(question.source)
    return replace(question, text=expansion.text), checked


def _cut(result: Result, show: Show) -> Result:
    if show.columns:
        try:
            result = result.select([name.strip() for name in show.columns.split(",") if name.strip()])
        except KeyError as missing:
            raise UsageError(
                f"--columns: there is no column '{missing.args[0]}'", remedy="columns: " + ", ".join(result.names)
            ) from None
    return replace(result, rows=result.rows[: show.limit]) if show.limit else result


def _present(question: Question, prepared: Prepared, result: Result, show: Show, where: Where, when: When) -> None:
    from insightctl.core.view import View
    from insightctl.render import Answer, RenderOptions, render

    spec = question.spec
    answer = Answer(
        result,
        text=question.text,
        name=spec.name if spec else None,
        title=spec.title if spec else None,
        params=dict(question.params or {}),
        source=prepared.backend.source(),
        time=prepared.time or result.time,
    )
    width = None if show.out else terminal.width()
    on_terminal = width is not None
    options = RenderOptions(
        width=width,
        colour=terminal.colour(on_terminal),
        tz=prepared.tz,
        footer=show.output in ("table", "chart"),
        empty_hint=_empty_hint(result),
        view=spec.view if spec else View(),
    )
    text = render(answer, show.output, options)
    if show.out:
        terminal.write_file(Path(show.out), text + "\n")
    elif text:
        print(text)
    if show.output in PEOPLE:
        for sentence in result.warnings:
            terminal.warn(sentence)
        if spec and not show.out and show.output != "markdown":
            from insightctl.cli.guidance import guidance

            for line in guidance(spec, result, where, when, on_terminal=on_terminal, params=question.given):
                print(line)


def _empty_hint(result: Result) -> str:
    scanned = result.statistics.records_scanned
    if scanned == 0:
        return "There were no log events in this time range: widen --since, or check the log group."
    return f"{scanned:,} log event{'s were' if scanned > 1 else ' was'} scanned and none matched."
