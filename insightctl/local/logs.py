"""The files of one run as batches that are read in one go: recognised, dated, cleaned where they are not UTF-8."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from insightctl.core.errors import SourceError
from insightctl.local.cleaning import cleaned, has_late_colours
from insightctl.local.converting import CONVERTED, converted
from insightctl.local.files import READ_BY_THE_ENGINE, LogFile, Look, broken_archive
from insightctl.local.long_lines import long_lines
from insightctl.local.looking import look_at
from insightctl.local.readers import AnyFormat, ConvertedFormat, Format, LineFormat
from insightctl.local.readers.interface import NO_STREAM
from insightctl.local.readers.json_records import MENDED_EVENTS
from insightctl.local.relation import AnyBatch, Batch, StoreBatch
from insightctl.local.sources import UNKNOWN_GROUP


class StoreChanged(SourceError):
    """A store does not hold what it held when the run began: another process wrote it meanwhile."""


class Logs:
    """Files, the batches that they make, and notes on what could not be read."""

    def __init__(self, files: Sequence[LogFile], spool: Path) -> None:
        self.spool = spool
        self.notes: list[str] = []
        self.files = list(files)
        self._copies: dict[Path, LogFile] = {}
        self._streamless = 0
        self.batches: list[AnyBatch] = self._batches()

    def of_groups(self, names: frozenset[str]) -> list[AnyBatch]:
        """The batches of these log groups."""
        return [batch for batch in self.batches if batch.log_group in names]

    def size(self, names: frozenset[str]) -> int:
        """Bytes of the files of these log groups, as they lie on the disk."""
        return sum(file.size for file in self.files if file.log_group in names)

    def without_streams(self) -> int:
        """How many files name no log stream, neither in their lines nor in their paths."""
        of_files = [b for b in self.batches if isinstance(b, Batch)]
        without = [b for b in of_files if isinstance(b.format, LineFormat) and b.format.stream == NO_STREAM]
        return sum(len(batch.paths) for batch in without if not batch.streams) + self._streamless

    def _batches(self) -> list[AnyBatch]:
        kept: list[LogFile] = []
        grouped: dict[tuple[str, str, str, bool], list[LogFile]] = {}
        formats: dict[str, Format] = {}
        stored: dict[str, list[LogFile]] = {}
        for file in self.files:
            if file.part is not None:
                stored.setdefault(file.log_group, []).append(file)
                kept.append(file)
                continue
            for format_, readable in self._readable(file):
                formats[format_.name] = format_
                if file.log_group == UNKNOWN_GROUP:
                    self.notes.append(f"{file.shown}: nothing names its log group; -g NAME=PATH does")
                key = (format_.name, file.log_group, readable.compression, file.several)
                grouped.setdefault(key, []).append(readable)
                kept.append(file)
        self.notes = list(dict.fromkeys(self.notes))
        if not kept:
            raise SourceError(
                self.notes[0]
                if len(self.notes) == 1
                else f"none of {len(self.files)} files holds logs: {self.notes[0]}, ...",
                remedy="there are no log events to query; check how the logs were fetched",
            )
        of_stores: list[AnyBatch] = [
            StoreBatch(group, tuple(f.part for f in files if f.part is not None), tuple(str(f.path) for f in files))
            for group, files in stored.items()
        ]
        return of_stores + [
            Batch(
                formats[name],
                group,
                compression,
                tuple(str(f.path) for f in files),
                _mtime_ms(files),
                any(f.stream for f in files),
                several,
            )
            for (name, group, compression, several), files in grouped.items()
        ]

    def _readable(self, file: LogFile) -> list[tuple[Format, LogFile]]:
        """The file in a form that the engine reads; nothing, and a note, where there is none."""
        look = file.look or look_at(file)
        try:
            if look.problem is not None:
                raise look.problem
            if look.format is None:
                self.notes.append(f"{file.shown} is empty")
                return []
            if not file.named and look.other_document:
                self.notes.append(f"{file.shown} is a JSON document without log events: left out")
                return []
            found = self._in_form(file, look, look.format)
        except SourceError as error:
            if file.named:
                raise
            self.notes.append(f"{error.what}: left out")
            return []
        self.notes += look.notes
        self._streamless += look.streamless
        return found

    def _in_form(self, file: LogFile, look: Look, format_: AnyFormat) -> list[tuple[Format, LogFile]]:
        if isinstance(format_, ConvertedFormat):
            return [(CONVERTED, self._converted(file, format_))]
        if look.marked or look.coloured or file.compression not in READ_BY_THE_ENGINE:
            return [(format_, self._clean(file))]
        if isinstance(format_, LineFormat) and not look.whole and has_late_colours(file):
            return [(format_, self._clean(file))]
        if isinstance(format_, LineFormat) and (note := long_lines(file)):
            self.notes.append(note)
        return [(format_, file)]

    def _clean(self, file: LogFile) -> LogFile:
        """A plain copy that is UTF-8, made once."""
        if file.path not in self._copies:
            readable, broken = cleaned(file, self.spool)
            if broken:
                self.notes.append(f"{file.shown}: {broken:,} broken UTF-8 sequences were read as '\ufffd'")
            self._copies[file.path] = readable
        return self._copies[file.path]

    def _mended(self, batch: Batch, file: LogFile) -> tuple[Format, Path]:
        """A file in a form that the engine cannot refuse any more."""
        if isinstance(batch.format, LineFormat):
            return batch.format, self._clean(file).path
        return CONVERTED, self._converted(file, MENDED_EVENTS).path

    def _converted(self, file: LogFile, format_: ConvertedFormat) -> LogFile:
        (one,) = converted(file, format_, self.spool, split=False)
        if one.look is not None:
            self.notes += one.look.notes
            self._streamless += one.look.streamless
        return one

    def clean(self, error: str) -> bool:
        """Replaces the files that an error may be about by mended copies; whether there were any left to mend."""
        by_path = {
            str(f.path): f for f in self.files if f.part is None and (f.look is None or f.look.format is not CONVERTED)
        }
        raw = [path for batch in self.batches for path in batch.paths if path in by_path]
        culprits = {path for path in raw if path in error} or set(raw)
        mended: list[AnyBatch] = []
        for batch in self.batches:
            if isinstance(batch, StoreBatch):
                mended.append(batch)
                continue
            kept = tuple(path for path in batch.paths if path not in culprits)
            if kept:
                mended.append(replace(batch, paths=kept))
            copies: dict[str, tuple[Format, list[str]]] = {}
            for path in batch.paths:
                if path in culprits:
                    format_, copy = self._mended(batch, by_path[path])
                    copies.setdefault(format_.name, (format_, []))[1].append(str(copy))
            mended += [
                replace(batch, format=format_, compression="none", paths=tuple(paths))
                for format_, paths in copies.values()
            ]
        self.batches = mended
        return bool(culprits)

    def unreadable(self, error: str) -> SourceError:
        culprit = next((f for f in self.files if str(f.path) in error), None)
        if culprit is not None and culprit.compression != "none":
            return broken_archive(culprit)
        if culprit is not None and culprit.part is not None:
            return StoreChanged(
                f"the store {culprit.shown} changed while it was read, or is damaged",
                remedy=f"ask again; insightctl local verify {culprit.shown} tells what is wrong",
            )
        where = culprit.shown if culprit else "a log file"
        return SourceError(f"{where} cannot be read: {error.splitlines()[0]}", remedy="check the file and the disk")


def _mtime_ms(files: Sequence[LogFile]) -> int:
    return max(int(Path(f.path).stat().st_mtime * 1000) for f in files)
