"""Files of one format and log group as an SQL relation of events: `_ts, _seq, _msg, _stream, _log, _ingested`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insightctl.core.time import TimeRange
from insightctl.local.compiler.values import FIRST_MS, LAST_MS
from insightctl.local.counting import BARRIER, dated, mark, mark_number, scanned, started
from insightctl.local.readers import DocumentFormat, Format, LineFormat
from insightctl.local.stores import schema
from insightctl.local.stores.layout import Part

MAX_LINE = 8_388_608
"""Bytes of one line at most; the service's own limit of an event is 256 KB."""
LOST_TIME = "insightctl: an event without a time"
"""What a statement ends with that meets one, where it was told not to look for such events."""


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


@dataclass(frozen=True, slots=True)
class StoreBatch:
    """Parts of a store that hold one log group."""

    log_group: str
    parts: tuple[Part, ...]
    paths: tuple[str, ...]

    def reaching(self, time: TimeRange | None) -> list[str]:
        """The files with events in the range."""
        if time is None:
            return list(self.paths)
        there = zip(self.parts, self.paths, strict=True)
        return [path for part, path in there if part.first_ms < time.end_ms and part.last_ms >= time.start_ms]


AnyBatch = Batch | StoreBatch


def literal(text: str) -> str:
    """A text as an SQL literal. Only for names that we make ourselves: files, log groups."""
    return "'" + text.replace("'", "''") + "'"


def events(
    batches: Sequence[AnyBatch],
    account: str,
    time: TimeRange | None,
    *,
    first_lines: bool,
    number: int = 0,
    careful: bool = True,
    typed: bool = False,
) -> str:
    """The relation of all batches, cut to the time range. `first_lines` spares joining the lines of an event.

    `typed`: all are stores, and their columns for Lambda's fields and JSON come along. The profile of a statement counts
    the records and events of files (`counting`), by `number`. Where no range cuts and
    it is not `careful`, times are only worked out for events that the query keeps, and one that cannot be read ends the
    statement with `LOST_TIME`.
    """
    stores = [_stored(batch, account, time, typed) for batch in batches if isinstance(batch, StoreBatch)]
    files = [batch for batch in batches if isinstance(batch, Batch)]
    stores += [_of_files(files, account, time, first_lines, number, careful)] if files else []
    return f"({' UNION ALL '.join(f'SELECT * FROM {part}' for part in stores)})"


def _stored(batch: StoreBatch, account: str, time: TimeRange | None, typed: bool) -> str:
    files = batch.reaching(time)
    if not files:
        return no_events(before=False, typed=typed)
    return schema.relation(schema.listed(files), literal(f"{account}:{batch.log_group}"), time, typed=typed)


def _of_files(
    batches: Sequence[Batch], account: str, time: TimeRange | None, first_lines: bool, number: int, careful: bool
) -> str:
    parts = [_batch(batch, account, first_lines, number, careful or time is not None) for batch in batches]
    union = " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts)
    if not careful and time is None:
        return f"({union})"
    dated_events = f"(SELECT * FROM ({union}) {BARRIER} WHERE _ts IS NOT NULL AND {mark_number('_ts', dated(number))})"
    within = f"_ts >= {time.start_ms} AND _ts < {time.end_ms} AND " if time else ""
    inside = f"(SELECT * FROM {dated_events} {BARRIER} WHERE {within}{mark_number('_ts', scanned(number))})"
    return f"(SELECT * FROM {inside} {BARRIER})"


def compared_events(
    batches: Sequence[AnyBatch],
    account: str,
    time: TimeRange,
    before: TimeRange,
    *,
    first_lines: bool,
    typed: bool = False,
) -> str:
    """The events of two ranges, with `_before` true for those of the earlier one; one that lies in both is in it twice."""
    both = (
        f"SELECT *, {flag} AS _before FROM {events(batches, account, part, first_lines=first_lines, typed=typed)}"
        for part, flag in ((time, "false"), (before, "true"))
    )
    return f"({' UNION ALL '.join(both)})"


def no_events(*, before: bool, typed: bool = False) -> str:
    """The relation of log groups without any event."""
    columns = ["0::BIGINT AS _ts", "0::BIGINT AS _seq", "'' AS _msg", "'' AS _raw", "'' AS _stream", "'' AS _log"]
    columns += ["CAST(NULL AS BIGINT) AS _ingested"]
    if typed:
        columns += [f"CAST(NULL AS {kind}) AS {name}" for name, kind in schema.ENGINE_COLUMNS.items()]
    columns += ["false AS _before"] if before else []
    return f"(SELECT {', '.join(columns)} WHERE false)"


def tally(batches: Sequence[AnyBatch], account: str, time: TimeRange | None) -> str:
    """SQL of one row: events in the range, their first and last time, events without a usable time, the first such."""
    union = " UNION ALL ".join(
        f"SELECT _ts, '' AS _msg FROM {_stored(batch, account, time, False)}"
        if isinstance(batch, StoreBatch)
        else f"SELECT _ts, _msg FROM {_batch(batch, account, True, 0, True)}"
        for batch in batches
    )
    inside = f"_ts >= {time.start_ms} AND _ts < {time.end_ms}" if time else "_ts IS NOT NULL"
    return (
        f"SELECT count(*) FILTER ({inside}), min(_ts) FILTER ({inside}), max(_ts) FILTER ({inside}), "
        f"count(*) FILTER (_ts IS NULL), min(CASE WHEN _ts IS NULL THEN _msg END) FROM ({union})"
    )


def _batch(batch: Batch, account: str, first_lines: bool, number: int, careful: bool) -> str:
    log = literal(f"{account}:{batch.log_group}")
    if isinstance(batch.format, DocumentFormat):
        files = "[" + ", ".join(literal(path) for path in batch.paths) + "]"
        relation = batch.format.relation(files, literal(batch.compression))
        ts = _certain(f"CASE WHEN ts BETWEEN {FIRST_MS} AND {LAST_MS} THEN ts END", careful)
        numbered = f"(SELECT *, row_number() OVER () AS seq FROM {relation})"
        return (
            f"(SELECT {ts} AS _ts, seq AS _seq, msg AS _msg, msg AS _raw, stream AS _stream, {log} AS _log, "
            f"ingested AS _ingested FROM (SELECT * FROM {numbered} WHERE {mark('msg', started(number))}) {BARRIER})"
        )
    alone = first_lines and not batch.format.fills_time
    if alone:
        lines = f"(SELECT * FROM {_lines(batch, empty=False)} WHERE {batch.format.starts} AND {mark('line', started(number))})"
        source = f"(SELECT 0 AS _seq, line, file, NULL AS rest FROM {lines} {BARRIER})"
    else:
        source = f"(SELECT * FROM {_joined(batch, batch.format, started(number))} {BARRIER})"
    return _parsed(source, batch, batch.format, log, careful, alone=alone)


def _certain(ts: str, careful: bool) -> str:
    return f"({ts})" if careful else f"coalesce({ts}, error('{LOST_TIME}')::BIGINT)"


def _parsed(source: str, batch: Batch, format_: LineFormat, log: str, careful: bool, *, alone: bool) -> str:
    ts = _certain(format_.ts, careful)
    if format_.fills_time:
        within = "PARTITION BY file ORDER BY _seq ROWS"
        ts = (
            f"coalesce({format_.ts}, last_value({format_.ts} IGNORE NULLS) OVER ({within} UNBOUNDED PRECEDING), "
            f"first_value({format_.ts} IGNORE NULLS) OVER ({within} BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), "
            f"{batch.mtime_ms})"
        )
    message = (  # `aws logs tail --format json` writes the prefix on a line of its own
        format_.message
        if alone
        else f"CASE WHEN rest IS NULL THEN {format_.message} WHEN {format_.message} = '' THEN rest "
        f"ELSE {format_.message} || chr(10) || rest END"
    )
    stream = format_.stream
    if batch.streams:
        named = "nullif(url_decode(regexp_extract(file, '/[^/]*link-[0-9]+=([^/]+)$', 1)), '')"
        stream = f"coalesce({format_.stream}, {named})"
    only = f" WHERE {format_.group} = {literal(batch.log_group)}" if batch.one_group_of_several else ""
    raw = "line" if alone else "CASE WHEN rest IS NULL THEN line ELSE line || chr(10) || rest END"
    return (
        f"(SELECT {ts} AS _ts, _seq, {message} AS _msg, {raw} AS _raw, {stream} AS _stream, {log} AS _log, "
        f"CAST(NULL AS BIGINT) AS _ingested FROM {source}{only})"
    )


def _joined(batch: Batch, format_: LineFormat, place: str) -> str:
    """Events with their continuation lines: `_seq, line, rest, file`. Only those lines are held and grouped.

    A run of lines that start no event belongs to the line above the run. No event goes on in the next file: the first
    line of each file starts one. The profile counts the events at `place`.
    """
    several = len(batch.paths) > 1
    file_first = ", lag(file) OVER () IS DISTINCT FROM file AS first" if several else ""
    numbered = f"(SELECT row_number() OVER () AS _seq, line, file{file_first} FROM {_lines(batch)})"
    starts = f"({'first' if several else '_seq = 1'} OR {format_.starts})"
    runs = f"(SELECT _seq, line, _seq - row_number() OVER (ORDER BY _seq) AS run FROM {numbered} WHERE NOT {starts})"
    rests = f"(SELECT min(_seq) - 1 AS head, string_agg(line, chr(10) ORDER BY _seq) AS rest FROM {runs} GROUP BY run)"
    heads = f"(SELECT * FROM (SELECT * FROM {numbered} WHERE {starts}) {BARRIER} WHERE {mark('line', place)})"
    return (
        f"(SELECT head._seq, head.line, head.file, tail.rest FROM {heads} AS head "
        f"LEFT JOIN {rests} AS tail ON head._seq = tail.head)"
    )


def _lines(batch: Batch, *, empty: bool = True) -> str:
    """The lines of the files: `line, file`. Without `empty`, empty lines are null."""
    files = "[" + ", ".join(literal(path) for path in batch.paths) + "]"
    # The delimiter is what ends a line, so no line can hold it: whatever somebody logs, a line stays one column.
    tells = len(batch.paths) > 1 or batch.streams
    file = "filename" if tells else "1"
    line = "coalesce(line, '')" if empty else "line"
    return (
        f"(SELECT {line} AS line, {file} AS file FROM read_csv({files}, "
        "columns={'line': 'VARCHAR'}, auto_detect=false, "
        "header=false, delim='\n', quote='', escape='', strict_mode=false, null_padding=false, "
        f"max_line_size={MAX_LINE}, buffer_size={MAX_LINE * 2}, filename={str(tells).lower()}, "
        f"compression={literal(batch.compression)}))"
    )
