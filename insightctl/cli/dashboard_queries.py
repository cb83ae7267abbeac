"""Which queries the log widgets of a dashboard are made of: those of insightctl, and the user's own over them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from insightctl.dashboards.queries import QueriesOf
    from insightctl.dashboards.rendering import Own

Libraries = Annotated[
    list[str] | None,
    typer.Option("--library", metavar="PATH", help="Folder with .ql files for log widgets. Repeatable."),
]


def queries_of(named: Sequence[str] = ()) -> QueriesOf:
    """The library as `insightctl query` has it: --library, ./queries, the settings folder, packages. Raises UsageError."""
    from insightctl.cli.library_open import opened
    from insightctl.dashboards.queries import QueriesOf

    return QueriesOf(opened(named))


def own_queries(named: Sequence[str] = ()) -> Own:
    """The same, opened only when a body is not kept already. Raises UsageError for a --library that is no folder."""
    from insightctl.dashboards.kept import own_folders
    from insightctl.dashboards.rendering import Own

    if any(not Path(name).expanduser().is_dir() for name in named):
        queries_of(named)  # says which
    return Own(own_folders(Path.cwd(), os.environ, named), partial(queries_of, named))
