"""AWS/Lambda from the lines that the platform and the runtimes write: the views of the library decide what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from insightctl.core.job import Target
from insightctl.core.time import TimeRange
from insightctl.metrics.logs.asking import Asking, bin_text, moment_ms, number, rendered, whole_periods
from insightctl.metrics.logs.buckets import USUAL_PERCENTILES, Bucket, bucket, joined, percentile_columns, value
from insightctl.metrics.logs.statistic import Weighted, read_stat
from insightctl.metrics.model import Dimensions, MetricName, MetricQuery, Points
from insightctl.metrics.units import unit_of

NAMESPACE = "AWS/Lambda"
TOLD = ("Invocations", "Errors", "Duration")
_NOT_TOLD = {
    "Throttles": "a throttled invocation writes no log line: only CloudWatch counts it",
    "DeadLetterErrors": "a failed delivery writes no log line: only CloudWatch counts it",
    "DestinationDeliveryFailures": "a failed delivery writes no log line: only CloudWatch counts it",
    "UnreservedConcurrentExecutions": "logs of some functions do not tell what the whole account runs",
    "ClaimedAccountConcurrency": "logs of some functions do not tell what the whole account runs",
}
_OTHERS = "logs do not tell it: only CloudWatch knows this metric"
_RATES = """\
{{% include "_views/outcomes.ql" %}}
| stats count(duration_ms) as n, sum(duration_ms) as total, min(duration_ms) as low, max(duration_ms) as high{percentiles},
{{% include "_views/failure_counts.ql" %}}
  by {keys}bin({bin}) as at
"""
# A twentieth of a power of e: samples of one slot differ by 5 % at most, and their sum is exact.
_SAMPLES = """\
{{% include "_views/report.ql" %}}
| fields floor(20 * log(greatest(duration_ms, 0.01))) as slot
| stats count(*) as n, sum(duration_ms) as total by {keys}slot, bin({bin}) as at
"""
_LIVES = """\
{% include "_views/report.ql" %}
| stats count(*) as n by function, version
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a metric is about: the account, a function, or a version of it."""

    function: str | None = None
    version: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns to group by."""
        return ("function", "version") if self.version else ("function",) if self.function else ()

    @property
    def key(self) -> tuple[str, ...]:
        """Its values of those columns."""
        return tuple(part for part in (self.function, self.version) if part)


Bins = Mapping[tuple[str, ...], Mapping[int, tuple[Bucket, float]]]
"""By scope and bin (UTC ms): the durations, and how many failed."""


@dataclass(slots=True)
class LambdaMetrics:
    """Answers queries for AWS/Lambda."""

    asking: Asking
    target: Target
    by_functions: bool

    def fetch(self, queries: Sequence[MetricQuery], time: TimeRange) -> tuple[Points, ...]:
        """One answer a query. Raises InsightctlError."""
        functions = {dict(query.dimensions).get("FunctionName", "") for query in queries} - {""}
        target = Target(functions=tuple(sorted(functions))) if self.by_functions and functions else self.target
        wanted: dict[tuple[int, tuple[str, ...]], set[float]] = {}
        scopes = [scope_of(query.dimensions) for query in queries]
        for query, scope in zip(queries, scopes, strict=True):
            if isinstance(scope, Scope) and query.name in TOLD:
                stat = read_stat(query.stat)
                asked = wanted.setdefault((query.period_s, scope.keys), set(USUAL_PERCENTILES))
                if stat is not None and stat.kind == "p" and query.name == "Duration":
                    asked.add(stat.high)
        bins = {key: self._bins(*key, target, time, percentiles) for key, percentiles in wanted.items()}
        return tuple(
            self._answer(query, scope, bins, target, time) for query, scope in zip(queries, scopes, strict=True)
        )

    def _answer(
        self,
        query: MetricQuery,
        scope: Scope | str,
        bins: Mapping[tuple[int, tuple[str, ...]], Bins],
        target: Target,
        time: TimeRange,
    ) -> Points:
        stat = read_stat(query.stat)
        if stat is None:
            return Points(note=f"'{query.stat}' is no statistic")
        if isinstance(scope, str):
            return Points(note=scope)
        if query.name == "ConcurrentExecutions":
            return self._concurrency(query, scope, target, time)
        if query.name == "IteratorAge":
            return self._age(query, scope, target, time)
        if query.name not in TOLD:
            return Points(note=_NOT_TOLD.get(query.name, _OTHERS))
        found = bins[query.period_s, scope.keys].get(scope.key, {})
        if query.name == "Duration" and stat.needs_samples:
            found = self._with_samples(found, query.period_s, scope, target, time)
        values = {}
        for at, (durations, failed) in found.items():
            one = value(stat, _counted(query.name, durations, failed))
            if one is not None:
                values[at] = one
        times = tuple(sorted(values))
        return Points(times, tuple(values[at] for at in times), unit_of(NAMESPACE, query.name, query.stat))

    def _bins(
        self, period_s: int, keys: tuple[str, ...], target: Target, time: TimeRange, percentiles: Iterable[float]
    ) -> Bins:
        text, _ = bin_text(period_s)
        asked = sorted(percentiles)
        query = _RATES.format(
            percentiles=percentile_columns("duration_ms", asked), keys="".join(f"{key}, " for key in keys), bin=text
        )
        span = whole_periods(time, period_s)
        result = self.asking.ask(rendered(query, "lambda-metrics"), target, span, "lambda-metrics")
        found: dict[tuple[str, ...], dict[int, list[tuple[Bucket, float]]]] = {}
        for row in result.records():
            at, durations = moment_ms(row["at"]), bucket(row, asked)
            if at is None:
                continue
            step = period_s * 1000
            key = tuple(str(row[name]) for name in keys)
            failed = number(row["failures"]) or 0.0
            found.setdefault(key, {}).setdefault(at // step * step, []).append((durations or _NOTHING, failed))
        return {
            key: {at: (joined([b for b, _ in many]), sum(f for _, f in many)) for at, many in bins.items()}
            for key, bins in found.items()
        }

    def _with_samples(
        self,
        found: Mapping[int, tuple[Bucket, float]],
        period_s: int,
        scope: Scope,
        target: Target,
        time: TimeRange,
    ) -> Mapping[int, tuple[Bucket, float]]:
        text, _ = bin_text(period_s)
        query = _SAMPLES.format(keys="".join(f"{key}, " for key in scope.keys), bin=text)
        result = self.asking.ask(
            rendered(query, "lambda-durations"), target, whole_periods(time, period_s), "lambda-durations"
        )
        samples: dict[int, list[Weighted]] = {}
        for row in result.records():
            at = moment_ms(row["at"])
            if at is not None and tuple(str(row[name]) for name in scope.keys) == scope.key:
                weighted = Weighted(number(row["n"]) or 0.0, number(row["total"]) or 0.0)
                samples.setdefault(at // (period_s * 1000) * (period_s * 1000), []).append(weighted)
        return {
            at: (replace(durations, samples=tuple(samples.get(at, ()))), failed)
            for at, (durations, failed) in found.items()
        }

    def _concurrency(self, query: MetricQuery, scope: Scope, target: Target, time: TimeRange) -> Points:
        if scope.version or not scope.function:
            return Points(note="logs tell the concurrency of a function only, not of a version or of the account")
        return self._curated("concurrency", {"top": "10000"}, "bucket", {"Maximum": "peak"}, query, scope, target, time)

    def _age(self, query: MetricQuery, scope: Scope, target: Target, time: TimeRange) -> Points:
        if scope.version or not scope.function:
            return Points(note="logs tell the iterator age of a function only")
        columns = {"Maximum": "age_max_ms", "Average": "age_avg_ms", "p99": "age_p99_ms"}
        found = self._curated("iterator-age", {}, None, columns, query, scope, target, time)
        if found.values or found.note:
            return found
        return Points(unit="Milliseconds", note="no line tells the age of records: only CloudWatch knows it")

    def _curated(
        self,
        name: str,
        params: Mapping[str, str],
        at_column: str | None,
        columns: Mapping[str, str],
        query: MetricQuery,
        scope: Scope,
        target: Target,
        time: TimeRange,
    ) -> Points:
        from insightctl import library

        bin_, bin_s = bin_text(query.period_s)
        if query.stat not in columns:
            return Points(note=f"logs tell the {' or '.join(columns)} of {query.name} only")
        text = library.render(library.load(name), {"bin": bin_, **params})
        result = self.asking.ask(text, target, whole_periods(time, query.period_s), name)
        at_name = at_column or f"bin({bin_})"
        values: dict[int, float] = {}
        step = query.period_s * 1000
        for row in result.records():
            at, one = moment_ms(row[at_name]), number(row[columns[query.stat]])
            if row["function"] == scope.function and at is not None and one is not None:
                start = at // step * step
                values[start] = max(one, values.get(start, one))
        times = tuple(sorted(values))
        note = None if bin_s == query.period_s or not values else f"joined from bins of {bin_}"
        unit = unit_of(NAMESPACE, query.name, query.stat)
        return Points(times, tuple(values[at] for at in times), unit, note if query.stat == "Average" else None)

    def find(self, time: TimeRange) -> tuple[MetricName, ...]:
        """The metrics that the logs tell: of the account, of each function and of each version."""
        result = self.asking.ask(rendered(_LIVES, "lambda-functions"), self.target, time, "lambda-functions")
        scopes: dict[Dimensions, None] = {(): None}
        for row in result.records():
            function, version = str(row["function"]), row["version"]
            scopes[(("FunctionName", function),)] = None
            if version is not None:
                scopes[("FunctionName", function), ("Resource", f"{function}:{version}")] = None
        found = [MetricName(NAMESPACE, name, scope) for scope in scopes for name in TOLD]
        alone = [scope for scope in scopes if len(scope) == 1]
        return (*found, *(MetricName(NAMESPACE, "ConcurrentExecutions", scope) for scope in alone))


_NOTHING = Bucket(0.0, 0.0, 0.0, 0.0)


def _counted(name: str, durations: Bucket, failed: float) -> Bucket:
    """Invocations and errors as samples of 1 and 0, as Lambda publishes them."""
    if name == "Duration":
        return durations
    total, n = (durations.count if name == "Invocations" else failed), max(durations.count, failed)
    low, high = (1.0, 1.0) if name == "Invocations" else (float(failed >= n), float(failed > 0))
    return Bucket(n, total, low, high, dict.fromkeys(USUAL_PERCENTILES, high))


def scope_of(dimensions: Dimensions) -> Scope | str:
    """What dimensions are about; a sentence when logs cannot tell it."""
    named = dict(dimensions)
    function, resource = named.pop("FunctionName", None), named.pop("Resource", None)
    executed = named.pop("ExecutedVersion", None)
    if named:
        return f"logs do not tell the dimension {', '.join(named)}"
    if function is None and resource is None:
        return Scope()
    if function is None:
        function = (resource or "").partition(":")[0]
    version = executed or (resource or "").partition(":")[2] or None
    if version and not (version.isdecimal() or version == "$LATEST"):
        return f"a log line does not name the alias '{version}'"
    return Scope(function, version)
