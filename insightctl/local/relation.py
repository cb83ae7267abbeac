"""Files of one format and log group as an SQL relation of events: `_ts, _seq, _msg, _stream, _log, _ingested`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insightctl.core.time import TimeRange
from insightctl.local.compiler.values import FIRST_MS, LAST_MS
from insightctl.local.readers import DocumentFormat, Format, LineFormat

MAX_LINE = 33_554_432
"""Bytes of one line at most; the service's own limit of an event is 256 KB."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that are read in one go: same format, log group and compression.

    `mtime_ms` dates lines without any time; `streams` when paths name log streams. `one_group_of_several`: the files
    hold events of other log groups too, which their format tells apart and which this batch leaves out.
    """

    format: Format
    log_group: str
    compression: str
    paths: tuple[str, ...]
    mtime_ms: int
    streams: bool = False
    one_group_of_several: bool = False


def literal(text: str) -> str:
    """A text as an SQL literal. Only for names that we make ourselves: files, log groups."""
    return "'" + text.replace("'", "''") + "'"


def events(batches: Sequence[Batch], account: str, time: TimeRange | None, *, first_lines: bool) -> str:
    """The relation of all batches, cut to the time range. `first_lines` spares joining the lines of an event."""
    parts = [_batch(batch, account, first_lines) for batch in batches]
    union = " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts)
    within = f" AND _ts >= {time.start_ms} AND _ts < {time.end_ms}" if time else ""
    return f"(SELECT * FROM ({union}) WHERE _ts IS NOT NULL{within})"


def compared_events(
    batches: Sequence[Batch], account: str, time: TimeRange, before: TimeRange, *, first_lines: bool
) -> str:
    """The events of two ranges, with `_before` true for those of the earlier one; one that lies in both is in it twice."""
    both = (
        f"SELECT *, {flag} AS _before FROM {events(batches, account, part, first_lines=first_lines)}"
        for part, flag in ((time, "false"), (before, "true"))
    )
    return f"({' UNION ALL '.join(both)})"


def no_events(*, before: bool) -> str:
    """The relation of log groups without any event."""
    columns = ["0::BIGINT AS _ts", "0::BIGINT AS _seq", "'' AS _msg", "'' AS _raw", "'' AS _stream", "'' AS _log"]
    columns += ["CAST(NULL AS BIGINT) AS _ingested", *(["false AS _before"] if before else [])]
    return f"(SELECT {', '.join(columns)} WHERE false)"


def tally(batches: Sequence[Batch], account: str, time: TimeRange | None) -> str:
    """SQL of one row: events in the range, their first and last time, events without a usable time, the first such."""
    union = " UNION ALL ".join(f"SELECT _ts, _msg FROM {_batch(batch, account, True)}" for batch in batches)
    inside = f"_ts >= {time.start_ms} AND _ts < {time.end_ms}" if time else "_ts IS NOT NULL"
    return (
        f"SELECT count(*) FILTER ({inside}), min(_ts) FILTER ({inside}), max(_ts) FILTER ({inside}), "
        f"count(*) FILTER (_ts IS NULL), min(CASE WHEN _ts IS NULL THEN _msg END) FROM ({union})"
    )


def _batch(batch: Batch, account: str, first_lines: bool) -> str:
    log = literal(f"{account}:{batch.log_group}")
    if isinstance(batch.format, DocumentFormat):
        files = "[" + ", ".join(literal(path) for path in batch.paths) + "]"
        relation = batch.format.relation(files, literal(batch.compression))
        if batch.one_group_of_several:
            relation = f"(SELECT * FROM {relation} WHERE grp = {literal(batch.log_group)})"
        return (
            f"(SELECT CASE WHEN ts BETWEEN {FIRST_MS} AND {LAST_MS} THEN ts END AS _ts, row_number() OVER () AS _seq, "
            f"msg AS _msg, msg AS _raw, stream AS _stream, {log} AS _log, ingested AS _ingested FROM {relation})"
        )
    if first_lines and not batch.format.fills_time:
        source = f"(SELECT 0 AS _seq, line, file, NULL AS rest FROM {_lines(batch)} WHERE {batch.format.starts})"
    else:
        source = _joined(batch, batch.format)
    return _parsed(source, batch, batch.format, log)


def _parsed(source: str, batch: Batch, format_: LineFormat, log: str) -> str:
    ts = f"{format_.ts}"
    if format_.fills_time:
        within = "PARTITION BY file ORDER BY _seq ROWS"
        ts = (
            f"coalesce({ts}, last_value({ts} IGNORE NULLS) OVER ({within} UNBOUNDED PRECEDING), "
            f"first_value({ts} IGNORE NULLS) OVER ({within} BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), "
            f"{batch.mtime_ms})"
        )
    message = f"CASE WHEN rest IS NULL THEN {format_.message} ELSE {format_.message} || chr(10) || rest END"
    stream = format_.stream
    if batch.streams:
        named = "nullif(url_decode(regexp_extract(file, '/[^/]*link-[0-9]+=([^/]+)$', 1)), '')"
        stream = f"coalesce({format_.stream}, {named})"
    only = f" WHERE {format_.group} = {literal(batch.log_group)}" if batch.one_group_of_several else ""
    raw = "CASE WHEN rest IS NULL THEN line ELSE line || chr(10) || rest END"
    return (
        f"(SELECT {ts} AS _ts, _seq, {message} AS _msg, {raw} AS _raw, {stream} AS _stream, {log} AS _log, "
        f"CAST(NULL AS BIGINT) AS _ingested FROM {source}{only})"
    )


def _joined(batch: Batch, format_: LineFormat) -> str:
    """Events with their continuation lines: `_seq, line, rest, file`. Only the continuation lines are held and grouped.

    No event goes on in the next file: the first line of each file starts one.
    """
    numbered = f"(SELECT row_number() OVER () AS _seq, line, file FROM {_lines(batch)})"
    first = "_seq = 1" if len(batch.paths) == 1 else "lag(file) OVER () IS DISTINCT FROM file"
    marked = f"(SELECT _seq, line, file, ({format_.starts} OR {first}) AS starts FROM {numbered})"
    counted = (
        "(SELECT *, sum(CAST(starts AS INTEGER)) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS event "
        f"FROM {marked})"
    )
    rests = f"(SELECT event, string_agg(line, chr(10) ORDER BY _seq) AS rest FROM {counted} WHERE NOT starts GROUP BY event)"
    return (
        f"(SELECT head._seq, head.line, head.file, tail.rest FROM {counted} AS head "
        f"LEFT JOIN {rests} AS tail USING (event) WHERE head.starts)"
    )


def _lines(batch: Batch) -> str:
    files = "[" + ", ".join(literal(path) for path in batch.paths) + "]"
    # The delimiter is what ends a line, so no line can hold it: whatever somebody logs, a line stays one column.
    tells = len(batch.paths) > 1 or batch.streams
    file = "filename" if tells else "1"
    return (
        f"(SELECT coalesce(line, '') AS line, {file} AS file FROM read_csv({files}, "
        "columns={'line': 'VARCHAR'}, auto_detect=false, "
        "header=false, delim='\n', quote='', escape='', strict_mode=false, null_padding=false, "
        f"max_line_size={MAX_LINE}, buffer_size={MAX_LINE * 2}, filename={str(tells).lower()}, "
        f"compression={literal(batch.compression)}))"
    )
