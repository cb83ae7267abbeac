"""What the service itself says of functions, beside their logs: configuration, changes of it, throttles, alarms.

A seam: rules read these values where they are there; who fills them in talks to Lambda, CloudWatch and CloudTrail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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


@dataclass(frozen=True, slots=True)
class Change:
    """A configuration change at a moment (UTC); `what` is a sentence, `source` who told (`cloudtrail`, `lambda`)."""

    function: str
    at: datetime
    what: str
    source: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Throttled:
    """Invocations that Lambda refused for lack of concurrency, in the bin that begins at `start_ms`."""

    function: str
    start_ms: int
    throttles: int
    concurrent: float | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that is or was in ALARM in the range."""

    name: str
    function: str | None
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """All of it."""

    configurations: tuple[Configuration, ...] = ()
    changes: tuple[Change, ...] = ()
    throttled: tuple[Throttled, ...] = ()
    alarms: tuple[Alarm, ...] = ()
