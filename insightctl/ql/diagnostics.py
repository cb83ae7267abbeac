"""Diagnostics: a code, a place, a message, a help. Errors of a query are values until somebody has to stop.

`render` draws one the way compilers do: message, place, source line, carets, help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import combining, east_asian_width

from insightctl.core.errors import UsageError
from insightctl.ql.spans import Span, place

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `span` is in character offsets of the query text; `code` has a page in `ql.codes`."""

    code: str
    message: str
    span: Span
    help: str | None = None
    severity: Severity = "error"


class QueryError(UsageError):
    """The query is not one that the service would run. `diagnostics` holds every finding, errors first by place."""

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str, source: str) -> None:
        errors = [d for d in diagnostics if d.severity == "error"]
        first = errors[0]
        at = place(text, first.span.start)
        super().__init__(f"{first.code}: {first.message}", where=f"{source}:{at.line}:{at.col}", remedy=first.help)
        self.diagnostics = tuple(diagnostics)
        self.text = text
        self.source = source

    def __str__(self) -> str:
        return render_all(self.diagnostics, self.text, self.source)


def render_all(diagnostics: Sequence[Diagnostic], text: str, source: str) -> str:
    """All findings as text, a blank line between them."""
    return "\n\n".join(render(d, text, source) for d in diagnostics)


def render(diagnostic: Diagnostic, text: str, source: str) -> str:
    """One finding as text: message, `--> source:line:col`, the source line with carets, and the help."""
    at = place(text, diagnostic.span.start)
    line = text.split("\n")[at.line - 1].rstrip("\r")
    shown, shift = _window(line, at.col)
    length = max(1, min(diagnostic.span.end - diagnostic.span.start, len(line) - at.col + 1))
    length = min(length, max(1, len(shown) - (at.col - shift) + 1))
    gutter = " " * len(str(at.line))
    before, marked = shown[: at.col - shift - 1], shown[at.col - shift - 1 :][:length]
    blank = "".join("\t" if c == "\t" else " " * _width(c) for c in before)
    carets = "^" * max(1, sum(_width(c) for c in marked))
    lines = [
        f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}",
        f"{gutter}--> {source}:{at.line}:{at.col}",
        f"{gutter} |",
        f"{at.line} | {shown}",
        f"{gutter} | {blank}{carets}",
    ]
    if diagnostic.help:
        lines.append(f"{gutter} = help: {diagnostic.help}")
    return "\n".join(lines)


def _width(char: str) -> int:
    """How many columns a character takes in a terminal."""
    return 2 if east_asian_width(char) in "WF" else 0 if combining(char) else 1


def _window(line: str, col: int, width: int = 160) -> tuple[str, int]:
    """A long line cut to what surrounds the column, and how many characters were cut on its left."""
    if len(line) <= width:
        return line, 0
    left = max(0, min(col - 1 - width // 3, len(line) - width))
    return line[left : left + width], left


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that was probably meant, if one is close enough."""
    import difflib

    lowered = {k.lower(): k for k in known}
    found = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    if found:
        return lowered[found[0]]
    prefixes = [
        k
        for k in known
        if len(word) >= 3
        and (k.lower().startswith(word.lower()) or (word.lower().startswith(k.lower()) and len(k) >= 3))
    ]
    return prefixes[0] if prefixes else None
