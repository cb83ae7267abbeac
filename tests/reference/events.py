"""A log event, and the fields that the service discovers in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property

from tests.reference.values import JsonScalar, Moment, Tree, Value

LOG_GROUP = "/aws/lambda/reference"
ACCOUNT = "000000000000"

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLATFORM = ("START", "END", "REPORT")
_MS = {"@duration": "Duration", "@billedDuration": "Billed Duration", "@initDuration": "Init Duration"}
_MB = {"@memorySize": "Memory Size", "@maxMemoryUsed": "Max Memory Used"}


class _Number(str):
    """A number as JSON spells it."""


@dataclass(frozen=True)
class Event:
    """One log event."""

    ms: int
    stream: str
    message: str

    @cached_property
    def json(self) -> object:
        """The first JSON object in the message; None when there is none."""
        decoder = json.JSONDecoder(parse_int=_Number, parse_float=_Number)
        for brace in re.finditer("{", self.message):
            try:
                return decoder.raw_decode(self.message, brace.start())[0]
            except ValueError:
                continue
        return None

    def field(self, parts: tuple[str | int, ...]) -> Value:
        """A field by its dotted name."""
        name = str(parts[0])
        if name.startswith("@@"):
            return scalar(inside(self.json, (name[1:], *parts[1:])))
        if name.startswith("@"):
            return self._own(name)
        return scalar(inside(self.json, parts))

    def _own(self, name: str) -> Value:
        match name:
            case "@message":
                return self.message
            case "@timestamp":
                return Moment(self.ms)
            case "@logStream":
                return self.stream
            case "@log":
                return f"{ACCOUNT}:{LOG_GROUP}"
            case "@type":
                return self._type
            case "@requestId":
                return self._request_id()
            case "@xrayTraceId":
                return self._tail("XRAY TraceId: ")
            case "@xraySegmentId":
                return self._tail("SegmentId: ")
            case _ if name in _MS:
                return self._reported(_MS[name], " ms")
            case _ if name in _MB:
                megabytes = self._reported(_MB[name], " MB")
                return None if megabytes is None else megabytes * 1_000_000
            case _:
                return None

    @property
    def _type(self) -> str | None:
        word = self.message.partition(" RequestId: ")[0]
        return word if word in _PLATFORM else None

    def _request_id(self) -> str | None:
        """Of a platform line, of `[LEVEL] TIME ID text`, of `TIME ID LEVEL text` and of what the platform tells."""
        if self._type is not None or self.message.startswith("RequestId: "):
            word = self.message.partition("RequestId: ")[2].split()
            found = word[:1]
        else:
            columns = re.split(r"[\t ]", self.message.partition("\n")[0])
            first = columns[0]
            at = (
                2
                if re.fullmatch(r"\[[A-Z]+\]", first)
                else 1
                if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", first)
                else 9
            )
            found = columns[at : at + 1]
        return found[0] if found and _UUID.fullmatch(found[0]) else None

    def _reported(self, label: str, unit: str) -> float | None:
        if self._type != "REPORT":
            return None
        for part in self.message.split("\t"):
            name, _, value = part.partition(": ")
            if name == label and value.endswith(unit):
                return float(value.removesuffix(unit))
        return None

    def _tail(self, label: str) -> str | None:
        words = self.message.partition(label)[2].split()
        return words[0] if words else None


def inside(tree: object, parts: tuple[str | int, ...]) -> object:
    """What lies at a place of a map or list; None when nothing does."""
    for part in parts:
        if isinstance(tree, dict):
            tree = tree.get(str(part))
        elif isinstance(tree, list) and str(part).isdigit():
            tree = tree[int(part)] if int(part) < len(tree) else None
        else:
            return None
    return tree


def scalar(found: object) -> Value:
    """A JSON value as a discovered field: maps, lists and null are none, true and false show as 1 and 0."""
    match found:
        case bool():
            return JsonScalar("1" if found else "0", float(found), "boolean")
        case _Number():
            return JsonScalar(str(found), float(found), "number")
        case str():
            return found
        case _:
            return None


def tree(text: str) -> Tree | None:
    """The map or list that a text spells."""
    try:
        found = json.loads(text, parse_int=_Number, parse_float=_Number)
    except ValueError:
        return None
    return Tree(found) if isinstance(found, dict | list) else None


def piece(found: object) -> Value:
    """A JSON value as an element: maps and lists stay what they are."""
    return Tree(found) if isinstance(found, dict | list) else scalar(found)
