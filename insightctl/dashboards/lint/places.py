"""JSON text with the place of every value: JSON path -> where the value and its key stand in the text.

Written here because the parsers for it on PyPI are unmaintained, and none tells where a character of a string stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from insightctl.ql.spans import Span

MAX_DEPTH = 100
"""Nesting that no body has; deeper text is refused, so that none can exhaust the reader."""

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_KEY = re.compile(r'("[^"\\\x00-\x1f]*")[ \t\r\n]*:[ \t\r\n]*')
_NEXT = re.compile(r"[ \t\r\n]*,[ \t\r\n]*(?![\]}])")
"""What nearly all text consists of, in one step; anything else is read word by word."""

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"[A-Za-z]+")
_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.S)
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")


class NotJson(Exception):
    """The text is no JSON: the message, and the offset where it stops being it."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


class Spot(NamedTuple):
    """Where a value stands, and its key if it has one."""

    value: Span
    key: Span | None


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a text, the spot of each JSON path (`$.widgets[0].type`), and keys that an object has twice."""

    text: str
    value: object
    spots: Mapping[str, Spot]
    repeated: tuple[tuple[str, Span], ...] = ()

    def head(self, path: str) -> Span:
        """Where to point for a path: a scalar itself, the key of an object or array, or its opening bracket.

        Of a path that is not there (a missing key) the nearest one around it.
        """
        spot = self._spot(path)
        first = self.text[spot.value.start : spot.value.start + 1]
        if first not in ("{", "["):
            return spot.value
        return spot.key or Span(spot.value.start, spot.value.start + 1)

    def key(self, path: str) -> Span:
        """Where the key of a path stands."""
        spot = self._spot(path)
        return spot.key or spot.value

    def inside(self, path: str, within: Span) -> Span:
        """Where characters of the string at a path stand, whatever escapes the text writes them with."""
        spot = self.spots.get(path)
        if spot is None or self.text[spot.value.start] != '"':
            return self.head(path)
        offsets = self.offsets(path)
        last = len(offsets) - 1
        start = offsets[min(within.start, last)]
        return Span(start, max(offsets[min(within.end, last)], start + 1))

    def offsets(self, path: str) -> tuple[int, ...]:
        """Where each character of the string at a path stands, and its closing quote."""
        value = self.spots[path].value
        found = (match.start() for match in _UNIT.finditer(self.text, value.start + 1, value.end - 1))
        return (*found, value.end - 1)

    def _spot(self, path: str) -> Spot:
        while path not in self.spots:
            path = path[: max(path.rfind("."), path.rfind("["))] or "$"
        return self.spots[path]


@lru_cache(maxsize=512)
def step(key: str) -> str:
    """What a key adds to a JSON path: `.view`, or `["a b"]`."""
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{json.dumps(key)}]"


def read(text: str) -> Document:
    """The document of a JSON text. Raises NotJson."""
    reader = _Reader(text)
    value = reader.document()
    return Document(text, value, reader.spots, tuple(reader.repeated))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1 if text.startswith("\ufeff") else 0
        self.spots: dict[str, Spot] = {}
        self.repeated: list[tuple[str, Span]] = []

    def document(self) -> object:
        self._skip()
        value = self._value("$", None, 0)
        self._skip()
        if self.at < len(self.text):
            raise NotJson("there is more behind the end of the JSON value", self.at)
        return value

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        if match:
            self.at = match.end()

    def _value(self, path: str, key: Span | None, depth: int) -> object:
        start = self.at
        char = self.text[start : start + 1]
        if char in ("{", "[") and depth == MAX_DEPTH:
            raise NotJson(f"nested deeper than {MAX_DEPTH} levels", start)
        value: object
        if char == "{":
            value = self._object(path, depth)
        elif char == "[":
            value = self._array(path, depth)
        elif char == '"':
            value = self._string()
        else:
            value = self._plain()
        self.spots[path] = Spot(Span(start, self.at), key)
        return value

    def _object(self, path: str, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        if self._opens("}"):
            return found
        while True:
            key, span = self._key()
            inner = path + step(key)
            if key in found:
                self.repeated.append((inner, span))
            found[key] = self._value(inner, span, depth + 1)
            if self._closes("}"):
                return found

    def _key(self) -> tuple[str, Span]:
        """A key with its colon, and where the key stands."""
        start = self.at
        match = _KEY.match(self.text, start)
        if match:
            self.at = match.end()
            return match[1][1:-1], Span(*match.span(1))
        if self.text[start : start + 1] != '"':
            raise NotJson("expected a key in double quotes", start)
        key = self._string()
        span = Span(start, self.at)
        self._skip()
        if self.text[self.at : self.at + 1] != ":":
            raise NotJson(f'expected a colon behind the key "{key}"', self.at)
        self.at += 1
        self._skip()
        return key, span

    def _array(self, path: str, depth: int) -> list[object]:
        found: list[object] = []
        if self._opens("]"):
            return found
        while True:
            found.append(self._value(f"{path}[{len(found)}]", None, depth + 1))
            if self._closes("]"):
                return found

    def _opens(self, end: str) -> bool:
        """Past the opening bracket; whether the closing one follows at once."""
        self.at += 1
        self._skip()
        if self.text[self.at : self.at + 1] == end:
            self.at += 1
            return True
        return False

    def _closes(self, end: str) -> bool:
        """Past a comma, or past the closing bracket (true)."""
        match = _NEXT.match(self.text, self.at)
        if match:
            self.at = match.end()
            return False
        self._skip()
        char, at = self.text[self.at : self.at + 1], self.at
        self.at += 1
        if char == end:
            return True
        if char != ",":
            raise NotJson(f"expected a comma or '{end}'" if char else "the text ends in the middle", at)
        self._skip()
        if self.text[self.at : self.at + 1] == end:
            raise NotJson(f"JSON takes no comma before '{end}'", at)
        return False

    def _string(self) -> str:
        match = _STRING.match(self.text, self.at)
        if match is None:
            raise NotJson(*self._broken_string())
        self.at = match.end()
        return str(json.loads(match[0])) if "\\" in match[0] else match[0][1:-1]

    def _broken_string(self) -> tuple[str, int]:
        broken = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*').match(self.text, self.at)
        at = broken.end() if broken else self.at
        char = self.text[at : at + 1]
        if char == "\\":
            return "JSON has no such escape in a string", at
        if char in ("\n", "\r", ""):
            return "the string never ends", self.at
        return "a control character stands raw in a string; write it as an escape", at

    def _plain(self) -> object:
        match = _NUMBER.match(self.text, self.at)
        if match:
            self.at = match.end()
            return json.loads(match[0]) if len(match[0]) < 400 else float("inf")
        word = _WORD.match(self.text, self.at)
        if word and word[0] in _WORDS:
            self.at = word.end()
            return _WORDS[word[0]]
        if self.at >= len(self.text):
            raise NotJson("the text ends where a value is expected", self.at)
        raise NotJson(
            "expected a value: an object, an array, a string in double quotes, a number, true, false", self.at
        )
