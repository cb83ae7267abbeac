"""The ground truth of a scenario, and its spelling in truth.json (schema 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from insightctl.core.time import from_ms, iso

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class BinTruth:
    """Attempts whose REPORT falls into five minutes from `start_ms` (UTC ms) on."""

    start_ms: int
    invocations: int
    cold_starts: int

    def to_json(self) -> dict[str, object]:
        """Spelled like the result row of the cold-start query."""
        return {"bin(5m)": _iso(self.start_ms), "invocations": self.invocations, "cold_starts": self.cold_starts}


@dataclass(frozen=True, slots=True)
class VersionTruth:
    """A version that ran in the range. `deployed_at_ms` is None when it was live before the range; times in UTC ms."""

    version: str
    deployed_at_ms: int | None
    first_invocation_ms: int
    last_invocation_ms: int
    invocations: int
    failures: int
    cold_starts: int

    @property
    def failure_pct(self) -> float:
        """Failed attempts, % of all of the version."""
        return round(100 * self.failures / self.invocations, 4)

    def to_json(self) -> dict[str, object]:
        """As in truth.json."""
        return {
            "version": self.version,
            "deployed_at": None if self.deployed_at_ms is None else _iso(self.deployed_at_ms),
            "first_invocation": _iso(self.first_invocation_ms),
            "last_invocation": _iso(self.last_invocation_ms),
            "invocations": self.invocations,
            "failures": self.failures,
            "cold_starts": self.cold_starts,
        }


@dataclass(frozen=True, slots=True)
class FunctionTruth:
    """Counts of one function. `failures` is the sum of timeouts, out_of_memory, init_failures and exceptions;
    `cold_starts` are attempts whose REPORT has an init duration; `retries` are attempts after the first of a request.
    `errors` counts failures by type, a timeout as "timeout" (what its REPORT says).
    """

    name: str
    runtime: str
    format: str
    file: str
    log_group: str
    invocations: int
    failures: int
    cold_starts: int
    restores: int
    timeouts: int
    out_of_memory: int
    init_failures: int
    exceptions: int
    retries: int
    p99_duration_ms: float | None
    errors: Mapping[str, int]
    versions: tuple[VersionTruth, ...]
    coldstarts: tuple[BinTruth, ...]

    def version(self, name: str) -> VersionTruth | None:
        """The version of this name, None when it never ran."""
        return next((version for version in self.versions if version.version == name), None)

    def to_json(self) -> dict[str, object]:
        """As in truth.json, where the name is the key."""
        plain = {name: getattr(self, name) for name in _PLAIN_FIELDS}
        return plain | {
            "errors": dict(self.errors),
            "versions": [version.to_json() for version in self.versions],
            "coldstarts": [bin.to_json() for bin in self.coldstarts],
        }


_PLAIN_FIELDS = tuple(
    name for name in FunctionTruth.__slots__ if name not in {"name", "errors", "versions", "coldstarts"}
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all functions."""

    invocations: int
    failures: int
    cold_starts: int

    def to_json(self) -> dict[str, object]:
        """As in truth.json."""
        return {"invocations": self.invocations, "failures": self.failures, "cold_starts": self.cold_starts}


@dataclass(frozen=True, slots=True)
class Incident:
    """The bad deployment. The percentages are failed attempts of the version before, and of the bad one; None where
    the version never ran. `deployed_at_ms` is UTC ms, a whole minute.
    """

    function: str
    version: str
    previous_version: str
    deployed_at_ms: int
    error_type: str
    error_message: str
    failure_pct_before: float | None
    failure_pct_after: float | None

    def to_json(self) -> dict[str, object]:
        """As in truth.json."""
        return {
            "function": self.function,
            "version": self.version,
            "previous_version": self.previous_version,
            "deployed_at": _iso(self.deployed_at_ms),
            "error_type": self.error_type,
            "error_message": self.error_message,
            "failure_pct_before": self.failure_pct_before,
            "failure_pct_after": self.failure_pct_after,
        }


@dataclass(frozen=True, slots=True)
class Truth:
    """What was generated: where (`log_files`, `truth_file`), when (UTC ms), how much (uncompressed bytes, events)."""

    seed: int
    start_ms: int
    end_ms: int
    bytes: int
    events: int
    log_files: tuple[Path, ...]
    truth_file: Path
    functions: tuple[FunctionTruth, ...]
    incident: Incident

    @property
    def totals(self) -> Totals:
        """Sums over all functions."""
        return Totals(
            sum(function.invocations for function in self.functions),
            sum(function.failures for function in self.functions),
            sum(function.cold_starts for function in self.functions),
        )

    def function(self, name: str) -> FunctionTruth:
        """The function of this name. Raises KeyError when there is none."""
        for function in self.functions:
            if function.name == name:
                return function
        raise KeyError(name)

    def to_json(self) -> dict[str, object]:
        """The content of truth.json."""
        return {
            "schema": SCHEMA,
            "seed": self.seed,
            "start": _iso(self.start_ms),
            "end": _iso(self.end_ms),
            "bytes": self.bytes,
            "events": self.events,
            "totals": self.totals.to_json(),
            "functions": {function.name: function.to_json() for function in self.functions},
            "incident": self.incident.to_json(),
        }


def _iso(ms: int) -> str:
    return iso(from_ms(ms))
