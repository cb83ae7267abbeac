"""A definition in words: what `dashboard show` prints."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.layout import layout
from insightctl.dashboards.model import Dashboard, LogWidget, MetricWidget, Row, Widget


def outline(dashboard: Dashboard) -> str:
    """Title, then each row with its widgets: kind, what it shows, columns by rows on the grid."""
    lines = [f"{dashboard.name}: {dashboard.title}"]
    if dashboard.start:
        lines.append(f"time range: {dashboard.start}{f' to {dashboard.end}' if dashboard.end else ''}")
    lines += [f"drop-down: {variable.label}" for variable in dashboard.variables]
    for row in dashboard.rows:
        lines += ["", *([row.title] if row.title else []), *_widgets(row)]
    return "\n".join(lines)


def _widgets(row: Row) -> Iterator[str]:
    for placed in layout((row,)):
        if any(placed.widget is widget for widget in row.widgets):
            kind, what = _what(placed.widget)
            yield f"  {kind:<7}{f'{placed.width}x{placed.height}':<7}{what}"


def _what(widget: Widget) -> tuple[str, str]:
    if isinstance(widget, MetricWidget):
        return "metric", ", ".join(name if isinstance(name, str) else " ".join(name[:2]) for name in widget.metrics)
    if isinstance(widget, LogWidget):
        params = ", ".join(f"{name}={value}" for name, value in widget.params.items())
        return "log", f"{widget.query} ({params})" if params else widget.query
    return "text", widget.markdown.strip().splitlines()[0].lstrip("# ")
