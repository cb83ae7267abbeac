"""From the properties of metric widgets to the lines that they draw, with as few questions to the source as can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from insightctl.core.time import TimeRange
from insightctl.metrics.labels import default_labels, filled, properties_of
from insightctl.metrics.maths.evaluate import Sheet, searches
from insightctl.metrics.maths.values import NoMaths, Track
from insightctl.metrics.model import MetricQuery, MetricSource, Points, Series
from insightctl.metrics.rows import Row, expand
from insightctl.metrics.searching import read_search
from insightctl.metrics.units import unit_of

MAX_FOUND = 100  # "CloudWatch search expression quotas": a search gives at most so many time series
_ID = re.compile(r"\b[a-z]\w*")
_SQL = re.compile(r"\s*SELECT\b", re.IGNORECASE)


def resolve(properties: Mapping[str, object], time: TimeRange, source: MetricSource) -> tuple[Series, ...]:
    """The lines of one metric widget in the order of its rows, those that are not visible left out.

    A row that cannot be drawn is an empty Series whose note says why. Raises InsightctlError of the source.
    """
    return resolve_all((properties,), time, source)[0]


def resolve_all(
    widgets: Sequence[Mapping[str, object]], time: TimeRange, source: MetricSource
) -> tuple[tuple[Series, ...], ...]:
    """The lines of several metric widgets, asked for together."""
    graphs = [_Graph(expand(properties)) for properties in widgets]
    for graph in graphs:
        graph.look_for(source, time)
    asked = list(dict.fromkeys(query for graph in graphs for query in graph.queries()))
    answers = dict(zip(asked, source.fetch(asked, time), strict=True)) if asked else {}
    return tuple(tuple(graph.lines(answers, time)) for graph in graphs)


@dataclass(slots=True)
class _Graph:
    """One widget: its rows, and the metrics that its searches and queries found."""

    rows: tuple[Row, ...]
    found: dict[tuple[str, str, int], tuple[MetricQuery, ...]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def look_for(self, source: MetricSource, time: TimeRange) -> None:
        for row in self.rows:
            if row.expression is None or _SQL.match(row.expression):
                continue
            for text, stat, period_s in searches(row.expression, row.period_s):
                try:
                    self.found[text, stat, period_s] = _found(source, row, text, stat, period_s, time)
                except NoMaths as error:
                    self.failed[row.id] = str(error)

    def queries(self) -> Iterator[MetricQuery]:
        """All that has to be fetched."""
        yield from (row.metric for row in self.rows if row.metric is not None)
        for row in self.rows:
            if row.expression is not None and _SQL.match(row.expression):
                yield _selected(row)
        yield from (query for queries in self.found.values() for query in queries)

    def lines(self, answers: Mapping[MetricQuery, Points], time: TimeRange) -> Iterator[Series]:
        names = default_labels({row.id: row.metric for row in self.rows if row.metric is not None})
        metrics: dict[str, tuple[Track, ...]] = {
            row.id: (_track(row.id, names[row.id], row.metric, answers[row.metric]),)
            for row in self.rows
            if row.metric is not None
        }
        searched = {key: self._searched(queries, answers) for key, queries in self.found.items()}
        expressions = {row.id: row.expression for row in self.rows if row.expression is not None}
        period_s = min((row.period_s for row in self.rows), default=300)
        sheet = Sheet(metrics, expressions, time, period_s, {r.id: r.period_s for r in self.rows}, searched)
        for row in self.rows:
            if not row.visible:
                continue
            if row.metric is not None:
                yield _series(row, metrics[row.id][0], answers[row.metric].note)
            elif row.expression is not None and _SQL.match(row.expression):
                answer = answers[_selected(row)]
                yield _series(row, _track(row.id, row.label or row.expression, _selected(row), answer), answer.note)
            else:
                yield from self._calculated(row, sheet, self._lacks(row, answers))

    def _searched(self, queries: Sequence[MetricQuery], answers: Mapping[MetricQuery, Points]) -> tuple[Track, ...]:
        names = default_labels({str(place): query for place, query in enumerate(queries)})
        return tuple(_track(str(n), names[str(n)], query, answers[query]) for n, query in enumerate(queries))

    def _lacks(self, row: Row, answers: Mapping[MetricQuery, Points]) -> str | None:
        """What maths does without: the hidden metrics below it that have no data, and why."""
        below, seen = [row], {row.id}
        notes: dict[str, None] = {}
        while below:
            one = below.pop()
            if one.metric is not None:
                points = answers[one.metric]
                if points.note and not points.values and not one.visible:
                    notes[f"without {one.metric.name}: {points.note}"] = None
                continue
            words = set(_ID.findall(one.expression or "")) - seen
            seen |= words
            below += [each for each in self.rows if each.id in words]
        return "; ".join(notes) or None

    def _calculated(self, row: Row, sheet: Sheet, lacks: str | None) -> Iterator[Series]:
        try:
            if row.id in self.failed:
                raise NoMaths(self.failed[row.id])
            tracks = sheet.lines(row.id)
        except NoMaths as error:
            yield _series(row, Track(row.id, row.expression or row.id, row.period_s, {}), str(error))
            return
        if not tracks:
            yield _series(row, Track(row.id, row.expression or row.id, row.period_s, {}), lacks or "nothing was found")
        for number, track in enumerate(tracks):
            alone = len(tracks) == 1
            drawn = replace(row, id=row.id if alone else f"{row.id}_{number + 1}")
            if not alone and row.label and "${" not in row.label:
                drawn = replace(drawn, label=f"{row.label} ${{LABEL}}")
            if alone and row.label is None and not searches(row.expression or "", row.period_s):
                track = replace(track, label=row.expression or row.id)
            yield _series(drawn, track, lacks)


def _found(
    source: MetricSource, row: Row, text: str, stat: str, period_s: int, time: TimeRange
) -> tuple[MetricQuery, ...]:
    search = read_search(text)
    metrics = source.find(search.namespace, time=time, region=row.region, account=row.account)
    fitting = [metric for metric in metrics if search.matches(metric)][:MAX_FOUND]
    return tuple(
        MetricQuery(m.namespace, m.name, m.dimensions, stat, period_s, m.account or row.account, row.region)
        for m in fitting
    )


def _selected(row: Row) -> MetricQuery:
    """A Metrics Insights query travels as a metric whose namespace is empty and whose name is its text."""
    return MetricQuery("", row.expression or "", (), "", row.period_s, row.account, row.region)


def _track(id_: str, label: str, query: MetricQuery, points: Points) -> Track:
    values = dict(zip(points.times_ms, points.values, strict=True))
    unit = points.unit or unit_of(query.namespace, query.name, query.stat)
    return Track(id_, label, query.period_s, values, unit, is_metric=True, properties=properties_of(query))


def _series(row: Row, track: Track, note: str | None) -> Series:
    points = track.sorted()
    return Series(
        row.id,
        filled(row.label, track) if row.label else track.label,
        track.unit,
        tuple(at for at, _ in points),
        tuple(value for _, value in points),
        row.colour,
        row.y_axis,
        row.visible,
        note,
    )
