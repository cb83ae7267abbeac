"""Expected rows of the queries about event sources, structured lines and the metrics in them."""

from __future__ import annotations

from typing import NamedTuple

from insightctl.demo.expected.reckon import (
    Expected,
    Ground,
    Reckoner,
    Row,
    Value,
    bin_of,
    grouped,
    percentile,
    share,
    when,
)
from insightctl.demo.features.model import Invocation, Said

_BIN = 5
_TALKING = ("audit", "clicks", "gateway", "ingest", "meter", "orders", "profile")
_KINDS = {
    "aws_access_key": "access key",
    "bearer_token": "bearer token",
    "email": "e-mail",
    "card_number": "card number",
}


class Told(NamedTuple):
    """A fact with the line and the invocation that tell it."""

    invocation: Invocation
    said: Said
    values: tuple[Value, ...]


def _told(ground: Ground, query: str) -> list[Told]:
    return [
        Told(invocation, said, fact.values)
        for invocation in ground.story.invocations
        for said in invocation.said
        for fact in said.facts
        if fact.query == query
    ]


def _number(value: Value) -> float:
    assert isinstance(value, int | float)
    return value


def _centi(values: list[float]) -> list[float]:
    return [value * 100 for value in values]


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4)


def retries(ground: Ground) -> Expected:
    """Requests that were attempted more than once."""
    by_request = grouped(ground.reported, lambda i: (i.function.name, i.request_id))
    found: list[tuple[int, Row]] = []
    for (name, request_id), attempts in by_request.items():
        if len(attempts) > 1:
            attempts.sort(key=lambda i: i.end_ms)
            first, last = attempts[0], attempts[-1]
            failures = sum(i.failure is not None for i in attempts)
            outcome = "success"
            if last.failure is not None:
                outcome = "timeout" if last.failure.kind == "timeout" else "error"
            gap_s = round((last.end_ms - first.end_ms) / 1000 / (len(attempts) - 1), 4)
            lost = int(len(attempts) >= 3 and outcome != "success")
            tail: Row = [when(first.end_ms), when(last.end_ms), gap_s, lost]
            found.append((-last.end_ms, [name, last.version, request_id, len(attempts), failures, outcome, *tail]))
    found.sort(key=lambda row: row[0])
    columns = ("function", "version", "request_id", "attempts", "failures", "outcome")
    last_columns = ("first_ended", "last_ended", "gap_avg_s", "lost")
    return Expected((*columns, *last_columns), [row for _, row in found], "last_ended desc")


def duplicates(ground: Ground) -> Expected:
    """Orders that more than one line says are placed."""
    rows: list[Row] = []
    for (order,), found in grouped(_told(ground, "duplicates"), lambda told: told.values).items():
        if len(found) > 1:
            at = [told.said.at_ms for told in found]
            requests = len({told.invocation.request_id for told in found})
            gap_s = (max(at) - min(at)) / 1000
            rows.append(["orders", order, requests, len(found), when(min(at)), when(max(at)), gap_s])
    columns = ("function", "business_key", "requests", "lines", "first_seen", "last_seen", "gap_s")
    return Expected(columns, rows, "requests desc, lines desc, first_seen asc", {"handled": "order placed"})


def batch_failures(ground: Ground) -> Expected:
    """By function and version."""
    rows: list[Row] = []
    for key, found in grouped(
        _told(ground, "batch-failures"), lambda told: (told.invocation.function.name, told.invocation.version)
    ).items():
        failed = [int(_number(told.values[0])) for told in found]
        at = [told.said.at_ms for told in found]
        partial = sum(count > 0 for count in failed)
        of: Row = [len(found), partial, share(partial, len(found)), sum(failed), max(failed)]
        rows.append([*key, *of, when(min(at)), when(max(at))])
    columns = ("responses", "partial", "partial_pct", "failed_items", "failed_max", "first_seen", "last_seen")
    order = "failed_items desc, function asc, version desc"
    return Expected(("function", "version", *columns), rows, order)


def sqs_poison(ground: Ground) -> Expected:
    """Messages that more than two requests handled."""
    rows: list[Row] = []
    for (message,), found in grouped(_told(ground, "sqs-poison"), lambda told: told.values).items():
        requests = len({told.invocation.request_id for told in found})
        if requests > 2:
            rows.append(["ingest", message, requests, when(min(told.said.at_ms for told in found))])
    columns = ("function", "message_id", "requests", "first_seen")
    return Expected(columns, rows, "requests desc, first_seen asc", functions=("ingest",))


def batch_sizes(ground: Ground) -> Expected:
    """By function and five minutes."""
    found = grouped(
        _told(ground, "batch-sizes"), lambda told: (bin_of(told.said.at_ms, _BIN), told.invocation.function.name)
    )
    rows: list[Row] = []
    for (at_ms, name), of in sorted(found.items(), reverse=True):
        sizes = [_number(told.values[0]) for told in of]
        row: Row = [name, when(at_ms), len(of), sum(sizes), _mean(sizes), percentile(_centi(sizes), 50), max(sizes)]
        rows.append(row)
    columns = ("function", "bucket", "invocations", "records", "records_avg", "records_p50", "records_max")
    return Expected(columns, rows, "bucket desc, function asc", functions=("ingest",))


def iterator_age(ground: Ground) -> Expected:
    """By function and five minutes."""
    found = grouped(
        _told(ground, "iterator-age"), lambda told: (bin_of(told.said.at_ms, _BIN), told.invocation.function.name)
    )
    rows: list[Row] = []
    for (at_ms, name), of in sorted(found.items(), reverse=True):
        ages = [_number(told.values[0]) for told in of]
        rows.append([name, when(at_ms), len(of), _mean(ages), percentile(_centi(ages), 99), max(ages)])
    columns = ("function", f"bin({_BIN}m)", "lines", "age_avg_ms", "age_p99_ms", "age_max_ms")
    return Expected(columns, rows, "bin(5m) desc")


def emf(ground: Ground) -> Expected:
    """One metric by its service and five minutes."""
    told = [of for of in _told(ground, "emf") if of.values[1] == "BasketValue"]
    found = grouped(told, lambda of: (bin_of(of.said.at_ms, _BIN), of.invocation.function.name))
    rows: list[Row] = []
    for (at_ms, name), of in sorted(found.items(), reverse=True):
        values = [_number(one.values[2]) for one in of]
        p99 = percentile(_centi(values), 99)
        rows.append([name, when(at_ms), len(of), round(sum(values), 4), _mean(values), min(values), p99, max(values)])
    columns = ("dimension_value", f"bin({_BIN}m)", "samples", "sum", "avg", "min", "p99", "max")
    params = {"metric": "BasketValue", "namespace": "shop"}
    return Expected(columns, rows, "bin(5m) desc", params)


def emf_list(ground: Ground) -> Expected:
    """Every metric but those of the Lambda Insights extension, which are in another log group."""
    units = {"IteratorAge": "Milliseconds", "OrderPlaced": "Count", "BasketValue": "None"}
    rows: list[Row] = []
    for (namespace, metric), found in grouped(_told(ground, "emf"), lambda told: told.values[:2]).items():
        at = [told.said.at_ms for told in found]
        functions = len({told.invocation.function.name for told in found})
        unit = units[str(metric)]
        rows.append([namespace, metric, unit, len(found), functions, when(min(at)), when(max(at))])
    columns = ("namespace", "metric", "unit", "events", "functions", "first_seen", "last_seen")
    return Expected(columns, rows, "namespace asc, metric asc", functions=("clicks", "meter"))


def business(ground: Ground) -> Expected:
    """By event and five minutes."""
    found = grouped(_told(ground, "business"), lambda told: (bin_of(told.said.at_ms, _BIN), told.values[0]))
    rows: list[Row] = []
    for at_ms, event in sorted(found, reverse=True):
        of = found[at_ms, event]
        rows.append([event, when(at_ms), len(of), len({told.invocation.request_id for told in of})])
    columns = ("happened", f"bin({_BIN}m)", "events", "requests")
    return Expected(columns, rows, "bin(5m) desc", {"event": "^Order"}, ("orders",))


def fields(ground: Ground) -> Expected:
    """The segments that meter names, and how many of its lines name none."""
    lines = [event for event in ground.events if event.function == "meter" and not event.platform]
    segments = grouped(_told(ground, "slow-segments"), lambda told: told.values[0])
    rows: list[Row] = [[segment, len(found)] for segment, found in segments.items()]
    rows.append(["(absent)", len(lines) - sum(len(found) for found in segments.values())])
    return Expected(("value", "lines"), rows, "lines desc", {"field": "segment"}, ("meter",))


def levels_by_service(ground: Ground) -> Expected:
    """By service, which each function names as itself."""
    lines = [event for event in ground.events if event.function in _TALKING and not event.platform]
    rows: list[Row] = []
    for name, found in grouped(lines, lambda event: event.function).items():
        errors, warnings, infos, debugs, other = (
            sum(event.level == level for event in found) for level in ("ERROR", "WARN", "INFO", "DEBUG", "")
        )
        rows.append([name, len(found), errors, warnings, infos, debugs, other, share(errors, len(found))])
    columns = ("service_name", "lines", "errors", "warnings", "infos", "debugs", "other", "error_pct")
    return Expected(columns, rows, "errors desc, lines desc", functions=_TALKING)


def insights_extension(ground: Ground) -> Expected:
    """By function, as the extension measured."""
    rows: list[Row] = []
    for name, found in grouped(ground.story.records, lambda record: record[0]).items():
        of = {key: [record[key] for _, record in found] for key in found[0][1]}
        numbers = {key: [float(str(v)) for v in values] for key, values in of.items() if key != "cold_start"}
        pairs = zip(numbers["cpu_total_time"], numbers["duration"], strict=True)
        cpu = [100 * used / whole for used, whole in pairs]
        rows.append(
            [
                name,
                len(found),
                sum(map(bool, of["cold_start"])),
                percentile(_centi(numbers["duration"]), 99),
                _mean(cpu),
                _mean(numbers["memory_utilization"]),
                max(numbers["memory_utilization"]),
                max(numbers["used_memory_max"]),
                sum(numbers["rx_bytes"]) / 1e6,
                sum(numbers["tx_bytes"]) / 1e6,
                round(100 * max(numbers["tmp_used"]) / 536_870_912, 4),
                round(100 * max(numbers["fd_use"]) / 1024, 4),
                max(numbers["threads_max"]),
            ]
        )
    columns = ("function", "invocations", "cold_starts", "p99_ms", "cpu_pct", "memory_avg_pct", "memory_max_pct")
    last = ("used_max_mb", "received_mb", "sent_mb", "tmp_max_pct", "fd_max_pct", "threads")
    return Expected((*columns, *last), rows, "cpu_pct desc")


def powertools_coldstart(ground: Ground) -> Expected:
    """By service, from the lines that Powertools writes."""
    told = [
        (i, said) for i in ground.story.invocations for said in i.said if said.logger == "powertools" and not said.raw
    ]
    rows: list[Row] = []
    for name, found in grouped(told, lambda pair: pair[0].function.name).items():
        requests = {i.request_id for i, _ in found}
        cold = len({i.request_id for i, _ in found if i.init or i.restore})
        at = [said.at_ms for _, said in found]
        of: Row = [len(requests), cold, share(cold, len(requests)), len(found), when(min(at)), when(max(at))]
        rows.append([name, name, *of])
    columns = ("service", "function", "requests", "cold_starts", "cold_pct", "lines", "first_seen", "last_seen")
    return Expected(columns, rows, "cold_pct desc, requests desc", functions=("ingest", "meter", "orders"))


def slow_segments(ground: Ground) -> Expected:
    """By function and segment."""
    rows: list[Row] = []
    for segment, found in grouped(_told(ground, "slow-segments"), lambda told: told.values[0]).items():
        took = [_number(told.values[1]) for told in found]
        quantiles: Row = [percentile(_centi(took), 50), percentile(_centi(took), 99)]
        rows.append(["meter", segment, len(found), *quantiles, max(took), round(sum(took), 4)])
    columns = ("function", "segment_name", "lines", "p50_ms", "p99_ms", "max_ms", "total_ms")
    return Expected(columns, rows, "total_ms desc, lines desc", functions=("meter",))


def secrets_in_logs(ground: Ground) -> Expected:
    """By kind, function and log stream."""
    found = grouped(_told(ground, "secrets-in-logs"), lambda told: (told.values[0], told.invocation.environment.stream))
    rows: list[Row] = []
    for (kind, stream), of in found.items():
        at = [told.said.at_ms for told in of]
        values = len({told.said.message for told in of})
        head: Row = [_KINDS[str(kind)], "audit", stream, len(of), values, int(kind != "email")]
        rows.append([*head, when(min(at)), when(max(at))])
    columns = ("kind", "function", "@logStream", "lines", "different_values", "urgent", "first_seen", "last_seen")
    return Expected(columns, rows, "lines desc, first_seen asc")


STRUCTURED: dict[str, Reckoner] = {
    "retries": retries,
    "duplicates": duplicates,
    "batch-failures": batch_failures,
    "sqs-poison": sqs_poison,
    "batch-sizes": batch_sizes,
    "iterator-age": iterator_age,
    "emf": emf,
    "emf-list": emf_list,
    "business": business,
    "fields": fields,
    "levels-by-service": levels_by_service,
    "insights-extension": insights_extension,
    "powertools-coldstart": powertools_coldstart,
    "slow-segments": slow_segments,
    "secrets-in-logs": secrets_in_logs,
}
