"""What a word of a document means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from insightctl.core.errors import UsageError
from insightctl.editor.context import context
from insightctl.editor.diagnostics import findings
from insightctl.editor.documents import Document
from insightctl.editor.pages import code_page, command_page, field_page, function_page, query_page
from insightctl.editor.pieces import Piece, Role, pieces
from insightctl.editor.stretches import Stretch
from insightctl.ql.ast import Period
from insightctl.ql.fields import KNOWN_FIELDS
from insightctl.ql.functions import find
from insightctl.ql.periods import better, unit_of


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about the part of the document from `start` to `end`."""

    start: int
    end: int
    markdown: str


_OPERATORS = {
    "and": "Both conditions hold.",
    "or": "One of the conditions holds.",
    "not": "The condition does not hold: `not (...)`, `not like`, `not in`.",
    "like": 'Contains a text, case-sensitive: `like "ERROR"`; or matches a regular expression: `like /(?i)error/`.',
    "in": 'Is one of a list: `in ["a", "b"]`; or of what another query gives: `in (SOURCE ... | fields id)`.',
}
_UNITS = {
    "ms": "milliseconds",
    "s": "seconds",
    "m": "minutes",
    "h": "hours",
    "d": "days",
    "w": "weeks, from Monday",
    "mo": "months",
    "q": "quarters",
    "y": "years",
}
_PERIOD = re.compile(r"(\d{1,15})([A-Za-z]+)")


def hover(document: Document, offset: int) -> Hover | None:
    """What stands at an offset, and the pages of the findings there; None where there is nothing to say."""
    name = document.name_at(offset)
    if name is not None:
        return _query_name(name.value)
    parts: list[str] = []
    start, end = offset, offset
    if (found := document.at(offset)) is not None:
        stretch, at = found
        piece = _piece_at(stretch.text, at)
        if piece is not None:
            start, end = stretch.span(piece.start, piece.end)
            parts += _about(piece, stretch.text)
    hit = [f for f in findings(document) if f.start <= offset < max(f.end, f.start + 1)]
    if hit and not parts:
        start, end = hit[0].start, hit[0].end
    parts += dict.fromkeys(code_page(f.page) for f in hit if f.page is not None)
    return Hover(start, end, "\n\n---\n\n".join(parts)) if parts else None


def _query_name(value: Stretch) -> Hover | None:
    from insightctl import library

    try:
        return Hover(*value.within, query_page(library.load(value.text)))
    except UsageError:
        return None


def _piece_at(text: str, at: int) -> Piece | None:
    """The piece that covers an offset, or ends there."""
    touching = [p for p in pieces(text) if p.start <= at <= p.end]
    return next((p for p in touching if at < p.end), touching[-1] if touching else None)


def _about(piece: Piece, text: str) -> Iterator[str]:
    match piece.role:
        case Role.COMMAND | Role.KEYWORD | Role.OPTION if piece.command is not None:
            yield command_page(piece.command)
        case Role.FUNCTION | Role.AGGREGATE:
            known = find(piece.text)
            if known is not None:
                yield function_page(known)
        case Role.WORD_OPERATOR:
            yield f"`{piece.text}`: {_OPERATORS[piece.text.lower()]}"
        case Role.SYSTEM_FIELD | Role.FIELD | Role.NEW_NAME:
            yield _field(piece, text)
        case Role.PERIOD:
            yield from _period(piece.text)


def _field(piece: Piece, text: str) -> str:
    scope = context(text, piece.start).scope()
    name = piece.text.replace("`", "")
    if piece.role is Role.NEW_NAME:
        return f"`{name}`: a name that this command gives"
    if name in scope.defined:
        return f"`{name}`: {_type(scope.type_of(name))}, made by this query"
    if name in KNOWN_FIELDS:
        return field_page(name)
    if scope.closed:
        return f"`{name}` does not exist here; columns: {', '.join(f'`{n}`' for n in scope.defined)}"
    return f"`{name}`: a discovered field of the events"


def _type(kind: str) -> str:
    return "text or a JSON value" if kind == "any" else kind


def _period(text: str) -> Iterator[str]:
    match = _PERIOD.fullmatch(text)
    period = Period(int(match[1]), match[2]) if match else None
    unit = unit_of(period) if period else None
    if period is None or unit is None:
        return
    fix = better(period)
    capped = f"; the service caps it, write `{fix}`" if fix else ""
    yield f"`{text}`: {period.amount:,} {_UNITS[unit]}{capped}"
