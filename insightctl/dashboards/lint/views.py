"""Settings that the view of a widget does not draw, and widgets that draw nothing."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.rows import Body, MetricWidget
from insightctl.dashboards.rules.node import Node


def views(body: Body) -> Iterator[Found]:
    """Settings without effect in metric widgets."""
    for widget in body.metric_widgets:
        view = widget.properties.get("view").text or "timeSeries"
        yield from _ignored(widget.properties, view)
        yield from _axes(widget, view)
        yield from _nothing_drawn(widget)


def _ignored(properties: Node, view: str) -> Iterator[Found]:
    def said(key: str, views: str) -> Found:
        return Found(
            "DL039", properties.get(key).path, f"'{key}' has no effect in the view {view}", f"it is for {views}"
        )

    if properties.get("sparkline").value is True and view != "singleValue":
        yield said("sparkline", "singleValue")
    if properties.get("stacked").value is True and view in ("singleValue", "gauge", "table"):
        yield said("stacked", "timeSeries")
    if properties.has("table") and view != "table":
        yield said("table", "table")
    if properties.get("setPeriodToTimeRange").value is True and view == "timeSeries":
        yield said("setPeriodToTimeRange", "singleValue, gauge, bar and pie")
    marks = properties.get("annotations")
    if view in ("pie", "table") and (marks.has("horizontal") or marks.has("vertical")):
        yield said("annotations", "timeSeries")
    elif view != "timeSeries" and list(marks.get("vertical").items()):
        yield Found("DL039", marks.get("vertical").path, f"the view {view} has no time to mark", "timeSeries has")


def _axes(widget: MetricWidget, view: str) -> Iterator[Found]:
    right = widget.properties.get("yAxis").get("right")
    marks = [
        each
        for mark in widget.properties.get("annotations").get("horizontal").items()
        for each in (mark.items() if mark.is_array else (mark,))
    ]
    used = any(row.options.get("yAxis").value == "right" for row in widget.rows)
    used = used or any(mark.get("yAxis").value == "right" for mark in marks)
    if right.is_object and right.value and widget.rows and not used and view == "timeSeries":
        help_ = 'put {"yAxis": "right"} on a metric, or take yAxis.right away'
        yield Found("DL039", right.path, "nothing is drawn on the right axis", help_)


def _nothing_drawn(widget: MetricWidget) -> Iterator[Found]:
    metrics = widget.properties.get("metrics")
    if not metrics.is_array or widget.properties.get("annotations").has("alarms"):
        return
    if not metrics.value:
        yield Found("DL052", metrics.path, "the widget has no metrics: it stays empty")
    elif widget.rows and not any(row.is_visible for row in widget.rows):
        yield Found(
            "DL052", metrics.path, "every metric is hidden: the widget stays empty", 'take "visible": false away'
        )
