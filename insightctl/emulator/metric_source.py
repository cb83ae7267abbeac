"""The metrics of a region: what clients put (moto keeps it), AWS/Logs by log group, and what the log events tell.

Unlike the service, events count at their own time, not at the time they came in: an emulator replays old logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from insightctl.core.job import QueryJob
from insightctl.core.result import Result
from insightctl.core.time import TimeRange, to_ms
from insightctl.emulator.engine import Engine
from insightctl.emulator.store import ACCOUNT, EVENT_OVERHEAD, Group, Store
from insightctl.metrics import Dimensions, LogMetrics, MetricName, MetricQuery, Points
from insightctl.metrics.logs.buckets import Bucket, joined, value
from insightctl.metrics.logs.statistic import read_stat
from insightctl.metrics.units import unit_of

_BINS = 1_000_000
_EVENTS = "stats sum(strlen(@message)) as text, count(*) as events by bin(1m) as at"
_LOGS = "AWS/Logs"


@dataclass(frozen=True, slots=True)
class _Groups:
    """A backend over some log groups of the emulator."""

    engine: Engine
    groups: tuple[Group, ...]

    def run(self, job: QueryJob) -> Result:
        return self.engine.run(job.text, self.groups, job.time, job.max_rows)

    def source(self) -> dict[str, object]:
        return {"kind": "local", "groups": [group.name for group in self.groups]}


@dataclass(frozen=True, slots=True)
class RegionMetrics:
    """A MetricSource over all that one region has."""

    store: Store
    engine: Engine
    region: str

    def fetch(self, queries: Sequence[MetricQuery], time: TimeRange) -> tuple[Points, ...]:
        """One answer a query. Raises InsightctlError when the data cannot be read."""
        answers = {place: self._put(query, time) for place, query in enumerate(queries)}
        for place, query in enumerate(queries):
            if not answers[place].values and query.namespace == _LOGS:
                answers[place] = self._volume(query, time)
        rest = [place for place in answers if not answers[place].values and queries[place].namespace != _LOGS]
        of_logs = self._logs([queries[place] for place in rest])
        if rest and of_logs is not None:
            answers |= dict(zip(rest, of_logs.fetch([queries[place] for place in rest], time), strict=True))
        return tuple(answers[place] for place in range(len(queries)))

    def find(
        self,
        namespace: str | None,
        name: str | None = None,
        dimensions: Dimensions = (),
        *,
        time: TimeRange,
        region: str | None = None,  # noqa: ARG002 - a region knows itself only
        account: str | None = None,  # noqa: ARG002
    ) -> tuple[MetricName, ...]:
        """The metrics that were put and that the logs tell."""
        put = _moto(self.region).metric_data
        found = {MetricName(one.namespace, one.name, _dimensions(one)) for one in put}
        of_logs = self._logs([])
        if of_logs is not None:
            found |= set(of_logs.find(namespace, time=time))
        if namespace in (None, _LOGS):
            names = ("IncomingBytes", "IncomingLogEvents")
            groups = self.store.groups(self.region)
            found |= {MetricName(_LOGS, one, (("LogGroupName", group),)) for group in groups for one in names}
        return tuple(
            sorted(
                one
                for one in found
                if namespace in (None, one.namespace) and name in (None, one.name)
                if set(dimensions) <= set(one.dimensions)
            )
        )

    def _logs(self, queries: Sequence[MetricQuery]) -> LogMetrics | None:
        """The logs that queries need: of the functions that they name, or all of the region; None when there are none."""
        groups = self.store.groups(self.region)
        named = [groups.get(f"/aws/lambda/{dict(query.dimensions).get('FunctionName')}") for query in queries]
        of_lambda = bool(queries) and all(query.namespace == "AWS/Lambda" for query in queries)
        known = {group.name: group for group in named if group is not None}
        chosen = known if of_lambda and None not in named else groups
        having = tuple(g for g in chosen.values() if self.engine.has_data_of(g.name) or g.stored_bytes)
        return LogMetrics(_Groups(self.engine, having)) if having else None

    def _put(self, query: MetricQuery, time: TimeRange) -> Points:
        """What PutMetricData brought."""
        samples: dict[int, list[tuple[float, float]]] = {}
        step, unit = query.period_s * 1000, None
        wanted = tuple(sorted(query.dimensions))
        for one in _moto(self.region).metric_data:
            if (one.namespace, one.name, _dimensions(one)) != (query.namespace, query.name, wanted):
                continue
            at = to_ms(one.timestamp)
            if time.start_ms // step * step <= at < time.end_ms:
                unit = one.unit or unit
                samples.setdefault(at // step * step, []).append((float(one.value), 1.0))
        stat = read_stat(query.stat)
        found = {at: one for at, some in samples.items() if stat and (one := value(stat, _bucket(some))) is not None}
        times = tuple(sorted(found))
        return Points(times, tuple(found[at] for at in times), unit)

    def _volume(self, query: MetricQuery, time: TimeRange) -> Points:
        """AWS/Logs: of a log group, or of all."""
        stat, step = read_stat(query.stat), query.period_s * 1000
        groups = self.store.groups(self.region)
        named = dict(query.dimensions).get("LogGroupName")
        chosen = list(groups.values()) if not query.dimensions else [groups[named]] if named in groups else []
        aligned = TimeRange(time.start_ms // step * step, -(-time.end_ms // step) * step)
        bins: dict[int, list[Bucket]] = {}
        for group in chosen:
            for at, events, size in self._minutes(group, aligned):
                total = {"IncomingBytes": size, "IncomingLogEvents": events}.get(query.name)
                if total is not None:
                    bins.setdefault(at // step * step, []).append(Bucket(events, total, total, total))
        found = {
            at: one for at, some in sorted(bins.items()) if stat and (one := value(stat, joined(some))) is not None
        }
        return Points(tuple(found), tuple(found.values()), unit_of(_LOGS, query.name))

    def _minutes(self, group: Group, time: TimeRange) -> list[tuple[int, float, float]]:
        """Minute (UTC ms), events and bytes. A group all of whose events were put counted them then."""
        if not self.engine.has_data_of(group.name):
            put = list(group.minutes.items())
            return [(at, float(n), float(size)) for at, (n, size) in put if time.start_ms <= at < time.end_ms]
        rows = self.engine.run(_EVENTS, (group,), time, _BINS).records()
        return [
            (to_ms(row["at"]), _number(row["events"]), _number(row["text"]) + EVENT_OVERHEAD * _number(row["events"]))
            for row in rows
            if isinstance(row["at"], datetime)
        ]


def _bucket(samples: Sequence[tuple[float, float]]) -> Bucket:
    from insightctl.metrics.logs.statistic import Weighted

    values = sorted(one for one, _ in samples)
    # nearest rank, at the percentiles that are asked in practice
    ranks = {p: values[max(0, -(-int(p * len(values)) // 100) - 1)] for p in (50.0, 75.0, 90.0, 95.0, 99.0, 99.9)}
    return Bucket(
        float(len(values)), sum(values), values[0], values[-1], ranks, tuple(Weighted(1.0, one) for one in values)
    )


def _dimensions(datum: Any) -> Dimensions:
    return tuple(sorted((str(one.name), str(one.value)) for one in datum.dimensions or ()))


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _moto(region: str) -> Any:
    from moto.cloudwatch.models import cloudwatch_backends

    return cloudwatch_backends[ACCOUNT][region]
