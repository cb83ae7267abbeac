"""TOML tables read key by key: every mistake is a UsageError that names the file, the key and the line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from insightctl.core.errors import UsageError

Path = tuple[str | int, ...]
"""The way to a value: keys, and places in arrays counted from 0."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w\-]+)\s*=")


def path_text(path: Path) -> str:
    """`row[1].widget[0].width`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def line_of(text: str, path: Path) -> int | None:
    """The line (from 1) where a TOML file sets a path, or the nearest table around it."""
    places = dict(_places(text))
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """The paths that a file sets, each with its line. Inline tables and multi-line texts give their first line."""
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line):
            table = _resolve(header[2].split("."), counts, is_array=header[1] == "[[")
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, key[1]), number


def _resolve(names: list[str], counts: dict[Path, int], *, is_array: bool) -> Path:
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if not is_array:
        return path
    counts[path] = counts.get(path, -1) + 1
    return (*path, counts[path])


@dataclass(slots=True)
class Table:
    """A TOML table that remembers which keys were asked for, so that `finish` can name the others."""

    values: Mapping[str, object]
    file: str
    source: str
    path: Path = ()
    _known: list[str] = field(default_factory=list)

    def fail(self, what: str, key: str | None = None, remedy: str | None = None) -> UsageError:
        """The error to raise for this table, or one of its keys."""
        path = self.path if key is None else (*self.path, key)
        line = line_of(self.source, path)
        where = self.file if line is None else f"{self.file}:{line}"
        return UsageError(what, where=f"{where} ({path_text(path)})" if path else where, remedy=remedy)

    def has(self, key: str) -> bool:
        """Whether the key is set; from here on it is known."""
        self._known.append(key)
        return key in self.values

    def text(self, key: str) -> str | None:
        """A text, None when absent. Raises UsageError for another type, or an empty one."""
        if not self.has(key):
            return None
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise self.fail(f"'{key}' is a text", key)
        return value

    def required_text(self, key: str) -> str:
        """A text that must be there. Raises UsageError."""
        value = self.text(key)
        if value is None:
            raise self.fail(f"'{key}' is missing", remedy=f'add {key} = "..."')
        return value

    def integer(self, key: str, low: int, high: int) -> int | None:
        """A whole number in a range, None when absent. Raises UsageError."""
        if not self.has(key):
            return None
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(f"'{key}' is a whole number from {low} to {high}", key)
        return value

    def flag(self, key: str) -> bool:
        """true or false; absent is false. Raises UsageError."""
        value = self.values[key] if self.has(key) else False
        if not isinstance(value, bool):
            raise self.fail(f"'{key}' is true or false", key)
        return value

    def items(self, key: str) -> list[object]:
        """An array that is not empty. Raises UsageError."""
        value = self.values[key] if self.has(key) else None
        if not isinstance(value, list) or not value:
            raise self.fail(f"'{key}' is a list with at least one entry", key)
        return list(value)

    def tables(self, key: str) -> list[Table]:
        """The tables of `[[key]]`; none when absent. Raises UsageError for another type."""
        value = self.values[key] if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fail(f"'{key}' is written [[{path_text((*self._names(), key))}]]", key)
        return [Table(item, self.file, self.source, (*self.path, key, place)) for place, item in enumerate(value)]

    def scalars(self, key: str) -> dict[str, str]:
        """A table of plain values, as texts. Raises UsageError."""
        value = self.values[key] if self.has(key) else {}
        if not isinstance(value, dict):
            raise self.fail(f"'{key}' is a table: {key} = {{ name = \"value\" }}", key)
        if nested := [name for name, item in value.items() if isinstance(item, dict | list)]:
            raise self.fail(f"'{key}.{nested[0]}' is a text, a number or true or false", key)
        return {name: str(item).lower() if isinstance(item, bool) else str(item) for name, item in value.items()}

    def finish(self) -> None:
        """Raises UsageError for the first key that nobody asked for."""
        for key in self.values:
            if key not in self._known:
                close = get_close_matches(key, self._known, n=1)
                hint = f"did you mean '{close[0]}'? " if close else ""
                raise self.fail(f"unknown key '{key}'", key, f"{hint}keys here: {', '.join(self._known)}")

    def _names(self) -> Path:
        return tuple(step for step in self.path if isinstance(step, str))
