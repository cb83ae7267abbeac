"""Stand-ins for commands in lists: name and line, nothing imported."""

from __future__ import annotations

from typing import Any

import typer


def stand_in(name: str, line: str) -> Any:
    """A command that only shows in a list of --help."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    def nothing() -> None:
        """Only its name and line are shown."""

    app.command(name, short_help=line, help=line)(nothing)
    return typer.main.get_command(app)
