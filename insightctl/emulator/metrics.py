"""GetMetricData for what log events tell: AWS/Logs by log group, and Lambda's Invocations and Duration.

Unlike the service, events count at their own time, not at the time they came in: an emulator replays old logs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from insightctl.core.time import TimeRange, from_ms, to_ms
from insightctl.emulator.dashboards import InvalidValue
from insightctl.emulator.engine import Engine
from insightctl.emulator.store import EVENT_OVERHEAD, Group, Store
from insightctl.emulator.wire import Call

_BINS = 1_000_000
_EVENTS = "stats sum(strlen(@message)) as text, count(*) as events by bin(1m) as at"
_REPORTS = (
    'filter @type = "REPORT" | stats count(*) as n, sum(@duration) as total, min(@duration) as low, '
    "max(@duration) as high by bin(1m) as at"
)


class NotOurs(Exception):
    """Metrics that log events do not tell: moto is to answer."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One metric of a request; the period in ms."""

    id: str
    label: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    stat: str
    period_ms: int
    shown: bool


@dataclass(frozen=True, slots=True)
class _Point:
    """What was measured in a minute."""

    at_ms: int
    count: float
    total: float
    low: float
    high: float


class Metrics:
    """Answers the calls about metrics."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store = store
        self._engine = engine

    def get_metric_data(self, call: Call) -> dict[str, object]:
        """GetMetricData. Raises NotOurs when one of the metrics is of another kind."""
        queries = call.members.get("MetricDataQueries")
        asked = [_asked(query) for query in queries] if isinstance(queries, list) else []
        if not asked:
            raise NotOurs
        start, end = _moment(call, "StartTime"), _moment(call, "EndTime")
        if start >= end:
            raise InvalidValue("The parameter StartTime must be less than the parameter EndTime.")
        newest_first = call.text("ScanBy") != "TimestampAscending"
        return {
            "MetricDataResults": [
                self._answer(call.region, one, TimeRange(start, end), newest_first=newest_first)
                for one in asked
                if one.shown
            ],
            "Messages": [],
        }

    def _answer(self, region: str, asked: _Asked, time: TimeRange, *, newest_first: bool) -> dict[str, object]:
        period = asked.period_ms
        aligned = TimeRange(time.start_ms // period * period, -(-time.end_ms // period) * period)
        values: dict[int, list[_Point]] = {}
        for point in self._points(region, asked, aligned):
            values.setdefault(point.at_ms // period * period, []).append(point)
        found = sorted(((at, _stat(asked.stat, points)) for at, points in values.items()), reverse=newest_first)
        return {
            "Id": asked.id,
            "Label": asked.label,
            "Timestamps": [from_ms(at) for at, _ in found],
            "Values": [value for _, value in found],
            "StatusCode": "Complete",
        }

    def _points(self, region: str, asked: _Asked, time: TimeRange) -> list[_Point]:
        groups = self._store.groups(region)
        name = asked.dimensions.get("LogGroupName") or f"/aws/lambda/{asked.dimensions.get('FunctionName')}"
        of_all = asked.namespace == "AWS/Logs" and not asked.dimensions
        chosen = list(groups.values()) if of_all else [groups[name]] if name in groups else []
        read = self._reports if asked.namespace == "AWS/Lambda" else self._events
        return [point for group in chosen for point in read(group, asked.metric, time)]

    def _events(self, group: Group, metric: str, time: TimeRange) -> list[_Point]:
        if not self._engine.has_data_of(group.name):
            return _put(group, metric, time)
        points = []
        for record in self._engine.run(_EVENTS, (group,), time, _BINS).records():
            events = _number(record["events"])
            total = _number(record["text"]) + EVENT_OVERHEAD * events if metric == "IncomingBytes" else events
            points.append(_Point(_ms(record["at"]), events, total, total, total))
        return points

    def _reports(self, group: Group, metric: str, time: TimeRange) -> list[_Point]:
        points = []
        for record in self._engine.run(_REPORTS, (group,), time, _BINS).records():
            n = _number(record["n"])
            total, low, high = (_number(record[name]) for name in ("total", "low", "high"))
            invoked = metric == "Invocations"
            points.append(_Point(_ms(record["at"]), n, *((n, 1.0, 1.0) if invoked else (total, low, high))))
        return points


def _put(group: Group, metric: str, time: TimeRange) -> list[_Point]:
    """The minutes of a group all of whose events were put: they were counted then."""
    points = []
    for at, (events, size) in list(group.minutes.items()):
        if time.start_ms <= at < time.end_ms:
            total = float(size if metric == "IncomingBytes" else events)
            points.append(_Point(at, events, total, total, total))
    return points


_KNOWN = {
    ("AWS/Logs", "IncomingBytes"),
    ("AWS/Logs", "IncomingLogEvents"),
    ("AWS/Lambda", "Invocations"),
    ("AWS/Lambda", "Duration"),
}
_DIMENSIONS: dict[str, tuple[set[str], ...]] = {
    "AWS/Logs": (set(), {"LogGroupName"}),
    "AWS/Lambda": ({"FunctionName"},),
}
_STATS: dict[str, Callable[[Sequence[_Point]], float]] = {
    "Sum": lambda points: sum(point.total for point in points),
    "SampleCount": lambda points: sum(point.count for point in points),
    "Average": lambda points: sum(p.total for p in points) / max(sum(p.count for p in points), 1.0),
    "Minimum": lambda points: min(point.low for point in points),
    "Maximum": lambda points: max(point.high for point in points),
}


def _asked(query: object) -> _Asked:
    stat = query.get("MetricStat") if isinstance(query, dict) else None
    metric = stat.get("Metric") if isinstance(stat, dict) else None
    if not isinstance(query, dict) or not isinstance(stat, dict) or not isinstance(metric, dict):
        raise NotOurs
    namespace, name, kind = str(metric.get("Namespace")), str(metric.get("MetricName")), str(stat.get("Stat"))
    listed = metric.get("Dimensions") or []
    dimensions = {str(d.get("Name")): str(d.get("Value")) for d in listed if isinstance(d, dict)}
    if (namespace, name) not in _KNOWN or kind not in _STATS or set(dimensions) not in _DIMENSIONS[namespace]:
        raise NotOurs
    period = stat.get("Period")
    if not isinstance(period, int) or period < 60 or period % 60:
        raise InvalidValue("The value for parameter Period must be a multiple of 60.")
    label = str(query.get("Label") or dimensions.get("LogGroupName") or name)
    return _Asked(
        str(query.get("Id")),
        label,
        namespace,
        name,
        dimensions,
        kind,
        period * 1000,
        query.get("ReturnData") is not False,
    )


def _moment(call: Call, name: str) -> int:
    value = call.members.get(name)
    if isinstance(value, str):
        return to_ms(datetime.fromisoformat(value))
    if isinstance(value, int | float):
        return int(value * 1000)
    raise InvalidValue(f"The parameter {name} is required.")


def _stat(stat: str, points: Sequence[_Point]) -> float:
    return float(_STATS[stat](points))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _ms(value: object) -> int:
    return to_ms(value) if isinstance(value, datetime) else 0
