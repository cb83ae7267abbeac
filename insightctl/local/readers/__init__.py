"""Readers of log formats, found by content. `FORMATS` is the list; the surest one reads a file."""

from insightctl.local.readers.bare import BARE
from insightctl.local.readers.events_json import EVENT_ARRAY, EVENT_LINES, EVENTS_DOCUMENT
from insightctl.local.readers.export import EXPORT
from insightctl.local.readers.interface import DocumentFormat, Format, LineFormat
from insightctl.local.readers.tail import DETAILED, SHORT

FORMATS: tuple[Format, ...] = (DETAILED, SHORT, EXPORT, EVENTS_DOCUMENT, EVENT_ARRAY, EVENT_LINES, BARE)


def recognise(head: str) -> Format:
    """The format of a file by its first text (complete lines)."""
    lines = [line for line in head.split("\n")[:400] if line.strip()]
    scored = [(_score(format_, head, lines), -index) for index, format_ in enumerate(FORMATS)]
    return FORMATS[-max(scored)[1]]


def _score(format_: Format, head: str, lines: list[str]) -> float:
    if isinstance(format_, DocumentFormat):
        return format_.score(head)
    return format_.score(lines) if lines else 0.0


__all__ = ["FORMATS", "DocumentFormat", "Format", "LineFormat", "recognise"]
