"""`insightctl query`: the library's list, and each query as a command with its parameters as options."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from insightctl.cli.lazy import stand_in
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.cli.ask import Show
    from insightctl.cli.setup import When, Where
    from insightctl.library import Param, QuerySpec


class LibraryGroup(TyperGroup):
    """A group whose commands are the queries of the library, made when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the library's order."""
        from insightctl.library import load_all

        return [spec.name for spec in load_all()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with the query's question: what --help lists."""
        from insightctl.library import load

        return stand_in(cmd_name, load(cmd_name).question)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The query that runs: of the library, or `$Name(...)`. Raises UsageError for an unknown one, with the nearest."""
        from insightctl.library import load

        if args[0].startswith("$"):
            return args[0], _saved_command(args[0]), args[1:]
        return args[0], _command(load(args[0])), args[1:]


def _command(spec: QuerySpec) -> Any:
    from insightctl.cli.ask import Question, ask, with_shared

    def run(where: Where, when: When, show: Show, **params: str | None) -> None:
        from insightctl.library import render

        given = {name: value for name, value in params.items() if value is not None}
        text = render(spec, given)
        ask(Question(text, spec.file, spec, given), where, when, show)

    run.__doc__ = (
        f"{spec.title}: {spec.question}\n\n{spec.read}\n\nExample: insightctl query {spec.name} -f checkout --since 3h"
    )
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(spec.name, short_help=spec.question)(with_shared(run, [_parameter(p) for p in spec.params]))
    return typer.main.get_command(app)


def _saved_command(call: str) -> Any:
    """A command that runs a query which starts with a saved one."""
    from insightctl.cli.ask import Question, ask, with_shared
    from insightctl.cli.saved import with_ticks

    def run(where: Where, when: When, show: Show) -> None:
        """Run a saved query of the account, or a curated one, with its parameters as arguments.

        Example: insightctl query '$`insightctl/latency/coldstarts`(bin=1h)' -f checkout
        """
        ask(Question(with_ticks(call), "<query>"), where, when, show)

    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command("$Name(...)")(with_shared(run, []))
    return typer.main.get_command(app)


def _parameter(param: Param) -> inspect.Parameter:
    words = param.help + (f" (default {param.default})" if param.default is not None else "")
    option = typer.Option(f"--{param.name.replace('_', '-')}", metavar=param.type.upper(), help=words)
    return inspect.Parameter(
        param.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option]
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
    search: Annotated[str | None, typer.Option("--search", metavar="WORD", help="Only queries about this.")] = None,
) -> None:
    """Ask a question of the curated library; without a name, list what there is.

    Example: insightctl query coldstarts -f checkout --since 3h
    """
    if ctx.invoked_subcommand is None:
        show_list(output, search)


def show_list(output: str, search: str | None) -> None:
    """Prints the list of the library. Raises UsageError for a format that it does not have."""
    from insightctl.cli import terminal
    from insightctl.cli.catalogue import listing, listing_json

    if output not in ("table", "json"):
        raise UsageError(f"the list has no format '{output}'", remedy="-o table or -o json")
    text = (
        listing_json(search)
        if output == "json"
        else listing(search, colour=terminal.colour(terminal.width() is not None))
    )
    print(text)
