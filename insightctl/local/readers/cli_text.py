"""`aws logs filter-log-events --output text`, and get-log-events: a row a record, its columns by name, tabs between.

filter-log-events: EVENTS, eventId, ingestionTime, logStreamName, message, timestamp. get-log-events: EVENTS,
ingestionTime, message, timestamp. A message may hold tabs and newlines, so a record ends where the next row begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from insightctl.local.readers.interface import ConvertedFormat, Event, Events, Unreadable
from insightctl.local.readers.lines import lines

_ROW = re.compile(r"EVENTS\t")
_OTHER_ROW = re.compile(r"SEARCHEDLOGSTREAMS\t|[bf]/\d{20,}(?:/\w+)?(?:\t[bf]/\d{20,}(?:/\w+)?)?$|None$|\Z")
_WITH_STREAM = re.compile(
    r"EVENTS\t(?:\d{20,})\t(?P<ingested>\d{13})\t(?P<stream>[^\t]+)\t(?P<msg>.*)\t(?P<ts>\d{13})", re.S
)
_WITHOUT_STREAM = re.compile(r"EVENTS\t(?P<ingested>\d{13})\t(?P<msg>.*)\t(?P<ts>\d{13})", re.S)
_LARGEST = 33_554_432


def _events(blocks: Iterable[str]) -> Events:
    held: list[str] = []
    first = size = 0
    for number, line in lines(blocks):
        if _ROW.match(line) or (_OTHER_ROW.match(line) and (not held or _whole(held))) or size > _LARGEST:
            if held:
                yield _event("\n".join(held), first)
            starts = _ROW.match(line) or not _OTHER_ROW.match(line)
            held, first, size = ([line] if starts else []), number, len(line)
        elif held:
            held.append(line)
            size += len(line)
        else:
            yield Unreadable(number)
    if held:
        yield _event("\n".join(held), first)


def _whole(held: list[str]) -> bool:
    return re.search(r"\t\d{13}$", held[-1]) is not None


def _event(text: str, line: int) -> Event | Unreadable:
    found = _WITH_STREAM.fullmatch(text) or _WITHOUT_STREAM.fullmatch(text)
    if not found:
        return Unreadable(line)
    stream = found.groupdict().get("stream")
    return Event(found["msg"], int(found["ts"]), stream, None, int(found["ingested"]), line)


def _score(head: str) -> float:
    return 0.98 if any(_ROW.match(line) for line in head.split("\n", 5)[:5]) else 0.0


CLI_TEXT = ConvertedFormat("cli-text", "aws logs filter-log-events, get-log-events --output text", _score, _events)
