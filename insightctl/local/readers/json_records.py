"""JSON as tools and services write it: subscription filters, query results, the console, Telemetry API, event lists.

Documents may follow one another without anything between, lie in arrays, end too early or be broken in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice

from insightctl.local.readers.docker import joined
from insightctl.local.readers.interface import ConvertedFormat, Event, Events, Unreadable
from insightctl.local.readers.json_stream import Value, values
from insightctl.local.readers.records import compact, event_of_row, event_of_text
from insightctl.local.readers.times import ms_of

_EVENT_KEYS = frozenset({"timestamp", "message", "logStreamName", "logGroupName", "ingestionTime", "eventId", "id"})
_TELEMETRY = frozenset({"time", "type", "record"})
_DOCKER = frozenset({"log", "stream", "time", "attrs"})
_TEXTS = ("function", "extension")


def shape(value: object, inside: str | None = None) -> str:
    """What a JSON value is: firehose, events, results, event, row, telemetry, docker, text or other."""
    if isinstance(value, dict):
        return _shape_of_object(value)
    if isinstance(value, list):
        cells = value and all(isinstance(cell, dict) and cell.keys() == {"field", "value"} for cell in value)
        return "row" if cells or inside == "results" else "list"
    return "text" if isinstance(value, str) else "other"


def _shape_of_object(value: dict[str, object]) -> str:
    keys = value.keys()
    if "messageType" in keys and ("logEvents" in keys or value["messageType"] == "CONTROL_MESSAGE"):
        return "firehose"
    if "timestamp" in keys and "message" in keys and keys <= _EVENT_KEYS and isinstance(value["timestamp"], int):
        return "event"
    for name, kind in (("events", dict), ("results", list)):
        listed = value.get(name)
        own = keys & {"message", "level", "timestamp", "time"}
        if isinstance(listed, list) and all(isinstance(item, kind) for item in listed) and not own:
            return name
    if "@message" in keys or ("@timestamp" in keys and "@ptr" in keys):
        return "console"
    if keys == _TELEMETRY and isinstance(value["type"], str):
        return "telemetry"
    if {"log", "time"} <= keys <= _DOCKER and isinstance(value["log"], str):
        return "docker"
    return "object"


def events(blocks: Iterable[str]) -> Events:
    """The events of a stream of JSON values."""
    for value in values(blocks):
        if isinstance(value, Unreadable):
            yield value
            continue
        try:
            yield from _of(value.value, value)
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError):
            yield Unreadable(value.line)


def _of(value: object, at: Value) -> Iterator[Event | Unreadable]:
    match shape(value, at.inside), value:
        case "firehose", dict():
            yield from _of_subscription(value, at.line)
        case ("events" | "results") as name, dict():
            for item in value[name]:
                yield from _of(item, at._replace(inside=name))
        case "row", list():
            yield event_of_row({str(cell["field"]): cell.get("value") for cell in value}, at.line)
        case "list", list():
            for item in value:
                yield from _of(item, at._replace(text=""))
        case "event" | "console", dict():
            yield event_of_row(value, at.line)
        case "telemetry", dict():
            yield _of_telemetry(value, at)
        case "text", str():
            yield event_of_text(value, None, at.line)
        case _, dict():
            yield event_of_text(at.text or compact(value), value, at.line)
        case _:
            yield Unreadable(at.line)


def _of_subscription(value: dict[str, object], line: int) -> Iterator[Event | Unreadable]:
    if value["messageType"] != "DATA_MESSAGE":
        return
    group, stream, listed = value.get("logGroup"), value.get("logStream"), value["logEvents"]
    if not isinstance(listed, list):
        raise TypeError
    for event in listed:
        ts, message = event.get("timestamp"), event.get("message")
        if message is None:
            yield Unreadable(line)
            continue
        yield Event(
            message if isinstance(message, str) else compact(message),
            ts if isinstance(ts, int) else ms_of(ts),
            str(stream) if stream else None,
            str(group) if group else None,
            line=line,
        )


def _of_telemetry(value: dict[str, object], at: Value) -> Event:
    record = value["record"]
    if value["type"] not in _TEXTS:
        message = at.text or compact(value)
    else:
        message = record.rstrip("\n") if isinstance(record, str) else compact(record)
    return Event(message, ms_of(value["time"]), line=at.line)


def _docker_events(blocks: Iterable[str]) -> Events:
    """Docker's own log files (`json-file`): a line that Docker split goes on in the next record."""
    return joined(_docker_lines(blocks))


def _docker_lines(blocks: Iterable[str]) -> Iterator[tuple[str, int | None, int] | Unreadable]:
    part, ts, line = "", None, 0
    for value in values(blocks):
        if isinstance(value, Unreadable):
            yield value
            continue
        if shape(value.value) != "docker" or not isinstance(value.value, dict):
            yield Unreadable(value.line)
            continue
        if not part:
            ts, line = ms_of(value.value["time"]), value.line
        part += str(value.value["log"])
        if part.endswith("\n"):
            yield part.rstrip("\r\n"), ts, line
            part = ""
    if part:
        yield part, ts, line


@lru_cache(maxsize=1)
def first_shapes(head: str) -> tuple[str, ...]:
    """The shapes of the first values of a file that is JSON from its beginning; nothing for others."""
    if not head.lstrip().startswith(("{", "[")):
        return ()
    found = []
    for value in islice(values([head]), 50):
        if isinstance(value, Unreadable):
            # the end of the head cuts the last value
            break
        items = value.value if shape(value.value, value.inside) == "list" and isinstance(value.value, list) else None
        of_document = " of a document" if value.inside == "events" else ""
        found += [shape(item) for item in items] if items else [shape(value.value, value.inside) + of_document]
    return tuple(found)


def _scored(*shapes: str, only: bool = False, sure: float = 0.98) -> Callable[[str], float]:
    def score(head: str) -> float:
        first = first_shapes(head)
        if not first:
            return 0.0
        return sure if (set(first) <= set(shapes) if only else first[0] in shapes) else 0.0

    return score


def _score_results(head: str) -> float:
    return 0.98 if re.match(r'\s*\{\s*"results"\s*:\s*\[\s*[\[\]]', head) else _scored("row", "results")(head)


def _score_list(head: str) -> float:
    """An array of JSON lines, or of messages: the engine would take it for one line."""
    first = first_shapes(head)
    return 0.9 if head.lstrip().startswith("[") and first and set(first) <= {"object", "text", "telemetry"} else 0.0


FIREHOSE = ConvertedFormat(
    "firehose",
    "subscription filters, as Firehose writes them to S3",
    _scored("firehose"),
    events,
    names_groups=True,
)
QUERY_RESULTS = ConvertedFormat(
    "query-results", "aws logs get-query-results", _score_results, events, names_groups=True
)
CONSOLE_JSON = ConvertedFormat(
    "console-json", "the console's export as JSON", _scored("console"), events, names_groups=True
)
TELEMETRY = ConvertedFormat(
    "telemetry", "dumps of the Telemetry API, as lines or arrays", _scored("telemetry", only=True), events
)
JSON_LIST = ConvertedFormat("json-list", "JSON lines or messages in an array", _score_list, events)
DOCKER_JSON = ConvertedFormat("docker-json", "Docker's log files (json-file)", _scored("docker"), _docker_events)
MENDED_EVENTS = ConvertedFormat(
    "events-mended",
    "events of CloudWatch in documents that are broken or of several kinds",
    _scored("event", "events", "event of a document", sure=0.5),
    events,
)
