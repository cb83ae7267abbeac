"""Metrics computed from log lines, for previews without CloudWatch: any backend that runs Insights QL will do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from insightctl.core.errors import InsightctlError, Interrupted
from insightctl.core.job import Backend, Target
from insightctl.core.time import TimeRange
from insightctl.metrics.logs.asking import Asking
from insightctl.metrics.logs.embedded import EmbeddedMetrics
from insightctl.metrics.logs.lambda_metrics import NAMESPACE, LambdaMetrics
from insightctl.metrics.model import Dimensions, MetricName, MetricQuery, Points

_SERVICE_ROWS, _LOCAL_ROWS = 10_000, 200_000
_INSIGHTS = "LambdaInsights"
_DAY_MS = 86_400_000


class LogMetrics:
    """A MetricSource over log lines: AWS/Lambda from the platform's lines, other namespaces from embedded metrics.

    `target` says which logs; empty is all of the files locally, and the functions that a query names on CloudWatch.
    A question is asked of the backend once. Safe to use from several threads.
    """

    def __init__(self, backend: Backend, target: Target | None = None) -> None:
        target = target or Target()
        is_local = backend.source().get("kind") == "local"
        asking = Asking(backend, _LOCAL_ROWS if is_local else _SERVICE_ROWS)
        self._lambda = LambdaMetrics(asking, target, by_functions=target.is_empty and not is_local)
        self._embedded = EmbeddedMetrics(asking, target)
        insights = target if is_local else Target(log_groups=("/aws/lambda-insights",))
        self._insights = EmbeddedMetrics(asking, insights, of_insights=True)
        self._lock = threading.Lock()

    def fetch(self, queries: Sequence[MetricQuery], time: TimeRange) -> tuple[Points, ...]:
        """One answer a query; what logs cannot tell has a note that says so. Raises InsightctlError.

        A period as long as the range begins with it, as GetMetricData has it; others are counted from 1970.
        """
        whole = [query.period_s * 1000 >= time.duration_ms for query in queries]
        long_s = _holding_s(time)
        asked = [replace(q, period_s=long_s) if is_whole else q for q, is_whole in zip(queries, whole, strict=True)]
        return tuple(
            replace(points, times_ms=(time.start_ms,) * len(points.times_ms)) if is_whole else points
            for points, is_whole in zip(self._fetch(asked, time), whole, strict=True)
        )

    def _fetch(self, queries: Sequence[MetricQuery], time: TimeRange) -> tuple[Points, ...]:
        answers: dict[int, Points] = {}
        parts: dict[str, list[int]] = {}
        for place, query in enumerate(queries):
            parts.setdefault(_part(query), []).append(place)
        ways: dict[str, Callable[[Sequence[MetricQuery], TimeRange], tuple[Points, ...]]] = {
            "lambda": self._lambda.fetch,
            "insights": self._insights.fetch,
            "embedded": self._embedded.fetch,
        }
        with self._lock:
            for part, places in parts.items():
                if part not in ways:
                    answers |= dict.fromkeys(places, Points(note=part))
                    continue
                found = ways[part]([queries[place] for place in places], time)
                answers |= dict(zip(places, found, strict=True))
        return tuple(answers[place] for place in range(len(queries)))

    def find(
        self,
        namespace: str | None,
        name: str | None = None,
        dimensions: Dimensions = (),
        *,
        time: TimeRange,
        region: str | None = None,  # noqa: ARG002 - logs have one place
        account: str | None = None,  # noqa: ARG002
    ) -> tuple[MetricName, ...]:
        """The metrics that the logs tell, by namespace, name and dimensions. Raises InsightctlError."""
        with self._lock:
            found: list[MetricName] = []
            if namespace in (None, NAMESPACE):
                found += self._lambda.find(time)
            if namespace == _INSIGHTS:
                found += self._insights.find(namespace, time)
            elif namespace != NAMESPACE:
                found += self._of_any(namespace, time)
        return tuple(
            sorted(
                metric for metric in found if name in (None, metric.name) and set(dimensions) <= set(metric.dimensions)
            )
        )

    def _of_any(self, namespace: str | None, time: TimeRange) -> tuple[MetricName, ...]:
        try:
            return self._embedded.find(namespace, time)
        except Interrupted:
            raise
        except InsightctlError:
            if namespace is not None:
                raise
            return ()


def _holding_s(time: TimeRange) -> int:
    """A period, counted from 1970, that holds the whole range: a day, or all the days until its end."""
    first, last = time.start_ms // _DAY_MS, (max(time.end_ms, time.start_ms + 1) - 1) // _DAY_MS
    return _DAY_MS // 1000 * (1 if first == last else last + 1)


def _part(query: MetricQuery) -> str:
    """Who answers a query, or a sentence why nobody does."""
    if not query.namespace:
        return "a Metrics Insights query runs on CloudWatch only"
    if query.namespace == NAMESPACE:
        return "lambda"
    if query.namespace.startswith("AWS/"):
        return f"the logs of functions do not tell the metrics of {query.namespace}"
    return "insights" if query.namespace == _INSIGHTS else "embedded"
