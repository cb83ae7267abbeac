"""TOML tables read key by key: every mistake is a UsageError that names the file, the line and the key, with a caret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from insightctl.core.errors import UsageError
from insightctl.dashboards.places import Origin, Source, line_of, path_text

Path = Origin

__all__ = ["Path", "Table", "line_of", "path_text"]

_Word = TypeVar("_Word", bound=str)


@dataclass(slots=True)
class Table:
    """A TOML table that remembers which keys were asked for, so that `finish` can name the others."""

    values: dict[str, object]
    origin: Source
    path: Origin = ()
    _known: list[str] = field(default_factory=list)

    def fail(
        self, what: str, key: str | None = None, remedy: str | None = None, *, word: str | None = None
    ) -> UsageError:
        """The error to raise for this table, one of its keys, or a word in the value of the key."""
        return self.origin.error(what, self.path if key is None else (*self.path, key), remedy, word=word)

    def has(self, key: str) -> bool:
        """Whether the key is set; from here on it is known."""
        if key not in self._known:
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

    def choice(self, key: str, words: Sequence[_Word]) -> _Word | None:
        """One of these words, None when absent. Raises UsageError with the nearest one."""
        text = self.text(key)
        if text is None:
            return None
        for word in words:
            if word == text:
                return word
        raise self.fail(f"'{key}' is not '{text}'", key, nearest(text, words), word=text)

    def integer(self, key: str, low: int, high: int) -> int | None:
        """A whole number in a range, None when absent. Raises UsageError."""
        if not self.has(key):
            return None
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(f"'{key}' is a whole number from {low} to {high}", key)
        return value

    def number(self, key: str) -> float | None:
        """A number, None when absent. Raises UsageError."""
        if not self.has(key):
            return None
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(f"'{key}' is a number", key)
        if value != value or value in (float("inf"), float("-inf")):
            raise self.fail(f"'{key}' is a number that JSON can say", key)
        return value

    def flag(self, key: str) -> bool:
        """true or false; absent is false. Raises UsageError."""
        return bool(self.maybe_flag(key))

    def maybe_flag(self, key: str) -> bool | None:
        """true or false, None when absent. Raises UsageError."""
        value = self.values[key] if self.has(key) else None
        if value is not None and not isinstance(value, bool):
            raise self.fail(f"'{key}' is true or false", key)
        return value

    def items(self, key: str) -> list[object]:
        """An array that is not empty. Raises UsageError."""
        value = self.values[key] if self.has(key) else None
        if not isinstance(value, list) or not value:
            raise self.fail(f"'{key}' is a list with at least one entry", key)
        return list(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts; none when absent. Raises UsageError."""
        if not self.has(key):
            return ()
        value = self.values[key]
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) and item.strip() for item in listed):
            raise self.fail(f"'{key}' is a list of texts", key, f'{key} = ["...", "..."]')
        return tuple(item for item in listed if isinstance(item, str))

    def tables(self, key: str) -> list[Table]:
        """The tables of `[[key]]`; none when absent. Raises UsageError for another type."""
        value = self.values[key] if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fail(f"'{key}' is written [[{path_text((*self._names(), key))}]]", key)
        return [self.inner(item, key, place) for place, item in enumerate(value)]

    def table(self, key: str) -> Table | None:
        """The table of a key, None when absent. Raises UsageError for another type."""
        if not self.has(key):
            return None
        value = self.values[key]
        if not isinstance(value, dict):
            raise self.fail(f"'{key}' is a table: {key} = {{ name = \"value\" }}", key)
        return self.inner(value, key)

    def inner(self, values: dict[str, object], *steps: str | int) -> Table:
        """A table further in."""
        return Table(values, self.origin, (*self.path, *steps))

    def scalars(self, key: str) -> dict[str, str]:
        """A table of plain values, as texts. Raises UsageError."""
        table = self.table(key)
        values = table.values if table else {}
        if nested := [name for name, item in values.items() if isinstance(item, dict | list)]:
            raise self.fail(f"'{key}.{nested[0]}' is a text, a number or true or false", key)
        return {name: str(item).lower() if isinstance(item, bool) else str(item) for name, item in values.items()}

    def finish(self) -> None:
        """Raises UsageError for the first key that nobody asked for."""
        for key in self.values:
            if key not in self._known:
                raise self.fail(f"unknown key '{key}'", key, nearest(key, self._known, "keys here"))

    def _names(self) -> Origin:
        return tuple(step for step in self.path if isinstance(step, str))


def nearest(word: str, words: Sequence[str], what: str = "one of") -> str:
    """The help for a wrong word: the nearest one, and all of them."""
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    hint = f"did you mean '{close[0]}'? " if close else ""
    return f"{hint}{what}: {', '.join(words)}"
