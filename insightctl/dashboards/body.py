"""The body that PutDashboard takes ("Dashboard Body Structure and Syntax"), from a definition and its functions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from insightctl.core.errors import UsageError
from insightctl.core.time import iso
from insightctl.dashboards.layout import Placed, layout
from insightctl.dashboards.metrics import expand, is_rate
from insightctl.dashboards.model import Dashboard, LogWidget, Marker, MetricWidget, TextWidget
from insightctl.dashboards.queries import Queries
from insightctl.dashboards.variables import variables

Body = dict[str, object]
"""A dashboard body as JSON has it."""

_FUNCTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STAND_IN = "§"
_COMMENT_LINE = re.compile(r"\s*#.*")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the dashboard is about: functions by name, the region they run in, and moments to mark."""

    functions: tuple[str, ...]
    region: str
    markers: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """A body, and what the reader should know about how it came out."""

    body: Body
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The body as JSON text, laid out for people."""
        return json.dumps(self.body, indent=2, ensure_ascii=False)


def build(dashboard: Dashboard, scope: Scope, queries: Queries) -> Built:
    """The body of a dashboard for these functions.

    Raises UsageError when a widget needs a function and there is none, or a query or metric is unknown.
    """
    _check_functions(scope.functions)
    body: Body = {}
    for key, value in (("start", dashboard.start), ("end", dashboard.end)):
        if value is not None:
            body[key] = value
    body["widgets"] = _widgets(dashboard, scope, queries)
    # Built once more with a name that stands for the function: where the function's name still occurs, it is a word.
    nameless = _widgets(dashboard, replace(scope, functions=(_STAND_IN,) * len(scope.functions)), queries)
    chosen = variables(dashboard.variables, scope.functions, json.dumps(nameless))
    if chosen.entries:
        body["variables"] = list(chosen.entries)
    return Built(body, chosen.notes)


def _check_functions(functions: Sequence[str]) -> None:
    for name in functions:
        if not _FUNCTION_NAME.fullmatch(name):
            raise UsageError(
                f"'{name}' is not the name of one function",
                remedy="a dashboard takes exact names; write -f once for each function",
            )


def _widgets(dashboard: Dashboard, scope: Scope, queries: Queries) -> list[Body]:
    return [_widget(placed, scope, queries) for placed in layout(dashboard.rows)]


def _widget(placed: Placed, scope: Scope, queries: Queries) -> Body:
    widget = placed.widget
    if isinstance(widget, MetricWidget):
        kind, properties = "metric", _metric_properties(widget, scope)
    elif isinstance(widget, LogWidget):
        kind, properties = "log", _log_properties(widget, scope, queries)
    else:
        kind, properties = "text", _text_properties(widget, scope)
    place = {"x": placed.x, "y": placed.y, "width": placed.width, "height": placed.height}
    return {"type": kind, **place, "properties": properties}


def _metric_properties(widget: MetricWidget, scope: Scope) -> Body:
    if any(isinstance(name, str) for name in widget.metrics):
        _need_functions(scope, f"the metrics {', '.join(map(str, widget.metrics))}")
    short_names = [name for name in widget.metrics if isinstance(name, str)]
    properties: Body = {
        "title": widget.title or ", ".join(name if isinstance(name, str) else name[1] for name in widget.metrics),
        "region": scope.region,
        "view": "timeSeries",
        "stacked": widget.stacked,
        "period": widget.period,
        "stat": "Sum",
        "metrics": expand(widget.metrics, scope.functions),
        "yAxis": {"left": {"min": 0}},
    }
    if short_names and all(map(is_rate, short_names)):
        properties["yAxis"] = {"left": {"min": 0, "label": "%", "showUnits": False}}
    if scope.markers:
        properties["annotations"] = {"vertical": [_annotation(marker) for marker in scope.markers]}
    return properties


def _annotation(marker: Marker) -> Mapping[str, str]:
    return {"label": marker.label, "value": iso(marker.at)}


def _log_properties(widget: LogWidget, scope: Scope, queries: Queries) -> Body:
    _need_functions(scope, f"the query '{widget.query}'")
    query = queries(widget.query, widget.params)
    properties: Body = {
        "title": widget.title or query.title,
        "region": scope.region,
        "view": query.view.kind,
        "query": source_query(query.text, scope.functions),
    }
    if query.view.kind == "timeSeries":
        properties["stacked"] = query.view.stacked
    return properties


def source_query(text: str, functions: Sequence[str]) -> str:
    r"""QL behind its log groups, as log widgets have it: `SOURCE 'a' | SOURCE 'b'\n| fields ...`."""
    sources = " | ".join(f"SOURCE '/aws/lambda/{name}'" for name in functions)
    lines = text.strip().splitlines()
    while lines and (not lines[0].strip() or _COMMENT_LINE.fullmatch(lines[0])):
        lines.pop(0)  # a comment between SOURCE and the first command would swallow the pipe
    query = "\n".join(lines).strip().removeprefix("|").lstrip()
    return f"{sources}\n| {query}"


def _text_properties(widget: TextWidget, scope: Scope) -> Body:
    named = widget.markdown.replace("{functions}", ", ".join(scope.functions)).replace("{region}", scope.region)
    properties: Body = {"markdown": named}
    if widget.transparent:
        properties["background"] = "transparent"
    return properties


def _need_functions(scope: Scope, what: str) -> None:
    if not scope.functions:
        raise UsageError(f"{what}: of which function?", remedy="name it: -f checkout (repeat it for more)")
