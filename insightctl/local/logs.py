"""The files of one run as batches that are read in one go: recognised, dated, cleaned where they are not UTF-8."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from insightctl.core.errors import SourceError
from insightctl.local.cleaning import check_text, cleaned, is_other_document
from insightctl.local.readers import LineFormat, recognise
from insightctl.local.readers.bare import BARE, doubts
from insightctl.local.readers.interface import NO_STREAM
from insightctl.local.relation import Batch
from insightctl.local.sources import UNKNOWN_GROUP, LogFile, broken_archive, head


class Logs:
    """Files, the batches that they make, and notes on what could not be read."""

    def __init__(self, files: Sequence[LogFile], spool: Path) -> None:
        self.spool = spool
        self.notes: list[str] = []
        self.files = list(files)
        self.batches = self._batches()

    def of_groups(self, names: frozenset[str]) -> list[Batch]:
        """The batches of these log groups."""
        return [batch for batch in self.batches if batch.log_group in names]

    def size(self, names: frozenset[str]) -> int:
        """Bytes of the files of these log groups, as they lie on the disk."""
        return sum(file.size for file in self.files if file.log_group in names)

    def without_streams(self) -> int:
        """How many files name no log stream, neither in their lines nor in their paths."""
        without = [b for b in self.batches if isinstance(b.format, LineFormat) and b.format.stream == NO_STREAM]
        return sum(len(batch.paths) for batch in without if not batch.streams)

    def _batches(self) -> list[Batch]:
        kept: list[LogFile] = []
        grouped: dict[tuple[str, str, str], list[LogFile]] = {}
        formats = {}
        for file in self.files:
            try:
                start = head(file)
                text = check_text(file, start)
            except SourceError as error:
                if file.named:
                    raise
                self.notes.append(f"{error.what}: left out")
                continue
            if not start.strip():
                self.notes.append(f"{file.shown} is empty")
                continue
            if not file.named and is_other_document(text):
                self.notes.append(f"{file.shown} is a JSON document without log events: left out")
                continue
            has_mark = start.startswith(b"\xef\xbb\xbf")
            readable = self._clean(file) if has_mark else file
            format_ = recognise(text if len(start) < 262_144 else text.rpartition("\n")[0] or text)
            formats[format_.name] = format_
            if format_ is BARE:
                self.notes += [f"{file.shown}: {doubt}" for doubt in doubts(text)]
            if file.log_group == UNKNOWN_GROUP:
                self.notes.append(f"{file.shown}: nothing names its log group; -g NAME=PATH does")
            grouped.setdefault((format_.name, file.log_group, readable.compression), []).append(readable)
            kept.append(file)
        if not kept:
            raise SourceError(
                self.notes[0]
                if len(self.notes) == 1
                else f"none of {len(self.files)} files holds logs: {self.notes[0]}, ...",
                remedy="there are no log events to query; check how the logs were fetched",
            )
        return [
            Batch(
                formats[name],
                group,
                compression,
                tuple(str(f.path) for f in files),
                _mtime_ms(files),
                any(f.stream for f in files),
            )
            for (name, group, compression), files in grouped.items()
        ]

    def _clean(self, file: LogFile) -> LogFile:
        readable, broken = cleaned(file, self.spool)
        if broken:
            self.notes.append(f"{file.shown}: {broken:,} broken UTF-8 sequences were read as '\ufffd'")
        return readable

    def clean(self, error: str) -> bool:
        """Replaces the files that an error may be about by clean copies; whether there were any left to clean."""
        by_path = {str(f.path): f for f in self.files}
        raw = [path for batch in self.batches for path in batch.paths if path in by_path]
        culprits = [path for path in raw if path in error] or raw
        cleaned_paths = {path: str(self._clean(by_path[path]).path) for path in culprits}
        self.batches = [
            one
            for batch in self.batches
            for one in (
                replace(batch, paths=tuple(p for p in batch.paths if p not in cleaned_paths)),
                replace(
                    batch, compression="none", paths=tuple(cleaned_paths[p] for p in batch.paths if p in cleaned_paths)
                ),
            )
            if one.paths
        ]
        return bool(culprits)

    def unreadable(self, error: str) -> SourceError:
        culprit = next((f for f in self.files if str(f.path) in error), None)
        if culprit is not None and culprit.compression != "none":
            return broken_archive(culprit)
        where = culprit.shown if culprit else "a log file"
        return SourceError(f"{where} cannot be read: {error.splitlines()[0]}", remedy="check the file and the disk")


def _mtime_ms(files: Sequence[LogFile]) -> int:
    return max(int(Path(f.path).stat().st_mtime * 1000) for f in files)
