"""Where the keys of a definition stand in its text, and errors that point at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from insightctl.core.errors import UsageError

Origin = tuple[str | int, ...]
"""The way to a value: keys, and places in arrays counted from 0."""

_NAME = r'(?:[\w\-]+|"[^"\n]*"|\'[^\'\n]*\')'
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=\s*")
_PART = re.compile(_NAME)
_LONG = ('"""', "'" * 3)


def path_text(path: Origin) -> str:
    """`row[1].widget[0].width`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


@dataclass(frozen=True, slots=True)
class Place:
    """Spans in character offsets of the text: of a key (or a table's header), and of the value behind it."""

    key: tuple[int, int]
    value: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a definition; `file` is what errors call it."""

    file: str
    text: str

    def error(self, what: str, path: Origin, remedy: str | None = None, *, word: str | None = None) -> UsageError:
        """The error to raise at a key, or at a word of the value behind it.

        A key of an inline table is looked for as a word of what is around it.
        """
        place = place_of(self.text, path)
        if place is None:
            return UsageError(what, where=f"{self.file} ({path_text(path)})" if path else self.file, remedy=remedy)
        last = path[-1]
        if word is None and isinstance(last, str) and place != place_of(self.text, path[:-1]):
            return _drawn(self, what, path, remedy, place.key)
        wanted = word or (last if isinstance(last, str) else "")
        return _drawn(self, what, path, remedy, _narrowed(self.text, place, wanted))


def _narrowed(text: str, place: Place, word: str) -> tuple[int, int]:
    """The word in the value, in quotes if it stands there so; the key when it is not there as written."""
    start, end = place.value
    if word:
        for found in re.finditer(rf"(?<![\w]){re.escape(word)}(?![\w])", text[start:end]):
            return start + found.start(), start + found.end()
    return place.key


def _drawn(source: Source, what: str, path: Origin, remedy: str | None, span: tuple[int, int]) -> UsageError:
    from insightctl.dashboards.definition_error import (
        DefinitionError,
    )  # it needs the language, which renders do without

    return DefinitionError(source.file, source.text, span, what, remedy, path_text(path))


def line_of(text: str, path: Origin) -> int | None:
    """The line (from 1) where a TOML text sets a path, or the nearest table around it."""
    place = place_of(text, path)
    return None if place is None else text.count("\n", 0, place.key[0]) + 1


def place_of(text: str, path: Origin) -> Place | None:
    """The place of a path in a TOML text; of what is around it, when it stands in an inline table."""
    found = dict(_places(text))
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


def _places(text: str) -> Iterator[tuple[Origin, Place]]:
    counts: dict[Origin, int] = {}
    table: Origin = ()
    last: tuple[Origin, Place] | None = None
    for start, line in _lines(text):
        if header := _HEADER.fullmatch(line):
            if last:
                yield last
                last = None
            table = _resolve(_names(header[2]), counts, is_array=header[1] == "[[")
            span = (start + header.start(1), start + len(line.rstrip()))
            yield table, Place(span, span)
        elif key := _KEY.match(line):
            if last:
                yield last
            span = (start + key.start(1), start + key.end(1))
            last = ((*table, *_names(key[1])), Place(span, (start + key.end(), start + len(line))))
        elif last:  # a list or a text over several lines
            last = (last[0], Place(last[1].key, (last[1].value[0], start + len(line))))
    if last:
        yield last


def _names(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]


def _resolve(names: list[str], counts: dict[Origin, int], *, is_array: bool) -> Origin:
    path: Origin = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if not is_array:
        return path
    counts[path] = counts.get(path, -1) + 1
    return (*path, counts[path])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their offsets; those inside a long text without what could look like a key."""
    at, until = 0, ""
    for line in text.split("\n"):
        yield at, "" if until and until not in line else line if not until else _blank_until(line, until)
        until = _open_after(line, until)
        at += len(line) + 1


def _blank_until(line: str, until: str) -> str:
    end = line.index(until) + len(until)
    return "\0" * end + line[end:]


def _open_after(line: str, until: str) -> str:
    """The quotes of a long text that is open at the end of a line."""
    at = 0
    while True:
        if until:
            end = line.find(until, at)
            if end < 0:
                return until
            at, until = end + 3, ""
            continue
        starts = [(line.find(quotes, at), quotes) for quotes in _LONG if line.find(quotes, at) >= 0]
        if not starts or "#" in line[: min(starts)[0]]:
            return ""
        at, until = min(starts)[0] + 3, min(starts)[1]
