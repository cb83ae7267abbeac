"""The canonical layout of a document's query."""

from __future__ import annotations

from insightctl.editor.documents import Document
from insightctl.ql import diagnose, format_query


def formatted(document: Document) -> str | None:
    """The whole document with its query laid out; None when that cannot be done.

    Front matter stays as it is, and so does a template's text: its tags may stand anywhere. A query with errors stays
    too, for what cannot be read cannot be written. Line ends stay those of the document.
    """
    if document.kind != "query" or len(document.stretches) != 1:
        return None
    text = document.stretches[0].text
    newline = "\r\n" if "\r\n" in document.text else "\n"
    checked, found = diagnose(text.replace("\r\n", "\n"))
    if any(d.severity == "error" for d in found):
        return None
    return document.text[: document.body] + format_query(checked.query).replace("\n", newline)
