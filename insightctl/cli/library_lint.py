"""`insightctl library lint`: what a query file has to be before it is good enough for the library."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli.ql_check import Checked, show_findings
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.library import Library
    from insightctl.library.lint import Text
    from insightctl.ql.diagnostics import Diagnostic

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME|FILE|FOLDER]...", help="Queries of the library, files or folders. Default: all."),
]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text, json or github.")]


def lint(names: Names = None, output: Output = "text") -> None:
    """Check query files: title, question, how to read it, parameters, thresholds, columns, next queries, length, QL.

    Exit code 2 when there is an error. -o github annotates a pull request. docs/library.md lists the rules.

    Example: insightctl library lint queries/
    """
    from insightctl.cli.library_open import opened

    library = opened()
    texts = [text for name in names for text in _texts(name, library)] if names else list(_entries(library))
    reserved = _reserved()
    show_findings([_linted(text, library, reserved) for text in texts], output, "library lint")


def _reserved() -> frozenset[str]:
    from insightctl.cli.ask import shared

    return frozenset(inspect.signature(shared).parameters) | {"compare", "library"}


def _linted(text: Text, library: Library, reserved: frozenset[str]) -> Checked:
    from insightctl.library import Shelf, open_library
    from insightctl.library.lint import lint as lint_text

    if isinstance(text.root, Path) and not any(shelf.root == text.root for shelf in library.shelves):
        beside = Shelf(str(text.root), text.root)  # what lies beside a file are names too
        library = open_library((beside, *(shelf for shelf in library.shelves if not shelf.is_shipped)))
    linted = lint_text(text, library, reserved)
    found = {(d.code, d.span): d for d in (*linted.found, *_of_the_text(text, linted.rendered))}
    return Checked(text.path, text.text, tuple(sorted(found.values(), key=lambda d: d.span)))


def _of_the_text(text: Text, rendered: Sequence[str]) -> Iterator[Diagnostic]:
    """What `ql check` finds, at its place in the template; where it needs pieces of one's own, at the template."""
    from insightctl.editor.diagnostics import findings
    from insightctl.editor.documents import read
    from insightctl.ql import diagnose
    from insightctl.ql.diagnostics import Diagnostic
    from insightctl.ql.spans import Span

    document = read(text.path, text.text)
    found = [Diagnostic(f.code, f.message, Span(f.start, f.end), f.help, f.severity) for f in findings(document)]
    if rendered and any(diagnostic.code == "template" for diagnostic in found):
        end = text.text.find("\n", document.body)
        span = Span(document.body, end if end > document.body else len(text.text))
        found = [Diagnostic(d.code, d.message, span, d.help, d.severity) for d in diagnose(rendered[0])[1]]
    yield from (diagnostic for diagnostic in found if diagnostic.code != "front-matter")


def _entries(library: Library) -> Iterator[Text]:
    from insightctl.library.collection import text_of
    from insightctl.library.lint import Text

    for entry in library.entries:
        yield Text(entry.path, entry.group, entry.name, text_of(entry.file, entry.path), entry.shelf.root)


def _texts(given: str, library: Library) -> Iterator[Text]:
    """The files that an argument names: a query, a file, or a folder. Raises UsageError."""
    path = Path(given)
    if path.is_dir():
        files = sorted(
            f for f in path.rglob("*.ql") if not any(p.startswith(("_", ".")) for p in f.relative_to(path).parts)
        )
        if not files:
            raise UsageError(f"there are no .ql files in {given}", remedy="name a folder with query files")
        yield from (_file(file, path) for file in files)
    elif path.is_file() or path.suffix == ".ql":
        yield _file(path, _root_of(path))
    else:
        spec_entry = library.entry(given) or library.entry(library.load(given).name)
        yield from (text for text in _entries(library) if spec_entry is not None and text.path == spec_entry.path)


def _root_of(file: Path) -> Path:
    """The folder that holds the groups: the one above, where it has shared pieces or is called so."""
    above = file.absolute().parent.parent
    return above if (above / "_views").is_dir() or above.name == "queries" else file.absolute().parent


def _file(path: Path, root: Path) -> Text:
    from insightctl.library.collection import text_of
    from insightctl.library.lint import Text

    return Text(str(path), path.absolute().parent.name, path.stem, text_of(path, str(path)), root)
