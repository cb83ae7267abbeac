"""The columns of a store's Parquet, and how they stand for the engine's own."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.core.time import TimeRange, from_ms
from insightctl.local.compiler.values import FIRST_MS, LAST_MS
from insightctl.local.discovery import fragment, lambda_field, out_of, pointers
from insightctl.ql import ast

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

JSON_FIELDS: dict[str, str] = {
    "type": "json_type",
    "level": "json_level",
    "record.requestId": "record_request_id",
    "record.version": "record_version",
    "record.status": "record_status",
    "record.errorType": "record_error_type",
    "record.metrics.durationMs": "record_duration",
    "record.metrics.billedDurationMs": "record_billed_duration",
    "record.metrics.initDurationMs": "record_init_duration",
    "record.metrics.restoreDurationMs": "record_restore_duration",
    "record.metrics.memorySizeMB": "record_memory_size",
    "record.metrics.maxMemoryUsedMB": "record_max_memory_used",
}
"""What Lambda's JSON logs are asked for most, by dotted name: the column of its value as JSON, a text in its quotes.

Request ids of the application (`requestId`) would make the files of a JSON log a third larger.
"""

NOTABLE = (
    *("error", '"err"', "exception", "fatal", "critical", "severe", "warn", "fail", "traceback", "panic", "goroutine"),
    *("timeout", "imed out", "etimedout", "econn", "enotfound", "eai_again", "no such host", "no answer", "refused"),
    *("eset by peer", "nreachable", "navailable", "hrottl", "toomanyrequests", "trying again", "certificate", "denied"),
    *("exited", "killed", "abort", "_start ", "_report ", "\n\tat ", *(f"\n{' ' * n}at " for n in (2, 3, 4, 6))),
    *('"level":50', '"level": 50', '"level":60', '"level": 60'),
)
"""Texts, in letters of any case, that queries look for when something goes wrong; few messages hold one (`notable`)."""

ROW_GROUP = 61_440
"""Rows that are skipped or read together: enough to compress well, few enough that one request id reads little."""


_IS_JSON = "(starts_with(ltrim(msg, ' \t\n\r'), '{') AND json_valid(msg))"
"""A message that is one JSON object is not written twice."""


_NOTABLE = "(?i)" + "|".join(
    "".join(char if char.isalnum() else f"\\x{{{ord(char):X}}}" for char in text) for text in NOTABLE
)


def engine_name(field: str) -> str:
    """The name that the engine gives the column of a field of `FIELDS` or `JSON_FIELDS`."""
    return f"_{FIELDS[field][0] if field in FIELDS else JSON_FIELDS[field]}"


def has_column(field: ast.Field) -> bool:
    """Whether a store has a column for a JSON field."""
    return field.name in JSON_FIELDS and field.parts == tuple(field.name.split("."))


ENGINE_COLUMNS = {
    "_fragment": "VARCHAR",
    "_length": "INTEGER",
    "_notable": "BOOLEAN",
    **{engine_name(name): kind for name, (_, kind) in FIELDS.items()},
    **{engine_name(name): "VARCHAR" for name in JSON_FIELDS},
}
"""What a store's relation has beyond any other's, with its types."""


def stored(chunk: str, where: str) -> str:
    """SQL of the rows to write, in order, from a table `ts, seq, msg, stream, ingested`."""
    typed = ", ".join(f"{lambda_field(name, 'msg')} AS {column}" for name, (column, _) in FIELDS.items())
    ordered = f"(SELECT *, {_IS_JSON} AS is_json FROM (SELECT * FROM {chunk} WHERE {where} ORDER BY ts, seq))"
    found = f"(SELECT *, CASE WHEN NOT is_json THEN {fragment('msg')} END AS json FROM {ordered})"
    top = [name for name in JSON_FIELDS if "." not in name]
    inner = [name for name in JSON_FIELDS if "." in name]
    # A name stands in a JSON text as it is, unless it is spelled with \\u escapes: few events have a record to look into.
    record = "CASE WHEN contains(whole, 'record') OR contains(whole, '\\u') THEN whole END"
    lists = f"{_all_of('whole', top)} AS top, {_all_of(record, inner)} AS inner_"
    split = f"(SELECT *, {lists} FROM (SELECT *, CASE WHEN is_json THEN msg ELSE json END AS whole FROM {found}))"
    values = ", ".join([*_each_of("top", top), *_each_of("inner_", inner)])
    return (
        f"SELECT make_timestamp_ms(ts) AS timestamp, seq, stream AS log_stream, {typed}, {values}, json, is_json, "
        f"msg AS message, CAST(length(msg) AS INTEGER) AS message_length, regexp_matches(msg, '{_NOTABLE}') AS notable, "
        f"make_timestamp_ms(ingested) AS ingestion_time FROM {split}"
    )


def _places(names: Sequence[str]) -> list[list[str]]:
    return [pointers(tuple(name.split("."))) for name in names]


def _all_of(source: str, names: Sequence[str]) -> str:
    """SQL of the list of the JSON values at all places that the names may mean."""
    return f"json_extract({source}, {listed([place for places in _places(names) for place in places])})"


def _each_of(values: str, names: Sequence[str]) -> list[str]:
    """The value of each name, out of that list, under the name of its column."""
    found = zip(names, out_of(values, _places(names)), strict=True)
    return [f"CAST({value} AS VARCHAR) AS {JSON_FIELDS[name]}" for name, value in found]


def relation(files: str, log: str, time: TimeRange | None, *, typed: bool) -> str:
    """SQL of a store's events under the engine's names. `files` and `log` are SQL literals."""
    columns = {engine_name(name): column for name, (column, _) in FIELDS.items()}
    columns |= {engine_name(name): column for name, column in JSON_FIELDS.items()}
    names = [f"{column} AS {name}" for name, column in columns.items()]
    whole = "CASE WHEN is_json THEN message ELSE json END AS _fragment"
    more = ", " + ", ".join([whole, "message_length AS _length", "notable AS _notable", *names]) if typed else ""
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
