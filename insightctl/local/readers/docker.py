"""`docker logs --timestamps`: a time before every line, also before those that go on an event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from insightctl.local.readers.bare import continues
from insightctl.local.readers.interface import ConvertedFormat, Event, Events, Unreadable
from insightctl.local.readers.lines import lines
from insightctl.local.readers.times import ms_of

Line = tuple[str, int | None, int]
"""The text of a line, its UTC ms, and its number in the file."""

_TIMED = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (.*)", re.DOTALL)
_NANOSECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7,9}(?:Z|[+-]\d\d:\d\d) ")
_LARGEST = 33_554_432  # characters of one event: a file that never starts another stays bounded


def joined(found: Iterable[Line | Unreadable]) -> Events:
    """Events of lines: one that goes on an event (a stack trace) belongs to the line before it."""
    parts: list[str] = []
    ts: int | None = None
    first = held = 0
    for line in found:
        if isinstance(line, Unreadable):
            yield line
            continue
        text, time, number = line
        if parts and held < _LARGEST and continues(text):
            parts.append(text)
            held += len(text)
            continue
        if parts:
            yield Event("\n".join(parts), ts, line=first)
        parts, ts, first, held = [text], time, number, len(text)
    if parts:
        yield Event("\n".join(parts), ts, line=first)


def _events(blocks: Iterable[str]) -> Events:
    return joined(_lines(blocks))


def _lines(blocks: Iterable[str]) -> Iterator[Line]:
    last: int | None = None
    for number, line in lines(blocks):
        timed = _TIMED.match(line)
        if timed:
            last = ms_of(timed[1]) or last
        # without a time: the daemon's own words, or an application's carriage returns
        yield (timed[2] if timed else line), last, number


def _score(head: str) -> float:
    first: Sequence[str] = [line for line in head.split("\n")[:400] if line.strip()]
    return 0.99 if first and sum(bool(_NANOSECONDS.match(line)) for line in first) > len(first) * 0.6 else 0.0


DOCKER_TIMES = ConvertedFormat("docker-times", "docker logs --timestamps", _score, _events)
