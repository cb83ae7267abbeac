"""Where the keys of a front matter stand: TOML readers give values without places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]
Span = tuple[int, int]

_HEADER = re.compile(r"[ \t]*(\[\[?)[ \t]*([^\[\]]+?)[ \t]*\]\]?")
_KEY = re.compile(r'[ \t]*((?:[\w-]+|"[^"\n]*")(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"))*)[ \t]*=[ \t]*')
_LONG = re.compile(r'"""|' + "'''")


@dataclass(frozen=True, slots=True)
class Places:
    """Spans by key path, in character offsets of the file: of each key, and of the value behind it."""

    text: str
    keys: Mapping[Path, Span]
    values: Mapping[Path, Span]

    def key(self, *path: str | int) -> Span:
        """The key of this path; of what holds it, when it stands in an inline table; else the first line."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys[path] if path else (0, max(1, self.text.find("\n")))

    def value(self, path: Path, word: str) -> Span:
        """The word in the value of this path; the key when it is not there as written."""
        start, end = self.values.get(path, (0, 0))
        at = self.text.find(word, start, end) if word else -1
        return (at, at + len(word)) if at >= 0 else self.key(*path)

    def line(self, *path: str | int) -> int:
        """The line of a key, from 1."""
        return self.text.count("\n", 0, self.key(*path)[0]) + 1


def places(text: str) -> Places:
    """The places of the front matter at the start of a query file's text."""
    keys: dict[Path, Span] = {}
    values: dict[Path, Span] = {}
    table: Path = ()
    counts: dict[str, int] = {}
    last: Path | None = None
    for start, line in _lines(text):
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
                table = (*table, counts[header[2]])
            last = None
            keys.setdefault(table, (start + header.start(1), start + len(line.rstrip())))
        elif key := _KEY.match(line):
            last = (*table, *_parts(key[1]))
            keys.setdefault(last, (start + key.start(1), start + key.end(1)))
            values[last] = (start + key.end(), start + len(line))
        elif last is not None:  # a list or a text over several lines
            values[last] = (values[last][0], start + len(line))
    return Places(text, keys, values)


def _parts(dotted: str) -> Path:
    return tuple(part.strip().strip('"') for part in dotted.split("."))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of the front matter with their offsets; those inside a long text without what could look like a key."""
    first, *lines = text.split("\n")
    at, inside = len(first) + 1, False
    for line in lines:
        if line.strip() == "+++":
            return
        yield at, "" if inside else line
        inside ^= len(_LONG.findall(line)) % 2 == 1
        at += len(line) + 1
