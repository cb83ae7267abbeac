"""The pieces of a document's queries as the kinds of tokens that the Language Server Protocol names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from insightctl.editor.documents import Document
from insightctl.editor.pieces import Role, pieces

_TYPES: dict[Role, str] = {
    Role.COMMAND: "keyword",
    Role.KEYWORD: "keyword",
    Role.OPTION: "parameter",
    Role.WORD_OPERATOR: "keyword",
    Role.CONSTANT: "keyword",
    Role.FUNCTION: "function",
    Role.AGGREGATE: "function",
    Role.FIELD: "property",
    Role.SYSTEM_FIELD: "variable",
    Role.NEW_NAME: "property",
    Role.STRING: "string",
    Role.REGEX: "regexp",
    Role.NUMBER: "number",
    Role.PERIOD: "number",
    Role.PLACEHOLDER: "macro",
    Role.COMMENT: "comment",
    Role.OPERATOR: "operator",
    Role.PIPE: "operator",
}

LEGEND = tuple(dict.fromkeys(_TYPES.values()))
"""The kinds, in the order that numbers them."""


class Coloured(NamedTuple):
    """A stretch of the document on one line, and its kind."""

    start: int
    end: int
    kind: str


def coloured(document: Document) -> tuple[Coloured, ...]:
    """Every token of the queries that are written as they are, in order; text of templates has no places of its own."""
    return tuple(token for stretch in document.stretches if stretch.exact for token in _of(document, stretch.within))


def _of(document: Document, within: tuple[int, int]) -> Iterator[Coloured]:
    start, end = within
    for piece in pieces(document.text[start:end]):
        if piece.role in _TYPES:
            yield from _lines(document.text, piece.start + start, piece.end + start, _TYPES[piece.role])


def _lines(text: str, start: int, end: int, kind: str) -> Iterator[Coloured]:
    """A token that goes over lines counts as one on each of them."""
    at = start
    for line in text[start:end].splitlines(keepends=True):
        content = line.rstrip("\r\n")
        if content:
            yield Coloured(at, at + len(content), kind)
        at += len(line)
