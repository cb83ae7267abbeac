"""The error of a definition, drawn with its line and a caret as those of queries are."""

from __future__ import annotations

from insightctl.ql.diagnostics import Diagnostic, QueryError
from insightctl.ql.spans import Span


class DefinitionError(QueryError):
    """A definition is not what a dashboard can be made of: `where` is file:line:col (way), its text has a caret there."""

    def __init__(self, file: str, text: str, span: tuple[int, int], message: str, remedy: str | None, way: str) -> None:
        start, end = span
        stop = text.find("\n", start)  # what is drawn is one line
        end = min(end, stop) if 0 <= start < stop else end
        super().__init__([Diagnostic("dashboard", message, Span(start, max(end, start + 1)), remedy)], text, file)
        self.what = message
        if way:
            self.where = f"{self.where} ({way})"
