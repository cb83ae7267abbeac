"""Files into a store: each once, however often it is given; one that grew adds what is new."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from insightctl.core.errors import SourceError
from insightctl.local.database import Limits
from insightctl.local.files import LogFile
from insightctl.local.logs import Logs
from insightctl.local.looking import look_at
from insightctl.local.readers.interface import LineFormat
from insightctl.local.sources import LogSource, expand
from insightctl.local.stores.growth import last_event_offset, slice_of
from insightctl.local.stores.layout import Origin, Store
from insightctl.local.stores.writing import Change, changing

BATCH = 512_000_000
"""Bytes of files that become one change: enough that small files share Parquet files, few enough to redo after a kill."""
_BLOCK = 8 * 1024 * 1024

Progress = Callable[[str, int], None]
"""Told of each file with the bytes of it that were read."""


@dataclass(slots=True)
class Report:
    """What an import did: files by what became of them, events, and notes on what could not be read."""

    added: int = 0
    grown: int = 0
    known: int = 0
    events: int = 0
    bytes_read: int = 0
    notes: list[str] = field(default_factory=list)


def import_logs(
    store: Store, sources: Sequence[LogSource], *, limits: Limits | None = None, progress: Progress | None = None
) -> Report:
    """Imports the files of the sources. Raises SourceError, UsageError; what was committed before stays.

    Files that cannot be read at all are noted when a folder or glob named them, as everywhere.
    """
    with store.locked(), _spool() as spool:
        work = _Import(store, spool, limits or Limits(), progress or (lambda _name, _bytes: None))
        for file in expand(sources, spool):
            work.take(file)
        work.flush()
        return work.report


@contextmanager
def _spool() -> Iterator[Path]:
    spool = Path(tempfile.mkdtemp(prefix="insightctl-"))
    try:
        yield spool
    finally:
        shutil.rmtree(spool, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file to read with the next change: all of it, or from `start`; `known` is what it grew from."""

    file: LogFile
    original: Path
    sha256: str
    known: Origin | None = None
    start: int = 0


class _Import:
    def __init__(self, store: Store, spool: Path, limits: Limits, progress: Progress) -> None:
        self.store = store
        self.spool = spool
        self.limits = limits
        self.progress = progress
        self.report = Report()
        self.waiting: list[_Wanted] = []

    def take(self, file: LogFile) -> None:
        """Sorts a file: known, grown or new; many small ones wait for one change."""
        file = file if file.look is not None else replace(file, look=look_at(file))
        original = Path(file.shown) if Path(file.shown).is_file() else file.path
        wanted = self._sorted(file, original)
        if wanted is None:
            self.report.known += 1
            return
        size = original.stat().st_size - wanted.start
        if size > BATCH and _sliceable(file):
            self.flush()
            self._in_slices(wanted)
            return
        self.waiting.append(wanted)
        if sum(w.original.stat().st_size - w.start for w in self.waiting) >= BATCH:
            self.flush()

    def _sorted(self, file: LogFile, original: Path) -> _Wanted | None:
        stat = original.stat()
        of_group = [o for o in self.store.contents.origins if o.log_group == file.log_group]
        if any(
            (o.path, o.size, o.mtime_ns) == (str(original), stat.st_size, stat.st_mtime_ns) and o.covered == o.size
            for o in of_group
        ):
            return None
        digests = _digests(original, {o.covered for o in of_group if o.covered <= stat.st_size})
        whole = digests[stat.st_size]
        known = next((o for o in of_group if digests.get(o.covered) == o.sha256 and o.covered), None)
        waiting = any(w.sha256 == whole and w.file.log_group == file.log_group for w in self.waiting)
        if waiting or (known is not None and known.covered == stat.st_size):
            return None
        if known is None:
            return _Wanted(file, original, whole)
        start = known.tail[0] if known.tail is not None and _sliceable(file) else 0
        return _Wanted(file, original, whole, known, start)

    def flush(self) -> None:
        """Makes one change of all that waits."""
        if not self.waiting:
            return
        wanted, self.waiting = self.waiting, []
        with changing(self.store, [w.file.path for w in wanted], self.spool, self.limits) as change:
            origins = list(self.store.contents.origins)
            for one in wanted:
                origin = self._read(change, one)
                origins = [o for o in origins if o is not one.known]
                origins += [origin] if origin is not None else []
            self.store.commit(change.write(origins))

    def _read(self, change: Change, wanted: _Wanted) -> Origin | None:
        original, known = wanted.original, wanted.known
        size = original.stat().st_size
        try:
            file = slice_of(wanted.file, wanted.start, size, self.spool) if wanted.start else wanted.file
            logs = Logs([file], self.spool)
            found = change.add(logs)
        except SourceError as error:
            if wanted.file.named:
                raise
            self.report.notes.append(f"{error.what}: left out")
            return known
        ranges = ((found.low, found.high),) if found.events else ()
        if known is not None:
            self._replace_known(change, wanted, known)
            ranges = (*_kept(known, wanted), *ranges)
        self._tell(wanted.file, logs, found.events, found.lost, size - wanted.start, grown=known is not None)
        tail = None
        if found.events and _sliceable(wanted.file):
            offset = last_event_offset(change.connection, original, size, found.high)
            tail = (offset, found.high) if offset is not None else None
        stat = original.stat()
        return Origin(str(original), wanted.file.log_group, size, stat.st_mtime_ns, size, wanted.sha256, ranges, tail)

    def _replace_known(self, change: Change, wanted: _Wanted, known: Origin) -> None:
        if wanted.start and known.tail is not None:
            change.remove(known.log_group, known.tail[1], known.tail[1])
            return
        for low, high in known.ranges:
            change.remove(known.log_group, low, high)

    def _in_slices(self, wanted: _Wanted) -> None:
        """A big file in changes of their own; each makes what it read known, so that a killed import goes on there."""
        size = wanted.original.stat().st_size
        known, start = wanted.known, wanted.start
        while True:
            end = min(start + BATCH, size)
            last = end == size
            with changing(self.store, [], self.spool, self.limits) as change:
                file = slice_of(wanted.file, start, end, self.spool)
                logs = Logs([file], self.spool)
                found = change.add(logs)
                offset = last_event_offset(change.connection, file.path, file.path.stat().st_size, found.high)
                if not last and offset:
                    change.connection.execute("DELETE FROM chunk WHERE seq = $1", [found.high])
                    found = replace(found, events=found.events - 1, high=found.high - 1)
                else:
                    last = True
                ranges = ((found.low, found.high),) if found.events else ()
                if known is not None and known.tail is not None and known.covered > start:
                    self._replace_known(change, replace(wanted, start=start), known)
                if known is not None:
                    ranges = (*_kept(known, replace(wanted, start=start)), *ranges)
                covered = size if last else start + (offset or 0)
                digest = wanted.sha256 if last else _digests(wanted.original, {covered}, covered)[covered]
                tail = (start + offset, found.high) if last and offset is not None else (covered, 0)
                stat = wanted.original.stat()
                origin = Origin(
                    str(wanted.original), file.log_group, size, stat.st_mtime_ns, covered, digest, ranges, tail
                )
                origins = [o for o in self.store.contents.origins if o is not known]
                self.store.commit(change.write([*origins, origin]))
            file.path.unlink()
            self._tell(
                wanted.file, logs, found.events, found.lost, covered - start, grown=wanted.known is not None, last=last
            )
            if last:
                return
            known, start = origin, covered

    def _tell(
        self, file: LogFile, logs: Logs, events: int, lost: int, size: int, *, grown: bool, last: bool = True
    ) -> None:
        self.report.events += events
        self.report.bytes_read += size
        self.report.added += int(last and not grown)
        self.report.grown += int(last and grown)
        self.report.notes += logs.notes
        if lost:
            self.report.notes.append(f"{file.shown}: {lost:,} events have no time that can be read and were left out")
        self.progress(file.shown, size)


def _sliceable(file: LogFile) -> bool:
    """Whether the file can be read from the middle: plain text with an event a line, or several lines."""
    plain = file.compression == "none" and not file.several
    return plain and file.look is not None and isinstance(file.look.format, LineFormat)


def _kept(known: Origin, wanted: _Wanted) -> tuple[tuple[int, int], ...]:
    """The numbers of the events that a grown file still has from before."""
    if not wanted.start:
        return ()
    gone = known.tail[1] if known.tail is not None else 0
    return tuple((low, high - 1 if high == gone else high) for low, high in known.ranges if low < gone or high != gone)


def _digests(path: Path, sizes: set[int], end: int | None = None) -> dict[int, str]:
    """SHA-256 of the first so many bytes, for each of the sizes and the whole file (or up to `end`)."""
    found: dict[int, str] = {}
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        for stop in sorted({size for size in sizes if size} | {end if end is not None else path.stat().st_size}):
            while done < stop:
                block = file.read(min(_BLOCK, stop - done))
                if not block:
                    break
                digest.update(block)
                done += len(block)
            found[stop] = digest.hexdigest()
    return found
