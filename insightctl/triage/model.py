"""What triage says: findings with cause and evidence, and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from insightctl.core.result import Value
from insightctl.core.time import TimeRange
from insightctl.deployments import Deployment
from insightctl.triage.facts import Bin

if TYPE_CHECKING:
    from insightctl.triage.clusters.model import Cluster

Severity = Literal["critical", "warning"]
Verdict = Literal["critical", "warning", "ok"]
Confidence = Literal["high", "medium", "low"]
CauseKind = Literal[
    "deployment",
    "traffic",
    "downstream",
    "input",
    "environment",
    "memory",
    "throttle",
    "cold_start",
    "runtime",
    "unknown",
]
Aspect = Literal[
    "since",
    "versions",
    "deployment",
    "error",
    "latency",
    "cause",
    "memory",
    "traffic",
    "log",
    "metric",
    "setting",
    "alarm",
]
"""`cause`: what speaks for the cause where it is no deployment; `log`: lines that are logged; the others say it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that is known: a sentence with numbers, the command that shows it, and rows behind it."""

    aspect: Aspect
    sentence: str
    query: str
    rows: tuple[Mapping[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """Why. `at` is when a deployment's version was first seen (None: it was live before the data begin)."""

    kind: CauseKind
    version: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stands out. `started` None means before the data begin; `low` and `high` hold it in between.

    `weight` orders findings of one severity: failed invocations beyond what was usual.
    """

    code: str
    severity: Severity
    title: str
    function: str
    version: str | None
    started: datetime | None
    started_low: datetime | None
    started_high: datetime | None
    cause: Cause
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    next: tuple[str, ...] = ()
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Skipped:
    """A probe that could not run, why, and the IAM permission that it lacks where that is why."""

    probe: str
    reason: str
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What was looked at and what it cost: counts, bytes of log text, seconds, USD (None: it costs nothing)."""

    queries: int = 0
    functions: int = 0
    versions: int = 0
    invocations: int = 0
    failures: int = 0
    records_matched: int = 0
    records_scanned: int = 0
    bytes_scanned: int = 0
    seconds: float = 0.0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of triage, worst finding first. `time` is what was asked, `seen` from the first to the last invocation.

    `bins` are the invocations of every function and version by bin of `bin_ms`, oldest first: what charts draw.
    `clusters` are the errors by type and place in the code, failures before what was handled, most first.
    """

    target: str
    time: TimeRange | None
    findings: tuple[Finding, ...]
    deployments: tuple[Deployment, ...]
    statistics: Tally
    seen: TimeRange | None = None
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    bins: tuple[Bin, ...] = ()
    bin_ms: int = 0
    clusters: tuple[Cluster, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The severity of the worst finding; ok when there is none."""
        return self.findings[0].severity if self.findings else "ok"
