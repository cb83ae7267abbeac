"""What a preview draws: widgets in their boxes, each with a panel of values that are safe to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from insightctl.core.time import TimeRange

COLUMNS = 24
"""Columns of CloudWatch's grid ("Dashboard Body Structure": x and width are 0-24)."""

Side = Literal["left", "right"]
Fill = Literal["none", "above", "below", "between", "before", "after"]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a widget stands, in columns and rows of the grid."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Widget:
    """A widget of a body. `number` counts from 1 in the order of the body."""

    number: int
    kind: str
    box: Box
    title: str
    properties: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One series: moments in UTC ms, oldest first. `colour` is `#rrggbb` or the name of an ink (`c0`)."""

    label: str
    times_ms: tuple[int, ...]
    values: tuple[float, ...]
    colour: str
    unit: str = ""
    side: Side = "left"

    @property
    def last(self) -> float | None:
        """The newest value."""
        return self.values[-1] if self.values else None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A horizontal annotation; `upper` makes it a band."""

    value: float
    label: str = ""
    colour: str = "threshold"
    fill: Fill = "none"
    side: Side = "left"
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical annotation at a moment (UTC ms), such as a deployment; `until_ms` makes it a band."""

    at_ms: int
    label: str = ""
    colour: str = "mark"
    fill: Fill = "none"
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """What a y-axis says about itself; None: from the values."""

    low: float | None = None
    high: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class TimeChart:
    """Lines or stacked areas over time."""

    lines: tuple[Line, ...]
    time: TimeRange
    stacked: bool = False
    thresholds: tuple[Threshold, ...] = ()
    marks: tuple[Mark, ...] = ()
    left: Scale = Scale()
    right: Scale = Scale()
    legend: Literal["bottom", "right", "hidden"] = "bottom"


@dataclass(frozen=True, slots=True)
class Slice:
    """One bar, or one part of a pie."""

    label: str
    value: float
    colour: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """A bar for each slice."""

    slices: tuple[Slice, ...]
    unit: str = ""
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True, slots=True)
class PieChart:
    """The slices as parts of a whole."""

    slices: tuple[Slice, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value between two ends."""

    label: str
    value: float
    low: float
    high: float
    unit: str = ""
    colour: str = "c0"
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbers:
    """Big numbers, one a line; `sparkline` draws their course below."""

    lines: tuple[Line, ...]
    sparkline: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts. `numeric` says which columns stand to the right; `left_out` counts the rows not shown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Markdown:
    """A text widget."""

    text: str
    transparent: bool = False


@dataclass(frozen=True, slots=True)
class AlarmState:
    """An alarm by name and its state: OK, ALARM, INSUFFICIENT_DATA, or empty where it is not known."""

    name: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Alarms:
    """An alarm widget."""

    states: tuple[AlarmState, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that CloudWatch drew (GetMetricWidgetImage)."""

    png: bytes


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands for a widget that only the console can draw: what it would be."""

    what: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a widget could not be filled."""

    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """A widget without data: `why`."""

    why: str


Chart = TimeChart | BarChart | PieChart | Gauge
Panel = Chart | Numbers | Table | Markdown | Alarms | Picture | Placeholder | Problem | Empty


@dataclass(frozen=True, slots=True)
class Drawn:
    """A widget with what it shows; `notes` are sentences for the reader."""

    widget: Widget
    panel: Panel
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """A whole dashboard, filled. `variables` are label and value."""

    title: str
    source: str
    time: TimeRange
    drawn: tuple[Drawn, ...]
    variables: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
