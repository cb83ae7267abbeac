"""Expected rows of the queries about usage, memory and cost."""

from __future__ import annotations

from insightctl.demo.expected.reckon import (
    Expected,
    Ground,
    Reckoner,
    Row,
    bin_of,
    durations,
    grouped,
    percentile,
    share,
    when,
)
from insightctl.demo.features.model import Invocation

_BIN = 5
_PRICES = {"gb_second_usd": "2", "request_usd": "0.5"}
"""Round figures: with list prices four decimals of a USD would say little of so few invocations."""
_TALKING = ("audit", "clicks", "gateway", "ingest", "meter", "orders", "profile")


def _version_of(invocation: Invocation) -> tuple[str, str]:
    return invocation.function.name, invocation.version


def _gb_s(invocation: Invocation) -> float:
    return invocation.environment.memory_mb / 1024 * invocation.billed_ms / 1000


def _mean(values: list[int]) -> float:
    return round(sum(values) / len(values) / 100, 4)


def invocations(ground: Ground) -> Expected:
    """By function and five minutes; cold starts left to the latency queries."""
    found = grouped(ground.reported, lambda i: (bin_of(i.end_ms, _BIN), i.function.name))
    rows: list[Row] = [
        [name, when(at_ms), len(of), len({i.environment.stream for i in of}), _mean(durations(of))]
        for (at_ms, name), of in sorted(found.items(), reverse=True)
    ]
    return Expected(("function", f"bin({_BIN}m)", "invocations", "environments", "avg_ms"), rows, "bin(5m) desc")


def traffic_by_version(ground: Ground) -> Expected:
    """By function, version and five minutes, with the share of the function's invocations."""
    whole = grouped(ground.reported, lambda i: (bin_of(i.end_ms, _BIN), i.function.name))
    found = grouped(ground.reported, lambda i: (bin_of(i.end_ms, _BIN), *_version_of(i)))
    rows: list[Row] = [
        [when(at_ms), name, version, len(of), share(len(of), len(whole[at_ms, name]))]
        for (at_ms, name, version), of in sorted(found.items(), reverse=True)
    ]
    columns = ("bucket", "function", "version", "invocations", "share_pct")
    return Expected(columns, rows, "bucket desc, function asc, version desc")


def busiest(ground: Ground) -> Expected:
    """By function."""
    rows: list[Row] = []
    for name, found in grouped(ground.reported, lambda i: i.function.name).items():
        gb_s = round(sum(map(_gb_s, found)), 4)
        environments, versions = ({i.environment.stream for i in found}, {i.version for i in found})
        billed_s = round(sum(i.billed_ms for i in found) / 1000, 4)
        rows.append([name, len(found), gb_s, billed_s, _mean(durations(found)), len(environments), len(versions)])
    columns = ("function", "invocations", "gb_s", "billed_s", "avg_ms", "environments", "versions")
    return Expected(columns, rows, "gb_s desc")


def concurrency(ground: Ground) -> Expected:
    """By function and minute: the most that ran at once; of what starts ahead of need REPORT says too early a begin."""
    functions = tuple(name for name in ground.story.functions if name != "pricing")
    rows: list[Row] = []
    for name in functions:
        edges: list[tuple[int, int]] = []
        for i in ground.reported:
            if i.function.name == name:
                began = (i.end_ms * 100 - i.duration - i.init - i.restore) // 100
                edges += [(began, 1), (i.end_ms, -1)]
        running, peaks = 0, dict[int, int]()
        for at_ms, step in sorted(edges):
            minute = bin_of(at_ms, 1)
            before, running = running, running + step
            peaks[minute] = max(peaks.get(minute, 0), before, running)
        rows += [[when(minute), name, peak] for minute, peak in peaks.items()]
    return Expected(("bucket", "function", "peak"), rows, "peak desc", {"top": "10000"}, functions)


def memory(ground: Ground) -> Expected:
    """By function, version and size."""
    rows: list[Row] = []
    for key, found in grouped(ground.reported, lambda i: (*_version_of(i), i.environment.memory_mb)).items():
        used = [i.used_mb * 100 for i in found]
        top, size = max(used) // 100, key[2]
        of: Row = [percentile(used, 50), percentile(used, 99), top, share(size - top, size), size - top]
        rows.append([*key, len(found), *of])
    columns = ("used_p50_mb", "used_p99_mb", "used_max_mb", "head_room_pct", "over_provisioned_mb")
    order = "head_room_pct asc, function asc, version desc"
    return Expected(("function", "version", "memory_mb", "invocations", *columns), rows, order)


def memory_leak(ground: Ground) -> Expected:
    """By function, version and age of the environment in steps of ten minutes."""
    by_stream = grouped(ground.reported, lambda i: i.environment.stream)
    points: list[tuple[tuple[str, str, int], int, int, int, float]] = []
    for found in by_stream.values():
        bins = grouped(found, lambda i: bin_of(i.end_ms, 10))
        used = {at_ms: max(i.used_mb for i in of) for at_ms, of in bins.items()}
        for at_ms, of in bins.items():
            age_min = (at_ms - min(bins)) // 60_000
            grown_mb, size = used[at_ms] - min(used.values()), found[0].environment.memory_mb
            points.append(((*_version_of(found[0]), age_min), len(of), used[at_ms], grown_mb, used[at_ms] / size))
    rows: list[Row] = []
    for key, at_age in grouped(points, lambda point: point[0]).items():
        used_mb = [point[2] * 100 for point in at_age]
        growth = round(sum(point[3] for point in at_age) / len(at_age), 4)
        full = round(100 * max(point[4] for point in at_age), 4)
        served = sum(point[1] for point in at_age)
        rows.append([*key, len(at_age), served, percentile(used_mb, 50), max(used_mb) // 100, growth, full])
    columns = ("environments", "invocations", "used_p50_mb", "used_max_mb", "growth_avg_mb", "used_max_pct")
    order = "function asc, version desc, age_min asc"
    return Expected(("function", "version", "age_min", *columns), rows, order)


def right_size(ground: Ground) -> Expected:
    """By function and size: what keeps the best p99 within a tenth."""
    sizes = grouped(ground.reported, lambda i: (i.function.name, i.environment.memory_mb))
    p99 = {key: percentile(durations(found), 99) or 0 for key, found in sizes.items()}
    rows: list[Row] = []
    for key, found in sizes.items():
        best = min(of for (name, _), of in p99.items() if name == key[0])
        billed = sum(i.billed_ms for i in found) / len(found)
        usd = 1_000_000 * (0.5 + key[1] / 1024 * billed / 1000 * 2)
        keeps = int(p99[key] <= best * 1.1)
        took: Row = [percentile(durations(found), 50), p99[key], round(billed, 4)]
        rows.append([*key, keeps, round(usd, 4), *took, max(i.used_mb for i in found), len(found)])
    columns = ("keeps_p99", "usd_per_million", "p50_ms", "p99_ms", "billed_avg_ms", "used_max_mb", "invocations")
    order = "function asc, keeps_p99 desc, usd_per_million asc"
    return Expected(("function", "memory_mb", *columns), rows, order, _PRICES)


def cost(ground: Ground) -> Expected:
    """By function and version, with round prices."""
    rows: list[Row] = []
    for key, found in grouped(ground.reported, _version_of).items():
        gb_s = sum(map(_gb_s, found))
        start_up = sum(i.environment.memory_mb / 1024 * (i.billed_ms - -(-i.duration // 100)) / 1000 for i in found)
        requests = len(found) * 0.5
        usd: Row = [start_up * 2, share(start_up, gb_s), requests, gb_s * 2, gb_s, gb_s * 2 + requests, gb_s + requests]
        rows.append([*key, len(found), gb_s, *usd])
    columns = (
        "invocations",
        "gb_s",
        "init_x86_usd",
        "init_pct",
        "requests_usd",
        "compute_x86_usd",
        "compute_arm64_usd",
    )
    totals = ("total_x86_usd", "total_arm64_usd")
    order = "total_x86_usd desc, function asc, version desc"
    params = {**_PRICES, "arm64_gb_second_usd": "1"}
    return Expected(("function", "version", *columns, *totals), rows, order, params)


def wasted(ground: Ground) -> Expected:
    """By function and version: the failed attempts; no request succeeds twice in this story."""
    rows: list[Row] = []
    for key, found in grouped(ground.reported, _version_of).items():
        lost = [i for i in found if i.failure is not None]
        whole, wasted_usd = (sum(_gb_s(i) * 2 + 0.5 for i in of) for of in (found, lost))
        rows.append([*key, len(found), len(lost), 0, whole, wasted_usd, 0, wasted_usd, share(wasted_usd, whole)])
    columns = (
        "invocations",
        "failed",
        "repeated",
        "total_usd",
        "failed_usd",
        "repeated_usd",
        "wasted_usd",
        "wasted_pct",
    )
    order = "wasted_usd desc, function asc, version desc"
    return Expected(("function", "version", *columns), rows, order, _PRICES)


def log_volume(ground: Ground) -> Expected:
    """By function, source and level, of functions whose lines all forms tell apart alike."""
    lines = [event for event in ground.events if event.function in _TALKING]
    rows: list[Row] = []
    found = grouped(lines, lambda e: (e.function, "platform" if e.platform else "application", e.level or None))
    for key, of in found.items():
        sizes = [len(event.message.encode()) for event in of]
        rows.append([*key, len(of), sum(sizes) / 1e6, sum(sizes) / len(sizes), max(sizes)])
    columns = ("function", "source", "log_level", "lines", "mb", "avg_bytes", "max_bytes")
    return Expected(columns, rows, "mb desc, lines desc", functions=_TALKING)


def chatty(ground: Ground) -> Expected:
    """The one pattern that audit writes six times an invocation."""
    lines = [e for e in ground.events if e.function == "audit" and "cache lookup" in e.message]
    size = sum(len(event.message.encode()) for event in lines) / 1e6
    row: Row = ["audit", "DEBUG", len(lines), size]
    return Expected(("function", "level", "lines", "mb"), [row], "mb desc", {"top": "1"}, ("audit",))


USAGE: dict[str, Reckoner] = {
    "invocations": invocations,
    "traffic-by-version": traffic_by_version,
    "busiest": busiest,
    "concurrency": concurrency,
    "memory": memory,
    "memory-leak": memory_leak,
    "right-size": right_size,
    "cost": cost,
    "wasted": wasted,
    "log-volume": log_volume,
    "chatty": chatty,
}
