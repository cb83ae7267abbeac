"""A definition in words: what `dashboard show` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from insightctl.dashboards.layout import layout
from insightctl.dashboards.model import (
    AlarmWidget,
    Dashboard,
    ForEach,
    LogWidget,
    MetricWidget,
    OtherWidget,
    PlacedWidget,
    Row,
    TextWidget,
    Widget,
)


def outline(dashboard: Dashboard) -> str:
    """Title, then each row with its widgets: kind, what it shows, columns by rows on the grid."""
    lines = [f"{dashboard.name}: {dashboard.title}"]
    if dashboard.question:
        lines.append(dashboard.question)
    if dashboard.start:
        lines.append(f"time range: {dashboard.start}{f' to {dashboard.end}' if dashboard.end else ''}")
    lines += [f"drop-down: {variable.label}" for variable in dashboard.variables]
    lines += [
        f"alarm: {alarm.name} ({alarm.metric.shown} {alarm.comparison} {alarm.threshold:g})"
        for alarm in dashboard.alarms
    ]
    if dashboard.placed:
        lines += ["", *map(_placed, dashboard.placed)]
    for row in dashboard.rows:
        title = f"{row.title or ''}{_repeats(row.for_each)}".strip()
        lines += ["", *([title] if title else []), *_widgets(row)]
    return "\n".join(lines)


def _placed(placed: PlacedWidget) -> str:
    entry = placed.entry
    properties = entry.get("properties")
    given = properties if isinstance(properties, Mapping) else {}
    what = given.get("title") or str(given.get("markdown", "")).strip().partition("\n")[0].lstrip("# ")
    kind, size = str(entry.get("type", "?")), f"{entry.get('width', 6)}x{entry.get('height', 6)}"
    return f"  {kind:<7}{size:<7}{what}"


def _repeats(for_each: ForEach | None) -> str:
    if for_each is None:
        return ""
    names = f" of {', '.join(for_each.names)}" if for_each.names else ""
    return f" (for each {for_each.kind}{names})"


def _widgets(row: Row) -> Iterator[str]:
    for placed in layout((row,)):
        if any(placed.widget is widget for widget in row.widgets):
            kind, what = _what(placed.widget)
            size = f"{placed.width}x{placed.height}"
            yield f"  {kind:<7}{size:<7}{what}{_repeats(placed.widget.for_each)}"


def _what(widget: Widget) -> tuple[str, str]:
    match widget:
        case MetricWidget(alarm=None):
            return "metric", ", ".join(entry.shown for entry in widget.metrics if entry.visible)
        case MetricWidget():
            return "alarm", str(widget.alarm)
        case LogWidget():
            params = ", ".join(f"{name}={value}" for name, value in widget.params.items())
            shown = widget.query or f"own query: {(widget.ql or '').strip().splitlines()[0]}"
            return "log", f"{shown} ({params})" if params else shown
        case AlarmWidget():
            return "alarm", ", ".join(widget.alarms) or "every alarm above"
        case OtherWidget():
            return widget.type, widget.title or ""
        case TextWidget():
            return "text", widget.markdown.strip().splitlines()[0].lstrip("# ")
