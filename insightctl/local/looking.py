"""What the beginning of a file tells: its format, whose events it holds, and what a person should know about it."""

from __future__ import annotations

import json
import re

from insightctl.core.errors import SourceError
from insightctl.local.cleaning import check_text, is_other_document, without_colours
from insightctl.local.files import HEAD, LogFile, Look, head
from insightctl.local.readers import AnyFormat, DocumentFormat, LineFormat, recognise
from insightctl.local.readers.bare import BARE, doubts
from insightctl.local.readers.events_json import EVENT_LINES
from insightctl.local.readers.interface import Unreadable
from insightctl.local.readers.json_records import JSON_LIST, MENDED_EVENTS, shape
from insightctl.local.readers.json_stream import values

_PLATFORM_NAME = re.compile(r'\\?"platform\.initStart\\?"[^\n]*?\\?"functionName\\?"\s*:\s*\\?"([\w-]{1,64})')
_POWERTOOLS_NAME = re.compile(r'\\?"function_name\\?"\s*:\s*\\?"([\w-]{1,64})')
_STREAM_NAME = re.compile(r"\d{4}/\d\d/\d\d/([\w-]{1,64})\[[$\w]+\]")
_TAIL = 65_536


def look_at(file: LogFile) -> Look:
    """Reads the beginning of a file. Never raises over what it reads: a file that cannot be read has a `problem`."""
    try:
        start = head(file)
        text = check_text(file, start)
    except SourceError as error:
        return Look(problem=error)
    if not start.strip():
        return Look(whole=True)
    plain = without_colours(text)
    whole = len(start) < HEAD and file.compression != "zstd"
    complete = plain if whole else plain.rpartition("\n")[0] or plain
    format_ = recognise(complete)
    if isinstance(format_, DocumentFormat) and not _is_sound(file, plain, whole, format_):
        format_ = MENDED_EVENTS
    function, certain = _function(plain)
    return Look(
        format_,
        marked=start.startswith(b"\xef\xbb\xbf"),
        coloured=plain is not text,
        whole=whole,
        other_document=format_ in (BARE, JSON_LIST) and is_other_document(text),
        function=function,
        certain=certain,
        notes=_doubts(file, format_, complete),
    )


def _doubts(file: LogFile, format_: AnyFormat, text: str) -> tuple[str, ...]:
    if not isinstance(format_, LineFormat) or not format_.fills_time:
        return ()
    return tuple(f"{file.shown}: {doubt}" for doubt in doubts(text, known=format_ is not BARE))


def _function(text: str) -> tuple[str | None, bool]:
    """The one function that the events name, and whether the platform says so."""
    for pattern, certain in ((_PLATFORM_NAME, True), (_POWERTOOLS_NAME, False), (_STREAM_NAME, False)):
        names = {found[1] for found in pattern.finditer(text)}
        if names:
            return (names.pop(), certain) if len(names) == 1 else (None, False)
    return None, False


def _is_sound(file: LogFile, text: str, whole: bool, format_: AnyFormat) -> bool:
    """Whether the engine can read the documents: it refuses a whole file over one that is cut, or of another kind.

    Only the beginning and the end are looked at; what is wrong between them shows when the engine meets it.
    """
    if not (_are_events(text, whole) if whole else _are_events(text, whole) and _ends_well(file)):
        return False
    if not whole:
        return True
    try:
        if format_ is EVENT_LINES:
            return all(isinstance(json.loads(line), dict) for line in text.split("\n") if line.strip())
        return format_.name != "event-array" or isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False


def _are_events(text: str, whole: bool) -> bool:
    for value in values([text]):
        if isinstance(value, Unreadable):
            return not whole
        kind = value.value
        if shape(kind) == "events" and isinstance(kind, dict) and not kind["events"]:
            continue
        if shape(kind) != "event" or not isinstance(kind, dict) or not isinstance(kind["message"], str):
            return False
        if abs(kind["timestamp"]) >= 2**63:
            return False
    return True


def _ends_well(file: LogFile) -> bool:
    if file.compression != "none":
        return True
    with file.path.open("rb") as source:
        source.seek(-min(_TAIL, file.path.stat().st_size), 2)
        return source.read().rstrip().endswith((b"}", b"]"))
