"""Lines longer than an event may be, found without reading the file: one page in each 256 KB is enough."""

from __future__ import annotations

import mmap

from insightctl.local.files import LogFile

_LIMIT = 262_144 + 128  # bytes of an event at most, and what a tool puts before it


def long_lines(file: LogFile) -> str | None:
    """A note on the lines of a plain file that are longer than the service lets events be."""
    if file.compression != "none" or file.size <= _LIMIT or file.path.stat().st_size <= _LIMIT:
        return None
    with file.path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found, first = _count(content)
        if not found:
            return None
        line = sum(content[at : min(at + _LIMIT, first)].count(b"\n") for at in range(0, first, _LIMIT)) + 1
    what = "event is" if found == 1 else "events are"
    return f"{found:,} {what} longer than 256 KB, the service's limit; the first: {file.shown}:{line}"


def _count(content: mmap.mmap) -> tuple[int, int]:
    """How many lines are too long, and where the first of them begins."""
    found = first = at = 0
    while at + _LIMIT < len(content):
        ends = content.rfind(b"\n", at, at + _LIMIT)
        if ends < 0:
            first = first if found else at
            found += 1
            ends = content.find(b"\n", at + _LIMIT)
            if ends < 0:
                break
        at = ends + 1
    return found, first
