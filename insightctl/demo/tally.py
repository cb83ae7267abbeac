"""Counts of one function, kept while its lines are made."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import accumulate

from insightctl.demo.spec import Attempt, FaultKind, FunctionSpec, Release
from insightctl.demo.truth import BinTruth, FunctionTruth, VersionTruth

_BIN_MS = 300_000
_COUNTER_BYTES = array("L").itemsize
_STRIDE = 1000
_KIND_FIELD = {
    FaultKind.EXCEPTION: "exceptions",
    FaultKind.TIMEOUT: "timeouts",
    FaultKind.OUT_OF_MEMORY: "out_of_memory",
    FaultKind.INIT: "init_failures",
}


@dataclass(slots=True)
class _VersionTally:
    first_ms: int
    last_ms: int
    invocations: int = 0
    failures: int = 0
    cold_starts: int = 0


@dataclass(slots=True)
class Tally:
    """What truth.json says of a function. Grows with the length of the range only, never with its traffic."""

    spec: FunctionSpec
    restores: int = 0
    retries: int = 0
    kinds: dict[FaultKind, int] = field(default_factory=lambda: dict.fromkeys(FaultKind, 0))
    errors: dict[str, int] = field(default_factory=dict)
    _versions: dict[str, _VersionTally] = field(default_factory=dict)
    _bins: dict[int, list[int]] = field(default_factory=dict)
    _durations: array[int] = field(init=False)

    def __post_init__(self) -> None:
        # One counter for each hundredth of a ms up to the timeout: an exact p99 at any size, in fixed memory.
        self._durations = array("L", bytes(_COUNTER_BYTES * (self.spec.timeout_ms * 100 + 1)))

    def record(self, attempt: Attempt, number: int) -> None:
        """Count an attempt; `number` is 1 for the first attempt at a request."""
        version = self._version(attempt)
        version.invocations += 1
        self._durations[attempt.duration] += 1
        counts = self._bins.setdefault(attempt.end_ms // _BIN_MS, [0, 0])
        counts[0] += 1
        if attempt.init:
            counts[1] += 1
            version.cold_starts += 1
        if attempt.restore:
            self.restores += 1
        if number > 1:
            self.retries += 1
        if attempt.fault is not None:
            version.failures += 1
            self.kinds[attempt.fault.kind] += 1
            self.errors[attempt.fault.error] = self.errors.get(attempt.fault.error, 0) + 1

    def _version(self, attempt: Attempt) -> _VersionTally:
        version = self._versions.get(attempt.version)
        if version is None:
            version = self._versions[attempt.version] = _VersionTally(attempt.start_ms, attempt.start_ms)
        version.first_ms = min(version.first_ms, attempt.start_ms)  # a slow cold start begins first and starts later
        version.last_ms = max(version.last_ms, attempt.start_ms)
        return version

    def truth(self, deployments: list[tuple[int, Release]]) -> FunctionTruth:
        """The counts as truth; `deployments` are (UTC ms, release), the first one from before the range."""
        versions = [
            self._version_truth(release.version, ms if i else None) for i, (ms, release) in enumerate(deployments)
        ]
        ran = tuple(version for version in versions if version is not None)
        return FunctionTruth(
            name=self.spec.name,
            runtime=self.spec.runtime,
            format=self.spec.log_format,
            file=f"logs/{self.spec.file_name}",
            log_group=self.spec.log_group,
            invocations=sum(version.invocations for version in ran),
            failures=sum(version.failures for version in ran),
            cold_starts=sum(version.cold_starts for version in ran),
            restores=self.restores,
            retries=self.retries,
            p99_duration_ms=self._nearest_rank(99, sum(version.invocations for version in ran)),
            errors=dict(sorted(self.errors.items())),
            versions=ran,
            coldstarts=tuple(BinTruth(bin * _BIN_MS, *self._bins[bin]) for bin in sorted(self._bins, reverse=True)),
            **{name: self.kinds[kind] for kind, name in _KIND_FIELD.items()},
        )

    def _version_truth(self, version: str, deployed_at_ms: int | None) -> VersionTruth | None:
        tally = self._versions.get(version)
        if tally is None:
            return None
        return VersionTruth(
            version=version,
            deployed_at_ms=deployed_at_ms,
            first_invocation_ms=tally.first_ms,
            last_invocation_ms=tally.last_ms,
            invocations=tally.invocations,
            failures=tally.failures,
            cold_starts=tally.cold_starts,
        )

    def _nearest_rank(self, percent: int, invocations: int) -> float | None:
        """ms; whole strides are summed first, because most of a million counters are 0."""
        seen, rank = 0, -(-invocations * percent // 100)
        for start in range(0, len(self._durations), _STRIDE):
            counts = self._durations[start : start + _STRIDE]
            in_stride = sum(counts)
            if in_stride and seen + in_stride >= rank:
                passed = accumulate(counts, initial=seen)
                return (start + next(i for i, total in enumerate(passed) if total >= rank) - 1) / 100
            seen += in_stride
        return None
