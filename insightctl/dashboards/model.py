"""What a dashboard file says (architecture, section 6), before it is laid out or knows its functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

GRID_COLUMNS = 24

RawMetric = tuple[str, ...]
"""A metric of another service, written out: namespace, name, then dimension names and values."""


@dataclass(frozen=True, slots=True)
class Size:
    """Columns and rows of the grid; None lets the layout choose."""

    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class MetricWidget:
    """Metrics by their short names (`Errors`, `Duration p99`, `ErrorRate`); `period` in seconds."""

    metrics: tuple[str | RawMetric, ...]
    title: str | None = None
    size: Size = Size()
    period: int = 300
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class LogWidget:
    """A query of the library, by name, with its parameters as text."""

    query: str
    params: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    size: Size = Size()


@dataclass(frozen=True, slots=True)
class TextWidget:
    """Markdown; `{functions}` and `{region}` in it are filled in."""

    markdown: str
    size: Size = Size()
    transparent: bool = False


Widget = MetricWidget | LogWidget | TextWidget


@dataclass(frozen=True, slots=True)
class Row:
    """Widgets side by side under a title, with an optional sentence that says what to look for."""

    widgets: tuple[Widget, ...]
    title: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A drop-down. `function` is the one kind so far: which Lambda function the dashboard shows."""

    id: str
    label: str = "Function"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A definition. `start` (and `end`) as the body has them: `-PT3H`, or two ISO 8601 moments."""

    name: str
    title: str
    rows: tuple[Row, ...]
    start: str | None = None
    end: str | None = None
    variables: tuple[Variable, ...] = ()

    @property
    def widget_count(self) -> int:
        """The widgets that the file names; row titles come on top."""
        return sum(len(row.widgets) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment to draw on every metric widget: a deployment."""

    label: str
    at: datetime
