"""Texts in a TOML file with the place of each of their characters: what `tomllib` does not tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from insightctl.editor.stretches import Stretch

_SKIP = re.compile(r"#[^\n]*|[^\"'#A-Za-z0-9_-]+|[A-Za-z0-9_-]+")
_KEY = re.compile(r"([A-Za-z0-9_-]+)[ \t]*=[ \t]*(?=[\"'])")
_QUOTES = ('"""', "'''", '"', "'")
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_UNICODE = {"u": 4, "U": 8, "x": 2}
_FOLD = re.compile(r"\\[ \t]*\r?\n[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class TomlText:
    """The text of a key, and its place: `value.within` lies between the quotes."""

    key: str
    value: Stretch


def texts(source: str, keys: Collection[str]) -> Iterator[TomlText]:
    """The texts that stand directly behind one of these keys, in order. A text that never ends runs to its line's end."""
    at = 0
    while at < len(source):
        key = _KEY.match(source, at)
        if key:
            value, at = _read(source, key.end())
            if key[1] in keys:
                yield TomlText(key[1], value)
        elif source[at] in "\"'":
            at = _read(source, at)[1]
        elif skipped := _SKIP.match(source, at):
            at = skipped.end()
        else:
            at += 1


def _read(source: str, opened: int) -> tuple[Stretch, int]:
    """The text whose quotes open here, and where reading goes on."""
    quote = next(q for q in _QUOTES if source.startswith(q, opened))
    start = opened + len(quote)
    if len(quote) == 3:  # a newline straight behind the quotes does not count
        start += 2 if source.startswith("\r\n", start) else 1 if source.startswith("\n", start) else 0
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at, exact = start, True
    while at < len(source) and not source.startswith(quote, at):
        if len(quote) == 1 and source[at] in "\r\n":
            break
        char, end = _character(source, at, escapes=quote[0] == '"')
        exact = exact and end == at + 1
        if char:
            out.append(char)
            starts.append(at)
            ends.append(end)
        at = end
    closed = source.startswith(quote, at)
    while closed and len(quote) == 3 and source.startswith(quote, at + 1):  # """ab"" ends in quotes of its own"""
        out.append(source[at])
        starts.append(at)
        ends.append(at + 1)
        at += 1
    return Stretch("".join(out), starts, ends, (start, at), exact), at + len(quote) if closed else at


def _character(source: str, at: int, *, escapes: bool) -> tuple[str, int]:
    """The character written at a place, and where its spelling ends; empty for a folded line end."""
    if not escapes or source[at] != "\\":
        return source[at], at + 1
    if fold := _FOLD.match(source, at):
        return "", fold.end()
    letter = source[at + 1 : at + 2]
    if letter in _UNICODE:
        digits = source[at + 2 : at + 2 + _UNICODE[letter]]
        try:
            return chr(int(digits, 16)), at + 2 + len(digits)
        except (ValueError, OverflowError):
            return letter, at + 2
    return _SIMPLE.get(letter, letter), at + 1 + max(1, len(letter))
