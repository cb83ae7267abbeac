"""Reports and failure lines put together: how many invocations of each version failed in each bin.

A failure may leave two traces, a status on its report and a line of the runtime; where there are both, they count once.
The sums are those of `queries/_views/failure_counts.ql`, so triage and the curated queries give the same numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from insightctl.core.result import Result, Value
from insightctl.core.time import from_ms, to_ms
from insightctl.triage import facts
from insightctl.triage.facts import Bin, Error, Record, Version
from insightctl.triage.proportions import Share

_Key = tuple[str, str | None, int]
_STATUSES = (("timeout", "timeouts"), ("Runtime.OutOfMemory", "killed"), ("Runtime.ExitError", "exit"))


def bins(reports: Result, failures: Result | None) -> tuple[Bin, ...]:
    """One a function, version and bin, oldest first."""
    lines: dict[_Key, list[Record]] = defaultdict(list)
    for record in failures.records() if failures else ():
        if (key := _key(record)) is not None:
            lines[key].append(record)
    reported = {key: record for record in reports.records() if (key := _key(record)) is not None}
    found = [_bin(key, reported.get(key, {}), lines.get(key, ())) for key in reported.keys() | lines.keys()]
    return tuple(sorted(found, key=lambda bin: (bin.start_ms, bin.function, bin.version or "")))


def _key(record: Record) -> _Key | None:
    at = record.get("at")
    return (facts.function_of(record), facts.text(record, "version"), to_ms(at)) if isinstance(at, datetime) else None


def _bin(key: _Key, report: Record, lines: Sequence[Record]) -> Bin:
    function, version, start_ms = key
    invocations = facts.count(report, "invocations")
    timeouts, kills, failures = _failed(report, lines)
    share = Share(min(failures, invocations) if invocations else 0, invocations)
    record: dict[str, Value] = {
        "function": function,
        "version": version,
        "at": from_ms(start_ms),
        "invocations": invocations,
        "failures": failures,
        "failure_pct": round(share.pct, 4),
        "timeouts": timeouts,
        "out_of_memory": kills,
        **{name: report.get(name) for name in ("p50_ms", "p90_ms", "p99_ms", "cold_starts", "init_p50_ms")},
        **{name: report.get(name) for name in ("used_p50_mb", "used_max_mb", "memory_max_mb", "environments")},
    }
    first, last = facts.number(report, "first_ms"), facts.number(report, "last_ms")
    return Bin(
        function,
        version,
        start_ms,
        share,
        record,
        facts.count(report, "requests"),
        timeouts,
        kills,
        facts.number(report, "p50_ms"),
        facts.number(report, "p90_ms"),
        facts.number(report, "p99_ms"),
        facts.count(report, "cold_starts"),
        facts.number(report, "init_p50_ms"),
        facts.number(report, "used_p50_mb"),
        facts.number(report, "used_max_mb"),
        facts.number(report, "memory_max_mb"),
        facts.count(report, "environments"),
        None if first is None else int(first),
        None if last is None else int(last),
        tuple(stream for name in ("low_stream", "high_stream") if (stream := facts.text(report, name)) is not None),
        facts.number(report, "memory_min_mb"),
    )


def _failed(report: Record, lines: Sequence[Record]) -> tuple[int, int, int]:
    """Timeouts, kills for lack of memory, and all failures of a bin."""

    def of_lines(name: str) -> int:
        return sum(facts.count(line, name) for line in lines)

    def of_report(name: str) -> int:
        return facts.count(report, name)

    killed, exited, runtime = of_report("text_killed"), of_report("text_exit"), of_report("text_runtime")
    crash_lines, killed_lines, python_inits = (
        of_lines("crash_lines"),
        of_lines("killed_lines"),
        of_lines("python_inits"),
    )
    timeouts = max(of_report("text_timeouts"), of_lines("timeout_lines")) + of_report("json_timeouts")
    crashes = max(killed + exited, crash_lines, killed + crash_lines - killed_lines)
    inits = max(runtime - killed - exited, of_lines("inits_failed"), python_inits - of_lines("inits_tried"))
    raised = of_lines("python_lines") - python_inits + of_lines("other_lines")
    exceptions = max(of_report("text_errors") - runtime, raised) + of_report("json_errors")
    return timeouts, max(killed, killed_lines) + of_report("json_killed"), timeouts + crashes + inits + exceptions


def by_status(reports: Result, lines: Sequence[Error]) -> tuple[Error, ...]:
    """Errors that only a report's status tells: timeouts and kills in JSON logs leave no line of their own."""
    told = {(error.function, error.version, error.start_ms, error.type) for error in lines}
    found = []
    for record in reports.records():
        key = _key(record)
        if key is None:
            continue
        for kind, column in _STATUSES:
            failed = facts.count(record, f"text_{column}") + facts.count(record, f"json_{column}")
            if failed and (*key, kind) not in told:
                found.append(_by_status(key, kind, failed, record))
        ended_by = facts.text(record, "platform_type")
        if ended_by and (*key, ended_by) not in told:
            found.append(_by_status(key, ended_by, facts.count(record, "platform_errors"), record))
    return tuple(found)


def _by_status(key: _Key, kind: str, failed: int, record: Record) -> Error:
    function, version, start_ms = key
    first, last = facts.number(record, "first_failed_ms"), facts.number(record, "last_failed_ms")
    return Error(
        function,
        kind,
        None,
        failed,
        from_ms(int(first or start_ms)),
        from_ms(int(last or start_ms)),
        facts.text(record, "sample_request_id"),
        record,
        version,
        start_ms,
        0,
        None,
        facts.count(record, "failed_streams"),
        facts.text(record, "failed_stream"),
        request_ids=facts.ids_of(record),
    )


def versions(bins: Iterable[Bin]) -> tuple[Version, ...]:
    """The lives of versions, from the first invocation's start to the last one's end; p99 is that of the usual bin."""
    groups: dict[tuple[str, str | None], list[Bin]] = defaultdict(list)
    for bin in bins:
        groups[bin.function, bin.version].append(bin)
    found = [_version(rows) for rows in groups.values() if any(row.first_ms is not None for row in rows)]
    return tuple(sorted(found, key=lambda version: (version.function, version.first_seen, version.name or "")))


def _version(rows: Sequence[Bin]) -> Version:
    first = from_ms(min(row.first_ms for row in rows if row.first_ms is not None))
    last = from_ms(max(row.last_ms for row in rows if row.last_ms is not None))
    share = Share(sum(row.share.failures for row in rows), sum(row.share.invocations for row in rows))
    slow = middle([(row.p99_ms, row.share.invocations) for row in rows if row.p99_ms is not None])
    timeouts = sum(row.timeouts for row in rows)
    record: dict[str, Value] = {
        "function": rows[0].function,
        "version": rows[0].version,
        "first_seen": first,
        "last_seen": last,
        "invocations": share.invocations,
        "failures": share.failures,
        "timeouts": timeouts,
        "failure_pct": round(share.pct, 4),
        "p99_ms": slow,
    }
    return Version(rows[0].function, rows[0].version, first, last, share, timeouts, slow, record)


def middle(weighted: Iterable[tuple[float, int]]) -> float | None:
    """The weighted median; None of nothing."""
    ordered = sorted(weighted)
    half, run = sum(weight for _, weight in ordered) / 2, 0
    for value, weight in ordered:
        run += weight
        if run >= half:
            return value
    return None
