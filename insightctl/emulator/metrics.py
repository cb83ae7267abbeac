"""The calls about metrics: GetMetricData with its maths, GetMetricStatistics, ListMetrics, GetMetricWidgetImage."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from insightctl.core.errors import InsightctlError
from insightctl.core.time import TimeRange, from_ms, to_ms
from insightctl.emulator.dashboards import InvalidValue
from insightctl.emulator.engine import Engine
from insightctl.emulator.errors import NotOurs
from insightctl.emulator.metric_source import RegionMetrics
from insightctl.emulator.store import Store
from insightctl.emulator.widget_image import draw
from insightctl.emulator.wire import Call
from insightctl.metrics import MetricQuery, Points, resolve
from insightctl.metrics.labels import filled, properties_of
from insightctl.metrics.maths.evaluate import Sheet, searches
from insightctl.metrics.maths.values import NoMaths, Track
from insightctl.metrics.searching import read_search
from insightctl.metrics.units import unit_of

_PAGE = 500
_DEFAULT_WIDGET_MS = 3 * 3_600_000
_SQL = re.compile(r"\s*SELECT\b", re.IGNORECASE)
QUERY_PROTOCOL = ("GetMetricData", "GetMetricStatistics", "ListMetrics", "GetMetricWidgetImage")
"""Calls whose members are nested: in the old Query protocol they are moto's."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One query of GetMetricData: a metric or an expression."""

    id: str
    metric: MetricQuery | None
    expression: str | None
    label: str | None
    period_s: int
    shown: bool


class Metrics:
    """Answers the calls about metrics."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store = store
        self._engine = engine

    def get_metric_data(self, call: Call) -> dict[str, object]:
        """GetMetricData. Raises NotOurs for Metrics Insights queries, which are moto's."""
        queries = call.members.get("MetricDataQueries")
        asked = [_asked(query) for query in queries] if isinstance(queries, list) else []
        if not asked or any(_SQL.match(one.expression or "") for one in asked):
            raise NotOurs
        time = _range(call)
        newest_first = call.text("ScanBy") != "TimestampAscending"
        results = list(self._lines(call.region, asked, time))
        return {
            "MetricDataResults": [_result(one, track, time, newest_first=newest_first) for one, track in results],
            "Messages": [],
        }

    def get_metric_statistics(self, call: Call) -> dict[str, object]:
        """GetMetricStatistics."""
        time, period = _range(call), call.integer("Period", low=1)
        name = call.text("MetricName") or ""
        stats = [*call.texts("Statistics"), *call.texts("ExtendedStatistics")]
        if not stats or period is None:
            raise InvalidValue("The parameters Period and Statistics or ExtendedStatistics are required.")
        dimensions = _dimensions(call.members.get("Dimensions"))
        queries = [MetricQuery(call.text("Namespace") or "", name, dimensions, stat, period) for stat in stats]
        points: dict[int, dict[str, object]] = {}
        extended = call.texts("ExtendedStatistics")
        for stat, answer in zip(stats, self._fetch(call.region, queries, time), strict=True):
            for at, value in zip(answer.times_ms, answer.values, strict=True):
                unit = answer.unit or "None"
                point = points.setdefault(at, {"Timestamp": from_ms(at), "Unit": unit})
                if stat in extended:
                    point.setdefault("ExtendedStatistics", {})[stat] = value  # type: ignore[index]
                else:
                    point[stat] = value
        return {"Label": name, "Datapoints": [points[at] for at in sorted(points)]}

    def list_metrics(self, call: Call) -> dict[str, object]:
        """ListMetrics. RecentlyActive is not looked at: the logs may be old."""
        wanted = _dimensions(call.members.get("Dimensions"), values_needed=False)
        try:
            found = self._source(call.region).find(call.text("Namespace"), call.text("MetricName"), time=_ALL_TIME)
        except InsightctlError as error:
            raise InvalidValue(str(error)) from None
        fitting = [
            metric
            for metric in found
            if all(any(n == name and v in ("", value) for name, value in metric.dimensions) for n, v in wanted)
        ]
        token = call.text("NextToken")
        if token is not None and not token.isdecimal():
            raise InvalidValue("The token is invalid.")
        start = int(token or 0)
        shown = fitting[start : start + _PAGE]
        return {
            "Metrics": [
                {
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
                }
                for metric in shown
            ],
            "NextToken": str(start + _PAGE) if start + _PAGE < len(fitting) else None,
        }

    def get_metric_widget_image(self, call: Call) -> dict[str, object]:
        """GetMetricWidgetImage: a PNG of the widget's lines. `start` and `end` are ISO 8601 or a duration such as -PT3H."""
        try:
            widget = json.loads(call.text("MetricWidget") or "")
        except ValueError:
            widget = None
        if not isinstance(widget, dict):
            raise InvalidValue("The parameter MetricWidget is not a JSON object.")
        try:
            lines = resolve(widget, _widget_time(widget), self._source(call.region))
        except InsightctlError as error:
            raise InvalidValue(str(error)) from None
        return {"MetricWidgetImage": draw(widget, lines)}

    def _source(self, region: str) -> RegionMetrics:
        return RegionMetrics(self._store, self._engine, region)

    def _fetch(self, region: str, queries: Sequence[MetricQuery], time: TimeRange) -> tuple[Points, ...]:
        for query in queries:
            if query.namespace.startswith("AWS/") and (query.period_s < 60 or query.period_s % 60):
                raise InvalidValue("The value for parameter Period must be a multiple of 60.")
        return self._source(region).fetch(queries, time)

    def _lines(self, region: str, asked: Sequence[_Asked], time: TimeRange) -> Iterator[tuple[_Asked, Track]]:
        queries = [(one.id, one.metric) for one in asked if one.metric is not None]
        answers = self._fetch(region, [query for _, query in queries], time)
        metrics = {id_: (_track(id_, query, points),) for (id_, query), points in zip(queries, answers, strict=True)}
        expressions = {one.id: one.expression for one in asked if one.expression is not None}
        try:
            searched = self._searched(region, asked, time)
            periods = {one.id: one.period_s for one in asked}
            sheet = Sheet(metrics, expressions, time, min(periods.values()), periods, searched)
            for one in asked:
                if not one.shown:
                    continue
                for track in metrics[one.id] if one.metric else sheet.lines(one.id):
                    yield one, track
        except NoMaths as error:
            raise InvalidValue(f"Error in expression: {error}") from None

    def _searched(
        self, region: str, asked: Sequence[_Asked], time: TimeRange
    ) -> dict[tuple[str, str, int], tuple[Track, ...]]:
        found: dict[tuple[str, str, int], tuple[Track, ...]] = {}
        for one in asked:
            for key in searches(one.expression or "", one.period_s):
                search = read_search(key[0])
                names = self._source(region).find(search.namespace, time=time)
                queries = [
                    MetricQuery(name.namespace, name.name, name.dimensions, key[1], key[2])
                    for name in names
                    if search.matches(name)
                ]
                answers = self._fetch(region, queries, time)
                tracks = (_track(q.name, q, points) for q, points in zip(queries, answers, strict=True))
                found[key] = tuple(track for track in tracks if track.values)
        return found


_ALL_TIME = TimeRange(0, 4_102_444_800_000)  # to 2100


def _asked(query: object) -> _Asked:
    members: Mapping[str, object] = query if isinstance(query, dict) else {}
    stat = members.get("MetricStat")
    id_, label, shown = str(members.get("Id")), members.get("Label"), members.get("ReturnData") is not False
    said = label if isinstance(label, str) else None
    period = members.get("Period")
    if not isinstance(stat, dict):
        expression = members.get("Expression")
        if not isinstance(expression, str):
            raise InvalidValue(f"The query {id_} has neither MetricStat nor Expression.")
        return _Asked(id_, None, expression, said, period if isinstance(period, int) else 300, shown)
    metric, period = stat.get("Metric"), stat.get("Period")
    named: Mapping[str, object] = metric if isinstance(metric, dict) else {}
    if not isinstance(period, int) or period < 1:
        raise InvalidValue("The value for parameter Period must be a multiple of 60.")
    dimensions = _dimensions(named.get("Dimensions"))
    asked = MetricQuery(
        str(named.get("Namespace")), str(named.get("MetricName")), dimensions, str(stat.get("Stat")), period
    )
    return _Asked(id_, asked, None, said, period, shown)


def _dimensions(listed: object, *, values_needed: bool = True) -> tuple[tuple[str, str], ...]:
    found = listed if isinstance(listed, list) else []
    pairs = [(str(d.get("Name")), str(d.get("Value") or "")) for d in found if isinstance(d, dict)]
    return tuple(sorted(pair for pair in pairs if pair[1] or not values_needed))


def _track(id_: str, query: MetricQuery, points: Points) -> Track:
    label = " ".join(value for _, value in query.dimensions) if query.namespace == "AWS/Logs" else query.name
    values = dict(zip(points.times_ms, points.values, strict=True))
    unit = points.unit or unit_of(query.namespace, query.name, query.stat)
    return Track(id_, label or query.name, query.period_s, values, unit, True, properties_of(query))


def _result(asked: _Asked, track: Track, time: TimeRange, *, newest_first: bool) -> dict[str, object]:
    step = track.period_s * 1000
    points = [(at, value) for at, value in track.sorted() if time.start_ms // step * step <= at < time.end_ms]
    points.sort(reverse=newest_first)
    own = asked.label or (track.label if asked.metric or track.id != asked.id else asked.id)
    return {
        "Id": asked.id,
        "Label": filled(own, track),
        "Timestamps": [from_ms(at) for at, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": "Complete",
    }


def _range(call: Call) -> TimeRange:
    start, end = _needed(call, "StartTime"), _needed(call, "EndTime")
    if start >= end:
        raise InvalidValue("The parameter StartTime must be less than the parameter EndTime.")
    return TimeRange(start, end)


def moment(call: Call, name: str) -> int | None:
    """A time that a call names, in UTC ms: seconds in JSON, ISO 8601 in the Query protocol. Raises InvalidValue."""
    value = call.members.get(name)
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise InvalidValue(f"The parameter {name} is not a valid timestamp.") from None
        return to_ms(at if at.tzinfo else at.replace(tzinfo=UTC))
    return int(value * 1000) if isinstance(value, int | float) else None


def _needed(call: Call, name: str) -> int:
    at = moment(call, name)
    if at is None:
        raise InvalidValue(f"The parameter {name} is required.")
    return at


_AGO = re.compile(r"-P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_AGO_MS = (604_800_000, 86_400_000, 3_600_000, 60_000)


def _widget_time(widget: Mapping[str, object]) -> TimeRange:
    """The range that a widget names; the last three hours when it names none."""
    import time as clock

    def bound(value: object, default: int) -> int:
        if not isinstance(value, str):
            return default
        if match := _AGO.fullmatch(value):
            return end - sum(int(n or 0) * ms for n, ms in zip(match.groups(), _AGO_MS, strict=True))
        try:
            return to_ms(datetime.fromisoformat(value))
        except ValueError:
            raise InvalidValue(f"'{value}' is no time.") from None

    end = int(clock.time() * 1000)
    end = bound(widget.get("end"), end)
    start = bound(widget.get("start"), end - _DEFAULT_WIDGET_MS)
    if start >= end:
        raise InvalidValue("The start of the widget must lie before its end.")
    return TimeRange(start, end)
