"""CloudWatch metrics: from the service, or computed from log lines (REPORT, EMF, Lambda Insights) where there are only logs.

    from insightctl.metrics import LogMetrics, resolve

    lines = resolve(widget["properties"], time, LogMetrics(backend))

`resolve` reads a metric widget (`rows`), asks a source (`LogMetrics` or `ServiceMetrics`) and does the maths (`maths`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from insightctl.metrics.from_logs import LogMetrics
    from insightctl.metrics.model import Dimensions, MetricName, MetricQuery, MetricSource, Points, Series, YAxis
    from insightctl.metrics.resolving import resolve, resolve_all
    from insightctl.metrics.service import ServiceMetrics

__all__ = [
    "Dimensions",
    "LogMetrics",
    "MetricName",
    "MetricQuery",
    "MetricSource",
    "Points",
    "Series",
    "ServiceMetrics",
    "YAxis",
    "resolve",
    "resolve_all",
]

_MODULES = {
    "LogMetrics": "from_logs",
    "ServiceMetrics": "service",
    "resolve": "resolving",
    "resolve_all": "resolving",
}


def __getattr__(name: str) -> object:
    """Lint needs the maths alone: nothing else is imported before it is asked for."""
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    value: object = getattr(import_module(f"insightctl.metrics.{_MODULES.get(name, 'model')}"), name)
    globals()[name] = value
    return value
