"""The widgets of a row: `[[row.widget]]`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, TypedDict, cast, get_args

from insightctl.core.errors import UsageError
from insightctl.dashboards.load_metrics import check_period, colour, read_entries
from insightctl.dashboards.model import (
    GRID_COLUMNS,
    AlarmWidget,
    Axis,
    FanKind,
    ForEach,
    Line,
    LogWidget,
    MetricWidget,
    OtherWidget,
    Size,
    TextWidget,
    View,
    Widget,
)
from insightctl.dashboards.passthrough import plain
from insightctl.dashboards.reader import Table, nearest
from insightctl.dashboards.statistics import check_statistic

MAX_HEIGHT = 1000
_KINDS = ("metric", "query", "ql", "text", "alarm", "alarms", "explorer", "custom", "chart")
_LOG_VIEWS = ("table", "timeSeries", "bar", "pie")
_SIDES = ("left", "right")
_DAY_S = 86_400
_ACCOUNT = re.compile(r"\d{12}")


class Frame(TypedDict):
    """The keys that every widget has."""

    title: str | None
    size: Size
    region: str | None
    account: str | None
    for_each: ForEach | None
    extra: dict[str, object]
    origin: tuple[str | int, ...]


def read_widget(table: Table) -> Widget:
    """One widget. Raises UsageError."""
    given = [kind for kind in _KINDS if table.has(kind)]
    if len(given) != 1:
        near = next(
            (nearest(key, _KINDS).partition("?")[0] for key in table.values if "did" in nearest(key, _KINDS)), ""
        )
        raise table.fail(
            f"a widget is one of {', '.join(_KINDS)}; this one is {' and '.join(given) or 'none of them'}",
            remedy=f'{near + "? " if near else ""}write metric = ["Errors"], query = "coldstarts" or text = "markdown"',
        )
    widget = _READERS[given[0]](table, _frame(table))
    table.finish()
    return widget


def _frame(table: Table) -> Frame:
    size = Size(table.integer("width", 1, GRID_COLUMNS), table.integer("height", 1, MAX_HEIGHT))
    return {
        "title": table.text("title"),
        "size": size,
        "region": table.text("region"),
        "account": account(table),
        "for_each": for_each(table),
        "extra": _plain(table, "extra"),
        "origin": table.path,
    }


def _plain(table: Table, key: str) -> dict[str, object]:
    inner = table.table(key)
    return {name: plain(table, key, value) for name, value in inner.values.items()} if inner else {}


def account(table: Table) -> str | None:
    """The id of an account. Raises UsageError for anything but twelve digits."""
    text = table.text("account")
    if text is not None and not _ACCOUNT.fullmatch(text):
        raise table.fail("'account' is the twelve digits of an AWS account, as a text", "account", word=text)
    return text


def for_each(table: Table) -> ForEach | None:
    """`for_each = "function"`, or `{ alias = ["live", "beta"] }`. Raises UsageError."""
    if not table.has("for_each"):
        return None
    value, kinds = table.values["for_each"], get_args(FanKind)
    example = 'for_each = "function", { function = ["a", "b"] }, { alias = ["live"] } or { version = ["41", "42"] }'
    if isinstance(value, str):
        if value in ("alias", "version"):
            raise table.fail(f"for_each of {value}: which ones?", "for_each", f'for_each = {{ {value} = ["..."] }}')
        if value != "function":
            raise table.fail(
                f"for_each is not '{value}'", "for_each", f"{nearest(value, kinds)}; {example}", word=value
            )
        return ForEach("function")
    inner = table.table("for_each")
    given = [kind for kind in kinds if inner and inner.has(kind)]
    if inner is None or len(given) != 1:
        raise table.fail("for_each takes functions, aliases or versions", "for_each", example)
    names = tuple(str(item) for item in inner.items(given[0]) if isinstance(item, str | int))
    inner.finish()
    return ForEach(cast(FanKind, given[0]), names)


def _metric(table: Table, frame: Frame) -> MetricWidget:
    return _drawn(table, frame, {"metrics": read_entries(table)})


def _alarm(table: Table, frame: Frame) -> MetricWidget:
    return _drawn(table, frame, {"metrics": (), "alarm": table.required_text("alarm")})


def _drawn(table: Table, frame: Frame, what: dict[str, Any]) -> MetricWidget:
    period = table.integer("period", 1, _DAY_S) or 300
    check_period(table, period)
    stat = table.text("stat") or "Sum"
    try:
        check_statistic(stat)
    except UsageError as error:
        raise table.fail(error.what, "stat", error.remedy, word=stat) from None
    view = table.choice("view", cast("tuple[View, ...]", get_args(View))) or "timeSeries"
    widget = MetricWidget(
        **what,
        **frame,
        period=period,
        stat=stat,
        view=view,
        stacked=table.flag("stacked"),
        sparkline=table.maybe_flag("sparkline"),
        legend=cast(Any, table.choice("legend", ("right", "bottom", "hidden"))),
        left=_axis(table, "left"),
        right=_axis(table, "right"),
        whole_range=table.maybe_flag("set_period_to_time_range"),
        thresholds=_thresholds(table),
        markers=table.maybe_flag("markers") is not False,
    )
    left = widget.left or Axis()
    if view == "gauge" and (left.min is None or left.max is None):
        raise table.fail("a gauge needs its range", "view", "left = { min = 0, max = 100 }", word="gauge")
    return widget


def _axis(table: Table, side: Literal["left", "right"]) -> Axis | None:
    inner = table.table(side)
    if inner is None:
        return None
    axis = Axis(inner.number("min"), inner.number("max"), inner.text("label"), inner.maybe_flag("units"))
    inner.finish()
    if axis.min is not None and axis.max is not None and axis.min >= axis.max:
        raise table.fail(f"'min' {axis.min:g} is not below 'max' {axis.max:g}", side)
    return axis


def _thresholds(table: Table) -> bool | tuple[Line, ...]:
    if not table.has("thresholds"):
        return True
    value = table.values["thresholds"]
    if isinstance(value, bool):
        return value
    if not isinstance(value, list):
        raise table.fail("'thresholds' is true, false or a list", "thresholds", "thresholds = [{ value = 500 }]")
    return tuple(_line(table, place, item) for place, item in enumerate(value))


def _line(table: Table, place: int, item: object) -> Line:
    if isinstance(item, int | float) and not isinstance(item, bool):
        return Line(float(item))
    if not isinstance(item, dict):
        raise table.fail("a threshold is a number or a table", "thresholds", '{ value = 500, label = "slow" }')
    inner = table.inner(item, "thresholds", place)
    value = inner.number("value")
    if value is None:
        raise inner.fail("a threshold has a 'value'", remedy='{ value = 500, label = "slow", colour = "red" }')
    line = Line(
        value,
        inner.text("label"),
        colour(inner),
        cast(Any, inner.choice("fill", ("above", "below", "none"))),
        cast(Any, inner.choice("axis", _SIDES)),
        inner.number("to"),
    )
    inner.finish()
    return line


def _log(table: Table, frame: Frame) -> LogWidget:
    return LogWidget(
        table.text("query"),
        table.scalars("params"),
        table.text("ql"),
        table.texts("log_groups"),
        cast(Any, table.choice("view", _LOG_VIEWS)),
        table.maybe_flag("stacked"),
        **frame,
    )


def _own_log(table: Table, frame: Frame) -> LogWidget:
    if "params" in table.values:
        raise table.fail("'params' are for a query of the library", "params", "write the values into 'ql'")
    return _log(table, frame)


def _text(table: Table, frame: Frame) -> TextWidget:
    if "title" in table.values:
        raise table.fail("a text has no title of its own", "title", 'begin the Markdown with it: text = "# Title"')
    return TextWidget(table.required_text("text"), table.flag("transparent"), **frame)


def _alarms(table: Table, frame: Frame) -> AlarmWidget:
    names = table.texts("alarms")
    every = names == ("all",)
    states = table.texts("states")
    for state in states:
        if state not in ("ALARM", "INSUFFICIENT_DATA", "OK"):
            raise table.fail(f"there is no state '{state}'", "states", "ALARM, INSUFFICIENT_DATA, OK", word=state)
    sort_by = table.choice("sort_by", ("default", "stateUpdatedTimestamp", "timestamp"))
    if not names:
        raise table.fail("'alarms' names none", "alarms", 'alarms = "all", or names and ARNs in a list')
    return AlarmWidget(() if every else names, states, sort_by, **frame)


def _other(kind: Literal["explorer", "custom", "chart"]) -> Callable[[Table, Frame], OtherWidget]:
    def read(table: Table, frame: Frame) -> OtherWidget:
        return OtherWidget(kind, _plain(table, kind), **frame)

    return read


_READERS: dict[str, Callable[[Table, Frame], Widget]] = {
    "metric": _metric,
    "alarm": _alarm,
    "query": _log,
    "ql": _own_log,
    "text": _text,
    "alarms": _alarms,
    "explorer": _other("explorer"),
    "custom": _other("custom"),
    "chart": _other("chart"),
}
