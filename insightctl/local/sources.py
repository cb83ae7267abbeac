"""From what people name (files, folders, globs, `-`) to files to read: where, which log group, which compression."""

from __future__ import annotations

import gzip
import re
import shutil
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from insightctl.core.errors import SourceError
from insightctl.core.job import Target
from insightctl.local.zstd import is_whole

Compression = Literal["none", "gzip", "zstd", "unread"]
_MAGIC: tuple[tuple[bytes, Compression], ...] = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_SUFFIXES = (".gz", ".zst", ".log", ".txt", ".json", ".jsonl", ".ndjson", ".csv", ".out")
UNKNOWN_GROUP = "/aws/lambda/unknown"
_PART = re.compile(r"\d{6}(?:\.(?:gz|zst))?")
_STREAM_FOLDER = re.compile(r"(\d{4})-(\d\d)-(\d\d)-([^/]*\[[^\]/]+\].+)")
_NOT_LOGS = frozenset({"aws-logs-write-test"})  # what CreateExportTask leaves beside its folders


@dataclass(frozen=True, slots=True)
class LogSource:
    """A place with logs: a file, a folder, a glob, or `-` for standard input. `log_group` names it, else the path does."""

    path: Path
    log_group: str | None = None


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file to read.

    `named` when the user named it, rather than a folder or a glob that holds it; `stream` when its path names the log
    stream.
    """

    path: Path
    log_group: str
    compression: Compression
    size: int
    shown: str
    named: bool = True
    stream: str | None = None


def log_group_of(path: Path) -> str:
    """The log group that a path stands for: the folder or file under `aws/lambda/`, else the file's name as a function.

    >>> log_group_of(Path("export/aws/lambda/checkout/000000.gz"))
    '/aws/lambda/checkout'
    >>> log_group_of(Path("logs/checkout.log.gz"))
    '/aws/lambda/checkout'
    """
    if inside := re.search(r"(?:^|/)aws/lambda/([A-Za-z0-9_-]+)(?=/)", path.as_posix()):
        return f"/aws/lambda/{inside[1]}"
    name = re.sub(r"^[_-]?aws[_-]lambda[_-]", "", path.name)
    if _PART.fullmatch(name):
        function = re.match(r"\d{4}/\d\d/\d\d/([^\[]+)\[", stream_of(path) or "")
        return f"/aws/lambda/{function[1]}" if function else UNKNOWN_GROUP
    while Path(name).suffix.lower() in _SUFFIXES:
        name = Path(name).stem
    return f"/aws/lambda/{name or 'stdin'}"


def stream_of(path: Path) -> str | None:
    """The log stream that a folder of an export stands for: CreateExportTask writes `/` as `-`.

    >>> stream_of(Path("task/2026-11-23-[42]374cd7798d2a4e36/000000.gz"))
    '2026/11/23/[42]374cd7798d2a4e36'
    """
    found = _STREAM_FOLDER.fullmatch(path.parent.name)
    return "/".join(found.groups()) if found else None


def expand(sources: Sequence[LogSource], spool: Path) -> Iterator[LogFile]:
    """Every file of the sources, each once. Standard input is copied into `spool`. Raises SourceError."""
    seen: set[Path] = set()
    for source in sources:
        found = False
        for path in _paths(source, spool):
            found = True
            if (real := path.resolve()) in seen:
                continue
            seen.add(real)
            stream = stream_of(path)
            readable = _readable(path, spool / (f"link-{len(seen)}" + (f"={quote(stream, safe='')}" if stream else "")))
            group = source.log_group or log_group_of(path if str(source.path) != "-" else Path("stdin"))
            shown = "standard input" if str(source.path) == "-" else str(path)
            named = path == source.path or str(source.path) == "-"
            yield LogFile(
                readable,
                group,
                compression_of(path),
                path.stat().st_size,
                shown,
                named,
                stream,
            )
        if not found:
            raise SourceError(f"no log files in {source.path}", remedy="name a folder that holds log files")


def _readable(path: Path, link: Path) -> Path:
    """The path, or a link to it where the engine would take the name for a pattern (`[$LATEST]`) or cannot spell it."""
    plain = not any(c in "*?[" for c in str(path)) and str(path).isprintable()
    if plain:
        return path
    link.symlink_to(path.resolve())
    return link


def select(files: Sequence[LogFile], target: Target) -> list[LogFile]:
    """The files of the target's log groups; all of them when it names none. Raises SourceError when none is left."""
    if not target.patterns:
        return list(files)
    chosen = [f for f in files if any(fnmatchcase(f.log_group, pattern) for pattern in target.patterns)]
    if not chosen:
        there = sorted({f.log_group for f in files})
        raise SourceError(
            f"no logs of {target} here",
            remedy=f"these log groups are here: {', '.join(there[:8])}{', ...' if len(there) > 8 else ''}",
        )
    return chosen


def _paths(source: LogSource, spool: Path) -> Iterator[Path]:
    text = str(source.path)
    if text == "-":
        yield _spooled(spool)
        return
    try:
        if source.path.is_file():
            yield source.path
        elif source.path.is_dir():
            yield from sorted(p for p in source.path.rglob("*") if _is_log(p, source.path))
        elif any(c in text for c in "*?["):
            yield from _globbed(text)
        elif source.path.exists():
            yield _copied(source.path, spool)
        else:
            raise SourceError(f"no such file: {text}", remedy=_nearby(source.path))
    except PermissionError as error:
        raise SourceError(
            f"may not read {error.filename or text}", remedy="check the permissions of the file"
        ) from None


def _is_log(path: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    return path.is_file() and not hidden and path.name not in _NOT_LOGS


def _globbed(text: str) -> Iterator[Path]:
    import glob

    found = sorted(p for p in (Path(match) for match in glob.glob(text, recursive=True)) if p.is_file())  # noqa: PTH207
    if not found:
        raise SourceError(f"nothing matches {text}", remedy="check the pattern; quote it so that the shell leaves it")
    yield from found


def _nearby(path: Path) -> str:
    import difflib

    parent = path.parent
    names = [p.name for p in parent.iterdir()] if parent.is_dir() else []
    near = difflib.get_close_matches(path.name, names, n=1)
    if near:
        return f"did you mean {parent / near[0]}?"
    return "check the path" if parent.is_dir() else f"there is no folder {parent}"


def _spooled(spool: Path) -> Path:
    """Standard input as a file: it is read more than once (to recognise it, then to query it)."""
    if sys.stdin.isatty():
        raise SourceError(
            "--local - reads standard input, which is a terminal here",
            remedy="pipe logs in: aws logs tail ... | insightctl ...",
        )
    target = spool / "stdin"
    with target.open("wb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out)
    return target


def _copied(path: Path, spool: Path) -> Path:
    """A pipe or device (`<(...)` of a shell) as a file."""
    target = spool / f"pipe-{path.name}"
    with path.open("rb") as source, target.open("wb") as out:
        shutil.copyfileobj(source, out)
    return target


def compression_of(path: Path) -> Compression:
    """By the first bytes, not by the name; "unread" for those that no reader takes."""
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith((b"BZh", b"\xfd7zXZ", b"PK\x03\x04")):
        return "unread"
    return next((name for magic, name in _MAGIC if start.startswith(magic)), "none")


def head(file: LogFile, size: int = 262_144) -> bytes:
    """The first bytes of a file, decompressed. Raises SourceError when they cannot be."""
    if file.compression == "unread":
        raise SourceError(f"{file.shown} is a bzip2, xz or zip archive", remedy="unpack it first, or use gzip or zstd")
    try:
        if file.compression == "gzip":
            with gzip.open(file.path, "rb") as packed:
                return packed.read(size)
        if file.compression == "zstd":
            return _zstd_head(file)
        with file.path.open("rb") as plain:
            return plain.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise broken_archive(file) from None


def broken_archive(file: LogFile) -> SourceError:
    """What to say of an archive that ends too early or is damaged."""
    tool = "zstd" if file.compression == "zstd" else "gzip"
    return SourceError(
        f"{file.shown} is a broken {file.compression} file: it ends too early or is damaged",
        remedy=f"fetch it again, or query what is whole: {tool} -dc {file.shown} | insightctl ... --local -",
    )


def _zstd_head(file: LogFile) -> bytes:
    import duckdb

    if not is_whole(file.path):
        raise broken_archive(file)

    sql = (
        "SELECT string_agg(line, chr(10)) FROM (SELECT coalesce(line, '') AS line FROM read_csv($1, "
        "columns={'line': 'VARCHAR'}, auto_detect=false, header=false, delim='\n', quote='', escape='', "
        "strict_mode=false, compression='zstd') LIMIT 400)"
    )
    try:
        row = duckdb.connect().execute(sql, [str(file.path)]).fetchone()
    except duckdb.Error:
        raise broken_archive(file) from None
    return (row[0] or "").encode() if row else b""
