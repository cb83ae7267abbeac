"""Which logs the commands of `insightctl logs` mean, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli.setup import Where, target_of

if TYPE_CHECKING:
    from insightctl.core.job import Target

LogGroup = Annotated[
    list[str] | None,
    typer.Option(
        "--log-group",
        "-g",
        metavar="NAME",
        help="Log group: name, glob, /regex/ or ARN. Repeatable.",
        rich_help_panel="Where",
    ),
]


def target(
    function: Sequence[str] | None,
    log_group: Sequence[str] | None,
    stack: Sequence[str] | None,
    tag: Sequence[str] | None,
    service: Sequence[str] | None,
    account: Sequence[str] | None,
) -> Target:
    """The target of the options. Raises UsageError."""
    from insightctl.cli.setup import listed

    where = Where(
        tuple(function or ()),
        tuple(log_group or ()),
        stack=tuple(stack or ()),
        tag=tuple(tag or ()),
        service=tuple(service or ()),
        account=listed(list(account or ()), "--account"),
    )
    return target_of(where, where.log_group)
