"""`insightctl query`: the library's list, and each query as a command with its parameters as options."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from insightctl.cli.lazy import stand_in
from insightctl.core.errors import InsightctlError, UsageError

if TYPE_CHECKING:
    from insightctl.cli.ask import Show
    from insightctl.cli.setup import When, Where
    from insightctl.library import Library, QuerySpec

ALL = "@all"
"""The group of all queries; `--all` is the same."""


class LibraryGroup(TyperGroup):
    """A group whose commands are the queries of the library, made when they are asked for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The group's own options count behind the name of a query too; `--all` is a name."""
        return super().parse_args(ctx, _in_order(args))

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the library's order, and `@GROUP` for each group."""
        library = _library(ctx)
        return [*(entry.name for entry in library.entries), *(f"@{group}" for group in library.groups()), ALL]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with the query's question: what --help lists."""
        if cmd_name.startswith("@"):
            what = "Every query" if cmd_name == ALL else f"The queries of {cmd_name[1:]}"
            return stand_in(cmd_name, f"{what}, side by side.")
        try:
            return stand_in(cmd_name, _library(ctx).load(cmd_name).question)
        except InsightctlError as error:
            return stand_in(cmd_name, f"Cannot be read: {error.what}")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The query or queries that run: of the library, a group, or `$Name(...)`. Raises UsageError for unknown ones."""
        name = args[0]
        if name.startswith("$"):
            return name, _saved_command(name), args[1:]
        library = _library(ctx)
        if name.startswith("@"):
            return name, _group_command(library, name), args[1:]
        spec = library.load(name)
        if not ctx.resilient_parsing:
            from insightctl.cli.library_open import say_what_is_hidden

            say_what_is_hidden(library, spec)
        return name, _command(spec), args[1:]


def _library(ctx: Any) -> Library:
    from insightctl.cli.library_open import opened

    return opened(ctx.params.get("library") or ())


def _in_order(args: list[str]) -> list[str]:
    """The arguments with --library first, wherever it stands, and `@all` for --all."""
    first: list[str] = []
    rest: list[str] = []
    words = iter(args)
    for word in words:
        if word == "--library":
            first += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word.startswith("--library="):
            first.append(word)
        else:
            rest.append(word)
    if "--all" in rest:
        rest.remove("--all")
        rest.insert(0, ALL)
    return first + rest


def _command(spec: QuerySpec) -> Any:
    from insightctl.cli.ask import Question, ask, shared, with_shared
    from insightctl.cli.query_params import filled, parameters

    def run(where: Where, when: When, show: Show, compare: str | None = None, **params: str | None) -> None:
        from insightctl.library import render

        given = {name: value for name, value in params.items() if value is not None}
        if compare is not None:
            from insightctl.cli.compare import compare_query

            compare_query(spec, given, compare, where, when, show)
            return
        values = filled(spec, given, where, when)
        ask(Question(render(spec, values), spec.file, spec, values, given), where, when, show)

    run.__doc__ = (
        f"{spec.title}: {spec.question}\n\n{spec.read}\n\nExample: insightctl query {spec.name} -f checkout --since 3h"
    )
    taken = frozenset(inspect.signature(shared).parameters) | {"compare", "library"}
    return _made(spec.name, with_shared(run, [_COMPARE, *parameters(spec, taken)]), spec.question, _drawn(spec))


def _group_command(library: Library, name: str) -> Any:
    from insightctl.cli.ask import with_shared

    group = name[1:]
    specs = tuple(s for s in library.specs() if name == ALL or s.group == group)
    if not specs:
        import difflib

        near = difflib.get_close_matches(group, library.groups(), n=1)
        known = ", ".join(f"@{each}" for each in library.groups())
        remedy = f"did you mean '@{near[0]}'?" if near else f"groups: {known}, {ALL}"
        raise UsageError(f"there is no group '{name}'", remedy=remedy)

    def run(where: Where, when: When, show: Show) -> None:
        """Run the queries of a group side by side: the first rows of each, and what stands out.

        One that fails does not stop the others; the exit code is then 4. --limit says how many rows.

        Example: insightctl query @triage -f checkout --since 3h
        """
        from insightctl.cli.query_group import run_group

        run_group(name, specs, where, when, show)

    return _made(name, with_shared(run, []), f"The queries of {group}, side by side.")


def _saved_command(call: str) -> Any:
    """A command that runs a query which starts with a saved one."""
    from insightctl.cli.ask import Question, ask, with_shared
    from insightctl.cli.saved import with_ticks

    def run(where: Where, when: When, show: Show) -> None:
        """Run a saved query of the account, or a curated one, with its parameters as arguments.

        Example: insightctl query '$`insightctl/latency/coldstarts`(bin=1h)' -f checkout
        """
        ask(Question(with_ticks(call), "<query>"), where, when, show)

    return _made("$Name(...)", with_shared(run, []), "")


def _made(name: str, function: Callable[..., None], line: str, output: str | None = None) -> Any:
    """The command of a function; `output` is its default format when it is not the usual one."""
    if output is not None:
        signature = inspect.signature(function)
        changed = [p.replace(default=output) if p.name == "output" else p for p in signature.parameters.values()]
        function.__signature__ = signature.replace(parameters=changed)  # type: ignore[attr-defined]
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, short_help=line)(function)
    return typer.main.get_command(app)


def _drawn(spec: QuerySpec) -> str | None:
    """The picture that the query names, for people; None for a table. A pipe gets the table: it has the numbers."""
    from insightctl.cli import terminal

    return "chart" if spec.view.kind != "table" and terminal.width() is not None else None


_COMPARE = inspect.Parameter(
    "compare",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        str | None,
        typer.Option(
            "--compare",
            metavar="SPAN|deploy",
            help="Beside it the range so long before (1d, 1w), or before the newest deployment in it.",
            autocompletion=lambda: ["deploy", "1h", "1d", "1w"],
        ),
    ],
)

app = typer.Typer(
    add_completion=False, cls=LibraryGroup, invoke_without_command=True, no_args_is_help=False, rich_markup_mode=None
)


@app.callback()
def query(
    ctx: typer.Context,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FORMAT", help="table or json, for the list.")
    ] = "table",
    search: Annotated[
        str | None, typer.Option("--search", metavar="WORDS", help="Only queries about this, the likeliest first.")
    ] = None,
    library: Annotated[
        list[str] | None,
        typer.Option("--library", metavar="PATH", help="Folder with .ql files, over all others. Repeatable."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Run every query, side by side.")] = False,  # noqa: ARG001
) -> None:
    """Ask a question of the curated library; without a name, list what there is. @GROUP asks all of a group.

    Example: insightctl query coldstarts -f checkout --since 3h

    Example: insightctl query --search throttl
    """
    if ctx.invoked_subcommand is None:
        show_list(output, search, tuple(library or ()))


def show_list(output: str, search: str | None, own: tuple[str, ...] = ()) -> None:
    """Prints the list of the library with the user's own. Raises UsageError for a format that it does not have."""
    from insightctl.cli import terminal
    from insightctl.cli.catalogue import chosen, listing, listing_json
    from insightctl.cli.library_open import opened, say_what_is_hidden

    if output not in ("table", "json"):
        raise UsageError(f"the list has no format '{output}'", remedy="-o table or -o json")
    library = opened(own)
    specs = chosen(library, search)
    if output == "json":
        print(listing_json(specs))
    else:
        width = terminal.width()
        print(listing(specs, search, width=width, colour=terminal.colour(width is not None)))
    say_what_is_hidden(library)
