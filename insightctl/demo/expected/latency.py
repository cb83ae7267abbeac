"""Expected rows of the latency queries."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from insightctl.demo.expected.reckon import (
    Expected,
    Ground,
    Reckoner,
    Row,
    bin_of,
    durations,
    felt_init,
    grouped,
    most,
    percentile,
    share,
    when,
)
from insightctl.demo.features.model import Environment, Invocation

_BIN = 5
_START = {(False, False): "warm", (True, False): "cold", (False, True): "restored"}


def _starts(invocations: Sequence[Invocation]) -> Row:
    inits = [felt_init(invocation) for invocation in invocations if felt_init(invocation)]
    restores = sum(invocation.restore > 0 for invocation in invocations)
    of_inits = [percentile(inits, 50), percentile(inits, 90), percentile(inits, 99), most(inits)]
    return [len(invocations), len(inits), share(len(inits), len(invocations)), restores, *of_inits]


_STARTS = (
    "invocations",
    "cold_starts",
    "cold_pct",
    "restores",
    "init_p50_ms",
    "init_p90_ms",
    "init_p99_ms",
    "init_max_ms",
)


def _version_of(invocation: Invocation) -> tuple[str, str]:
    return invocation.function.name, invocation.version


def coldstarts(ground: Ground) -> Expected:
    """By five minutes."""
    bins = grouped(ground.reported, lambda invocation: bin_of(invocation.end_ms, _BIN))
    rows = [[when(at_ms), *_starts(bins[at_ms])] for at_ms in sorted(bins, reverse=True)]
    return Expected((f"bin({_BIN}m)", *_STARTS), rows, "bin(5m) desc")


def coldstarts_by_version(ground: Ground) -> Expected:
    """By function and version."""
    by_version = grouped(ground.reported, _version_of)
    rows = [[*key, *_starts(found)] for key, found in by_version.items()]
    return Expected(("function", "version", *_STARTS), rows, "function asc, version desc")


def coldstarts_by_runtime(ground: Ground) -> Expected:
    """By function and runtime version; what was started ahead of need is no cold start."""
    by_environment = grouped(ground.reported, lambda invocation: invocation.environment.stream)
    pairs = [(environment, by_environment.get(environment.stream, [])) for environment in ground.story.environments]
    rows: list[Row] = []
    for (function, runtime), of in grouped(pairs, lambda pair: (pair[0].function.name, pair[0].runtime)).items():
        invocations = [invocation for _, found in of for invocation in found]
        felt = [i.init for i in invocations if i.init and i.environment.kind != "provisioned-concurrency"]
        mean = round(sum(felt) / len(felt) / 100, 4) if felt else None
        rows.append(
            [
                function,
                runtime,
                len(invocations),
                len(felt),
                mean,
                percentile(felt, 50),
                percentile(felt, 90),
                most(felt),
                sum(invocation.restore > 0 for invocation in invocations),
                when(min(environment.begun_ms for environment, _ in of)),
            ]
        )
    columns = ("invocations", "cold_starts", "init_avg_ms", "init_p50_ms", "init_p90_ms", "init_max_ms", "restores")
    return Expected(("function", "runtime", *columns, "first_seen"), rows, "function asc, first_seen asc")


def coldstart_cost(ground: Ground) -> Expected:
    """By function and version."""
    rows: list[Row] = []
    for key, found in grouped(ground.reported, _version_of).items():
        start_up = sum(felt_init(i) + i.restore for i in found)
        handler = sum(durations(found))
        billed = sum(i.billed_ms for i in found)
        billed_start_up = sum(i.billed_ms - -(-i.duration // 100) for i in found if i.init or i.restore)
        rows.append(
            [
                *key,
                len(found),
                sum(1 for i in found if felt_init(i) or i.restore),
                start_up / 100,
                handler / 100,
                share(start_up, start_up + handler),
                billed,
                billed_start_up,
                share(billed_start_up, billed),
            ]
        )
    columns = ("invocations", "cold_starts", "init_total_ms", "handler_total_ms", "init_pct_of_wait")
    billing = ("billed_total_ms", "init_billed_ms", "init_pct_of_billed")
    return Expected(("function", "version", *columns, *billing), rows, "init_pct_of_wait desc")


def coldstart_timeline(ground: Ground) -> Expected:
    """By minute; only JSON tells provisioned concurrency, so `pricing` is left out elsewhere."""
    ahead = () if ground.form == "json" else ("pricing",)
    functions = tuple(name for name in ground.story.functions if name not in ahead)

    def key(environment: Environment) -> tuple[int, str, str]:
        return bin_of(environment.begun_ms, 1), environment.function.name, environment.version

    found = grouped((e for e in ground.story.environments if e.function.name in functions), key)
    rows: list[Row] = [
        [
            name,
            version,
            when(at_ms),
            sum(e.kind != "provisioned-concurrency" for e in of),
            sum(e.kind == "snap-start" for e in of),
            sum(e.kind == "provisioned-concurrency" for e in of),
        ]
        for (at_ms, name, version), of in sorted(found.items(), reverse=True)
    ]
    columns = ("function", "version", "bin(1m)", "environments", "restored", "provisioned")
    return Expected(columns, rows, "bin(1m) desc", functions=functions)


def restores(ground: Ground) -> Expected:
    """By five minutes, of the function with SnapStart."""
    found = [invocation for invocation in ground.reported if invocation.function.name == "catalog"]
    rows: list[Row] = []
    bins = grouped(found, lambda invocation: bin_of(invocation.end_ms, _BIN))
    for at_ms in sorted(bins, reverse=True):
        took = [invocation.restore for invocation in bins[at_ms] if invocation.restore]
        of = [percentile(took, 50), percentile(took, 90), percentile(took, 99), most(took)]
        rows.append([when(at_ms), len(bins[at_ms]), len(took), share(len(took), len(bins[at_ms])), *of, 0])
    columns = ("invocations", "restores", "restore_pct", "restore_p50_ms", "restore_p90_ms", "restore_p99_ms")
    last = ("restore_max_ms", "failed_restores")
    return Expected((f"bin({_BIN}m)", *columns, *last), rows, "bin(5m) desc", functions=("catalog",))


def p99_duration(ground: Ground) -> Expected:
    """By five minutes, everything."""
    bins = grouped(ground.reported, lambda invocation: bin_of(invocation.end_ms, _BIN))
    rows: list[Row] = []
    for at_ms in sorted(bins, reverse=True):
        took = durations(bins[at_ms])
        rows.append([when(at_ms), len(took), *(percentile(took, p) for p in (50, 90, 95, 99, 99.9)), most(took)])
    columns = ("invocations", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "p999_ms", "max_ms")
    return Expected((f"bin({_BIN}m)", *columns), rows, "bin(5m) desc")


def duration_by_version(ground: Ground) -> Expected:
    """By function and version."""
    rows: list[Row] = []
    for key, found in grouped(ground.reported, _version_of).items():
        took = durations(found)
        mean = round(sum(took) / len(took) / 100, 4)
        rows.append([*key, len(took), mean, *(percentile(took, p) for p in (50, 90, 99)), most(took)])
    columns = ("invocations", "avg_ms", "p50_ms", "p90_ms", "p99_ms", "max_ms")
    return Expected(("function", "version", *columns), rows, "function asc, version desc")


def duration_histogram(ground: Ground) -> Expected:
    """Powers of two from 1 ms on."""
    edges = [2**power for power in range(21)]
    took = [max(duration / 100, 1) for duration in durations(ground.reported)]
    counts = [(low, high, sum(low <= ms < high for ms in took)) for low, high in pairwise(edges)]
    return Expected(("from_ms", "to_ms", "invocations"), [list(c) for c in counts if c[2]], "from_ms asc")


def slowest(ground: Ground) -> Expected:
    """The ten slowest."""
    found = sorted(ground.reported, key=lambda i: (-i.duration, i.end_ms))[:10]
    rows: list[Row] = [
        [
            when(i.end_ms),
            i.function.name,
            i.version,
            i.request_id,
            i.duration / 100,
            _START[i.init > 0, i.restore > 0],
            i.init / 100 or None,
            i.restore / 100 or None,
            i.environment.memory_mb,
            i.used_mb,
            i.environment.stream,
        ]
        for i in found
    ]
    columns = ("@timestamp", "function", "version", "request_id", "duration_ms", "start", "init_ms", "restore_ms")
    last = ("memory_mb", "max_memory_mb", "@logStream")
    return Expected((*columns, *last), rows, "duration_ms desc, @timestamp asc", {"top": "10"})


def duration_cold_vs_warm(ground: Ground) -> Expected:
    """By function and kind of start; `pricing` has a third kind, ahead of need, and is left out."""
    functions = tuple(name for name in ground.story.functions if name != "pricing")
    found = grouped(
        (i for i in ground.reported if i.function.name in functions),
        lambda i: (i.function.name, _START[i.init > 0, i.restore > 0]),
    )
    rows: list[Row] = []
    for key, of in found.items():
        took, felt = durations(of), [i.duration + i.init + i.restore for i in of]
        handler = [percentile(took, p) for p in (50, 90, 99)]
        rows.append([*key, len(of), *handler, percentile(felt, 50), percentile(felt, 99)])
    columns = ("invocations", "p50_ms", "p90_ms", "p99_ms", "felt_p50_ms", "felt_p99_ms")
    return Expected(("function", "start", *columns), rows, "function asc, start asc", functions=functions)


def near_timeout(ground: Ground) -> Expected:
    """From 80 % of six seconds on, of thumbnails; what reached them is a timeout."""
    limit = 6000_00
    found = [i for i in ground.reported if i.function.name == "thumbnails" and limit * 0.8 <= i.duration < limit]
    rows: list[Row] = [
        [when(i.end_ms), i.function.name, i.version, i.request_id, i.duration / 100, share(i.duration, limit)]
        for i in sorted(found, key=lambda i: (-i.duration, i.end_ms))
    ]
    columns = ("@timestamp", "function", "version", "request_id", "duration_ms", "used_pct")
    params = {"timeout_ms": "6000"}
    return Expected(columns, rows, "duration_ms desc, @timestamp asc", params, ("thumbnails",))


def handler_vs_overhead(ground: Ground) -> Expected:
    """By function and version; the text format does not tell."""
    rows: list[Row] = []
    for key, found in grouped(ground.reported, _version_of).items():
        latency, response, overhead = zip(*(i.spans for i in found), strict=True)
        after = [i.environment.after for i in found]
        columns = [percentile(durations(found), 50)]
        for values in (latency, response, overhead, after):
            columns += [percentile(values, 50), percentile(values, 99)]
        rows.append([*key, len(found), *columns])
    names = ("response_latency", "response_duration", "runtime_overhead", "extensions")
    columns_of = tuple(f"{name}_p{p}_ms" for name in names for p in (50, 99))
    head = ("function", "version", "invocations", "duration_p50_ms")
    return Expected((*head, *columns_of), rows, "function asc, version desc", forms=("json",))


def extensions(ground: Ground) -> Expected:
    """By function, extension and state."""
    pairs = [(e, extension) for e in ground.story.environments for extension in e.extensions]
    rows: list[Row] = []
    for (name, extension), found in grouped(pairs, lambda pair: (pair[0].function.name, pair[1])).items():
        begun = [environment.begun_ms + 1 for environment, _ in found]
        versions = len({environment.version for environment, _ in found})
        events = ",".join(extension.events)
        row: Row = [
            name,
            extension.name,
            extension.state,
            events,
            len(found),
            versions,
            when(min(begun)),
            when(max(begun)),
        ]
        rows.append(row)
    columns = ("function", "extension", "state", "events", "environments", "versions", "first_seen", "last_seen")
    return Expected(columns, rows, "function asc, environments desc")


LATENCY: dict[str, Reckoner] = {
    "coldstarts": coldstarts,
    "coldstarts-by-version": coldstarts_by_version,
    "coldstarts-by-runtime": coldstarts_by_runtime,
    "coldstart-cost": coldstart_cost,
    "coldstart-timeline": coldstart_timeline,
    "restores": restores,
    "p99-duration": p99_duration,
    "duration-by-version": duration_by_version,
    "duration-histogram": duration_histogram,
    "slowest": slowest,
    "duration-cold-vs-warm": duration_cold_vs_warm,
    "near-timeout": near_timeout,
    "handler-vs-overhead": handler_vs_overhead,
    "extensions": extensions,
}
