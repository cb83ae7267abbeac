"""What is wrong in a document, each finding with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insightctl.core.errors import UsageError
from insightctl.editor.documents import Document, Problem
from insightctl.editor.positions import Lines
from insightctl.editor.stretches import Stretch
from insightctl.ql import diagnose
from insightctl.ql.codes import CODES, Code
from insightctl.ql.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic at offsets of the document. `code` has a page in `ql.codes`, unless the document itself is wrong."""

    start: int
    end: int
    severity: Severity
    code: str
    message: str
    help: str | None = None

    @property
    def page(self) -> Code | None:
        """The page of its code."""
        return CODES.get(self.code)


def findings(document: Document) -> tuple[Finding, ...]:
    """Everything that is wrong, in order of place."""
    found = [_of_document(problem) for problem in document.problems]
    if document.judged:
        for stretch in document.stretches:
            found += _of_query(document, stretch)
    found += _of_names(document)
    return tuple(sorted(dict.fromkeys(found), key=lambda f: (f.start, f.end)))


def _of_document(problem: Problem) -> Finding:
    return Finding(problem.start, problem.end, "error", problem.code, problem.message, problem.help)


def _of_query(document: Document, stretch: Stretch) -> Iterator[Finding]:
    if document.kind == "query" and not stretch.text.strip():
        return  # a new file: nothing is wrong before the first word
    for d in diagnose(stretch.text)[1]:
        start, end = stretch.span(*d.span)
        message = d.message
        if not stretch.exact and document.text[start : start + 2] in ("{%", "{{"):
            message = f"in what this tag inserts: {message}"
        yield Finding(start, end, d.severity, d.code, message, d.help)


def _of_names(document: Document) -> Iterator[Finding]:
    """Queries that a dashboard names and the library does not have, and parameters that they do not take."""
    if not document.names:
        return
    from insightctl import library

    for name in document.names:
        try:
            library.load(name.value.text)
        except UsageError as error:
            yield Finding(*name.value.within, "error", "dashboard", error.what, error.remedy)
    yield from _of_params(document)


def _of_params(document: Document) -> Iterator[Finding]:
    from insightctl import library
    from insightctl.dashboards.load import load_text
    from insightctl.dashboards.model import LogWidget
    from insightctl.dashboards.reader import line_of

    if document.problems:
        return  # it did not load
    known = {name.value.text for name in document.names}
    dashboard = load_text(document.text, name="dashboard", file=document.name)
    for i, row in enumerate(dashboard.rows):
        for j, widget in enumerate(row.widgets):
            if not isinstance(widget, LogWidget) or widget.query not in known:
                continue
            try:
                spec = library.load(widget.query)
            except UsageError:
                continue  # said already
            try:
                library.render(spec, widget.params)
            except UsageError as error:
                line = line_of(document.text, ("row", i, "widget", j, "params")) or 1
                yield Finding(*Lines(document.text).line_span(line - 1), "error", "dashboard", error.what, error.remedy)
