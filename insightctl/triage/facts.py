"""The rows of the probes as typed values: nothing after this module knows column names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from insightctl.core.result import Result, Value
from insightctl.core.time import to_ms
from insightctl.triage.proportions import Share

Record = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a function in the range. `name` is None where the logs do not tell the version of an invocation."""

    function: str
    name: str | None
    first_seen: datetime
    last_seen: datetime
    share: Share
    timeouts: int
    p99_ms: float | None
    record: Record


@dataclass(frozen=True, slots=True)
class Bin:
    """The invocations of one version (None: not known) of a function that ended in a bin of time."""

    function: str
    version: str | None
    start_ms: int
    share: Share
    record: Record


@dataclass(frozen=True, slots=True)
class Error:
    """Failed invocations of one type and message."""

    function: str
    type: str
    message: str | None
    failures: int
    first_seen: datetime
    last_seen: datetime
    sample_request_id: str | None
    record: Record


def versions(result: Result) -> tuple[Version, ...]:
    """Out of the `deployments` query."""
    return tuple(_versions(result))


def _versions(result: Result) -> Iterator[Version]:
    for record in result.records():
        first, last, p99 = record.get("first_seen"), record.get("last_seen"), record.get("p99_ms")
        if isinstance(first, datetime) and isinstance(last, datetime):
            slow = float(p99) if isinstance(p99, int | float) else None
            name, timeouts = _text(record, "version"), _count(record, "timeouts")
            yield Version(_function(record), name, first, last, _share(record), timeouts, slow, record)


def bins(result: Result) -> tuple[Bin, ...]:
    """Out of the `error-rate` query by version, oldest first."""
    column = next((name for name in result.names if name.startswith("bin(")), "")
    found = [
        Bin(_function(record), _text(record, "version"), to_ms(start), _share(record), record)
        for record in result.records()
        if isinstance(start := record.get(column), datetime)
    ]
    return tuple(sorted(found, key=lambda bin: bin.start_ms))


def errors(result: Result) -> tuple[Error, ...]:
    """Out of the `errors` query, most frequent first."""
    return tuple(_errors(result))


def _errors(result: Result) -> Iterator[Error]:
    for record in result.records():
        first, last = record.get("first_seen"), record.get("last_seen")
        if isinstance(first, datetime) and isinstance(last, datetime):
            yield Error(
                _function(record),
                _text(record, "error_type") or "unknown",
                _text(record, "error_message"),
                _count(record, "failed"),
                first,
                last,
                _text(record, "sample_request_id"),
                record,
            )


def _function(record: Record) -> str:
    return _text(record, "function") or "unknown"


def _text(record: Record, name: str) -> str | None:
    value = record.get(name)
    return None if value is None else str(value)


def _count(record: Record, name: str) -> int:
    value = record.get(name)
    return int(value) if isinstance(value, int | float) else 0


def _share(record: Record) -> Share:
    """Failures never exceed invocations: a failure's line and its REPORT may fall into two bins."""
    invocations = _count(record, "invocations")
    return Share(min(_count(record, "failures"), invocations), invocations)
