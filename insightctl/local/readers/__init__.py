"""Readers of log formats, found by content. `FORMATS` is the list; the surest one reads a file."""

from insightctl.local.readers.awslogs import AWSLOGS
from insightctl.local.readers.bare import BARE
from insightctl.local.readers.cli_text import CLI_TEXT
from insightctl.local.readers.delimited import CSV
from insightctl.local.readers.docker import DOCKER_TIMES
from insightctl.local.readers.events_json import EVENT_ARRAY, EVENT_LINES, EVENTS_DOCUMENT
from insightctl.local.readers.export import EXPORT
from insightctl.local.readers.interface import AnyFormat, ConvertedFormat, DocumentFormat, Format, LineFormat
from insightctl.local.readers.json_records import (
    CONSOLE_JSON,
    DOCKER_JSON,
    FIREHOSE,
    JSON_LIST,
    MENDED_EVENTS,
    QUERY_RESULTS,
    TELEMETRY,
)
from insightctl.local.readers.sam import SAM
from insightctl.local.readers.tail import DETAILED, SHORT

FORMATS: tuple[AnyFormat, ...] = (
    DETAILED,
    SHORT,
    EXPORT,
    SAM,
    *AWSLOGS,
    EVENTS_DOCUMENT,
    EVENT_ARRAY,
    EVENT_LINES,
    FIREHOSE,
    QUERY_RESULTS,
    CONSOLE_JSON,
    TELEMETRY,
    DOCKER_JSON,
    JSON_LIST,
    MENDED_EVENTS,
    DOCKER_TIMES,
    CLI_TEXT,
    CSV,
    BARE,
)


def recognise(head: str) -> AnyFormat:
    """The format of a file by its first text (complete lines)."""
    lines = [line for line in head.split("\n")[:400] if line.strip()]
    scored = [(_score(format_, head, lines), -index) for index, format_ in enumerate(FORMATS)]
    return FORMATS[-max(scored)[1]]


def _score(format_: AnyFormat, head: str, lines: list[str]) -> float:
    if isinstance(format_, LineFormat):
        return format_.score(lines) if lines else 0.0
    return format_.score(head)


__all__ = ["FORMATS", "AnyFormat", "ConvertedFormat", "DocumentFormat", "Format", "LineFormat", "recognise"]
