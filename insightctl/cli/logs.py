"""`insightctl logs`: logs of CloudWatch as they are."""

from __future__ import annotations

import typer

from insightctl.cli.logs_pull import pull
from insightctl.cli.logs_tail import tail

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Logs of CloudWatch: follow them, or pull them into a store on this machine.\n\n"
    "Example: insightctl logs tail -f checkout -f 'cart-*'",
)


@app.callback()
def logs() -> None:
    """Logs of CloudWatch: follow them, or pull them into a store on this machine.

    Example: insightctl logs tail -f checkout -f 'cart-*'
    """


app.command()(tail)
app.command()(pull)
