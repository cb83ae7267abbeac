"""CSV as the console exports it: `timestamp,message`, or the columns of a query."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator

from insightctl.local.readers.interface import ConvertedFormat, Events, Unreadable
from insightctl.local.readers.records import event_of_row

_TIMES = ("timestamp", "@timestamp", "time")
_LARGEST_CELL = 33_554_432


def _events(blocks: Iterable[str]) -> Events:
    csv.field_size_limit(min(_LARGEST_CELL, sys.maxsize))
    reader = csv.reader(_pieces(blocks), strict=False)
    header: list[str] | None = None
    begins = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Unreadable(begins)
            begins = reader.line_num + 1
            continue
        if header is None:
            header = [name.strip() for name in row] if row else None
        elif len(row) == len(header):
            yield event_of_row(dict(zip(header, row, strict=True)), begins)
        elif row:
            yield Unreadable(begins)
        begins = reader.line_num + 1


def _pieces(blocks: Iterable[str]) -> Iterator[str]:
    """Lines with what ends them, which a quoted message keeps; the service knows no carriage return."""
    rest = ""
    for block in blocks:
        parts = (rest + block).split("\n")
        rest = parts.pop()
        yield from (part.removesuffix("\r") + "\n" for part in parts)
    if rest:
        yield rest


def _score(head: str) -> float:
    first = next((line for line in head.split("\n") if line.strip()), "").strip()
    try:
        names = [name.strip() for name in next(csv.reader([first]), [])]
    except csv.Error:
        return 0.0
    if names == ["timestamp", "message"]:
        return 0.98
    system = any(name.startswith("@") for name in names)
    bins = any(name.startswith("bin(") for name in names)
    plain = len(names) > 1 and all(name and " " not in name.split("(")[0] and len(name) < 80 for name in names)
    return 0.96 if plain and (system or bins or names[0] in _TIMES) and "{" not in first else 0.0


CSV = ConvertedFormat("csv", "the console's export as CSV", _score, _events, names_groups=True)
