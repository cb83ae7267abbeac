"""What a dashboard file says (architecture, section 6), before it is laid out or knows its functions.

Every value that people write has the default of the file format; `origin` is the way to the table in the file,
`("row", 0, "widget", 1)`, so that what is found later can name the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from insightctl.dashboards.places import Origin, Source

GRID_COLUMNS = 24

View = Literal["timeSeries", "singleValue", "gauge", "bar", "pie", "table"]
Side = Literal["left", "right"]
Comparison = Literal[">", ">=", "<", "<="]
FanKind = Literal["function", "alias", "version"]


@dataclass(frozen=True, slots=True)
class Size:
    """Columns and rows of the grid; None lets the layout choose."""

    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class ForEach:
    """Repeat a row or a widget: for each of `names`; without names for each function of the dashboard."""

    kind: FanKind
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What `{function}`, `{alias}` and so on stand for in one place of the dashboard."""

    functions: tuple[str, ...] = ()
    alias: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a widget: exactly one of `name`, `raw`, `expression` and `sql`.

    `name` is a short name, perhaps with a statistic (`Errors`, `Duration p99`); `raw` is a metric written out:
    namespace, name, then dimension names and values. `period` in seconds. `rendering` are further keys as they are.
    """

    name: str | None = None
    raw: tuple[str, ...] = ()
    expression: str | None = None
    sql: str | None = None
    stat: str | None = None
    label: str | None = None
    id: str | None = None
    colour: str | None = None
    axis: Side | None = None
    period: int | None = None
    region: str | None = None
    account: str | None = None
    visible: bool = True
    rendering: Mapping[str, object] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.label or self.name or self.expression or self.sql or " ".join(self.raw[:2])


@dataclass(frozen=True, slots=True)
class Axis:
    """A y-axis; None leaves it to the console."""

    min: float | None = None
    max: float | None = None
    label: str | None = None
    units: bool | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A threshold: a horizontal line at a value; `to` makes it a band."""

    value: float
    label: str | None = None
    colour: str | None = None
    fill: Literal["above", "below", "none"] | None = None
    axis: Side | None = None
    to: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """What every widget has. `extra` goes into the properties as it is; `names` are known once it is repeated."""

    title: str | None = None
    size: Size = Size()
    region: str | None = None
    account: str | None = None
    for_each: ForEach | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    names: Names | None = field(default=None, compare=False)
    origin: Origin = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class MetricWidget(Framed):
    """Metrics, or one alarm of the dashboard (`alarm`); `period` in seconds.

    `thresholds`: True draws the library's (and the dashboard's alarms'), a tuple draws just these lines.
    """

    metrics: tuple[Entry, ...]
    alarm: str | None = None
    period: int = 300
    stat: str = "Sum"
    view: View = "timeSeries"
    stacked: bool = False
    sparkline: bool | None = None
    legend: Literal["right", "bottom", "hidden"] | None = None
    left: Axis | None = None
    right: Axis | None = None
    whole_range: bool | None = None
    thresholds: bool | tuple[Line, ...] = True
    markers: bool = True


@dataclass(frozen=True, slots=True)
class LogWidget(Framed):
    """A query of the library, by name, with its parameters as text; or a query of one's own (`ql`).

    `log_groups` instead of those of the functions; `view` instead of the query's own.
    """

    query: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    ql: str | None = None
    log_groups: tuple[str, ...] = ()
    view: Literal["table", "timeSeries", "bar", "pie"] | None = None
    stacked: bool | None = None


@dataclass(frozen=True, slots=True)
class TextWidget(Framed):
    """Markdown; `{functions}` and `{region}` in it are filled in."""

    markdown: str
    transparent: bool = False


@dataclass(frozen=True, slots=True)
class AlarmWidget(Framed):
    """Boxes with the states of alarms, by ARN or name; none: every alarm that the dashboard defines."""

    alarms: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    sort_by: str | None = None


@dataclass(frozen=True, slots=True)
class OtherWidget(Framed):
    """An explorer, a custom widget or a chart: its properties as they are, `{function}` and so on filled in."""

    type: Literal["explorer", "custom", "chart"]
    properties: Mapping[str, object] = field(default_factory=dict)


Widget = MetricWidget | LogWidget | TextWidget | AlarmWidget | OtherWidget


@dataclass(frozen=True, slots=True)
class Row:
    """Widgets side by side under a title, with an optional sentence that says what to look for."""

    widgets: tuple[Widget, ...]
    title: str | None = None
    text: str | None = None
    for_each: ForEach | None = None
    region: str | None = None
    account: str | None = None
    names: Names | None = field(default=None, compare=False)
    origin: Origin = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a drop-down."""

    value: str | int | float | bool
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A drop-down, radio buttons or a field.

    Without `property` and `pattern` it is the drop-down of Lambda functions. `property` changes a key of the widgets
    everywhere, `pattern` a text. `verbatim`: an entry of the body as it is.
    """

    id: str
    label: str = "Function"
    property: str | None = None
    pattern: str | None = None
    input: Literal["select", "radio", "input"] = "select"
    values: tuple[Choice, ...] = ()
    search: str | None = None
    populate_from: str | None = None
    default: str | None = None
    visible: bool = True
    verbatim: Mapping[str, object] | None = None
    origin: Origin = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that belongs to the dashboard: exports create it, widgets show it, its threshold is a line.

    It is one alarm a function when its metric is one of a function; then `name` has `{function}`. `period` in seconds.
    `missing` is what a period without data counts as, in CloudWatch's words.
    """

    name: str
    metric: Entry
    threshold: float
    comparison: Comparison = ">"
    period: int = 300
    evaluation_periods: int = 1
    datapoints: int | None = None
    missing: Literal["breaching", "notBreaching", "ignore", "missing"] = "notBreaching"
    description: str | None = None
    actions: tuple[str, ...] = ()
    for_each: ForEach | None = None
    origin: Origin = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class PlacedWidget:
    """A widget of a body as it is, with the place that it says itself."""

    entry: Mapping[str, object]
    origin: Origin = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A definition. `start` (and `end`) as the body has them: `-PT3H`, or two ISO 8601 moments.

    `functions` are shown when nobody names others. `placed` are widgets of a body as they are; `extra` are keys of the
    body that no other field has.
    """

    name: str
    title: str
    rows: tuple[Row, ...]
    start: str | None = None
    end: str | None = None
    variables: tuple[Variable, ...] = ()
    period_override: str | None = None
    placed: tuple[PlacedWidget, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    alarms: tuple[Alarm, ...] = ()
    functions: tuple[str, ...] = ()
    account: str | None = None
    question: str | None = None
    source: Source | None = field(default=None, compare=False, repr=False)

    @property
    def widget_count(self) -> int:
        """The widgets that the file names; row titles come on top, and what is repeated counts once."""
        return len(self.placed) + sum(len(row.widgets) for row in self.rows)

    @property
    def needs_account(self) -> bool:
        """Whether the body holds ARNs of alarms by name, for which the account must be known."""
        if self.account is not None:
            return False
        shown = [widget for row in self.rows for widget in row.widgets]
        by_name = [w.alarms for w in shown if isinstance(w, AlarmWidget)]
        by_name += [(w.alarm,) for w in shown if isinstance(w, MetricWidget) and w.alarm]
        return any(not names or any(not name.startswith("arn:") for name in names) for names in by_name)


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment to draw on metric widgets: a deployment. `function` limits it to the widgets that are about that one."""

    label: str
    at: datetime
    function: str | None = None

    def concerns(self, functions: tuple[str, ...]) -> bool:
        """Whether it is drawn on a widget about these functions; one about none is about all."""
        return self.function is None or not functions or self.function in functions
