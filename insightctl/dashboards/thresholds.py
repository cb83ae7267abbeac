"""Lines on metric widgets: what the library calls too much, and what the dashboard's alarms do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insightctl.dashboards.colours import GREY, ORANGE, RED, shade
from insightctl.dashboards.model import Alarm, Comparison, Line, MetricWidget

if TYPE_CHECKING:
    from insightctl.library import Threshold

Annotation = dict[str, object]

_COLOURS = {"critical": RED, "warning": ORANGE, "info": GREY}
_VIEWS = ("timeSeries", "bar", "gauge")  # pie, table and singleValue draw no lines


@dataclass(frozen=True, slots=True)
class _Source:
    """The curated query and its column that measure what a metric does; `of_100`: the metric is what is left of 100."""

    query: str
    column: str
    of_100: bool = False


_SOURCES: Mapping[str, _Source] = {
    "ErrorRate": _Source("health", "error_pct"),
    "SuccessRate": _Source("health", "error_pct", of_100=True),
    "Availability": _Source("health", "error_pct", of_100=True),
    "IteratorAge": _Source("iterator-age", "age_max_ms"),
    "AccountConcurrentExecutions": _Source("concurrency", "peak"),
    "PostRuntimeExtensionsDuration": _Source("extensions", "after_handler_avg_ms"),
    "memory_utilization": _Source("insights-extension", "memory_max_pct"),
    "init_duration": _Source("coldstarts-by-version", "init_p99_ms"),
}
"""Which thresholds of the library fit which metric: those of the query that asks the same."""


def horizontal(widget: MetricWidget, alarms: Sequence[Alarm]) -> list[object]:
    """The horizontal annotations of a widget; a band is a pair. Empty where its view draws none."""
    if widget.view not in _VIEWS or widget.thresholds is False:
        return []
    if isinstance(widget.thresholds, tuple):
        return [_own(line) for line in widget.thresholds]
    lines = dict.fromkeys(_known(widget, alarms))
    return [_own(line) for line in lines]


def _own(line: Line) -> object:
    if line.to is None:
        return _annotation(line, line.value, line.label)
    return [_annotation(line, line.value, line.label), {"value": _number(line.to)}]


def _annotation(line: Line, value: float, label: str | None) -> Annotation:
    found: Annotation = {"value": _number(value)}
    said = {
        "label": label,
        "color": shade(line.colour) if line.colour else None,
        "fill": line.fill,
        "yAxis": line.axis,
    }
    return {**found, **{key: text for key, text in said.items() if text is not None}}


def _known(widget: MetricWidget, alarms: Sequence[Alarm]) -> Iterator[Line]:
    for entry in widget.metrics:
        if entry.name is None or not entry.visible:
            continue
        shown = entry.name
        if source := _SOURCES.get(shown.partition(" ")[0]):
            yield from (_of_library(each, source, entry.axis) for each in _thresholds(source))
        for alarm in alarms:
            if alarm.metric.name == shown and alarm.metric.stat == entry.stat:
                yield Line(
                    alarm.threshold, f"alarm {alarm.comparison} {_number(alarm.threshold)}", RED, axis=entry.axis
                )


def _thresholds(source: _Source) -> tuple[Threshold, ...]:
    from insightctl import library

    spec = library.find(source.query)
    return tuple(each for each in spec.thresholds if each.column == source.column) if spec else ()


def _of_library(threshold: Threshold, source: _Source, axis: object) -> Line:
    value = 100 - threshold.limit if source.of_100 else threshold.limit
    op = _TURNED[threshold.op] if source.of_100 else threshold.op
    label = f"{threshold.severity} {op} {_number(value)}"
    return Line(value, label, _COLOURS[threshold.severity], axis="right" if axis == "right" else None)


_TURNED: Mapping[Comparison, Comparison] = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def _number(value: float) -> int | float:
    """5 rather than 5.0: what people would write."""
    return int(value) if value == int(value) else value
