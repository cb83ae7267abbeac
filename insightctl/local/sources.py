"""From what people name (files, folders, globs, `-`) to files to read: where, which log group, which compression."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote

from insightctl.core.errors import SourceError
from insightctl.core.job import Target
from insightctl.local.files import LogFile, Look, broken_archive, compression_of, head
from insightctl.local.looking import look_at
from insightctl.local.readers import ConvertedFormat
from insightctl.local.readers.bare import BARE
from insightctl.local.splitting import by_group
from insightctl.local.stores.layout import Store, find

_SUFFIXES = (".gz", ".zst", ".bz2", ".xz", ".log", ".txt", ".json", ".jsonl", ".ndjson", ".csv", ".out")
UNKNOWN_GROUP = "/aws/lambda/unknown"
_STDIN_GROUP = "/aws/lambda/stdin"
_GROUP_IN_PATH = re.compile(r"(?:^|/)aws/lambda/([A-Za-z0-9_-]+)(?=/)")
_PART = re.compile(r"\d{6}(?:\.(?:gz|zst))?")
_STREAM_FOLDER = re.compile(r"(\d{4})-(\d\d)-(\d\d)-([^/]*\[[^\]/]+\].+)")
_NOT_LOGS = frozenset({"aws-logs-write-test"})  # what CreateExportTask leaves beside its folders


@dataclass(frozen=True, slots=True)
class LogSource:
    """A place with logs: a file, a folder, a glob, or `-` for standard input. `log_group` names it, else the path does."""

    path: Path
    log_group: str | None = None


def log_group_of(path: Path) -> str:
    """The log group that a path stands for: the folder or file under `aws/lambda/`, else the file's name as a function.

    >>> log_group_of(Path("export/aws/lambda/checkout/000000.gz"))
    '/aws/lambda/checkout'
    >>> log_group_of(Path("logs/checkout.log.gz"))
    '/aws/lambda/checkout'
    """
    if inside := _GROUP_IN_PATH.search(path.as_posix()):
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
    """Every file of the sources, each once, or once a log group where its data names them and the user does not.

    Standard input is copied into `spool`. Raises SourceError.
    """
    seen: set[Path] = set()
    for source in sources:
        if (store := find(source.path)) is not None:
            yield from _stored(Store(store), source.log_group)
            continue
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
            file = LogFile(readable, group, compression_of(path), path.stat().st_size, shown, named, stream)
            yield from [file] if source.log_group else _seen(file, path, spool)
        if not found:
            raise SourceError(f"no log files in {source.path}", remedy="name a folder that holds log files")


def _stored(store: Store, log_group: str | None) -> list[LogFile]:
    if not store.contents.parts:
        raise SourceError(
            f"the store {store.path} is empty", remedy="insightctl local import PATH --store NAME fills it"
        )
    return [
        LogFile(
            store.file(part),
            log_group or part.log_group,
            "none",
            part.text_bytes,
            str(store.path),
            named=False,
            part=part,
        )
        for part in store.contents.parts
    ]


def _seen(file: LogFile, path: Path, spool: Path) -> list[LogFile]:
    """The file with what its data says about log groups, which counts more than its path."""
    if file.stream and _PART.fullmatch(path.name):
        return [file]  # of an export: the path tells all, and such trees have thousands of files
    look = look_at(file)
    files = by_group(file, look, spool)
    return [_named_by_data(one, look, path) if one.log_group == file.log_group else one for one in files]


def _named_by_data(file: LogFile, look: Look, path: Path) -> LogFile:
    if look.function is None or _GROUP_IN_PATH.search(path.as_posix()):
        return file
    nameless = file.log_group in (UNKNOWN_GROUP, _STDIN_GROUP)
    of_function = look.certain and (look.format is BARE or isinstance(look.format, ConvertedFormat))
    return replace(file, log_group=f"/aws/lambda/{look.function}") if nameless or of_function else file


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


__all__ = ["UNKNOWN_GROUP", "LogFile", "LogSource", "broken_archive", "compression_of", "expand", "head", "select"]
