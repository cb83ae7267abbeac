"""Limits of the whole dashboard, and of chart widgets."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.rows import Body

MAX_METRICS = 2500  # "CloudWatch quotas": metrics of a dashboard, across all widgets, hidden ones too


def limits(body: Body) -> Iterator[Found]:
    """More metrics than a dashboard takes."""
    count = 0
    for _, properties in body.widgets("metric"):
        metrics = properties.get("metrics").value
        count += len(metrics) if isinstance(metrics, list) else 0
    if count > MAX_METRICS:
        message = f"{count:,} metrics on the dashboard; it takes at most {MAX_METRICS:,}, hidden ones too"
        yield Found("DL007", body.get("widgets").path, message, "split the dashboard, or use SEARCH")


def charts(body: Body) -> Iterator[Found]:
    """Chart widgets without queries. Source: the sample of aws-observability/observability-best-practices."""
    for _, properties in body.widgets("chart"):
        queries = properties.get("data").get("queries")
        if not list(queries.items()):
            yield Found("DL003", properties.path, "a chart needs queries", "'data': {'queries': [...]}", "warning")
        for query in queries.items():
            if not query.has("query"):
                yield Found("DL003", query.path, "'query' is required", None, "warning")
