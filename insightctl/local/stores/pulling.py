"""Events that are fetched by time into a store: what is missing, without doubles, and nothing lost at the seams.

store.json keeps, for each log group, the time from which to which it was fetched without a gap. The next pull fetches
what is newer, and once more the last minutes before, for events that came late. Of events that are alike (time, stream
and message) as many are kept as were fetched, less those that the store had: fetching twice adds nothing.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.time import TimeRange
from insightctl.local.compiler.values import FIRST_MS, LAST_MS
from insightctl.local.database import Limits
from insightctl.local.relation import literal
from insightctl.local.stores.failures import written_plainly
from insightctl.local.stores.layout import Store
from insightctl.local.stores.schema import listed
from insightctl.local.stores.writing import Change, changing

if TYPE_CHECKING:
    from typing import IO

Fetch = Callable[[str, TimeRange], Iterable[Sequence[Mapping[str, object]]]]
"""Pages of the events of a log group in a range: timestamp, message, logStreamName, ingestionTime, eventId."""
Progress = Callable[[str, int], None]

BATCH = 128_000_000
"""Bytes that are fetched before they are kept; a range that has more is taken in smaller pieces."""
_FIRST_WIDTH_MS = 3_600_000
_LEAST_WIDTH_MS = 1_000
_FROM = ":from"  # no log group's name has a colon
_COLUMNS = (
    "{timestamp: 'BIGINT', message: 'VARCHAR', logStreamName: 'VARCHAR', ingestionTime: 'BIGINT', eventId: 'VARCHAR'}"
)


@dataclass(slots=True)
class Pulled:
    """What a pull did: events that are new, those that were there, bytes of text fetched, and log groups."""

    new: int = 0
    known: int = 0
    bytes_read: int = 0
    groups: list[str] = field(default_factory=list)


def window(pulls: Mapping[str, int], group: str) -> TimeRange | None:
    """The time that was fetched of a log group without a gap."""
    if group not in pulls:
        return None
    return TimeRange(pulls.get(group + _FROM, pulls[group]), pulls[group])


def without_pulls(pulls: Mapping[str, int], groups: Collection[str], start_ms: int | None) -> dict[str, int]:
    """What is fetched still after these log groups were dropped: all of them, or what was before a time."""
    left = dict(pulls)
    for group in groups:
        known = window(left, group)
        if known is None:
            continue
        if start_ms is None or start_ms >= known.end_ms:
            left.pop(group)
            left.pop(group + _FROM, None)
        else:
            left[group + _FROM] = max(known.start_ms, start_ms)
    return left


def missing(known: TimeRange | None, asked: TimeRange, overlap_ms: int) -> list[TimeRange]:
    """The ranges to fetch: what lies before what is known, and from a little before its end on."""
    if known is None or asked.start_ms > known.end_ms or asked.end_ms < known.start_ms:
        return [asked]
    before = [TimeRange(asked.start_ms, known.start_ms)] if asked.start_ms < known.start_ms else []
    start = max(asked.start_ms, known.end_ms - overlap_ms)
    return before + ([TimeRange(start, asked.end_ms)] if start < asked.end_ms else [])


def joined(known: TimeRange | None, fetched: TimeRange) -> TimeRange:
    """What is known after a range was fetched: of two ranges with a gap between them the later one."""
    if known is None or fetched.start_ms > known.end_ms:
        return fetched
    if fetched.end_ms < known.start_ms:
        return known
    return TimeRange(min(known.start_ms, fetched.start_ms), max(known.end_ms, fetched.end_ms))


def pull(
    store: Store,
    groups: Sequence[str],
    asked: TimeRange,
    fetch: Fetch,
    *,
    overlap_ms: int,
    go_on: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Pulled:
    """Fetches what the store does not have of the log groups. What was committed stays, whatever happens then.

    `go_on`: of log groups that were fetched before, also all since then, though it is before what is asked.
    """
    done = Pulled(groups=list(groups))
    folder = Path(tempfile.mkdtemp(prefix="insightctl-"))
    try:
        with written_plainly(store), store.locked():
            for group in groups:
                work = _Group(
                    store, group, fetch, folder, limits or Limits(), progress or (lambda _name, _size: None), done
                )
                known = window(store.contents.pulls, group)
                start_ms = min(asked.start_ms, known.end_ms) if go_on and known else asked.start_ms
                for piece in missing(known, TimeRange(start_ms, asked.end_ms), overlap_ms):
                    work.take(piece)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return done


@dataclass(slots=True)
class _Group:
    store: Store
    group: str
    fetch: Fetch
    spool: Path
    limits: Limits
    progress: Progress
    done: Pulled
    width: int = _FIRST_WIDTH_MS

    def take(self, piece: TimeRange) -> None:
        """Fetches a range in pieces of about a batch; each is kept whole or not at all, so none is half counted."""
        start = piece.start_ms
        while start < piece.end_ms:
            time = TimeRange(start, min(start + self.width, piece.end_ms))
            file = self.spool / "events.jsonl"
            size = self._fetched(time, file)
            if size is None:
                self.width = max(time.duration_ms // 2, _LEAST_WIDTH_MS)
                continue
            self._keep(file, TimeRange(piece.start_ms, time.end_ms), time)
            start = time.end_ms
            if size < BATCH // 4:
                self.width *= 2

    def _fetched(self, time: TimeRange, file: Path) -> int | None:
        """Writes the events of a range as JSON lines; bytes, or None when there are too many of them."""
        size = 0
        with file.open("w", encoding="utf-8", errors="replace") as out:
            for page in self.fetch(self.group, time):
                written = _written(page, out)
                size += written
                self.progress(self.group, written)
                if size > BATCH and time.duration_ms > _LEAST_WIDTH_MS:
                    self.progress(self.group, -size)
                    return None
        return size

    def _keep(self, file: Path, fetched: TimeRange, time: TimeRange) -> None:
        with changing(self.store, [], self.spool, self.limits) as change:
            new, known = _added(change, self.group, file, time)
            contents = change.write(self.store.contents.origins)
            whole = joined(window(contents.pulls, self.group), fetched)
            pulls = contents.pulls | {self.group: whole.end_ms, self.group + _FROM: whole.start_ms}
            self.store.commit(replace(contents, pulls=pulls))
        self.done.bytes_read += file.stat().st_size
        self.done.new += new
        self.done.known += known


def _written(page: Sequence[Mapping[str, object]], out: IO[str]) -> int:
    size = 0
    for event in page:
        line = json.dumps(event, ensure_ascii=False) + "\n"
        out.write(line)
        size += len(line)
    return size


def _added(change: Change, group: str, file: Path, time: TimeRange) -> tuple[int, int]:
    """Adds the events of a file that the store does not have; how many, and how many it has."""
    connection = change.connection
    stored = [
        str(change.store.file(part))
        for part in change.store.contents.parts
        if part.log_group == group and part.first_ms < time.end_ms and part.last_ms >= time.start_ms
    ]
    lines = (
        "SELECT timestamp AS ts, message AS msg, logStreamName AS stream, ingestionTime AS ingested, eventId AS id, "
        "row_number() OVER () AS n "
        f"FROM read_json({literal(str(file))}, format='newline_delimited', columns={_COLUMNS}, maximum_object_size=1073741824)"
    )
    each_once = (
        f"SELECT * FROM ({lines}) WHERE ts BETWEEN {FIRST_MS} AND {LAST_MS} "
        "QUALIFY row_number() OVER (PARTITION BY coalesce(id, n::VARCHAR) ORDER BY n) = 1"
    )
    connection.execute(
        f"CREATE TEMP TABLE fetched AS SELECT *, row_number() OVER (PARTITION BY ts, stream, msg ORDER BY n) AS nth "
        f"FROM ({each_once})"
    )
    there = (
        "SELECT epoch_ms(timestamp) AS ts, log_stream AS stream, message AS msg, count(*) AS times "
        f"FROM read_parquet({listed(stored)}, hive_partitioning=false) "
        f"WHERE epoch_ms(timestamp) BETWEEN {time.start_ms} AND {time.end_ms - 1} GROUP BY ALL"
        if stored
        else "SELECT 0::BIGINT AS ts, '' AS stream, '' AS msg, 0 AS times WHERE false"
    )
    connection.execute(
        "INSERT INTO chunk (log_group, ts, seq, msg, stream, ingested) "
        f"SELECT {literal(group)}, f.ts, row_number() OVER (ORDER BY f.ts, f.n) + {change.next_seq - 1}, f.msg, f.stream, "
        f"f.ingested FROM fetched AS f LEFT JOIN ({there}) AS t "
        "ON f.ts = t.ts AND f.stream IS NOT DISTINCT FROM t.stream AND f.msg = t.msg WHERE f.nth > coalesce(t.times, 0)"
    )
    row = connection.execute("SELECT (SELECT count(*) FROM chunk), (SELECT count(*) FROM fetched)").fetchone()
    new, all_ = row if row else (0, 0)
    change.next_seq += int(new)
    return int(new), int(all_) - int(new)
