"""Files that are not UTF-8 throughout: read again with the broken bytes replaced, and counted."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from pathlib import Path
from typing import IO

from insightctl.core.errors import SourceError
from insightctl.local.sources import LogFile, broken_archive, head

_BLOCK = 8 * 1024 * 1024


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
            f"{file.shown} is a binary file, not a log", remedy="name a text or JSON log file (gzip and zstd are read)"
        )
    return text.removeprefix("\ufeff")


def is_other_document(text: str) -> bool:
    """Whether a text is one JSON document laid out over lines (a configuration, a dashboard), not events."""
    return (
        text.lstrip().startswith(("{\n", "{\r\n", "[\n", "[\r\n"))
        and '"message"' not in text
        and '"@message"' not in text
    )


def _opened(file: LogFile) -> IO[bytes]:
    if file.compression == "zstd":
        raise SourceError(f"{file.shown} is not UTF-8 text", remedy=f"unpack it first: zstd -d {file.shown}")
    return gzip.open(file.path, "rb") if file.compression == "gzip" else file.path.open("rb")  # type: ignore[return-value]


def cleaned(file: LogFile, spool: Path) -> tuple[LogFile, int]:
    """A copy of the file that is valid UTF-8, plain, without a byte order mark, and how many sequences were replaced."""
    import codecs

    target = spool / f"clean-{abs(hash(file.path))}-{file.path.name}"
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = 0
    try:
        with _opened(file) as source, target.open("w", encoding="utf-8", newline="") as out:
            first = True
            while block := source.read(_BLOCK):
                text = decoder.decode(block)
                broken += text.count("\ufffd")
                out.write(text.removeprefix("\ufeff") if first else text)
                first = False
            tail = decoder.decode(b"", True)
            broken += tail.count("\ufffd")
            out.write(tail)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise broken_archive(file) from None
    return replace(file, path=target, compression="none"), broken


__all__ = ["check_text", "cleaned", "head"]
