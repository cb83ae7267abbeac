"""A log file as it lies on the disk: its compression, its first bytes, its bytes unpacked."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

from insightctl.core.errors import SourceError
from insightctl.local.readers import AnyFormat
from insightctl.local.stores.layout import Part
from insightctl.local.zstd import is_whole

Compression = Literal["none", "gzip", "zstd", "bzip2", "xz", "gzip in gzip", "zip"]
_MAGIC: tuple[tuple[bytes, Compression], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
)
READ_BY_THE_ENGINE = frozenset({"none", "gzip", "zstd"})
HEAD = 262_144
"""Bytes of a file that it is recognised by."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the beginning of a file tells.

    `format` is None for an empty file. `marked`: it begins with a byte order mark; `coloured`: it holds colours of a
    terminal; `whole`: the beginning is all there is. `function` is one that its events name, `certain` when the
    platform itself says so. `streamless`: no event names a log stream (known of converted files). `problem` is why the
    file cannot be read.
    """

    format: AnyFormat | None = None
    marked: bool = False
    coloured: bool = False
    whole: bool = False
    other_document: bool = False
    function: str | None = None
    certain: bool = False
    streamless: bool = False
    notes: tuple[str, ...] = ()
    problem: SourceError | None = None


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file to read, or what it holds of one log group.

    `named` when the user named it, rather than a folder or a glob that holds it; `stream` when its path names the log
    stream; `several` when it holds other log groups too, which are LogFiles of their own. `size` in bytes on the disk.
    `look` when it was looked at already. `part`: it is one of a store, and `size` that of its
    text.
    """

    path: Path
    log_group: str
    compression: Compression
    size: int
    shown: str
    named: bool = True
    stream: str | None = None
    look: Look | None = None
    several: bool = False
    part: Part | None = None


def compression_of(path: Path) -> Compression:
    """By the first bytes, not by the name. Firehose packs twice what CloudWatch has packed already."""
    with path.open("rb") as file:
        start = file.read(6)
    found: Compression = next((name for magic, name in _MAGIC if start.startswith(magic)), "none")
    if found == "gzip":
        try:
            with gzip.open(path, "rb") as packed:
                return "gzip in gzip" if packed.read(3) == b"\x1f\x8b\x08" else "gzip"
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return "gzip"  # whoever reads it tells what is wrong
    return found


def opened(file: LogFile) -> IO[bytes]:
    """The unpacked bytes of a file. Not for zstd, which only the engine reads."""
    match file.compression:
        case "gzip":
            return cast(IO[bytes], gzip.open(file.path, "rb"))
        case "gzip in gzip":
            return cast(IO[bytes], gzip.open(gzip.open(file.path, "rb"), "rb"))
        case "bzip2":
            return cast(IO[bytes], bz2.open(file.path, "rb"))
        case "xz":
            return cast(IO[bytes], lzma.open(file.path, "rb"))
        case _:
            return file.path.open("rb")


@contextmanager
def unpacking(file: LogFile) -> Iterator[None]:
    """Turns what an archive that is cut or damaged raises into a SourceError."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError):
        raise broken_archive(file) from None
    except OSError as error:
        if file.compression != "bzip2" or error.errno is not None:
            raise
        raise broken_archive(file) from None


def head(file: LogFile, size: int = HEAD) -> bytes:
    """The first bytes of a file, unpacked. Raises SourceError when they cannot be."""
    if file.compression == "zip":
        raise SourceError(
            f"{file.shown} is a zip archive", remedy=f"unpack it first (unzip {file.shown}) and name the folder"
        )
    if file.compression == "zstd":
        return _zstd_head(file)
    with unpacking(file), opened(file) as unpacked:
        return unpacked.read(size)


def broken_archive(file: LogFile) -> SourceError:
    """What to say of an archive that ends too early or is damaged."""
    kind = file.compression.partition(" ")[0]
    return SourceError(
        f"{file.shown} is a broken {kind} file: it ends too early or is damaged",
        remedy=f"fetch it again, or query what is whole: {kind} -dc {file.shown} | insightctl ... --local -",
    )


LINES_OF_ZSTD = (
    "(SELECT coalesce(line, '') AS line FROM read_csv($1, columns={'line': 'VARCHAR'}, auto_detect=false, header=false, "
    "delim='\n', quote='', escape='', strict_mode=false, max_line_size=33554432, buffer_size=67108864, "
    "compression='zstd'))"
)


def _zstd_head(file: LogFile) -> bytes:
    import duckdb

    if not is_whole(file.path):
        raise broken_archive(file)
    sql = f"SELECT string_agg(line, chr(10)) FROM (SELECT * FROM {LINES_OF_ZSTD} LIMIT 400)"
    try:
        row = duckdb.connect().execute(sql, [str(file.path)]).fetchone()
    except duckdb.Error:
        raise broken_archive(file) from None
    return (row[0] or "").encode() if row else b""
