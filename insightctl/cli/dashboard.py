"""`insightctl dashboard`: the commands are named here; each is imported when it is asked for."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from insightctl.cli.lazy import stand_in
from insightctl.core.errors import UsageError

_PACKAGE = "insightctl.cli."
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "list": ("dashboard_show", "list_", "The dashboards that come with insightctl."),
    "show": ("dashboard_show", "show", "What is on a dashboard: its rows and widgets."),
    "new": ("dashboard_new", "new", "Propose a definition from a template or a live stack."),
    "render": ("dashboard_render", "render", "Write the body: the JSON that CloudWatch takes."),
    "preview": ("dashboard_preview", "preview", "Draw it with real data, in one file that opens offline."),
    "lint": ("dashboard_lint", "lint", "What CloudWatch would refuse in a dashboard, and what misleads."),
    "diff": ("dashboard_diff", "diff_", "What deploying would change, widget by widget."),
    "deploy": ("dashboard_deploy", "deploy", "Check it, show changes and cost, put it, read it back."),
    "pull": ("dashboard_history", "pull", "Turn any live dashboard into a definition."),
    "history": ("dashboard_history", "history", "What was deployed under a name, and what it replaced."),
    "rollback": ("dashboard_deploy", "rollback", "Put back what a dashboard was before."),
    "export": ("dashboard_export", "export", "As code: CloudFormation, Terraform, AWS CDK."),
    "delete": ("dashboard_deploy", "delete", "Delete a live dashboard; its last body is kept."),
}
"""Each command's module, the function in it, and its line in --help."""


class _Group(TyperGroup):
    """Commands that are imported when they run: `render` need not wait for the parts of the others."""

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
            raise UsageError(f"dashboard has no command '{name}'", remedy=_meant(name))
        return name, _load(name), args[1:]


def _meant(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, _COMMANDS, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"commands: {', '.join(_COMMANDS)}"


def _load(name: str) -> Any:
    from importlib import import_module

    module, attribute, line = _COMMANDS[name]
    target = getattr(import_module(_PACKAGE + module), attribute)
    command = typer.Typer(add_completion=False, rich_markup_mode=None)
    command.command(name, short_help=line)(target)
    return typer.main.get_command(command)


app = typer.Typer(
    cls=_Group,
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="CloudWatch dashboards: generated, checked, previewed, deployed, rolled back.",
)


@app.callback()
def dashboard() -> None:
    """CloudWatch dashboards: generated, checked, previewed, deployed, rolled back.

    Example: insightctl dashboard preview lambda-service -f checkout --local ./logs --open
    """
