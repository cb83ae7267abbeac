"""Expected rows of the queries about what changed, and of those about one place in the logs."""

from __future__ import annotations

from itertools import pairwise

from insightctl.demo.expected.reckon import (
    Expected,
    Ground,
    Reckoner,
    Row,
    bin_of,
    durations,
    failure_counts,
    grouped,
    percentile,
    share,
    when,
)
from insightctl.demo.features.model import Event, Invocation

_BIN = 5


def _version_of(invocation: Invocation) -> tuple[str, str]:
    return invocation.function.name, invocation.version


def deployments(ground: Ground) -> Expected:
    """By function and version, with the version before."""
    found = grouped(ground.reported, _version_of)
    first = {key: min(i.start_ms for i in of) for key, of in found.items()}
    before: dict[tuple[str, str], str | None] = {}
    for name, keys in grouped(sorted(found, key=lambda key: first[key]), lambda key: key[0]).items():
        before[keys[0]] = None
        before |= {(name, b[1]): a[1] for a, b in pairwise(keys)}
    rows: list[Row] = []
    for key, of in found.items():
        counts = failure_counts(of)
        p99 = percentile(durations(of), 99)
        rows.append([*key, when(first[key]), len(of), *counts, share(counts[-1], len(of)), p99, before[key]])
    columns = (
        "invocations",
        "timeouts",
        "crashes",
        "exceptions",
        "failures",
        "failure_pct",
        "p99_ms",
        "version_before",
    )
    return Expected(("function", "version", "first_seen", *columns), rows, "first_seen desc")


def runtime_updates(ground: Ground) -> Expected:
    """By function and runtime version, with the one before."""
    found = grouped(ground.story.environments, lambda e: (e.function.name, e.runtime))
    rows: list[Row] = []
    for (name, runtime), of in found.items():
        keys = [key for key in found if key[0] == name]
        keys.sort(key=lambda key: min(e.begun_ms for e in found[key]))
        place = keys.index((name, runtime))
        begun = [e.begun_ms for e in of]
        before = keys[place - 1][1] if place else None
        versions = len({e.version for e in of})
        rows.append([when(min(begun)), name, runtime, before, when(max(begun)), len(of), versions])
    columns = ("first_seen", "function", "runtime", "runtime_before", "last_seen", "environments", "versions")
    return Expected(columns, rows, "first_seen desc, function asc")


def version_overlap(ground: Ground) -> Expected:
    """By function and five minutes in which more than one version reports."""
    rows: list[Row] = []
    found = grouped(ground.reported, lambda i: (bin_of(i.end_ms, _BIN), i.function.name))
    for (at_ms, name), of in sorted(found.items(), reverse=True):
        versions = sorted({i.version for i in of}, key=int)
        if len(versions) > 1:
            newest = share(sum(i.version == versions[-1] for i in of), len(of))
            rows.append([when(at_ms), name, len(versions), versions[0], versions[-1], len(of), newest])
    columns = ("bucket", "function", "versions", "oldest_version", "newest_version", "invocations", "newest_pct")
    return Expected(columns, rows, "bucket desc, function asc")


def env_recycling(ground: Ground) -> Expected:
    """One row an environment: its begin, its last use, what it served."""
    reports = grouped(ground.reported, lambda i: i.environment.stream)
    rows: list[tuple[int, Row]] = []
    for environment in ground.story.environments:
        served = reports.get(environment.stream, [])
        if not served:
            continue  # what has served nothing is told by missing-reports
        last_ms = max(i.end_ms for i in served)
        age_min = round((last_ms - environment.begun_ms) / 60_000, 4)
        inits = sum(1 for i in served if i.init or i.restore)
        head: Row = [environment.function.name, environment.version, environment.stream]
        rows.append((last_ms, [*head, when(environment.begun_ms), when(last_ms), age_min, len(served), inits]))
    rows.sort(key=lambda row: -row[0])
    columns = ("function", "version", "@logStream", "first_used", "last_used", "age_min", "requests", "inits")
    lost = {i.function.name for i in ground.story.invocations if not i.reported}
    functions = tuple(name for name in ground.story.functions if name not in lost)
    chosen = [row for _, row in rows if row[0] in functions]
    return Expected(columns, chosen, "last_used desc", {"top": "1000"}, functions)


def _lines(found: list[Event]) -> list[Row]:
    return [[when(e.at_ms), e.function, e.version, e.request_id] for e in found]


_PLACE = ("@timestamp", "function", "version", "request_id")


def request(ground: Ground) -> Expected:
    """All lines of one request."""
    params = ground.story.notes["request"]
    lines = [event for event in ground.events if event.request_id == params["request_id"]]
    return Expected(_PLACE, _lines(lines), "@timestamp asc", {"id": params["request_id"]})


def trace(ground: Ground) -> Expected:
    """All lines of the one request of a trace."""
    trace_id = ground.story.notes["trace"]["trace_id"]
    requests = {i.request_id for i in ground.story.invocations if i.trace_id == trace_id}
    lines = [event for event in ground.events if event.request_id in requests]
    return Expected(_PLACE, _lines(lines), "@timestamp asc", {"id": trace_id})


def correlation(ground: Ground) -> Expected:
    """All lines of the requests that name a correlation id: its order was handled three times."""
    wanted = ground.story.notes["correlation"]["id"]
    requests = {
        i.request_id for i in ground.story.invocations if any(s.fields.get("correlation_id") == wanted for s in i.said)
    }
    lines = [event for event in ground.events if event.request_id in requests]
    return Expected(_PLACE, _lines(lines), "@timestamp asc", {"id": wanted, "field": "correlation_id"})


def around(ground: Ground) -> Expected:
    """Half a minute before and after the half hour."""
    middle = ground.story.start_ms + 1_800_000
    lines = [event for event in ground.events if abs(event.at_ms - middle) <= 30_000]
    rows: list[Row] = [[when(e.at_ms), (e.at_ms - middle) / 1000, e.function, e.version, e.stream] for e in lines]
    columns = ("@timestamp", "offset_s", "function", "version", "@logStream")
    return Expected(columns, rows, "@timestamp asc", {"at": when(middle)})


def search(ground: Ground) -> Expected:
    """A text that two orders in a row have in their error lines."""
    lines = [event for event in ground.events if "coupon service" in event.message]
    at = [event.at_ms for event in lines]
    requests = len({event.request_id for event in lines})
    row: Row = ["orders", "ERROR", len(lines), requests, when(min(at)), when(max(at))]
    columns = ("function", "level", "lines", "requests", "first_seen", "last_seen")
    return Expected(columns, [row], "lines desc", {"text": "coupon service"})


def tail_of(ground: Ground) -> Expected:
    """The two lines before each exception of orders, and its own."""
    failed = [i for i in ground.reported if i.function.name == "orders" and i.failure is not None]
    rows: list[Row] = []
    for i in failed:
        stream = i.environment.stream
        lines = [event for event in ground.events if event.stream == stream and not event.platform]
        place = max(n for n, event in enumerate(lines) if event.at_ms <= i.end_ms)
        for before, event in enumerate(reversed(lines[max(0, place - 2) : place + 1])):
            rows.append([when(i.end_ms), event.function, event.version, before, when(event.at_ms), event.level])
    columns = ("failed_at", "function", "version", "lines_before", "@timestamp", "level")
    return Expected(columns, rows, "failed_at desc", {"before": "2"}, ("orders",))


CHANGES: dict[str, Reckoner] = {
    "deployments": deployments,
    "runtime-updates": runtime_updates,
    "version-overlap": version_overlap,
    "env-recycling": env_recycling,
    "request": request,
    "trace": trace,
    "correlation": correlation,
    "around": around,
    "search": search,
    "tail-of": tail_of,
}
