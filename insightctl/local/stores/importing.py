"""Files into a store: each once, however often it is given; one that grew adds what is new."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.errors import InsightctlError, Interrupted, SourceError, UsageError
from insightctl.local.database import Limits
from insightctl.local.files import LogFile
from insightctl.local.logs import Logs
from insightctl.local.looking import look_at
from insightctl.local.readers import LineFormat
from insightctl.local.sources import LogSource, expand
from insightctl.local.stores.growth import resumption, slice_of
from insightctl.local.stores.known import Fingerprint, KnownFiles, cut, fingerprint
from insightctl.local.stores.layout import Origin, Store
from insightctl.local.stores.schema import listed
from insightctl.local.stores.writing import Change, changing

if TYPE_CHECKING:
    import duckdb

BATCH = 512_000_000
"""Bytes of files that become one change: enough that small files share Parquet files, few enough to redo after a kill."""

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
    """Imports the files of the sources. Raises SourceError, UsageError, Interrupted; what was committed before stays.

    Files that cannot be read at all are noted when a folder or glob named them, as everywhere.
    """
    with store.locked(), _spool() as spool, _explained(store):
        work = _Import(store, spool, limits or Limits(), progress or (lambda _name, _bytes: None))
        for number, source in enumerate(sources):
            folder = spool / str(number)
            folder.mkdir()
            for _, files in groupby(_timed(expand([source], folder)), key=lambda taken: taken[1].shown):
                work.take(list(files), given=source.log_group is not None)
        work.flush()
        work.close()
        work.report.notes = list(dict.fromkeys(work.report.notes))
        return work.report


def _timed(files: Iterator[LogFile]) -> Iterator[tuple[int, LogFile]]:
    """Each file with the time (ns) before it was looked at."""
    before = time.time_ns()
    for file in files:
        yield before, file
        before = time.time_ns()


@contextmanager
def _spool() -> Iterator[Path]:
    spool = Path(tempfile.mkdtemp(prefix="insightctl-"))
    try:
        yield spool
    finally:
        shutil.rmtree(spool, ignore_errors=True)


@contextmanager
def _explained(store: Store) -> Iterator[None]:
    """Tells in a line what the disk, the engine or Ctrl-C stopped."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise UsageError("this import needs more memory than there is", remedy="--memory-limit gives it more") from None
    except duckdb.Error as error:
        raise InsightctlError(
            f"the store {store.path} cannot be written: {str(error).splitlines()[0]}",
            remedy="check the disk; a store with missing files has to be imported anew",
        ) from error
    except OSError as error:
        where = error.filename or store.path
        raise InsightctlError(f"the import stopped at {where}: {error.strerror}", remedy="check the disk") from error
    except (KeyboardInterrupt, RuntimeError) as stop:
        # DuckDB turns a Ctrl-C that reaches it while it works into a RuntimeError
        if isinstance(stop, RuntimeError) and "interrupted" not in str(stop).lower():
            raise
        raise Interrupted("interrupted; the files that were imported before are in the store") from None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file to read with the next change: all of it, or from `start`.

    `known` is what it grew from; of that, the events from the number `gone` on are taken out.
    """

    file: LogFile
    original: Path
    print: Fingerprint
    given: bool
    known: Origin | None = None
    start: int = 0
    gone: int = 0

    def origin(self, ranges: tuple[tuple[int, int], ...], covered: int, sha256: str, *, complete: bool) -> Origin:
        """What is known of the file once its bytes up to `covered` are in the store."""
        old = self.known
        kept = cut(old.ranges, self.gone)[0] if old is not None else ()
        look = self.file.look
        return Origin(
            self.print.path,
            self.file.log_group,
            self.print.size,
            self.print.mtime_ns,
            covered,
            sha256,
            self.print.head_of(covered),
            (*kept, *ranges),
            look.format.name if look is not None and look.format is not None else "",
            self.given,
            complete,
        )


class _Import:
    def __init__(self, store: Store, spool: Path, limits: Limits, progress: Progress) -> None:
        self.store = store
        self.spool = spool
        self.limits = limits
        self.progress = progress
        self.report = Report()
        self.waiting: list[_Wanted] = []
        self.known = KnownFiles(store.contents.origins)
        self.coming = KnownFiles([])
        self.scratch: duckdb.DuckDBPyConnection | None = None

    def close(self) -> None:
        if self.scratch is not None:
            self.scratch.close()

    def take(self, files: Sequence[tuple[int, LogFile]], *, given: bool) -> None:
        """Sorts what one path holds of each log group: known, grown or new; many small ones wait for one change."""
        groups = frozenset(file.log_group for _, file in files)
        for before, file in files:
            if file.part is not None:
                raise UsageError(f"{file.shown} is a store already", remedy="query it as it is: --local PATH")
            looked = file if file.look is not None else replace(file, look=look_at(file))
            original = _original(file)
            if looked.look is not None and looked.look.problem is None and looked.look.format is None:
                self.report.notes.append(f"{file.shown} is empty")
                continue
            if not original.samefile(file.path) and original.stat().st_mtime_ns > before:
                self.report.notes.append(f"{file.shown} was written while it was read: import it again")
                continue
            self._sort(looked, original, groups, given)

    def _sort(self, file: LogFile, original: Path, groups: frozenset[str], given: bool) -> None:
        shown = file.shown if file.shown == "standard input" else str(original.absolute())
        stat = original.stat()
        if self.known.unchanged(shown, stat.st_size, stat.st_mtime_ns, file.log_group, given):
            self.report.known += 1
            return
        print_ = fingerprint(original, shown, stat, [self.known, self.coming])
        if self.coming.match(print_, file, groups, given) is not None:
            self.flush()
        known = self.known.match(print_, file, groups, given)
        if known is not None and any(w.known is known for w in self.waiting):  # two files grew from one
            self.flush()
            known = self.known.match(print_, file, groups, given)
        if known is not None and known.covered == print_.size and not self.known.moves(known, file, given):
            if known.log_group != file.log_group:
                self.report.notes.append(
                    f"{file.shown} holds what was imported as {known.log_group} already; "
                    f"-g {file.log_group}={file.shown} imports it under this name"
                )
            self.report.known += 1
            return
        if known is not None and known.log_group != file.log_group and not self.known.moves(known, file, given):
            file = replace(file, log_group=known.log_group)
        self._want(_Wanted(file, original, print_, given or (known is not None and known.given), known))

    def _want(self, wanted: _Wanted) -> None:
        wanted = self._resumed(wanted)
        if wanted.print.size - wanted.start > BATCH and _sliceable(wanted):
            self.flush()
            self._in_slices(wanted)
            return
        self.waiting.append(wanted)
        self.coming.add(wanted.origin((), wanted.print.size, wanted.print.sha256, complete=False))
        if sum(w.print.size - w.start for w in self.waiting) >= BATCH:
            self.flush()

    def _resumed(self, wanted: _Wanted) -> _Wanted:
        """Where to go on in a file that grew; at its beginning, where only all of it will do."""
        known, look = wanted.known, wanted.file.look
        if known is None or look is None or not isinstance(look.format, LineFormat) or not _sliceable(wanted):
            return wanted
        if known.format != look.format.name or known.log_group != wanted.file.log_group:
            return wanted
        if known.complete:
            return replace(wanted, start=known.covered, gone=self.store.contents.next_seq)
        found = resumption(self._scratch(), wanted.original, look.format, known.covered)
        if found is None:
            return wanted
        gone = self._number(known, found.events) if found.events else self.store.contents.next_seq
        return wanted if gone is None else replace(wanted, start=found.start, gone=gone)

    def _number(self, known: Origin, events: int) -> int | None:
        """The number of the event that is so many from the end of what was read of a file."""
        within = " OR ".join(f"seq BETWEEN {low} AND {high}" for low, high in known.ranges)
        files = [
            str(self.store.file(part))
            for part in self.store.contents.parts
            if part.log_group == known.log_group
            and any(low <= part.high and high >= part.low for low, high in known.ranges)
        ]
        if not files or not within:
            return None
        sql = f"SELECT seq FROM read_parquet({listed(files)}, hive_partitioning=false) WHERE {within} ORDER BY seq DESC"
        row = self._scratch().execute(f"{sql} LIMIT 1 OFFSET {events - 1}").fetchone()
        return int(row[0]) if row else None

    def _scratch(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        if self.scratch is None:
            self.scratch = duckdb.connect(":memory:", config={"temp_directory": str(self.spool)})
        return self.scratch

    def flush(self) -> None:
        """Makes one change of all that waits."""
        if not self.waiting:
            return
        wanted, self.waiting, self.coming = self.waiting, [], KnownFiles([])
        with changing(self.store, [w.file.path for w in wanted], self.spool, self.limits) as change:
            origins = list(self.store.contents.origins)
            replaced: set[int] = set()
            for one in wanted:
                origin = self._read(change, one)
                if origin is not None:
                    origins.append(origin)
                    replaced.add(id(one.known))
            self._commit(change, [o for o in origins if id(o) not in replaced])

    def _commit(self, change: Change, origins: Sequence[Origin]) -> None:
        self.store.commit(change.write(origins))
        self.known = KnownFiles(self.store.contents.origins)

    def _read(self, change: Change, wanted: _Wanted) -> Origin | None:
        """Adds the file's events; None, and a note, where it cannot be read."""
        size = wanted.print.size
        file = slice_of(wanted.file, wanted.original, wanted.start, size, self.spool) if wanted.start else wanted.file
        low = change.next_seq
        try:
            logs = Logs([file], self.spool)
            found = change.add(logs)
            if not wanted.start and wanted.print.is_other(wanted.original):  # it grew meanwhile
                change.forget(low)
                file = slice_of(wanted.file, wanted.original, 0, size, self.spool)
                logs = Logs([file], self.spool)
                found = change.add(logs)
            if file is not wanted.file and wanted.print.is_other(wanted.original, whole=True):
                raise SourceError(f"{file.shown} was rewritten while it was read", remedy="import it again")
        except SourceError as error:
            change.forget(low)
            if wanted.file.named:
                raise
            self.report.notes.append(f"{error.what}: left out")
            return None
        finally:
            if file is not wanted.file:
                file.path.unlink(missing_ok=True)
        self._take_out(change, wanted)
        self._tell(wanted, logs, found.events, found.lost, size - wanted.start)
        ranges = ((found.low, found.high),) if found.events else ()
        return wanted.origin(ranges, size, wanted.print.sha256, complete=False)

    def _take_out(self, change: Change, wanted: _Wanted) -> None:
        known = wanted.known
        if known is not None:
            for low, high in cut(known.ranges, wanted.gone)[1]:
                change.remove(known.log_group, low, high)

    def _in_slices(self, wanted: _Wanted) -> None:
        """A big file in changes of their own; each makes what it read known, so that a killed import goes on there."""
        grown = wanted.known is not None
        size = wanted.print.size
        while wanted.start < size:
            end = self._slice_end(wanted)
            with changing(self.store, [], self.spool, self.limits) as change:
                file = slice_of(wanted.file, wanted.original, wanted.start, end, self.spool)
                logs = Logs([file], self.spool)
                found = change.add(logs)
                file.path.unlink()
                self._take_out(change, wanted)
                ranges = ((found.low, found.high),) if found.events else ()
                origin = wanted.origin(ranges, end, wanted.print.digest(wanted.original, end), complete=end < size)
                origins = [*(o for o in self.store.contents.origins if o is not wanted.known), origin]
                self._commit(change, origins)
            self._tell(wanted, logs, found.events, found.lost, end - wanted.start, grown=grown, last=end == size)
            wanted = replace(wanted, known=origin, start=end, gone=self.store.contents.next_seq)

    def _slice_end(self, wanted: _Wanted) -> int:
        """The byte before which the next slice of a big file ends: that of an event, or the file's end."""
        look = wanted.file.look
        assert look is not None and isinstance(look.format, LineFormat)
        end = wanted.start + BATCH
        while end < wanted.print.size:
            found = resumption(self._scratch(), wanted.original, look.format, end, wanted.start)
            if found is not None:
                return found.start
            end += BATCH
        return wanted.print.size

    def _tell(
        self,
        wanted: _Wanted,
        logs: Logs,
        events: int,
        lost: int,
        size: int,
        *,
        grown: bool | None = None,
        last: bool = True,
    ) -> None:
        grown = wanted.known is not None if grown is None else grown
        self.report.events += events
        self.report.bytes_read += size
        self.report.added += int(last and not grown)
        self.report.grown += int(last and grown)
        self.report.notes += logs.notes
        if lost:
            what = "event has" if lost == 1 else "events have"
            self.report.notes.append(f"{wanted.file.shown}: {lost:,} {what} no time that can be read: left out")
        self.progress(wanted.file.shown, size)


def _original(file: LogFile) -> Path:
    """The file as it lies on the disk, or as it came out of a pipe; `file.path` may be a link to it or made of it."""
    if file.shown == "standard input":
        spooled = file.path.parent / "stdin"
        return spooled if spooled.is_file() else file.path
    shown = Path(file.shown)
    if shown.is_file():
        return shown
    spooled = file.path.parent / f"pipe-{shown.name}"
    return spooled if spooled.is_file() else file.path


def _sliceable(wanted: _Wanted) -> bool:
    """Whether the file can be read from the middle: plain text with an event a line, or several lines."""
    file = wanted.file
    plain = file.compression == "none" and not file.several and file.path.samefile(wanted.original)
    return plain and file.look is not None and isinstance(file.look.format, LineFormat)
