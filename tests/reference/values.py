"""What a cell may be, and what it is as a number, as a text and in an order."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Literal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class JsonScalar:
    """A number, true or false of JSON: the text under which it is shown, and its value."""

    text: str
    value: float
    kind: Literal["number", "boolean"]


@dataclass(frozen=True)
class Moment:
    """A timestamp in ms since the epoch."""

    ms: int


@dataclass(frozen=True)
class Tree:
    """A map or a list."""

    json: dict[str, object] | list[object]


@dataclass(frozen=True)
class AnyOf:
    """The language leaves open which of these a cell is."""

    values: tuple[Value, ...]


Value = None | bool | int | float | Fraction | str | JsonScalar | Moment | Tree | AnyOf

_SPELLED = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_CHUNK = re.compile(r"[0-9]+|[^0-9]", re.DOTALL)


def finite(number: float | Fraction) -> float | Fraction | None:
    """The number, unless it is none that can be shown."""
    return number if isinstance(number, Fraction) or math.isfinite(number) else None


def as_number(value: Value) -> float | Fraction | None:
    """The number that a value is or spells."""
    match value:
        case bool() | int():
            return float(value)
        case float() | Fraction():
            return value
        case JsonScalar():
            return value.value
        case Moment():
            return float(value.ms)
        case str() if _SPELLED.fullmatch(value):
            return finite(float(value))
        case _:
            return None


def as_text(value: Value) -> str | None:
    """A value as text: computed numbers have 4 decimals at most, conditions are 1 and 0, maps and lists are nothing."""
    match value:
        case str():
            return value
        case bool():
            return "1" if value else "0"
        case int() | float() | Fraction():
            return plain(float(value))
        case JsonScalar():
            return value.text
        case Moment():
            at = moment(value)
            return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}"
        case _:
            return None


def plain(number: float) -> str:
    """A computed number without trailing zeros."""
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def moment(value: Moment) -> datetime:
    """As a datetime in UTC."""
    return EPOCH + timedelta(milliseconds=value.ms)


def truth(value: Value) -> bool:
    """Whether a value counts as true: what is or spells a number other than 0, or the word."""
    if isinstance(value, str) and value.lower() == "true":
        return True
    number = as_number(value)
    return number is not None and number != 0


Key = tuple[object, ...]


def order(value: Value) -> Key:
    """The place of a value in ascending order: absent, texts by their chunks, numbers."""
    if value is None or isinstance(value, Tree):
        return (0,)
    number = as_number(value)
    if number is not None:
        return (2, number)
    text = as_text(value) or ""
    # runs of digits by their length, then by value; beside another character a digit is a character
    chunks = [("0", len(c), c) if c[0] in "0123456789" else (c, 0, "") for c in _CHUNK.findall(text)]
    return (1, tuple(chunks))
