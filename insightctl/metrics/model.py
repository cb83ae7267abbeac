"""What a metric widget asks for, what comes back, and what a source of metrics is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from insightctl.core.time import TimeRange

YAxis = Literal["left", "right"]

Dimensions = tuple[tuple[str, str], ...]
"""Names and values, in the order of the widget."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a graph: `times_ms` are the starts of its periods (UTC ms), ascending, one value each.

    `unit` is CloudWatch's word for it (Milliseconds, Count, Percent, ...). `note` says why there is nothing, or less
    than asked.
    """

    id: str
    label: str
    unit: str | None
    times_ms: tuple[int, ...]
    values: tuple[float, ...]
    colour: str | None = None
    y_axis: YAxis = "left"
    visible: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One metric with its statistic, such as p99, a period in seconds. Account and region None: those of the source."""

    namespace: str
    name: str
    dimensions: Dimensions
    stat: str
    period_s: int
    account: str | None = None
    region: str | None = None

    @property
    def dimension_map(self) -> dict[str, str]:
        """The dimensions by name."""
        return dict(self.dimensions)


@dataclass(frozen=True, slots=True)
class Points:
    """The answer to one MetricQuery. Periods without data are absent."""

    times_ms: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    unit: str | None = None
    note: str | None = None


class MetricName(NamedTuple):
    """A metric that exists: dimensions sorted by name."""

    namespace: str
    name: str
    dimensions: Dimensions
    account: str | None = None


class MetricSource(Protocol):
    """Where metrics come from."""

    def fetch(self, queries: Sequence[MetricQuery], time: TimeRange) -> tuple[Points, ...]:
        """One answer a query, in their order, in as few calls as can be. Raises InsightctlError."""
        ...

    def find(
        self,
        namespace: str | None,
        name: str | None = None,
        dimensions: Dimensions = (),
        *,
        time: TimeRange,
        region: str | None = None,
        account: str | None = None,
    ) -> tuple[MetricName, ...]:
        """The metrics of a namespace (None: all) that have at least these dimensions, for SEARCH. Raises InsightctlError."""
        ...
