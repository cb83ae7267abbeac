"""The canonical layout of a document's queries."""

from __future__ import annotations

import tomllib

from insightctl.editor.documents import Document
from insightctl.editor.stretches import Stretch
from insightctl.ql import diagnose, format_query


def formatted(document: Document) -> str | None:
    """The whole document with its queries laid out; None when that cannot be done.

    Front matter stays as it is, and so does a template's text: its tags may stand anywhere. A query with errors stays
    too, for what cannot be read cannot be written. Of a dashboard only the texts in three quotes are laid out, for the
    others have one line. Line ends stay those of the document.
    """
    newline = "\r\n" if "\r\n" in document.text else "\n"
    if document.kind == "dashboard":
        return _dashboard(document, newline)
    if document.kind != "query" or len(document.stretches) != 1:
        return None
    text = _laid_out(document.stretches[0].text)
    return None if text is None else document.text[: document.body] + text.replace("\n", newline)


def _laid_out(text: str) -> str | None:
    checked, found = diagnose(text.replace("\r\n", "\n"))
    return None if any(d.severity == "error" for d in found) else format_query(checked.query)


def _dashboard(document: Document, newline: str) -> str | None:
    try:
        tomllib.loads(document.text)
    except tomllib.TOMLDecodeError:
        return None
    out = document.text
    for stretch in reversed(document.stretches):
        start, end = stretch.within
        written = _written(stretch, _quotes(document.text, start))
        if written is not None:
            opened = len(document.text[:start].rstrip("\r\n"))
            out = out[:opened] + written.replace("\n", newline) + out[end:]
    return out


def _quotes(source: str, start: int) -> str:
    """The three quotes that open the text which starts here; empty when it has but one."""
    before = source[:start].rstrip("\r\n")[-3:]
    return before if before in ('"""', "'''") else ""


def _written(stretch: Stretch, quotes: str) -> str | None:
    """What is to stand between three quotes; None when the text stays as it is."""
    was = stretch.text.replace("\r\n", "\n")
    text = _laid_out(was) if quotes else None
    if text is None:
        return None
    if not was.rstrip(" \t").endswith("\n"):
        text = text.removesuffix("\n")
    if text == was:
        return None
    if quotes == '"""':
        text = "".join(char if char == "\n" or char.isprintable() else _escape(char) for char in _escaped(text))
    elif quotes in text or text.endswith("'"):
        return None  # there is no way to write it
    return f"\n{text}" if "\n" in text else text


def _escaped(text: str) -> str:
    """Between three double quotes: a back-slash counts, and so do three quotes, and one at the end."""
    text = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return text[:-1] + '\\"' if text.endswith('"') else text


def _escape(char: str) -> str:
    return "\\t" if char == "\t" else f"\\U{ord(char):08x}" if char > "\uffff" else f"\\u{ord(char):04x}"
