"""The columns of a store's Parquet, and how they stand for the engine's own."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.core.time import TimeRange, from_ms
from insightctl.local.compiler.values import FIRST_MS, LAST_MS
from insightctl.local.discovery import fragment, lambda_field

FIELDS: dict[str, tuple[str, str]] = {
    "@type": ("type", "VARCHAR"),
    "@requestId": ("request_id", "VARCHAR"),
    "@duration": ("duration", "DOUBLE"),
    "@billedDuration": ("billed_duration", "DOUBLE"),
    "@initDuration": ("init_duration", "DOUBLE"),
    "@memorySize": ("memory_size", "DOUBLE"),
    "@maxMemoryUsed": ("max_memory_used", "DOUBLE"),
    "@xrayTraceId": ("xray_trace_id", "VARCHAR"),
    "@xraySegmentId": ("xray_segment_id", "VARCHAR"),
}
"""Lambda's fields: the column and its type. Durations in ms, memory in MB x 1,000,000."""

ROW_GROUP = 61_440
"""Rows that are skipped or read together: enough to compress well, few enough that one request id reads little."""


_IS_JSON = "(starts_with(ltrim(msg, ' \t\n\r'), '{') AND json_valid(msg))"
"""A message that is one JSON object is not written twice."""


def engine_name(field: str) -> str:
    """The name that the engine gives the column of a Lambda field."""
    return f"_{FIELDS[field][0]}"


ENGINE_COLUMNS = ("_fragment", *(engine_name(name) for name in FIELDS))
"""What a store's relation has beyond any other's."""


def stored(chunk: str, where: str) -> str:
    """SQL of the rows to write, in order, from a table `ts, seq, msg, stream, ingested`."""
    typed = ", ".join(f"{lambda_field(name, 'msg')} AS {column}" for name, (column, _) in FIELDS.items())
    ordered = f"(SELECT *, {_IS_JSON} AS is_json FROM (SELECT * FROM {chunk} WHERE {where} ORDER BY ts, seq))"
    return (
        f"SELECT make_timestamp_ms(ts) AS timestamp, seq, stream AS log_stream, {typed}, "
        f"CASE WHEN NOT is_json THEN {fragment('msg')} END AS json, is_json, msg AS message, "
        f"make_timestamp_ms(ingested) AS ingestion_time FROM {ordered}"
    )


def relation(files: str, log: str, time: TimeRange | None, *, typed: bool) -> str:
    """SQL of a store's events under the engine's names. `files` and `log` are SQL literals."""
    names = [f"{FIELDS[name][0]} AS {engine_name(name)}" for name in FIELDS]
    more = ", " + ", ".join(["CASE WHEN is_json THEN message ELSE json END AS _fragment", *names]) if typed else ""
    return (
        f"(SELECT epoch_ms(timestamp) AS _ts, seq AS _seq, message AS _msg, message AS _raw, log_stream AS _stream, "
        f"{log} AS _log, epoch_ms(ingestion_time) AS _ingested{more} "
        f"FROM read_parquet({files}, hive_partitioning=false){within(time)})"
    )


def within(time: TimeRange | None) -> str:
    """WHERE with a space before it, on the column itself so that whole row groups are skipped."""
    if time is None:
        return ""
    return f" WHERE timestamp >= {_literal(time.start_ms)} AND timestamp < {_literal(time.end_ms)}"


def _literal(ms: int) -> str:
    first, last = FIRST_MS, LAST_MS
    shown = from_ms(min(max(ms, first), last)).replace(tzinfo=None).isoformat(" ", "milliseconds")
    return f"TIMESTAMP '{shown}'"


def listed(files: Sequence[str]) -> str:
    """Names of files as an SQL list."""
    return "[" + ", ".join("'" + file.replace("'", "''") + "'" for file in files) + "]"
