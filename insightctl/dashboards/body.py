"""The body that PutDashboard takes ("Dashboard Body Structure and Syntax"), from a definition and its functions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from insightctl.core.errors import UsageError
from insightctl.dashboards.fanout import repeated
from insightctl.dashboards.layout import layout
from insightctl.dashboards.model import Dashboard, Marker, PlacedWidget
from insightctl.dashboards.passthrough import own_entry
from insightctl.dashboards.places import Origin
from insightctl.dashboards.properties import Setting, Writer
from insightctl.dashboards.queries import Queries, once
from insightctl.dashboards.variables import needs_nameless, variables

Body = dict[str, object]
"""A dashboard body as JSON has it."""

DEFAULT_HEIGHT = 6  # what the body structure page gives a widget without a height
MAX_WIDGETS, MAX_METRICS = (
    500,
    2500,
)  # body structure page; "CloudWatch quotas": metrics of a dashboard, hidden ones too
_FUNCTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STAND_IN = "§"


@dataclass(frozen=True, slots=True)
class Scope:
    """What the dashboard is about: functions by name, the region they run in, and moments to mark.

    `account` is needed for alarms that are shown by name only (`Dashboard.needs_account`). Without functions those of
    the definition are taken.
    """

    functions: tuple[str, ...]
    region: str
    markers: tuple[Marker, ...] = ()
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A body, and what the reader should know about how it came out.

    `origins` has the way in the definition for each widget of the body.
    """

    body: Body
    notes: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def text(self) -> str:
        """The body as JSON text, laid out for people."""
        return json.dumps(self.body, indent=2, ensure_ascii=False)


def build(dashboard: Dashboard, scope: Scope, queries: Queries) -> Built:
    """The body of a dashboard for these functions.

    Raises UsageError when a widget needs a function and there is none, a query or metric is unknown, or the dashboard
    is larger than CloudWatch takes.
    """
    functions = scope.functions or dashboard.functions
    _check_functions(functions)
    scope = replace(scope, functions=functions, account=scope.account or dashboard.account)
    queries = once(queries)
    made = _widgets(dashboard, scope, queries)
    body: Body = {}
    for key, value in (
        ("start", dashboard.start),
        ("end", dashboard.end),
        ("periodOverride", dashboard.period_override),
    ):
        if value is not None:
            body[key] = value
    body["widgets"] = [own_entry(each.entry) for each in dashboard.placed] + [widget for widget, _ in made]
    _check_size(dashboard, body["widgets"])
    nameless = _nameless(dashboard, scope, queries) if needs_nameless(dashboard.variables, functions) else ""
    chosen = variables(dashboard.variables, functions, nameless)
    if chosen.entries:
        body["variables"] = list(chosen.entries)
    body.update(own_entry(dashboard.extra))
    return Built(body, chosen.notes, (*(each.origin for each in dashboard.placed), *(origin for _, origin in made)))


def _nameless(dashboard: Dashboard, scope: Scope, queries: Queries) -> str:
    """The widgets with a name that stands for the function: where the function's own name still occurs, it is a word."""
    named = replace(scope, functions=(_STAND_IN,) * len(scope.functions))
    return json.dumps([widget for widget, _ in _widgets(dashboard, named, queries)])


def _check_functions(functions: Sequence[str]) -> None:
    for name in functions:
        if not _FUNCTION_NAME.fullmatch(name):
            raise UsageError(
                f"'{name}' is not the name of one function",
                remedy="a dashboard takes exact names; write -f once for each function",
            )
    if twice := next((name for name in functions if functions.count(name) > 1 and name != _STAND_IN), None):
        raise UsageError(f"the function '{twice}' is named twice", remedy="name each function once")


def _widgets(dashboard: Dashboard, scope: Scope, queries: Queries) -> list[tuple[Body, Origin]]:
    setting = Setting(dashboard, scope.region, scope.account, scope.markers, queries)
    rows = repeated(dashboard, scope.functions)
    made: list[tuple[Body, Origin]] = []
    for placed in layout(rows, _below(dashboard.placed)):
        kind, properties = Writer(placed.widget, setting).write(placed.widget)
        place = {"x": placed.x, "y": placed.y, "width": placed.width, "height": placed.height}
        made.append(({"type": kind, **place, "properties": properties}, placed.widget.origin))
    return made


def _below(placed: Sequence[PlacedWidget]) -> int:
    """The first grid row under all widgets that say where they stand."""
    ends = [0]
    for each in placed:
        y, height = each.entry.get("y"), each.entry.get("height", DEFAULT_HEIGHT)
        if isinstance(y, int) and isinstance(height, int):
            ends.append(y + height)
    return max(ends)


def _check_size(dashboard: Dashboard, widgets: object) -> None:
    """Raises UsageError for more than CloudWatch takes. What is passed through is only counted: lint says the rest."""
    if not dashboard.rows or not isinstance(widgets, list):
        return
    remedy = "fewer functions or widgets, or several dashboards"
    where = dashboard.source.file if dashboard.source else None
    if len(widgets) > MAX_WIDGETS:
        what = f"{len(widgets)} widgets; a dashboard takes at most {MAX_WIDGETS}"
        raise UsageError(what, where=where, remedy=remedy)
    metrics = sum(_metric_count(widget) for widget in widgets)
    if metrics > MAX_METRICS:
        what = f"{metrics:,} metrics; a dashboard takes at most {MAX_METRICS:,}, hidden ones too"
        raise UsageError(what, where=where, remedy=f"{remedy}; or SEARCH and Metrics Insights")


def _metric_count(widget: object) -> int:
    properties = widget.get("properties") if isinstance(widget, Mapping) else None
    metrics = properties.get("metrics") if isinstance(properties, Mapping) else None
    return len(metrics) if isinstance(metrics, list) else 0
