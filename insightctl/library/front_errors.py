"""The error of a query file, drawn with its line and a caret as those of queries are."""

from __future__ import annotations

from insightctl.ql.diagnostics import Diagnostic, QueryError
from insightctl.ql.spans import Span


class FrontMatterError(QueryError):
    """A query file is not what the library can read: `where` is file:line:col, and its text has a caret there."""

    def __init__(self, file: str, text: str, span: tuple[int, int], message: str, remedy: str | None) -> None:
        start, end = span
        # what is drawn is one line: a span that ends further on, or where the file ends, is cut to it
        stop = text.find("\n", start)
        end = min(end, stop) if 0 <= start < stop else end
        super().__init__([Diagnostic("front-matter", message, Span(start, max(end, start + 1)), remedy)], text, file)
        self.what = message
