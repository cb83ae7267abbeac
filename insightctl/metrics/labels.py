"""The label of a line: what the row says, with `${...}` filled in, or what tells it from the other lines.

Source: "Using dynamic labels" in the CloudWatch user guide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from insightctl.core.time import from_ms
from insightctl.metrics.maths.values import Track
from insightctl.metrics.model import MetricQuery

_HOLE = re.compile(r"\$\{\s*(?P<name>[A-Z_]+)\s*(?:\(\s*['\"](?P<of>[^'\"]*)['\"]\s*\))?\s*\}")


def properties_of(query: MetricQuery) -> dict[str, str]:
    """What `${PROP('...')}` may name."""
    known = {
        "Namespace": query.namespace,
        "MetricName": query.name,
        "Stat": query.stat,
        "Period": str(query.period_s),
        "AccountId": query.account or "",
        "Region": query.region or "",
    }
    return known | {f"Dim.{name}": value for name, value in query.dimensions}


def filled(label: str, track: Track) -> str:
    """A label with its `${...}` filled in; one that is not known stays as it is."""

    def fill(hole: re.Match[str]) -> str:
        name, of = hole["name"], hole["of"]
        if name == "PROP":
            return track.properties.get(of or "", hole[0])
        if name == "LABEL":
            return track.label
        return _statistic(name, track.sorted(), hole[0])

    return _HOLE.sub(fill, label)


def _statistic(name: str, points: Sequence[tuple[int, float]], unknown: str) -> str:
    of, _, part = name.partition("_")
    if name == "DATAPOINT_COUNT":
        return str(len(points))
    pick = {
        "MAX": lambda: max(points, key=lambda point: point[1]),
        "MIN": lambda: min(points, key=lambda point: point[1]),
        "FIRST": lambda: points[0],
        "LAST": lambda: points[-1],
    }
    if name in ("AVG", "SUM"):
        total = math.fsum(value for _, value in points)
        return _number(total / len(points) if name == "AVG" else total) if points else "--"
    if of not in pick or part not in ("", "TIME", "TIME_RELATIVE"):
        return unknown
    if not points:
        return "--"
    at, value = pick[of]()
    return f"{from_ms(at):%H:%M}" if part else _number(value)


def _number(value: float) -> str:
    return f"{value:.10g}" if value == int(value) else f"{value:.4g}" if abs(value) < 1000 else f"{value:.1f}"


def default_labels(queries: Mapping[str, MetricQuery]) -> dict[str, str]:
    """For each id what tells its metric from the others of the graph; the metric's name when nothing does."""
    parts = {id_: _parts(query) for id_, query in queries.items()}
    keys = {key for of in parts.values() for key in of}
    telling = [key for key in _ORDER if len({of.get(key) for of in parts.values()}) > 1]
    telling += sorted(key for key in keys if key not in _ORDER and len({of.get(key) for of in parts.values()}) > 1)
    return {id_: " ".join(of[key] for key in telling if of.get(key)) or queries[id_].name for id_, of in parts.items()}


_ORDER = ("account", "region", "namespace", "name", "stat")


def _parts(query: MetricQuery) -> dict[str, str]:
    own = {
        "account": query.account or "",
        "region": query.region or "",
        "namespace": query.namespace,
        "name": query.name,
        "stat": query.stat,
    }
    return {key: value for key, value in own.items() if value} | dict(query.dimensions)
