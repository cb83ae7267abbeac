"""`insightctl library new`: a query file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from insightctl.cli import terminal
from insightctl.core.errors import InsightctlError

Name = Annotated[str, typer.Argument(metavar="NAME", help="The query's name, with its group or not: team/slow-orders.")]
Folder = Annotated[
    Path, typer.Option("--dir", metavar="DIR", help="Folder of the library; ./queries is found by itself.")
]


def new(name: Name, folder: Folder = Path("queries")) -> None:
    """Write a query file to start from; 'insightctl query NAME' runs it at once.

    Example: insightctl library new team/slow-orders
    """
    from insightctl.cli.library_open import note, opened, reread
    from insightctl.library.skeleton import skeleton

    group, _, last = name.rpartition("/")
    text = skeleton(last)
    hidden = opened().entry(last)
    path = folder / group / f"{last}.ql"
    if path.exists():
        raise InsightctlError(f"{path} is there already", remedy="take another name, or edit it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InsightctlError(f"cannot make the folder {path.parent}: {reason}", remedy="name another --dir") from None
    terminal.write_file(path, text)
    reread()
    if hidden is not None:
        note(f"'{last}' stands in for {hidden.path} from now on")
    option = "" if folder == Path("queries") else f" --library {folder}"
    print(
        f"wrote {path}\nCheck it: insightctl library lint {path}\nRun it: insightctl query {last} -f FUNCTION{option}"
    )
