"""Lines longer than an event may be, found without reading the file: a little of each 256 KB is enough."""

from __future__ import annotations

import os

from insightctl.local.files import LogFile

_LIMIT = 262_144 + 128  # bytes of an event at most, and what a tool puts before it
_BLOCK = 1_048_576


def long_lines(file: LogFile) -> str | None:
    """A note on the lines of a plain file that are longer than the service lets events be."""
    if file.compression != "none" or file.size <= _LIMIT:
        return None
    descriptor = os.open(file.path, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        found, first = _count(descriptor, size)
        if not found:
            return None
        line = 1 + sum(os.pread(descriptor, min(_BLOCK, first - at), at).count(b"\n") for at in range(0, first, _BLOCK))
    finally:
        os.close(descriptor)
    what = "event is" if found == 1 else "events are"
    return f"{found:,} {what} longer than 256 KB, the service's limit; the first: {file.shown}:{line}"


def _count(descriptor: int, size: int) -> tuple[int, int]:
    """How many lines are too long, and where the first of them begins. Read, not mapped: mapped pages count as memory."""
    found = first = at = 0
    while at + _LIMIT < size:
        ends = _last_end(descriptor, at, at + _LIMIT)
        if ends < 0:
            first = first if found else at
            found += 1
            ends = _next_end(descriptor, at + _LIMIT)
            if ends < 0:
                break
        at = ends + 1
    return found, first


def _last_end(descriptor: int, start: int, end: int) -> int:
    """The last line end between two places, -1 when there is none."""
    for length in (4096, _LIMIT):
        low = max(start, end - length)
        place = os.pread(descriptor, end - low, low).rfind(b"\n")
        if place >= 0:
            return low + place
    return -1


def _next_end(descriptor: int, start: int) -> int:
    """The first line end from a place on, -1 when there is none."""
    while block := os.pread(descriptor, _BLOCK, start):
        place = block.find(b"\n")
        if place >= 0:
            return start + place
        start += len(block)
    return -1
