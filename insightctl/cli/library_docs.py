"""`insightctl library docs`: the catalogue of queries with a real answer of each, from generated logs."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import terminal
from insightctl.core.errors import InsightctlError, UsageError

if TYPE_CHECKING:
    from insightctl.core.job import Backend
    from insightctl.library import QuerySpec

ROWS = 8
"""Rows of each answer: enough to see what its columns look like."""
FILES = {"markdown": "queries.md", "html": "queries.html"}
_END_MS = 1_795_478_400_000
"""2026-11-24T00:00:00Z, the end of the generated day: the same page whenever it is made."""

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Queries by name. Default: all.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the page goes.")]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="markdown or html.")]


def docs(names: Names = None, out: Out = Path("query-docs"), output: Output = "markdown") -> None:
    """Write the catalogue of queries, your own too: question, how to read it, options, and a real answer of each.

    The answers come from a day of generated logs.

    Example: insightctl library docs --out docs -o html

    Example: insightctl library docs slow-orders coldstarts
    """
    from insightctl.cli.library_open import opened, say_what_is_hidden
    from insightctl.library import pages

    if output not in FILES:
        raise UsageError(f"library docs has no format '{output}'", remedy=f"-o {' or -o '.join(FILES)}")
    library = opened()
    specs = [library.load(name) for name in names] if names else library.specs()
    with tempfile.TemporaryDirectory(prefix="insightctl-docs-") as folder, terminal.stoppable("nothing was written"):
        backend = _demo(Path(folder))
        outputs = {spec.name: text for spec in specs if (text := _answer(spec, backend, output)) is not None}
    make = pages.html if output == "html" else pages.markdown
    path = out / FILES[output]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InsightctlError(f"cannot make the folder {out}: {reason}", remedy="name another --out") from None
    terminal.write_file(path, make(specs, outputs))
    print(f"wrote {path}: {len(specs)} queries, {len(outputs)} of them with an answer")
    say_what_is_hidden(library)


def _demo(folder: Path) -> Backend:
    """The generated day in a store: dozens of queries ask it, and text would be parsed for each of them."""
    from insightctl.demo import Scenario, generate
    from insightctl.local import LocalBackend, LogSource
    from insightctl.local.stores.importing import import_logs
    from insightctl.local.stores.layout import Store

    generate(Scenario(end_ms=_END_MS, invocations=3_000), folder)
    store = Store.create(folder / "store")
    import_logs(store, [LogSource(folder / "logs")])
    return LocalBackend([LogSource(store.path)])


def _answer(spec: QuerySpec, backend: Backend, output: str) -> str | None:
    """The first rows as a table; None for a query that wants a value or has no rows here."""
    from insightctl.core.job import QueryJob
    from insightctl.library import render
    from insightctl.render import Answer
    from insightctl.render import render as rendered

    try:
        result = backend.run(QueryJob(render(spec), name=spec.file, span=False))
    except InsightctlError:
        return None
    if not result.rows:
        return None
    return rendered(Answer(replace(result, rows=result.rows[:ROWS])), output)
