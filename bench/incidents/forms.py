"""How the events of a function reach a laptop: the forms that files come in."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.incidents.stamps import iso, isoformat

Record = tuple[int, str, str]
"""UTC ms, log stream, message."""
Form = Callable[[Path, str, Sequence[Record]], None]


_MOST_STREAMS = 200
"""An export of more is thousands of tiny files."""


def tail(folder: Path, function: str, records: Sequence[Record]) -> None:
    """`aws logs tail --format detailed`."""
    text = "".join(f"{isoformat(ms)}+00:00 {stream} {message}\n" for ms, stream, message in records)
    (folder / f"{function}.log").write_text(text)


def sam(folder: Path, function: str, records: Sequence[Record]) -> None:
    """`sam logs`."""
    text = "".join(f"{stream} {isoformat(ms)} {message}\n" for ms, stream, message in records)
    (folder / f"{function}.log").write_text(text)


def events(folder: Path, function: str, records: Sequence[Record]) -> None:
    """Events as JSON lines."""
    with (folder / f"{function}.jsonl").open("w") as out:
        for number, (ms, stream, message) in enumerate(records):
            event = {"timestamp": ms, "message": f"{message}\n", "logStreamName": stream, "ingestionTime": ms + 900}
            out.write(json.dumps({**event, "eventId": f"{number:056d}"}) + "\n")


def packed_tail(folder: Path, function: str, records: Sequence[Record]) -> None:
    """`aws logs tail` through gzip."""
    tail(folder, function, records)
    plain = folder / f"{function}.log"
    (folder / f"{function}.log.gz").write_bytes(gzip.compress(plain.read_bytes(), 1))
    plain.unlink()


def export(folder: Path, function: str, records: Sequence[Record]) -> None:
    """CreateExportTask to S3: a folder for each log stream."""
    streams: dict[str, list[str]] = {}
    for ms, stream, message in records:
        streams.setdefault(stream, []).append(f"{iso(ms)}Z {message}\n")
    if len(streams) > _MOST_STREAMS:
        tail(folder, function, records)
        return
    for stream, lines in streams.items():
        place = folder / "aws" / "lambda" / function / "4f2c" / stream.replace("/", "-", 3)
        place.mkdir(parents=True)
        (place / "000000.gz").write_bytes(gzip.compress("".join(lines).encode(), 1))


def console(folder: Path, function: str, records: Sequence[Record]) -> None:
    """A query's answer as CSV."""
    with (folder / f"{function}.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("@timestamp", "@logStream", "@message"))
        writer.writerows((iso(ms).replace("T", " "), stream, message) for ms, stream, message in records)


FORMS: dict[str, Form] = {
    "tail": tail,
    "tail.gz": packed_tail,
    "sam": sam,
    "events": events,
    "export": export,
    "csv": console,
}
