"""The command line: commands are named here, and errors become text and exit codes."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from insightctl.cli.lazy import stand_in
from insightctl.cli.stdout import guarded
from insightctl.core.errors import InsightctlError, UsageError

_COMMANDS: dict[str, tuple[str, str, str]] = {
    "query": ("insightctl.cli.query", "app", "Ask a question of the curated library, or list it."),
    "run": ("insightctl.cli.run", "run", "Run any Insights QL, on CloudWatch or over local files."),
    "triage": ("insightctl.cli.triage", "triage", "What broke, since when, and which deployment did it."),
    "advise": ("insightctl.cli.advise", "advise", "What to set otherwise, with the money: memory, cold starts, logs."),
    "dashboard": ("insightctl.cli.dashboard", "app", "CloudWatch dashboards: list, render, diff, deploy."),
    "deployments": ("insightctl.cli.deployments", "app", "What was deployed when, by whom; and marks of your own."),
    "local": ("insightctl.cli.local", "app", "Stores: logs imported once, asked often. Import, list, check, drop."),
    "logs": ("insightctl.cli.logs", "app", "Logs of CloudWatch: follow them, or pull them into a store."),
    "library": ("insightctl.cli.library", "app", "Query files and saved queries: list, show, push, pull, diff."),
    "ql": ("insightctl.cli.ql", "app", "The language: check, format, explain, functions, SQL, editors."),
    "doctor": ("insightctl.cli.doctor", "doctor", "Check identity, permissions, clock, quotas and this machine."),
    "iam-policy": (
        "insightctl.cli.iam_policy",
        "iam_policy",
        "The least IAM policy for chosen commands and functions.",
    ),
    "config": ("insightctl.cli.config", "app", "Settings: defaults, cost limits, prices, kept results."),
    "demo": ("insightctl.cli.demo", "demo", "Generated logs with a planted incident, and the main job on them."),
    "serve": ("insightctl.cli.serve", "serve", "A CloudWatch emulator on this machine."),
    "explain": ("insightctl.cli.ql", "explain", "What a diagnostic code means: wrong, right, why."),
}
"""Each command's module, the function or app in it, and its line in --help: nothing is imported before it is asked for."""


INTERRUPTED = 130
"""The exit code of Ctrl-C."""


class LazyGroup(TyperGroup):
    """Commands that are imported when they run."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with the command's line: what --help lists."""
        return stand_in(cmd_name, _COMMANDS[cmd_name][2]) if cmd_name in _COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that runs. Raises UsageError for an unknown one, with the nearest name."""
        name = args[0]
        if name not in _COMMANDS:
            raise UsageError(f"there is no command '{name}'", remedy=_meant(name))
        return name, _load(name), args[1:]


def _meant(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, _COMMANDS, n=1, cutoff=0.7)
    return f"did you mean '{near[0]}'?" if near else f"commands: {', '.join(_COMMANDS)}"


def _load(name: str) -> Any:
    from importlib import import_module

    module, attribute, line = _COMMANDS[name]
    target = getattr(import_module(module), attribute)
    if isinstance(target, typer.Typer):
        return typer.main.get_command(target)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, short_help=line)(target)
    return typer.main.get_command(app)


app = typer.Typer(cls=LazyGroup, rich_markup_mode=None, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def insightctl(
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
) -> None:
    """On-call for AWS Lambda from the terminal: what broke, since when, which deployment did it.

    Example: insightctl triage checkout --since 3h
    """


def _main(command: Any, words: list[str]) -> int:
    try:
        command.main(args=words, prog_name="insightctl")
    except SystemExit as stop:
        if _code(stop) == INTERRUPTED:  # Typer's end of a Ctrl-C that nobody took, which says nothing
            print("error: interrupted", file=sys.stderr)
        return _code(stop)
    return 0


def _code(stop: SystemExit) -> int:
    return stop.code if isinstance(stop.code, int) else int(bool(stop.code))


def run(args: list[str] | None = None) -> int:
    """Runs the command line; the exit code. Every InsightctlError becomes its one line on stderr."""
    words = list(sys.argv[1:] if args is None else args)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    command = typer.main.get_command(app)
    try:
        with guarded():
            return _main(command, words)
    except SystemExit as stop:
        return _code(stop)
    except InsightctlError as error:
        if debug:
            raise
        from insightctl.cli.terminal import show_error

        show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        if debug:
            raise
        print(f"error: insightctl has a bug here: {type(error).__name__}: {error}", file=sys.stderr)
        print("help: please report it, with what 'insightctl --debug ...' prints", file=sys.stderr)
        return 1
