"""What the service itself says of functions, beside their logs: metrics, configuration, changes of it, alarms.

A seam: rules read these values where they are there; `triage.account` fills them in from Lambda, CloudWatch and CloudTrail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from insightctl.deployments import Alias as FunctionAlias
from insightctl.deployments import Deployment
from insightctl.triage.model import Skipped


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Provisioned concurrency of an alias or version: environments asked for, and those that there are."""

    qualifier: str
    requested: int
    allocated: int | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class EventSource:
    """An event source mapping. Retries and age (s) None: not told; -1: without end. `on_failure` is an ARN."""

    arn: str
    uuid: str = ""
    state: str | None = None
    batch_size: int | None = None
    bisects: bool | None = None
    retries: int | None = None
    max_age_s: int | None = None
    on_failure: str | None = None
    reports_items: bool = False

    @property
    def name(self) -> str:
        """The queue, stream or topic, without the rest of its ARN."""
        service, _, rest = self.arn.removeprefix("arn:").partition(":")[2].partition(":")
        return f"{service} {rest.rpartition(':')[2]}" if rest else self.arn

    @property
    def is_stream(self) -> bool:
        """Whether a failing batch holds up what comes after it."""
        return ":kinesis:" in self.arn or ":dynamodb:" in self.arn or ":kafka:" in self.arn


@dataclass(frozen=True, slots=True)
class AsyncSettings:
    """What Lambda does with an asynchronous event that fails: retries, age in s, where it goes then (ARN)."""

    retries: int | None = None
    max_age_s: int | None = None
    on_failure: str | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """A function's settings now: MB, seconds; None where there is none or it was not told."""

    function: str
    memory_mb: int | None = None
    timeout_s: float | None = None
    reserved_concurrency: int | None = None
    provisioned_concurrency: int | None = None
    runtime: str | None = None
    architecture: str | None = None
    dead_letter: str | None = None
    event_sources: tuple[str, ...] = ()
    provisioned: tuple[Provisioned, ...] = ()
    sources: tuple[EventSource, ...] = ()
    async_settings: AsyncSettings | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A configuration change at a moment (UTC); `what` is a sentence, `source` who told (`cloudtrail`, `lambda`).

    `kind` is that of a deployment (version, alias, config, runtime); `version` the one that came, empty without one.
    """

    function: str
    at: datetime
    what: str
    source: str
    by: str | None = None
    kind: str = "config"
    version: str = ""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Invocations that Lambda refused for lack of concurrency, in the bin that begins at `start_ms`."""

    function: str
    start_ms: int
    throttles: int
    concurrent: float | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that is or was in ALARM in the range; `until` None: it still is. `metric` is what it watches."""

    name: str
    function: str | None
    since: datetime
    reason: str
    until: datetime | None = None
    metric: str | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by period: starts in UTC ms, ascending; periods without data are absent. `function` None: the account's."""

    function: str | None
    name: str
    stat: str
    times_ms: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def total(self) -> float:
        """The sum of its values."""
        return sum(self.values)

    @property
    def most(self) -> float:
        """The largest of its values; 0 without any."""
        return max(self.values, default=0.0)

    @property
    def points(self) -> tuple[tuple[int, float], ...]:
        """Starts (UTC ms) and values."""
        return tuple(zip(self.times_ms, self.values, strict=True))

    @property
    def period_ms(self) -> int | None:
        """The shortest distance of two periods."""
        return min((after - before for before, after in pairwise(self.times_ms)), default=None)


@dataclass(frozen=True, slots=True)
class Limits:
    """Concurrency of the account in a region: all of it, and what no function has reserved."""

    concurrent: int
    unreserved: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """All of it. `changes` leaves out versions that go live: those are in `deployments`, with everything else.

    `skipped` are the probes that could not run; `period_ms` is the period that metrics were asked at.
    """

    configurations: tuple[Configuration, ...] = ()
    changes: tuple[Change, ...] = ()
    throttled: tuple[Throttled, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    metrics: tuple[Metric, ...] = ()
    limits: Limits | None = None
    deployments: tuple[Deployment, ...] = ()
    aliases: tuple[FunctionAlias, ...] = ()
    functions: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    period_ms: int = 60_000

    def configuration(self, function: str) -> Configuration | None:
        """The settings of a function, where they are known."""
        return next((each for each in self.configurations if each.function == function), None)

    def metric(self, function: str | None, name: str) -> Metric:
        """A metric of a function (None: of the account); without any points when it is not known."""
        found = (m for m in self.metrics if m.function == function and m.name == name)
        return next(found, Metric(function, name, "", (), ()))

    def alarms_of(self, function: str) -> tuple[Alarm, ...]:
        """The alarms about a function, the first to fire first."""
        return tuple(sorted((a for a in self.alarms if a.function == function), key=lambda alarm: alarm.since))

    @property
    def has_metrics(self) -> bool:
        """Whether there is anything that could stand in for logs."""
        return any(metric.name == "Invocations" and metric.values for metric in self.metrics)


def changes_of(deployments: Iterable[Deployment]) -> tuple[Change, ...]:
    """What changed without a version that logs could name: settings, aliases, runtimes, the code of $LATEST."""
    return tuple(
        Change(d.function, d.at, d.what or d.kind, d.source, d.by, d.kind, d.version)
        for d in deployments
        if d.kind in ("config", "alias", "runtime") or (d.kind == "version" and d.version == "$LATEST")
    )
