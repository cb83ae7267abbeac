"""Expected rows of the triage queries."""

from __future__ import annotations

from insightctl.demo.expected.reckon import (
    Expected,
    Ground,
    Reckoner,
    Row,
    Value,
    bin_of,
    durations,
    failure_counts,
    felt_init,
    grouped,
    is_crash,
    is_exception,
    is_timeout,
    percentile,
    share,
    when,
)
from insightctl.demo.features.model import Invocation, Said

COUNTS = ("timeouts", "crashes", "exceptions", "failures")
_BIN = 5
_RAISING = ("gateway", "orders", "profile")  # functions that fail by exceptions only
_TALKING = ("audit", "clicks", "gateway", "ingest", "meter", "orders", "profile")  # what ends them is no platform line


def _name(invocation: Invocation) -> str:
    return invocation.function.name


def _version_of(invocation: Invocation) -> tuple[str, str]:
    return invocation.function.name, invocation.version


def health(ground: Ground) -> Expected:
    """By function."""
    rows: list[Row] = []
    for name, found in grouped(ground.reported, _name).items():
        counts, took = failure_counts(found), durations(found)
        killed = sum(i.failure is not None and i.failure.kind == "killed" for i in found)
        throttles = sum(fact.query == "throttled-downstream" for i in found for said in i.said for fact in said.facts)
        cold = share(sum(felt_init(i) > 0 for i in found), len(found))
        tail: Row = [percentile(took, 50), percentile(took, 99), cold]
        rows.append([name, len(found), *counts, share(counts[-1], len(found)), killed, throttles, *tail])
    columns = ("error_pct", "out_of_memory", "throttles", "p50_ms", "p99_ms", "cold_pct")
    return Expected(("function", "invocations", *COUNTS, *columns), rows, "error_pct desc")


def error_rate(ground: Ground) -> Expected:
    """By function and five minutes."""
    found = grouped(ground.reported, lambda i: (bin_of(i.end_ms, _BIN), i.function.name))
    rows: list[Row] = []
    for (at_ms, name), of in sorted(found.items(), reverse=True):
        counts = failure_counts(of)
        rows.append([name, when(at_ms), len(of), *counts, share(counts[-1], len(of))])
    return Expected(("function", f"bin({_BIN}m)", "invocations", *COUNTS, "failure_pct"), rows, "bin(5m) desc")


def errors_by_version(ground: Ground) -> Expected:
    """By function and version."""
    rows: list[Row] = []
    for key, found in grouped(ground.reported, _version_of).items():
        counts = failure_counts(found)
        rows.append([*key, len(found), *counts, share(counts[-1], len(found))])
    order = "failure_pct desc, function asc, version desc"
    return Expected(("function", "version", "invocations", *COUNTS, "failure_pct"), rows, order)


def _error_type(invocation: Invocation) -> str:
    failure = invocation.failure
    return "timeout" if failure is None or failure.error is None else failure.error


def _first_trace_ms(invocation: Invocation) -> int:
    """When the first line tells of the failure: that of a failed init does so before the invocation starts."""
    inits = invocation.environment.failed_inits
    return inits[0].at_ms if inits else invocation.end_ms


def _failed(ground: Ground) -> dict[tuple[str, str], list[Invocation]]:
    failed = [i for i in ground.reported if is_timeout(i) or is_crash(i) or is_exception(i)]
    return grouped(failed, lambda i: (i.function.name, _error_type(i)))


def errors(ground: Ground) -> Expected:
    """By function and type: no function of the story has two messages of one type that is not masked."""
    failed = _failed(ground)
    everything = sum(map(len, failed.values()))
    rows: list[Row] = [
        [
            name,
            error,
            len(found),
            share(len(found), everything),
            when(min(map(_first_trace_ms, found))),
            when(max(i.end_ms for i in found)),
            len({i.version for i in found}),
            min(i.version for i in found),
            max(i.version for i in found),
        ]
        for (name, error), found in failed.items()
    ]
    columns = (
        "function",
        "error_type",
        "failed",
        "share_pct",
        "first_seen",
        "last_seen",
        "versions",
        "first_version",
        "last_version",
    )
    return Expected(columns, rows, "failed desc, first_seen asc")


def errors_with_messages(ground: Ground) -> Expected:
    """With the message: the platform tells some only in text, so these are functions that raise."""
    messages = {
        "GatewayError": "stock service answered 502",
        "KeyError": "'currency'",
        "ProfileError": "profile <id> cannot be stored",
    }
    rows: list[Row] = [
        [name, error, messages[error], len(found)]
        for (name, error), found in _failed(ground).items()
        if name in _RAISING
    ]
    return Expected(("function", "error_type", "error_message", "failed"), rows, "failed desc", functions=_RAISING)


def first_errors(ground: Ground) -> Expected:
    """By function and type, the earliest first."""
    rows: list[Row] = []
    for (name, error), found in _failed(ground).items():
        first = min(found, key=_first_trace_ms)
        last_ms = max(i.end_ms for i in found)
        rows.append([when(_first_trace_ms(first)), name, error, first.version, len(found), when(last_ms)])
    columns = ("first_seen", "function", "error_type", "first_version", "failed", "last_seen")
    return Expected(columns, sorted(rows, key=str), "first_seen asc")


def timeouts(ground: Ground) -> Expected:
    """What was cut off, with the last line before it."""
    found = sorted((i for i in ground.reported if is_timeout(i)), key=lambda i: -i.end_ms)
    rows: list[Row] = [
        [
            when(i.end_ms),
            i.function.name,
            i.version,
            i.request_id,
            i.duration / 100,
            i.function.timeout_ms,
            max(i.said, key=lambda said: said.at_ms).message,
        ]
        for i in found
    ]
    columns = ("ended", "function", "version", "request_id", "duration_ms", "limit_ms", "last_line")
    return Expected(columns, rows, "ended desc")


def out_of_memory(ground: Ground) -> Expected:
    """Killed, or at the limit."""
    rows: list[Row] = []
    for i in sorted(ground.reported, key=lambda i: -i.end_ms):
        killed = i.failure is not None and i.failure.kind == "killed"
        if killed or i.used_mb >= i.environment.memory_mb:
            size: Row = [int(killed), i.duration / 100, i.environment.memory_mb, i.used_mb]
            rows.append([when(i.end_ms), i.function.name, i.version, i.request_id, *size])
    columns = ("ended", "function", "version", "request_id", "killed", "duration_ms", "memory_mb", "max_memory_mb")
    return Expected(columns, rows, "ended desc")


def init_failures(ground: Ground) -> Expected:
    """By function, version, status and error."""
    tries = [(environment, failed) for environment in ground.story.environments for failed in environment.failed_inits]
    rows: list[Row] = []
    for key, found in grouped(
        tries, lambda t: (t[0].function.name, t[0].version, t[1].status, t[1].error or t[1].status)
    ).items():
        at = [failed.at_ms for _, failed in found]
        longest = max(failed.duration for _, failed in found) / 100
        environments = len({environment.stream for environment, _ in found})
        rows.append([*key, len(found), environments, longest, when(min(at)), when(max(at))])
    columns = ("failures", "environments", "init_max_ms", "first_seen", "last_seen")
    order = "failures desc, function asc, version desc"
    return Expected(("function", "version", "status", "error_type", *columns), rows, order)


def import_errors(ground: Ground) -> Expected:
    """By function, version, error and module."""
    tries = [
        (environment, failed)
        for environment in ground.story.environments
        for failed in environment.failed_inits
        if failed.module
    ]
    rows: list[Row] = []
    for key, found in grouped(tries, lambda t: (t[0].function.name, t[0].version, t[1].error, t[1].module)).items():
        at = [failed.at_ms for _, failed in found]
        environments = len({environment.stream for environment, _ in found})
        rows.append([*key, len(found), when(min(at)), when(max(at)), environments])
    columns = ("function", "version", "error_type", "module", "lines", "first_seen", "last_seen", "environments")
    return Expected(columns, rows, "lines desc, first_seen asc")


def crashes(ground: Ground) -> Expected:
    """By function, version and how the runtime ended."""
    ended = [i for i in ground.reported if i.failure is not None and i.failure.kind in ("exit", "killed")]
    rows: list[Row] = []
    for key, found in grouped(ended, lambda i: (*_version_of(i), i.failure.message if i.failure else "")).items():
        at = [i.end_ms for i in found]
        rows.append([*key, len(found), when(min(at)), when(max(at))])
    columns = ("function", "version", "cause", "crashes", "first_seen", "last_seen")
    return Expected(columns, rows, "crashes desc, first_seen asc")


def log_levels(ground: Ground) -> Expected:
    """By level and five minutes, of functions whose application lines are told apart from the platform's in each form."""
    lines = [event for event in ground.events if event.function in _TALKING and not event.platform]
    found = grouped(lines, lambda event: (bin_of(event.at_ms, _BIN), event.level or "NONE"))
    rows: list[Row] = [[level, when(at_ms), len(of)] for (at_ms, level), of in sorted(found.items(), reverse=True)]
    return Expected(("level", f"bin({_BIN}m)", "lines"), rows, "bin(5m) desc", functions=_TALKING)


def silent_failures(ground: Ground) -> Expected:
    """Success with an ERROR line."""
    rows: list[Row] = []
    for i in sorted(ground.reported, key=lambda i: -i.end_ms):
        said = [line for line in i.said if line.level == "ERROR"]
        if said and i.failure is None:
            rows.append([when(i.end_ms), i.function.name, i.version, i.request_id, len(said), said[0].message])
    columns = ("ended", "function", "version", "request_id", "error_lines", "first_error")
    return Expected(columns, rows, "ended desc")


def missing_reports(ground: Ground) -> Expected:
    """Started, and no more heard of."""
    lost = sorted((i for i in ground.story.invocations if not i.reported), key=lambda i: -i.start_ms)
    rows: list[Row] = [
        [when(i.start_ms), i.function.name, i.version, i.request_id, 1, 0, i.environment.stream] for i in lost
    ]
    columns = ("started", "function", "version", "request_id", "starts", "reports", "@logStream")
    return Expected(columns, rows, "started desc")


def lines_about(query: str, *columns: str) -> Reckoner:
    """A reckoner for lines that carry facts of a query: count, first and last seen, versions."""

    def reckon(ground: Ground) -> Expected:
        told: list[tuple[Invocation, Said, tuple[Value, ...]]] = [
            (i, said, fact.values)
            for i in ground.story.invocations
            for said in i.said
            for fact in said.facts
            if fact.query == query
        ]

        def key(t: tuple[Invocation, Said, tuple[Value, ...]]) -> tuple[Value, ...]:
            return t[0].function.name, *t[2]

        rows: list[Row] = []
        for group, found in grouped(told, key).items():
            at = [said.at_ms for _, said, _ in found]
            versions = len({i.version for i, _, _ in found})
            rows.append([*group, len(found), when(min(at)), when(max(at)), versions])
        names = ("function", *columns, "lines", "first_seen", "last_seen", "versions")
        return Expected(names, rows, "lines desc, first_seen asc")

    return reckon


TRIAGE: dict[str, Reckoner] = {
    "health": health,
    "errors": errors,
    "errors/messages": errors_with_messages,
    "errors-by-version": errors_by_version,
    "error-rate": error_rate,
    "timeouts": timeouts,
    "out-of-memory": out_of_memory,
    "init-failures": init_failures,
    "crashes": crashes,
    "first-errors": first_errors,
    "log-levels": log_levels,
    "import-errors": import_errors,
    "permission-errors": lines_about("permission-errors", "action", "resource", "error_code"),
    "network-errors": lines_about("network-errors", "kind", "target"),
    "throttled-downstream": lines_about("throttled-downstream", "error_code", "operation"),
    "silent-failures": silent_failures,
    "missing-reports": missing_reports,
}
"""By name of the query; what follows a slash tells two questions to one query apart."""
