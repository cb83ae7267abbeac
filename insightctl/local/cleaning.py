"""Text out of bytes: broken UTF-8 replaced and counted, byte order marks and the colours of a terminal left out."""

from __future__ import annotations

import codecs
import mmap
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from insightctl.core.errors import SourceError
from insightctl.local.files import LINES_OF_ZSTD, LogFile, head, opened, unpacking

_BLOCK = 8 * 1024 * 1024
_COLOUR = re.compile(r"\x1b\[[0-9;]*[mK]")
_COLOUR_BYTES = re.compile(_COLOUR.pattern.encode())
_LONGEST_COLOUR = 24
_SEARCHED = 268_435_456


def without_colours(text: str) -> str:
    """The text without what colours it on a terminal (`ESC [ ... m`); other control characters stay."""
    return _COLOUR.sub("", text) if "\x1b[" in text else text


def has_late_colours(file: LogFile) -> bool:
    """Whether colours stand somewhere in a plain file of up to 256 MB; of larger ones the beginning has to tell."""
    if file.compression != "none" or not 0 < file.size <= _SEARCHED:
        return False
    with file.path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.find(b"\x1b[")
        while at >= 0:
            if _COLOUR_BYTES.match(content, at):
                return True
            at = content.find(b"\x1b[", at + 1)
        return False


def check_text(file: LogFile, start: bytes) -> str:
    """The beginning of a file as text. Raises SourceError for one that holds no text."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError(
            f"{file.shown} is UTF-16 text", remedy=f"convert it first: iconv -f UTF-16 -t UTF-8 {file.shown}"
        )
    text = start.decode("utf-8", "replace")
    odd = sum(1 for c in text if c == "\ufffd" or (c < " " and c not in "\t\n\r\x1b\x08\x0c"))
    if odd > len(text) * 0.1:
        raise SourceError(
            f"{file.shown} is a binary file, not a log",
            remedy="name a text or JSON log file (gzip, zstd, bzip2 and xz are read)",
        )
    return text.removeprefix("\ufeff")


def is_other_document(text: str) -> bool:
    """Whether a text is one JSON document laid out over lines (a configuration, a dashboard), not events."""
    return (
        text.lstrip().startswith(("{\n", "{\r\n", "[\n", "[\r\n"))
        and '"message"' not in text
        and '"@message"' not in text
    )


class Text:
    """The text of a file. `broken` is how many broken UTF-8 sequences were replaced so far."""

    def __init__(self, file: LogFile) -> None:
        self.file = file
        self.broken = 0

    def blocks(self) -> Iterator[str]:
        """The text in blocks, cut anywhere. Raises SourceError for a damaged archive."""
        held = ""
        for block in self._decoded():
            text = held + block
            escape = text.rfind("\x1b", max(len(text) - _LONGEST_COLOUR, 0))
            held = text[escape:] if escape >= 0 else ""  # a colour may go on in the next block
            yield without_colours(text[:escape] if escape >= 0 else text)
        yield without_colours(held)

    def _decoded(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        first = True
        for block in self._bytes():
            text = decoder.decode(block)
            self.broken += text.count("\ufffd")
            yield text.removeprefix("\ufeff") if first else text
            first = False
        tail = decoder.decode(b"", True)
        self.broken += tail.count("\ufffd")
        yield tail

    def _bytes(self) -> Iterator[bytes]:
        if self.file.compression == "zstd":
            yield from _zstd_blocks(self.file)
            return
        with unpacking(self.file), opened(self.file) as source:
            while block := source.read(_BLOCK):
                yield block


def _zstd_blocks(file: LogFile) -> Iterator[bytes]:
    import duckdb

    connection = duckdb.connect()
    try:
        rows = connection.execute(f"SELECT line FROM {LINES_OF_ZSTD}", [str(file.path)])
        while found := rows.fetchmany(2000):
            yield "".join(f"{line}\n" for (line,) in found).encode("utf-8")
    except duckdb.InvalidInputException:
        raise SourceError(
            f"{file.shown} cannot be read as UTF-8 text", remedy=f"unpack it first: zstd -d {file.shown}"
        ) from None
    finally:
        connection.close()


def cleaned(file: LogFile, spool: Path) -> tuple[LogFile, int]:
    """A plain copy of the file that is valid UTF-8, and how many sequences were replaced. Raises SourceError."""
    target = spool / f"clean-{abs(hash(file.path))}-{file.path.name}"
    text = Text(file)
    with target.open("w", encoding="utf-8", newline="") as out:
        out.writelines(text.blocks())
    dated = file.path.stat()
    os.utime(target, ns=(dated.st_atime_ns, dated.st_mtime_ns))  # the time of events that name none
    return replace(file, path=target, compression="none"), text.broken


__all__ = ["Text", "check_text", "cleaned", "head", "is_other_document", "without_colours"]
