"""The tree of an expression of metric maths."""

from __future__ import annotations

from dataclasses import dataclass

from insightctl.ql.spans import Span


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text without its quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """The id of a metric or an expression, or a word such as DESC."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Prefixed:
    """`-x`, `+x`, `NOT x`."""

    sign: str
    of: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands and what stands between."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Array:
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """`of[index]`."""

    of: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Calling:
    """`NAME(arguments)`."""

    name: str
    arguments: tuple[Node, ...]
    span: Span


Node = Number | Text | Name | Prefixed | Operation | Array | Element | Calling
