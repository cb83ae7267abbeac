"""A rule, and the makers of the rules that many fields share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from insightctl.dashboards.problem import Severity
from insightctl.dashboards.rules.node import Node

Scope = Literal[
    "body", "variable", "widget", "metric", "metric row", "annotations", "log", "text", "alarm", "explorer", "custom"
]
"""What a rule looks at: the whole body, a widget as such, or the `properties` of a widget of one type."""

_SHOWN = 40  # characters of a wrong value that a message quotes

Finding = tuple[Node, str]
Check = Callable[[Node], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`check` is called with every node of the scope, and yields what is wrong: the node and the words."""

    name: str
    scope: Scope
    check: Check
    severity: Severity = "error"


def required(*keys: str) -> Check:
    """Every key is there."""

    def check(node: Node) -> Iterator[Finding]:
        for key in keys:
            if node.is_object and not node.has(key):
                yield node, f"'{key}' is required"

    return check


def one_of(key: str, values: Sequence[str]) -> Check:
    """The value, when there is one, is one of these."""

    def check(node: Node) -> Iterator[Finding]:
        found = node.get(key)
        if node.has(key) and found.value not in values:
            yield found, f"'{key}' is one of {', '.join(values)}, not {_shown(found)}{_hint(found, values)}"

    return check


def typed(keys: Sequence[str], kind: Literal["text", "flag", "number", "object", "array"]) -> Check:
    """The values, where there are some, are of this type."""
    is_kind, words = _TYPES[kind]

    def check(node: Node) -> Iterator[Finding]:
        for key in keys:
            found = node.get(key)
            if node.has(key) and not is_kind(found):
                yield found, f"'{key}' is {words}, not {_shown(found)}"

    return check


def whole_number(key: str, low: int, high: int | None = None) -> Check:
    """The value, when there is one, is a whole number in the range."""
    span = f"from {low} to {high}" if high is not None else f"of {low} or more"

    def check(node: Node) -> Iterator[Finding]:
        found = node.get(key)
        value = found.integer
        if node.has(key) and (value is None or value < low or (high is not None and value > high)):
            yield found, f"'{key}' is a whole number {span}, not {_shown(found)}"

    return check


def matching(key: str, pattern: str, words: str) -> Check:
    """The value, when there is one, is a text that the pattern matches as a whole."""
    compiled = re.compile(pattern)

    def check(node: Node) -> Iterator[Finding]:
        found = node.get(key)
        if node.has(key) and not (found.text is not None and compiled.fullmatch(found.text)):
            yield found, f"'{key}' is {words}, not {_shown(found)}"

    return check


def known_keys(*keys: str) -> Check:
    """No other key than these."""

    def check(node: Node) -> Iterator[Finding]:
        for key in node.names():
            if key not in keys:
                yield node.get(key), f"unknown key '{key}'{_hint(Node(key), keys)}"

    return check


def inside(keys: Sequence[str], check: Check) -> Check:
    """The check on the value behind a way of keys, when there is one."""

    def checked(node: Node) -> Iterator[Finding]:
        for key in keys:
            if not node.has(key):
                return
            node = node.get(key)
        yield from check(node)

    return checked


def each(key: str, check: Check) -> Check:
    """The check on every element of the array behind a key."""

    def checked(node: Node) -> Iterator[Finding]:
        for item in node.get(key).items():
            yield from check(item)

    return checked


def _shown(node: Node) -> str:
    text = json.dumps(node.value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _hint(node: Node, values: Sequence[str]) -> str:
    close = get_close_matches(node.text, values, n=1) if node.text else []
    return f" (did you mean '{close[0]}'?)" if close else ""


_TYPES: dict[str, tuple[Callable[[Node], bool], str]] = {
    "text": (lambda node: node.text is not None, "a text"),
    "flag": (lambda node: isinstance(node.value, bool), "true or false"),
    "number": (lambda node: node.number is not None, "a number"),
    "object": (lambda node: node.is_object, "an object"),
    "array": (lambda node: node.is_array, "an array"),
}
