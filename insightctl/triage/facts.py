"""The rows of the probes as typed values: nothing after this module knows column names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    """The invocations of one version (None: not known) of a function that ended in a bin of time.

    Durations in ms, memory in MB, None where no report tells. `requests` counts a request that ran again once;
    `environments` are log streams; `first_ms` is when the first of them began, `last_ms` when the last ended (UTC);
    `served_by` names at most two of the environments; `memory_low_mb` is the smallest memory size, `memory_mb` the largest.
    """

    function: str
    version: str | None
    start_ms: int
    share: Share
    record: Record
    requests: int = 0
    timeouts: int = 0
    kills: int = 0
    p50_ms: float | None = None
    p90_ms: float | None = None
    p99_ms: float | None = None
    cold: int = 0
    init_ms: float | None = None
    used_mb: float | None = None
    used_max_mb: float | None = None
    memory_mb: float | None = None
    environments: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    served_by: tuple[str, ...] = ()
    memory_low_mb: float | None = None


@dataclass(frozen=True, slots=True)
class Error:
    """Failed invocations of one type and message, whose numbers and ids are masked; `sample_message` is one as it was.

    `messages` counts the different ones before masking (in one bin at least), `streams` the environments, `requests` the
    requests of a bin; `request_ids` are the lowest and the highest of their ids, so all of them where they are two at most.
    """

    function: str
    type: str
    message: str | None
    failures: int
    first_seen: datetime
    last_seen: datetime
    sample_request_id: str | None
    record: Record
    version: str | None = None
    start_ms: int = 0
    messages: int = 0
    sample_message: str | None = None
    streams: int = 0
    sample_stream: str | None = None
    frame: str | None = None
    requests: int = 0
    request_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Logged:
    """Lines of one pattern that a version logged in a bin without failing by them; errors, or warnings of connections."""

    function: str
    version: str | None
    start_ms: int
    is_error: bool
    pattern: str
    lines: int
    requests: int
    first_seen: datetime
    sample_message: str
    sample_request_id: str | None
    record: Record


@dataclass(frozen=True, slots=True)
class Volume:
    """What a version logged in a bin: lines and characters, with how many END and REPORT lines of the text format."""

    function: str
    version: str | None
    start_ms: int
    lines: int
    characters: int
    ends: int
    reports: int


@dataclass(frozen=True, slots=True)
class Start:
    """Environments of a version that started with one runtime version; `ahead` of them before anybody asked."""

    function: str
    version: str | None
    runtime: str
    arn: str | None
    environments: int
    ahead: int
    first_seen: datetime
    last_seen: datetime
    record: Record


@dataclass(frozen=True, slots=True)
class Rerun:
    """A request that ran `runs` times, two or more: the first and the last of them ended at these moments (UTC ms)."""

    function: str
    version: str | None
    runs: int
    first_ms: int
    last_ms: int


def reruns(result: Result) -> tuple[Rerun, ...]:
    """Out of the probe of requests that ran again."""
    return tuple(
        Rerun(function_of(record), text(record, "version"), count(record, "runs"), to_ms(first), to_ms(last))
        for record in result.records()
        if isinstance(first := record.get("first_at"), datetime) and isinstance(last := record.get("last_at"), datetime)
    )


def errors(result: Result) -> tuple[Error, ...]:
    """Out of the failures' probe, one a version, type, message and bin."""
    return tuple(_errors(result))


def _errors(result: Result) -> Iterator[Error]:
    for record in result.records():
        first, last, at = record.get("first_at"), record.get("last_at"), record.get("at")
        # An INIT_REPORT of success is among the lines, and no failure.
        kind = text(record, "error_type")
        if kind is None or not (isinstance(first, datetime) and isinstance(last, datetime)):
            continue
        yield Error(
            function_of(record),
            kind,
            text(record, "kind_message"),
            count(record, "lines"),
            first,
            last,
            text(record, "sample_request_id"),
            record,
            text(record, "version"),
            to_ms(at) if isinstance(at, datetime) else to_ms(first),
            count(record, "messages"),
            text(record, "sample_message"),
            count(record, "streams"),
            text(record, "sample_stream"),
            text(record, "frame"),
            count(record, "requests"),
            ids_of(record),
        )


def logged(result: Result) -> tuple[Logged, ...]:
    """Out of the probe of what is logged."""
    return tuple(_logged(result))


def _logged(result: Result) -> Iterator[Logged]:
    for record in result.records():
        at, first = record.get("at"), record.get("first_at")
        if isinstance(at, datetime) and isinstance(first, datetime):
            yield Logged(
                function_of(record),
                text(record, "version"),
                to_ms(at),
                count(record, "is_error") > 0,
                text(record, "line_pattern") or "",
                count(record, "lines"),
                count(record, "requests"),
                first,
                text(record, "sample_message") or "",
                text(record, "sample_request_id"),
                record,
            )


def volumes(result: Result) -> tuple[Volume, ...]:
    """Out of the probe of volume."""
    return tuple(
        Volume(
            function_of(record),
            text(record, "version"),
            to_ms(at),
            count(record, "lines"),
            count(record, "characters"),
            count(record, "ends"),
            count(record, "reports"),
        )
        for record in result.records()
        if isinstance(at := record.get("at"), datetime)
    )


def starts(result: Result) -> tuple[Start, ...]:
    """Out of the probe of starts, oldest first."""
    found = [
        Start(
            function_of(record),
            text(record, "version"),
            runtime,
            text(record, "runtime_arn"),
            count(record, "environments"),
            count(record, "ahead"),
            first,
            last,
            record,
        )
        for record in result.records()
        if (runtime := text(record, "runtime")) is not None
        and isinstance(first := record.get("first_at"), datetime)
        and isinstance(last := record.get("last_at"), datetime)
    ]
    return tuple(sorted(found, key=lambda start: start.first_seen))


def ids_of(record: Record) -> tuple[str, ...]:
    """The request ids that a row names, each once."""
    named = (text(record, name) for name in ("low_request_id", "sample_request_id"))
    return tuple(dict.fromkeys(name for name in named if name))


def function_of(record: Record) -> str:
    """The function that a row is about."""
    return text(record, "function") or "unknown"


def text(record: Record, name: str) -> str | None:
    """A cell as text."""
    value = record.get(name)
    return None if value is None else str(value)


def count(record: Record, name: str) -> int:
    """A cell as a whole number; 0 where it is absent."""
    value = record.get(name)
    return int(value) if isinstance(value, int | float) else 0


def number(record: Record, name: str) -> float | None:
    """A cell as a number."""
    value = record.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def summed(errors: Iterable[Error]) -> tuple[Error, ...]:
    """The same errors without bins and versions, most frequent first."""
    groups: dict[tuple[str, str, str | None], list[Error]] = {}
    for error in errors:
        groups.setdefault((error.function, error.type, error.message), []).append(error)
    merged = [_merged(rows) for rows in groups.values()]
    return tuple(sorted(merged, key=lambda error: (-error.failures, error.first_seen)))


def _merged(rows: list[Error]) -> Error:
    worst = max(rows, key=lambda row: row.failures)
    first, last = min(row.first_seen for row in rows), max(row.last_seen for row in rows)
    failures = sum(row.failures for row in rows)
    record: dict[str, Value] = {
        "function": worst.function,
        "error_type": worst.type,
        "error_message": worst.message,
        "failed": failures,
        "first_seen": first,
        "last_seen": last,
        "versions": len({row.version for row in rows if row.version is not None}),
        "sample_request_id": worst.sample_request_id,
        "sample_stream": worst.sample_stream,
        "sample_message": worst.sample_message,
        "frame": worst.frame,
    }
    samples = {row.sample_message for row in rows if row.sample_message}
    streams = {row.sample_stream for row in rows if row.sample_stream}
    return Error(
        worst.function,
        worst.type,
        worst.message,
        failures,
        first,
        last,
        worst.sample_request_id,
        record,
        worst.version,
        rows[0].start_ms,
        max(max(row.messages for row in rows), len(samples)),
        worst.sample_message,
        max(max(row.streams for row in rows), len(streams)),
        worst.sample_stream,
        worst.frame,
    )
