"""Files that the engine cannot read as they are, converted into JSON lines in the spool, one file a log group."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from insightctl.local.cleaning import Text
from insightctl.local.files import LogFile, Look
from insightctl.local.readers import ConvertedFormat, DocumentFormat
from insightctl.local.readers.interface import Event, Unreadable

LONGEST_EVENT = 262_144
"""Bytes of an event at most, by the service's quota."""

_COLUMNS = "ts: 'BIGINT', stream: 'VARCHAR', msg: 'VARCHAR', ingested: 'BIGINT'"
_FLUSH = 16_777_216  # bytes that wait to be written
_encode: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_NO_TIME = -(10**15)  # before any time that the engine takes: told as a time that cannot be read

CONVERTED = DocumentFormat(
    "converted",
    "events as this program writes them into its spool",
    lambda _: 0.0,
    lambda files, packed: (
        f"(SELECT ts, stream, msg, ingested FROM read_json({files}, format='newline_delimited', "
        f"columns={{{_COLUMNS}}}, compression={packed}, maximum_object_size=1073741824))"
    ),
)


def converted(file: LogFile, format_: ConvertedFormat, spool: Path, *, split: bool) -> list[LogFile]:
    """The file's events as files that the engine reads: one a log group when `split`, else one.

    What could not be read is counted in the notes of each. Raises SourceError for a damaged archive.
    """
    text = Text(file)
    writer = _Writer(file, spool, split)
    for event in format_.events(text.blocks()):
        if isinstance(event, Unreadable):
            writer.unreadable(event)
        else:
            writer.add(event)
    writer.finish()
    notes = list(writer.notes())
    if text.broken:
        notes.append(f"{file.shown}: {text.broken:,} broken UTF-8 sequences were read as '\ufffd'")
    look = Look(CONVERTED, notes=tuple(notes), streamless=not writer.has_streams)
    total = sum(writer.written.values()) or 1
    return [
        replace(
            file,
            path=writer.path(group),
            log_group=group or file.log_group,
            compression="none",
            size=file.size * written // total,
            look=look,
        )
        for group, written in writer.written.items()
    ]


class _Writer:
    """Writes events by log group. One without a time takes that of the event before it, the first ones of the next."""

    def __init__(self, file: LogFile, spool: Path, split: bool) -> None:
        self.file, self.spool, self.split = file, spool, split
        self.written: dict[str | None, int] = {}
        self.has_streams = file.stream is not None
        self._lines: dict[str | None, list[bytes]] = {}
        self._held = 0
        self._waiting: list[Event] = []
        self._last: int | None = None
        self._undated = 0
        self._lost = self._lost_at = 0
        self._long = self._long_at = 0

    def path(self, group: str | None) -> Path:
        """Where the events of a group are written."""
        return self.spool / f"read-{abs(hash(self.file.path))}-{list(self.written).index(group)}.ndjson"

    def add(self, event: Event) -> None:
        if len(event.message) * 4 > LONGEST_EVENT and len(event.message.encode("utf-8", "replace")) > LONGEST_EVENT:
            self._long_at = self._long_at or event.line
            self._long += 1
        if event.ts is not None:
            self._last = event.ts
            if self._waiting:
                self._let_go()
        if event.ts is None and self._last is None:
            self._waiting.append(event)
            self._held += len(event.message)
            if self._held > _FLUSH:
                self._take_the_files_time()
            return
        self._write(event, event.ts if event.ts is not None else self._last)

    def unreadable(self, lost: Unreadable) -> None:
        self._lost_at = self._lost_at or lost.line
        self._lost += lost.records

    def finish(self) -> None:
        if self._waiting:
            self._take_the_files_time()
        if not self.written:
            self.written[None] = 0
            self.path(None).touch()
        self._flush()

    def notes(self) -> list[str]:
        where = self.file.shown
        found = []
        if self._lost:
            what = "record could not be read and was" if self._lost == 1 else "records could not be read and were"
            found.append(f"{where}: {self._lost:,} {what} left out; the first: {where}:{self._lost_at}")
        if self._long:
            what = "event is" if self._long == 1 else "events are"
            found.append(
                f"{self._long:,} {what} longer than 256 KB, the service's limit; the first: {where}:{self._long_at}"
            )
        if self._undated:
            found.append(f"{where}: the records carry no times; the file's modification time stands for them")
        if not any(self.written.values()) and not self._lost:
            found.append(f"{where} holds no log events")
        return found

    def _take_the_files_time(self) -> None:
        self._undated = len(self._waiting)
        self._last = int(self.file.path.stat().st_mtime * 1000)
        self._let_go()

    def _let_go(self) -> None:
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            self._write(event, self._last)

    def _write(self, event: Event, ts: int | None) -> None:
        group = event.group if self.split else None
        record = {
            "ts": ts if ts is not None and abs(ts) < 2**62 else _NO_TIME,
            "stream": event.stream or self.file.stream,
            "msg": event.message,
            "ingested": event.ingested if event.ingested is None or abs(event.ingested) < 2**62 else None,
        }
        self.has_streams = self.has_streams or event.stream is not None
        line = _bytes(_encode(record)) + b"\n"
        self.written[group] = self.written.get(group, 0) + len(line)
        self._lines.setdefault(group, []).append(line)
        self._held += len(line)
        if self._held > _FLUSH:
            self._flush()

    def _flush(self) -> None:
        for group, lines in self._lines.items():
            with self.path(group).open("ab") as out:
                out.writelines(lines)
        self._lines.clear()
        self._held = 0


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell and UTF-8 cannot
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
