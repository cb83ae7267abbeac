"""What a chart draws: lines over time, or one bar a row, picked from a result by its column types and its view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from insightctl.core.result import Column, Result, Value
from insightctl.core.view import View
from insightctl.render import safe
from insightctl.render.cells import is_amount, plain_text

MAX_SERIES = 8
MAX_BARS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One series: a label and its points, oldest first; seconds since the epoch against a value."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A chart over time. `left_out` names what did not fit."""

    lines: tuple[Line, ...]
    stacked: bool = False
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar a row: label and value, in the order of the rows. `share` also shows each one's part of the whole."""

    value: Column
    bars: tuple[tuple[str, float], ...]
    share: bool = False
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why there is nothing to draw."""

    why: str


Picture = Lines | Bars | Nothing


def pick(result: Result, view: View) -> Picture:
    """The picture of a result. A column of moments makes lines, unless the view asks for bars and there is a text."""
    if not result.rows:
        return Nothing("no rows to draw")
    numbers = _y_columns(result, view)
    if not numbers:
        return Nothing("no column of numbers to draw")
    moments = [column for column in result.columns if column.type == "timestamp"]
    texts = [column for column in result.columns if column.type in ("string", "boolean")]
    wants_bars = view.kind in ("bar", "pie")
    if moments and not (wants_bars and _are_names(result, texts)):
        return _lines(result, moments[0], numbers, texts, view)
    labels = texts or [column for column in result.columns if column not in numbers]
    if not labels:
        return Nothing("a chart needs a column of moments or of text beside the numbers")
    return _bars(result, labels, numbers[0], view)


def _are_names(result: Result, texts: Sequence[Column]) -> bool:
    """Whether the texts name each row: then a moment in it is a fact (last seen), not an axis."""
    names = [tuple(str(record[column.name]) for column in texts) for record in result.records()]
    return bool(texts) and len(set(names)) == len(names)


def _y_columns(result: Result, view: View) -> list[Column]:
    drawable = [column for column in result.columns if column.type == "number"]
    named = [column for column in drawable if column.name in view.y]
    return named or [column for column in drawable if is_amount(column)]


def number(value: Value) -> float | None:
    """The finite number in a cell, None when it holds none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < float("inf") else None


def _lines(result: Result, time: Column, numbers: Sequence[Column], texts: Sequence[Column], view: View) -> Picture:
    found: dict[str, list[tuple[float, float]]] = {}
    for record in result.records():
        moment = record[time.name]
        if not isinstance(moment, datetime):
            continue
        group = _label(record, texts)
        for column in numbers:
            value = number(record[column.name])
            if value is not None:
                label = " ".join(part for part in (group, column.name if len(numbers) > 1 or not group else "") if part)
                found.setdefault(safe.line(label), []).append((moment.timestamp(), value))
    if not found:
        return Nothing("no numbers to draw")
    # The biggest are drawn: what is left out must not be what the reader looks for.
    by_size = sorted(found, key=lambda label: -sum(abs(value) for _, value in found[label]))
    drawn, left_out = by_size[:MAX_SERIES], by_size[MAX_SERIES:]
    # Columns keep their order; groups, which come in the order of the rows, get one that two runs share.
    labels = sorted(found, key=_natural) if texts else list(found)
    lines = tuple(Line(label, tuple(sorted(found[label]))) for label in labels if label in drawn)
    return Lines(lines, view.stacked, tuple(left_out))


def _natural(label: str) -> tuple[bool, int, str]:
    """Versions in the order of their numbers, then everything else by name."""
    return (not label.isdecimal(), int(label) if label.isdecimal() else 0, label)


def _bars(result: Result, labels: Sequence[Column], y: Column, view: View) -> Picture:
    bars = [(_label(record, labels), number(record[y.name])) for record in result.records()]
    numeric = [(label, value) for label, value in bars if value is not None]
    if not numeric:
        return Nothing(f"no numbers in '{safe.line(y.name)}' to draw")
    return Bars(y, tuple(numeric[:MAX_BARS]), view.kind == "pie", len(numeric) - min(len(numeric), MAX_BARS))


def _label(record: dict[str, Value], columns: Sequence[Column]) -> str:
    parts = (safe.line(_label_text(record[column.name])) for column in columns)
    return " · ".join(part for part in parts if part)


def _label_text(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return plain_text(value)
