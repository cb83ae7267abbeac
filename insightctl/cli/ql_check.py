"""`insightctl ql check`: queries, files with queries, and folders of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from insightctl.cli.run import read_question
from insightctl.core.errors import UsageError
from insightctl.core.finding import Finding

if TYPE_CHECKING:
    from insightctl.ql.diagnostics import Diagnostic

Queries = Annotated[
    list[str], typer.Argument(metavar="QL|FILE|FOLDER|-...", help="Insights QL, files or folders with it, or -.")
]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text, json or github.")]

_SUFFIXES = (".ql", ".toml")


class Checked(NamedTuple):
    """A text and what was found in it, by its offsets."""

    source: str
    text: str
    found: tuple[Diagnostic, ...]


def check(queries: Queries, output: Output = "text") -> None:
    """Say what the service would refuse, and what misleads. Exit code 2 when there is an error.

    Files are plain QL, queries with front matter, or dashboards. $Name(...) is looked into when it is a curated query or
    NAME.ql in this folder. -o github annotates a pull request.

    Example: insightctl ql check 'stats percentile(@duration, 99)'
    """
    show_findings([one for given in queries for one in _read(given)], output, "ql check")


def show_findings(checked: Sequence[Checked], output: str, command: str) -> None:
    """Prints what was found. Raises UsageError for an unknown format, Exit 2 when there is an error among it."""
    from insightctl.render.findings import FORMATS

    if output != "text" and output not in FORMATS:
        raise UsageError(f"{command} has no format '{output}'", remedy=f"-o text, {', -o '.join(FORMATS)}")
    if output == "text":
        _show(checked)
    elif text := FORMATS[output]([finding for one in checked for finding in _findings(one)]):
        print(text)
    if any(d.severity == "error" for one in checked for d in one.found):
        raise typer.Exit(2)


def _read(given: str) -> Iterator[Checked]:
    files = files_of(given)
    if files is not None:
        yield from (_file(path) for path in files)
    else:
        question = read_question(given, {})
        yield Checked(question.source, question.text, _diagnosed(question.text))


def files_of(given: str) -> list[Path] | None:
    """The .ql and .toml files that an argument names, itself or as their folder; None when it is something else."""
    path = Path(given)
    try:
        is_folder, is_file = given != "" and path.is_dir(), path.is_file()
    except (OSError, ValueError):  # a query is no file name
        return None
    if not is_folder:
        return [path] if is_file and path.suffix in _SUFFIXES else None
    files = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
    if not files:
        raise UsageError(f"there are no .ql or .toml files in {given}", remedy="name a folder with queries")
    return files


def _file(path: Path) -> Checked:
    """A file, with places in the file itself: behind its front matter, inside its template, in a dashboard's TOML."""
    from insightctl.editor.diagnostics import findings
    from insightctl.editor.documents import read
    from insightctl.ql.diagnostics import Diagnostic
    from insightctl.ql.spans import Span

    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = len(data[: error.start].decode("utf-8"))
        wrong = Diagnostic("document", "this is not UTF-8 text", Span(at, at + 1), "save the file as UTF-8")
        return Checked(str(path), data.decode("utf-8", "replace"), (wrong,))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if path.suffix == ".ql":
        text = text.removeprefix("\ufeff")  # TOML has no byte order mark
    document = read(str(path), text)
    if document.kind == "query" and document.spec is None and not document.problems:
        return Checked(str(path), text, _diagnosed(text))
    found = (Diagnostic(f.code, f.message, Span(f.start, f.end), f.help, f.severity) for f in findings(document))
    return Checked(str(path), text, tuple(found))


def _diagnosed(text: str) -> tuple[Diagnostic, ...]:
    from insightctl.cli.saved import from_files
    from insightctl.ql.saved import expand_calls

    return expand_calls(text, from_files).diagnose()[1]


def _show(checked: Sequence[Checked]) -> None:
    from insightctl.ql import render_all
    from insightctl.render import safe

    told = [safe.text(render_all(one.found, one.text, one.source)) for one in checked if one.found]
    if told:
        print("\n\n".join(told))
    found = [d.severity for one in checked for d in one.found]
    if not found:
        print("no findings" if len(checked) == 1 else f"no findings in {len(checked)} files")
    elif len(checked) > 1:
        counts = (
            f"{found.count(kind)} {kind}{'s' if found.count(kind) > 1 else ''}" for kind in ("error", "warning", "info")
        )
        print(f"\n{', '.join(c for c in counts if not c.startswith('0'))} in {len(checked)} files")


def _findings(checked: Checked) -> Iterator[Finding]:
    from insightctl.ql.spans import place

    for d in checked.found:
        start, end = (place(checked.text, offset) for offset in d.span)
        yield Finding(checked.source, d.code, d.severity, d.message, d.help, start.line, start.col, end.line, end.col)
