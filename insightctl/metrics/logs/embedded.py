"""Embedded metrics (EMF) and the events of the Lambda Insights extension, read from log lines.

Source: "Specification: embedded metric format". A metric exists for each dimension set that its event declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from insightctl.core.job import Target
from insightctl.core.time import TimeRange
from insightctl.metrics.logs.asking import Asking, bin_text, moment_ms, number, string_literal, whole_periods
from insightctl.metrics.logs.buckets import USUAL_PERCENTILES, Bucket, bucket, joined, percentile_columns, value
from insightctl.metrics.logs.statistic import Weighted, read_stat
from insightctl.metrics.model import MetricName, MetricQuery, Points
from insightctl.metrics.units import unit_of

_CATALOGUE = r"""filter @message like /"CloudWatchMetrics": ?\[/
| parse @message /"Metrics": ?\[(?<metric_definitions>[^\]]*)\]/ multi
| parse @message /"Dimensions": ?\[(?<dimension_sets>(?:\[[^\]]*\](?:, ?)?)*)\]/
| parse metric_definitions /\{(?<one_definition>[^}]*)\}/ multi
| parse one_definition /"Name": ?"(?<metric_name>[^"]+)"/
| parse one_definition /"Unit": ?"(?<metric_unit>[^"]+)"/
| stats count(*) as events
  by _aws.CloudWatchMetrics.0.Namespace as namespace, metric_name as metric,
    coalesce(metric_unit, "None") as unit, dimension_sets as sets
"""
_OF_NAMESPACE = r'filter @message like /"CloudWatchMetrics": ?\[/ and _aws.CloudWatchMetrics.0.Namespace = {namespace}'
_OF_INSIGHTS = 'filter event_type = "performance"'
_SETS = re.compile(r"\[([^\]]*)\]")
_INSIGHTS_SETS = (frozenset[str](), frozenset({"function_name"}), frozenset({"function_name", "version"}))
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_METRICS = 40  # a query: its text stays under the service's 10,000 characters


class _Declared(NamedTuple):
    namespace: str
    name: str
    unit: str | None
    sets: frozenset[frozenset[str]]


class _Batch(NamedTuple):
    """Metrics that one query answers."""

    namespace: str
    dimensions: tuple[str, ...]
    period_s: int


@dataclass(slots=True)
class EmbeddedMetrics:
    """Answers queries for namespaces that logs carry."""

    asking: Asking
    target: Target
    of_insights: bool = False

    def fetch(self, queries: Sequence[MetricQuery], time: TimeRange) -> tuple[Points, ...]:
        """One answer a query. Raises InsightctlError."""
        declared = {} if self.of_insights else self._declared(time)
        answers: dict[int, Points] = {}
        batches: dict[_Batch, list[int]] = {}
        for place, query in enumerate(queries):
            note = self._refused(query, declared)
            if note is not None:
                answers[place] = Points(note=note)
                continue
            names = tuple(sorted(name for name, _ in query.dimensions))
            batches.setdefault(_Batch(query.namespace, names, query.period_s), []).append(place)
        for batch, places in batches.items():
            for some in _chunks(places, {place: queries[place].name for place in places}):
                found = self._batch(batch, [queries[place] for place in some], time, declared)
                answers |= dict(zip(some, found, strict=True))
        return tuple(answers[place] for place in range(len(queries)))

    def _refused(self, query: MetricQuery, declared: dict[tuple[str, str], _Declared]) -> str | None:
        if read_stat(query.stat) is None:
            return f"'{query.stat}' is no statistic"
        if any("`" in text or '"' in text for text in (query.name, *(name for name, _ in query.dimensions))):
            return "the name holds a quote"
        named = frozenset(name for name, _ in query.dimensions)
        if self.of_insights:
            return None if named in _INSIGHTS_SETS else "Lambda Insights has function_name and version as dimensions"
        metric = declared.get((query.namespace, query.name))
        if metric is None:
            return f"no embedded metric {query.name} of {query.namespace} is in these logs"
        if named not in metric.sets:
            sets = " or ".join(sorted(f"[{', '.join(sorted(one))}]" for one in metric.sets))
            return f"it is written with the dimensions {sets}, not [{', '.join(sorted(named))}]"
        return None

    def _declared(self, time: TimeRange) -> dict[tuple[str, str], _Declared]:
        result = self.asking.ask(_CATALOGUE, self.target, time, "emf-metrics")
        found: dict[tuple[str, str], _Declared] = {}
        for row in result.records():
            if row["namespace"] is None or row["metric"] is None:
                continue
            key = (str(row["namespace"]), str(row["metric"]))
            unit = None if row["unit"] == "None" else str(row["unit"])
            known = found.get(key, _Declared(*key, unit, frozenset()))
            sets = frozenset(
                frozenset(part for raw in names.split(",") if (part := raw.strip().strip('"')))
                for names in _SETS.findall(str(row["sets"] or "[]"))
            )
            found[key] = known._replace(sets=known.sets | (sets or frozenset({frozenset[str]()})))
        return found

    def _batch(
        self,
        batch: _Batch,
        queries: Sequence[MetricQuery],
        time: TimeRange,
        declared: dict[tuple[str, str], _Declared],
    ) -> tuple[Points, ...]:
        names = sorted({query.name for query in queries})
        stats = [read_stat(query.stat) for query in queries]
        percentiles = {stat.high for stat in stats if stat is not None and stat.kind == "p"} | set(USUAL_PERCENTILES)
        found = self._buckets(batch, names, time, percentiles)
        if any(stat is not None and stat.needs_samples for stat in stats):
            samples = self._samples(batch, names, time)
            found = {
                key: {at: replace(one, samples=tuple(samples.get((key, at), ()))) for at, one in bins.items()}
                for key, bins in found.items()
            }
        answers = []
        for query, stat in zip(queries, stats, strict=True):
            key = (query.name, *(dict(query.dimensions)[name] for name in batch.dimensions))
            bins = found.get(key, {})
            values = {at: one for at in sorted(bins) if stat and (one := value(stat, bins[at])) is not None}
            known = declared.get((query.namespace, query.name))
            unit = known.unit if known else unit_of(query.namespace, query.name, query.stat)
            answers.append(Points(tuple(values), tuple(values.values()), unit))
        return tuple(answers)

    def _buckets(
        self, batch: _Batch, names: Sequence[str], time: TimeRange, percentiles: Iterable[float]
    ) -> dict[tuple[str, ...], dict[int, Bucket]]:
        bin_, _ = bin_text(batch.period_s)
        asked = sorted(percentiles)
        columns = "count(*) as n, sum(one_value) as total, min(one_value) as low, max(one_value) as high"
        keys = "".join(f", dim{place}" for place in range(len(batch.dimensions)))
        text = (
            f"{self._values(batch, names)}| stats {columns}{percentile_columns('one_value', asked)}\n"
            f"  by which{keys}, bin({bin_}) as at\n"
        )
        step = batch.period_s * 1000
        result = self.asking.ask(text, self.target, whole_periods(time, batch.period_s), "emf-values")
        many: dict[tuple[str, ...], dict[int, list[Bucket]]] = {}
        for row in result.records():
            at, which, one = moment_ms(row["at"]), number(row["which"]), bucket(row, asked)
            if at is not None and which is not None and one is not None:
                key = (names[int(which)], *(str(row[f"dim{n}"]) for n in range(len(batch.dimensions))))
                many.setdefault(key, {}).setdefault(at // step * step, []).append(one)
        return {key: {at: joined(some) for at, some in bins.items()} for key, bins in many.items()}

    def _samples(
        self, batch: _Batch, names: Sequence[str], time: TimeRange
    ) -> dict[tuple[tuple[str, ...], int], list[Weighted]]:
        bin_, _ = bin_text(batch.period_s)
        keys = "".join(f", dim{place}" for place in range(len(batch.dimensions)))
        text = f"{self._values(batch, names)}| stats count(*) as n by which{keys}, one_value, bin({bin_}) as at\n"
        step = batch.period_s * 1000
        result = self.asking.ask(text, self.target, whole_periods(time, batch.period_s), "emf-samples")
        found: dict[tuple[tuple[str, ...], int], list[Weighted]] = {}
        for row in result.records():
            at, which, n, one = (moment_ms(row["at"]), *(number(row[name]) for name in ("which", "n", "one_value")))
            if at is not None and which is not None and n is not None and one is not None:
                key = (names[int(which)], *(str(row[f"dim{d}"]) for d in range(len(batch.dimensions))))
                found.setdefault((key, at // step * step), []).append(Weighted(n, n * one))
        return found

    def _values(self, batch: _Batch, names: Sequence[str]) -> str:
        """A query whose rows are single values: which metric, its dimensions, the value. A list of values is several."""
        start = _OF_INSIGHTS if self.of_insights else _OF_NAMESPACE.format(namespace=string_literal(batch.namespace))
        texts = [f"coalesce(jsonStringify({_field(name)}), {_field(name)}) as text{n}" for n, name in enumerate(names)]
        dims = [f"{_field(name)} as dim{n}" for n, name in enumerate(batch.dimensions)]
        bare = [_without(f"text{n}", " ", "[", "]") for n in range(len(names))]
        parts = [
            f'case(ispresent(text{n}), concat("{n}|", replace({text}, ",", " {n}|"), " "), "")'
            for n, text in enumerate(bare)
        ]
        return (
            f"{start}\n| fields jsonParse(@message) as event_map\n"
            f"| fields {', '.join([*texts, *dims])}\n"
            f'| fields split(concat({", ".join(parts)}, ""), " ") as value_parts\n'
            "| unnest value_parts into value_part\n"
            '| parse value_part "*|*" as which, amount\n'
            "| fields toNumber(amount) as one_value\n| filter ispresent(one_value)\n"
        )

    def find(self, namespace: str | None, time: TimeRange) -> tuple[MetricName, ...]:
        """The metrics that exist, with the values of their dimensions. Raises InsightctlError."""
        if self.of_insights:
            insights = ("cpu_total_time", "memory_utilization", "used_memory_max", "total_memory")
            declared = [_Declared("LambdaInsights", name, None, frozenset(_INSIGHTS_SETS[1:2])) for name in insights]
        else:
            known = self._declared(time).values()
            declared = [metric for metric in known if namespace in (None, metric.namespace)]
        found: set[MetricName] = set()
        sets = {(metric.namespace, one) for metric in declared for one in metric.sets}
        for of, names in sorted(sets, key=lambda each: (each[0], sorted(each[1]))):
            batch = _Batch(of, tuple(sorted(names)), 60)
            metrics = sorted({m.name for m in declared if m.namespace == of and names in m.sets})
            for some in (metrics[n : n + _MOST_METRICS] for n in range(0, len(metrics), _MOST_METRICS)):
                found |= self._existing(batch, some, time)
        return tuple(found)

    def _existing(self, batch: _Batch, names: Sequence[str], time: TimeRange) -> set[MetricName]:
        keys = "".join(f", dim{place}" for place in range(len(batch.dimensions)))
        text = f"{self._values(batch, names)}| stats count(*) as n by which{keys}\n"
        found = set()
        for row in self.asking.ask(text, self.target, time, "emf-dimensions").records():
            which = number(row["which"])
            values = [row[f"dim{n}"] for n in range(len(batch.dimensions))]
            if which is not None and None not in values:
                dimensions = tuple(zip(batch.dimensions, map(str, values), strict=True))
                found.add(MetricName(batch.namespace, names[int(which)], dimensions))
        return found


def _field(name: str) -> str:
    return f"event_map.{name}" if _PLAIN_NAME.fullmatch(name) else f"event_map.`{name}`"


def _without(text: str, *marks: str) -> str:
    for mark in marks:
        text = f'replace({text}, "{mark}", "")'
    return text


def _chunks(places: Sequence[int], names: dict[int, str]) -> list[list[int]]:
    """Places cut so that no query has more than so many metrics."""
    of: dict[str, list[int]] = {}
    for place in places:
        of.setdefault(names[place], []).append(place)
    listed = list(of.values())
    cut = (listed[n : n + _MOST_METRICS] for n in range(0, len(listed), _MOST_METRICS))
    return [[place for some in chunk for place in some] for chunk in cut]
