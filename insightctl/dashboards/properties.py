"""The properties of each kind of widget, as the body has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insightctl.core.errors import UsageError
from insightctl.core.time import iso
from insightctl.dashboards.alarms import arns
from insightctl.dashboards.filling import Filler
from insightctl.dashboards.metric_rows import rows
from insightctl.dashboards.metrics import is_rate
from insightctl.dashboards.model import (
    AlarmWidget,
    Axis,
    Dashboard,
    LogWidget,
    Marker,
    MetricWidget,
    Names,
    OtherWidget,
    TextWidget,
    Widget,
)
from insightctl.dashboards.problems_in import fail
from insightctl.dashboards.queries import Queries, RenderedQuery, source_query
from insightctl.dashboards.thresholds import horizontal

Properties = dict[str, object]

MAX_METRICS = 500  # "Dashboard Body Structure and Syntax": metrics of a widget


@dataclass(frozen=True, slots=True)
class Setting:
    """What all widgets of one body share."""

    dashboard: Dashboard
    region: str
    account: str | None
    markers: tuple[Marker, ...]
    queries: Queries


class Writer:
    """Writes the properties of one widget."""

    def __init__(self, widget: Widget, setting: Setting) -> None:
        self._setting = setting
        self._origin = widget.origin
        self._names = widget.names or Names()
        plain = Filler(self._names, setting.region, setting.account, self._fail)
        self._region = plain.text(widget.region) if widget.region else setting.region
        self._account = plain.maybe(widget.account)
        self._fill = Filler(self._names, self._region, self._account or setting.account, self._fail)

    def write(self, widget: Widget) -> tuple[str, Properties]:
        """The widget's type and its properties. Raises UsageError at its place in the definition."""
        kind, properties = self._of(widget)
        return kind, {**properties, **self._fill.json(widget.extra)}

    def _of(self, widget: Widget) -> tuple[str, Properties]:
        match widget:
            case MetricWidget():
                return "metric", self._metric(widget)
            case LogWidget():
                return "log", self._log(widget)
            case TextWidget():
                return "text", self._text(widget)
            case AlarmWidget():
                return "alarm", self._alarms(widget)
            case OtherWidget():
                return widget.type, self._other(widget)

    def _fail(self, what: str, remedy: str | None = None, key: str | None = None) -> UsageError:
        return fail(self._setting.dashboard, self._origin, what, remedy, key)

    def _metric(self, widget: MetricWidget) -> Properties:
        if widget.alarm is not None:
            return self._alarm(widget)
        made = rows(widget.metrics, self._fill, self._fail)
        if len(made) > MAX_METRICS:
            raise self._fail(
                f"{len(made)} metrics; a widget takes at most {MAX_METRICS}",
                'fewer metrics, or for_each = "function"',
                "metric",
            )
        properties = {
            **self._head(widget.title or ", ".join(entry.shown for entry in widget.metrics if entry.visible)),
            "view": widget.view,
            "stacked": widget.stacked if widget.view in ("timeSeries", "bar") else None,
            "period": widget.period,
            "stat": widget.stat,
            "metrics": made,
            "yAxis": _axes(widget),
            "sparkline": widget.sparkline,
            "legend": {"position": widget.legend} if widget.legend else None,
            "setPeriodToTimeRange": widget.whole_range,
            "annotations": self._annotations(widget),
        }
        return _said(properties)

    def _head(self, title: str) -> Properties:
        return {"title": self._fill.text(title), "region": self._region, "accountId": self._account}

    def _annotations(self, widget: MetricWidget) -> Properties | None:
        is_line = widget.view == "timeSeries"
        is_marked = is_line and widget.markers
        marked = [each for each in self._setting.markers if is_marked and each.concerns(self._names.functions)]
        kinds = {
            "horizontal": self._fill.json(horizontal(widget, self._setting.dashboard.alarms)),
            "vertical": [{"label": marker.label, "value": iso(marker.at)} for marker in marked],
        }
        return {kind: marks for kind, marks in kinds.items() if marks} or None

    def _alarm(self, widget: MetricWidget) -> Properties:
        found = self._arns((widget.alarm or "",), "alarm")
        if len(found) != 1:
            remedy = 'repeat the widget with for_each = "function", or show all of them: alarms = ["..."]'
            raise self._fail(f"'{widget.alarm}' is {len(found)} alarms; this widget draws one", remedy, "alarm")
        title = widget.title or found[0].rpartition(":alarm:")[2]
        return _said({**self._head(title), "annotations": {"alarms": found}, "yAxis": _given_axes(widget)})

    def _arns(self, wanted: Sequence[str], key: str) -> list[str]:
        account = self._account or self._setting.account
        named = [self._fill.text(name) if not self._is_defined(name) else name for name in wanted]
        return arns(self._setting.dashboard, named, self._names, self._region, account, self._origin, key)

    def _is_defined(self, name: str) -> bool:
        return any(alarm.name == name for alarm in self._setting.dashboard.alarms)

    def _alarms(self, widget: AlarmWidget) -> Properties:
        return _said(
            {
                "title": self._fill.text(widget.title or "Alarms"),
                "alarms": self._arns(widget.alarms, "alarms"),
                "states": list(widget.states) or None,
                "sortBy": widget.sort_by,
            }
        )

    def _log(self, widget: LogWidget) -> Properties:
        query = self._query(widget)
        view = widget.view or query.view.kind
        stacked = query.view.stacked if widget.stacked is None else widget.stacked
        return _said(
            {
                **self._head(widget.title or query.title),
                "view": view,
                "query": self._sourced(widget, query.text),
                "stacked": stacked if view == "timeSeries" or widget.stacked else None,
            }
        )

    def _query(self, widget: LogWidget) -> RenderedQuery:
        from insightctl.core.view import View

        if widget.ql is not None:
            return RenderedQuery("Logs", self._fill.text(widget.ql), View())
        params = {name: self._fill.text(value) for name, value in widget.params.items()}
        try:
            return self._setting.queries(widget.query or "", params)
        except UsageError as error:
            key = "params" if params and "parameter" in error.what else "query"
            what = f"{error.what} ({error.where})" if error.where else error.what  # a mistake in the query's own file
            raise self._fail(what, error.remedy, key) from None

    def _sourced(self, widget: LogWidget, text: str) -> str:
        names = self._names
        if names.alias is not None:
            remedy = 'for_each = { version = ["41", "42"] }: log streams name versions'
            raise self._fail("a log widget cannot be cut to an alias: log streams do not name it", remedy)
        if re.match(r"\s*SOURCE\b", text, re.IGNORECASE):
            return text.strip()
        groups = [self._fill.text(group) for group in widget.log_groups]
        if not groups and not names.functions:
            raise self._fail(f"the query '{widget.query or 'ql'}': of which function?", "name it: -f checkout")
        groups = groups or [f"/aws/lambda/{name}" for name in names.functions]
        # a log stream is called 2026/11/23/[42]0123456789abcdef
        of_version = rf"filter @logStream like '[{names.version}]'" if names.version else None
        return source_query(text, groups, of_version)

    def _text(self, widget: TextWidget) -> Properties:
        properties: Properties = {"markdown": self._fill.text(widget.markdown)}
        if widget.transparent:
            properties["background"] = "transparent"
        return properties

    def _other(self, widget: OtherWidget) -> Properties:
        titled: Properties = {"title": self._fill.text(widget.title)} if widget.title else {}
        given: Mapping[str, object] = self._fill.json(widget.properties)
        where: Properties = {} if widget.type == "custom" or widget.region is None else {"region": self._region}
        return {**titled, **where, **given}


def _axes(widget: MetricWidget) -> Properties | None:
    """The axes that the file gives; lines start at 0 where it says nothing."""
    given = _given_axes(widget) or {}
    shown = [entry for entry in widget.metrics if entry.visible]
    is_percent = bool(shown) and all(entry.name and is_rate(entry.name) for entry in shown)
    if "left" not in given and widget.view in ("timeSeries", "bar"):
        is_rest = is_percent and all(entry.name in ("SuccessRate", "Availability") for entry in shown)
        start: Properties = {"max": 100} if is_rest else {"min": 0}
        given = {"left": {**start, **({"label": "%", "showUnits": False} if is_percent else {})}, **given}
    return given or None


def _given_axes(widget: MetricWidget) -> Properties | None:
    sides = (("left", widget.left), ("right", widget.right))
    return {side: _axis(axis) for side, axis in sides if axis is not None} or None


def _axis(axis: Axis) -> Properties:
    return _said({"min": axis.min, "max": axis.max, "label": axis.label, "showUnits": axis.units})


def _said(properties: Properties) -> Properties:
    return {key: value for key, value in properties.items() if value is not None}
