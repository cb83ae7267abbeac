"""JSON values one after another in a stream of text, whatever stands between and around them.

Arrays at the outside and the lists of known documents (`{"events": [...]}`) are opened rather than read whole, so
memory holds one record, not the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from insightctl.local.readers.interface import Unreadable

MAX_VALUE = 67_108_864
"""Characters of one record at most."""

_SCALAR = r'(?:"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|null|true|false)'
_ENVELOPE = re.compile(
    r'\{(?:\s*"\w+"\s*:\s*' + _SCALAR + r'\s*,)*?\s*"(?P<name>events|results)"\s*:\s*\[(?=\s*[\[{\]])'
)
_ENVELOPE_START = re.compile(r'\{\s*"(?:events|results|next\w+|status|queryLanguage|statistics)"')
_BETWEEN = re.compile(r"[\s,]*")
_AGAIN = re.compile(
    r"\n\s*(?=[\[{])"
    r'|(?=\{\s*"(?:messageType|owner|timestamp|@timestamp|time|ingestionTime|logStreamName|log|events|results)")'
)
_LONGEST_HEADER = 8192
_DECODER = json.JSONDecoder()


class Value(NamedTuple):
    """A value with its text, the line where it begins, and the document's list that it stands in (or None)."""

    value: object
    text: str
    line: int
    inside: str | None


def values(blocks: Iterable[str]) -> Iterator[Value | Unreadable]:
    """The values of a text, and the places where there is none."""
    return _Stream(iter(blocks)).values()


class _Stream:
    def __init__(self, blocks: Iterator[str]) -> None:
        self.blocks = blocks
        self.buffer = ""
        self.at = 0
        self.line = 1
        self.counted = 0  # up to here the newlines of the buffer are in `line`
        self.ended = False
        self.lost = False  # whether the last record could not be read
        self.open: list[str | None] = []  # None for an array, else the name of the document's list

    def values(self) -> Iterator[Value | Unreadable]:
        while self._skip():
            sign = self.buffer[self.at]
            if sign == "]" and self.open:
                self.at += 1
                if self.open.pop() is not None and not self._close():
                    yield from self._lost()
                continue
            if not self.open and self._opens(sign):
                continue
            yield from self._value()
        if self.open and not self.lost:  # else the record that the end cuts is counted already
            yield Unreadable(self._line())

    def _opens(self, sign: str) -> bool:
        """Steps into an array, or into the list of a document; whether there was one."""
        if sign == "[":
            self.open.append(None)
            self.at += 1
            return True
        if sign != "{":
            return False
        while len(self.buffer) - self.at < _LONGEST_HEADER and self._more():
            pass
        header = self.buffer[self.at : self.at + _LONGEST_HEADER]
        found = _ENVELOPE.match(header) if _ENVELOPE_START.match(header) else None
        if not found:
            return False
        self.open.append(found["name"])
        self.at += found.end()
        return True

    def _close(self) -> bool:
        """Reads what a document holds behind its list; false when it does not end."""
        if not self._skip():
            return False
        if self.buffer[self.at] == "}":
            self.at += 1
            return True
        self._line()
        self.buffer = "{" + self.buffer[self.at :]
        self.at = self.counted = 0
        return self._decoded() is not None

    def _value(self) -> Iterator[Value | Unreadable]:
        line = self._line()
        decoded = self._decoded()
        self.lost = decoded is None
        if decoded is None:
            yield from self._lost()
            return
        value, text = decoded
        yield Value(value, text, line, self.open[-1] if self.open else None)

    def _decoded(self) -> tuple[object, str] | None:
        while True:
            try:
                value, end = _DECODER.raw_decode(self.buffer, self.at)
            except json.JSONDecodeError as error:
                cut = error.pos >= len(self.buffer) - 16 or error.msg.startswith("Unterminated string")
                if not cut or not self._grow():
                    return None
            except (ValueError, RecursionError):
                return None  # too deep, or a number of thousands of digits
            else:
                if end == len(self.buffer) and not isinstance(value, dict | list | str) and self._grow():
                    continue  # a number may go on in the next block
                start, self.at = self.at, end
                return value, self.buffer[start:end]

    def _grow(self) -> bool:
        """Reads as much again as the value has so far; false at the end, or when it is too large to be one."""
        held = len(self.buffer) - self.at
        if held > MAX_VALUE or not self._more():
            return False
        while len(self.buffer) - self.at < held * 2 and self._more():
            pass
        return True

    def _lost(self) -> Iterator[Unreadable]:
        """Goes on behind what cannot be read, at the next place where a record begins."""
        line, lines, begun, search_at = self._line(), 0, False, self.at + 1
        while True:
            found = _AGAIN.search(self.buffer, search_at)
            end = found.end() if found else max(len(self.buffer) - 64, self.at)
            if not found and self.ended:
                end = len(self.buffer)
            for number, part in enumerate(self.buffer[self.at : end].split("\n")):
                if number:
                    lines, begun = lines + begun, False
                begun = begun or bool(part.strip())
            search_at = self.at = end
            if found or (self.ended and end == len(self.buffer)):
                break
            self._more()
        yield Unreadable(line, 1 if self.open else max(lines + begun, 1))

    def _skip(self) -> bool:
        """Goes to the next value; false at the end."""
        while True:
            between = _BETWEEN.match(self.buffer, self.at)
            self.at = between.end() if between else self.at
            if self.at < len(self.buffer):
                return True
            if not self._more():
                return False

    def _more(self) -> bool:
        if self.ended:
            return False
        block = next(self.blocks, None)
        if block is None:
            self.ended = True
            return False
        self._line()
        self.buffer = self.buffer[self.at :] + block
        self.at = self.counted = 0
        return True

    def _line(self) -> int:
        self.line += self.buffer.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line
