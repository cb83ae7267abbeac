"""A store on the disk: where it lies, which files belong to it, and how a change to it becomes valid all at once.

A store is a folder:

    store.json                                        what is in it; replaced as a whole, which is the moment a change holds
    events/log_group=%2Faws%2Flambda%2Fcheckout/day=2026-11-23/00000001.parquet
    _pending/00000002.parquet                         written, and not yet in its place
    lock                                              held by the one process that writes

Files are written to `_pending` and synced, then store.json names them, then they move to their place. Killed before that
moment, the store is what it was; after it, readers find a file in `_pending` until the next writer moves it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from insightctl.core.errors import InsightctlError, SourceError, UsageError

FORMAT = 2
_MANIFEST = "store.json"
_LONGEST = 200  # of a folder's name: file systems take 255 bytes
_OURS = frozenset(
    {"lock", "_pending", "store.new"}
)  # what a process that was killed leaves of a store without contents
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file. Times are UTC ms of its first and last event; `text_bytes` the bytes of their messages; the
    numbers of its events (column `seq`) lie between `low` and `high`.
    """

    name: str
    log_group: str
    day: str
    events: int
    first_ms: int
    last_ms: int
    text_bytes: int
    low: int
    high: int

    @property
    def place(self) -> str:
        """Where in the store it lies, as Hive, Spark and Athena name partitions."""
        return f"events/log_group={_folder(self.log_group)}/day={self.day}/{self.name}"


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that was imported, known by its content: `sha256` is that of its first `covered` bytes.

    `size` and `mtime_ns` are those of the file when it was read, to skip it unread when nothing changed; `head` is the key
    of its first bytes, to find it. Its events have the numbers of `ranges` (low, high). `format` is what it was read as.
    `given` when the user named its log group. `complete` when an event begins at the byte `covered`: it was read only so
    far, and its last event does not go on.
    """

    path: str
    log_group: str
    size: int
    mtime_ns: int
    covered: int
    sha256: str
    head: str
    ranges: tuple[tuple[int, int], ...]
    format: str
    given: bool = False
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """What store.json says."""

    next_seq: int = 1
    next_part: int = 1
    parts: tuple[Part, ...] = ()
    origins: tuple[Origin, ...] = ()
    pulls: dict[str, int] = field(default_factory=dict)


class Store:
    """A store that is there. Raises SourceError when the folder is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.contents = self._read()

    @classmethod
    def create(cls, path: Path) -> Store:
        """The store, made when the folder does not exist or is empty. Raises UsageError, InsightctlError."""
        if not (path / _MANIFEST).exists():
            if path.exists() and (not path.is_dir() or any(p.name not in _OURS for p in path.iterdir())):
                raise UsageError(
                    f"{path} is there and is no store", remedy="name another place, or an empty folder, for --store"
                )
            try:
                path.mkdir(parents=True, exist_ok=True)
                _replace(path / _MANIFEST, _dumped(Contents()))
            except OSError as error:
                raise InsightctlError(f"the store {path} cannot be made: {error.strerror}") from None
        return cls(path)

    def reload(self) -> None:
        """Reads again what is in it."""
        self.contents = self._read()

    def file(self, part: Part) -> Path:
        """Where a part lies now."""
        place = self.path / part.place
        pending = self.pending / part.name
        return pending if pending.exists() and not place.exists() else place

    @property
    def pending(self) -> Path:
        """The folder of files that are not in their place yet."""
        return self.path / "_pending"

    def commit(self, contents: Contents) -> None:
        """Makes the contents hold, then moves files to their places and removes what is no longer named."""
        self.pending.mkdir(exist_ok=True)
        for file in self.pending.iterdir():
            _sync(file)
        _sync(self.pending)
        _replace(self.path / _MANIFEST, _dumped(contents))
        self.contents = contents
        self.settle()

    def settle(self) -> None:
        """Completes what a killed process left. Only for the one that holds the lock."""
        self.pending.mkdir(exist_ok=True)
        named = {part.name: part for part in self.contents.parts}
        for file in self.pending.iterdir():
            part = named.get(file.name)
            if part is None:
                file.unlink()
            else:
                (self.path / part.place).parent.mkdir(parents=True, exist_ok=True)
                file.replace(self.path / part.place)
        places = {self.path / part.place for part in self.contents.parts}
        for file in (self.path / "events").glob("*/*/*.parquet"):
            if file not in places:
                file.unlink()
                _remove_empty(file.parent)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While this process writes. Raises UsageError when another does, InsightctlError when the folder is read-only."""
        import fcntl

        try:
            file = (self.path / "lock").open("a+")
        except OSError as error:
            raise InsightctlError(f"the store {self.path} cannot be written: {error.strerror}") from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                raise UsageError(
                    f"the store {self.path} is being written by another process ({file.read().strip() or 'unknown'})",
                    remedy="wait until it is done; reading works meanwhile",
                ) from None
            file.truncate(0)
            file.write(f"pid {os.getpid()}")
            file.flush()
            self.reload()
            try:
                self.settle()
            except OSError as error:
                raise InsightctlError(f"the store {self.path} cannot be written: {error.strerror}") from None
            yield

    def _read(self) -> Contents:
        damaged = SourceError(f"{self.path / _MANIFEST} is damaged", remedy="import the logs into a new store")
        try:
            document = json.loads((self.path / _MANIFEST).read_text("utf-8"))
        except OSError:
            raise SourceError(f"{self.path} is no store", remedy="insightctl local list shows the stores") from None
        except ValueError:
            raise damaged from None
        if not isinstance(document, dict) or "format" not in document:
            raise damaged
        if document["format"] != FORMAT:
            raise SourceError(
                f"{self.path} was written by another version of insightctl (format {document['format']})",
                remedy="import the logs into a new store",
            )
        try:
            return Contents(
                int(document["next_seq"]),
                int(document["next_part"]),
                tuple(Part(**part) for part in document["parts"]),
                tuple(_origin(origin) for origin in document["origins"]),
                dict(document["pulls"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise damaged from None


def _folder(log_group: str) -> str:
    """The name of a log group's folder; one that a file system would not take is cut."""
    name = quote(log_group, safe="")
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 17].rpartition('%2F')[0] or 'long'}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def without(contents: Contents, origin: Origin) -> Contents:
    """The contents without the record of an origin."""
    return replace(contents, origins=tuple(o for o in contents.origins if o is not origin))


def _origin(document: dict[str, Any]) -> Origin:
    ranges = tuple((low, high) for low, high in document.pop("ranges"))
    return Origin(**document, ranges=ranges)


def _dumped(contents: Contents) -> str:
    return json.dumps({"format": FORMAT, **asdict(contents)}, ensure_ascii=False, indent=1)


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(text, "utf-8")
    _sync(temporary)
    temporary.replace(path)
    _sync(path.parent)


def _remove_empty(folder: Path) -> None:
    for empty in (folder, folder.parent):
        try:
            empty.rmdir()
        except OSError:
            return


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def home() -> Path:
    """Where stores lie that are named without a folder: $INSIGHTCTL_STORES, else the user's data folder."""
    if given := os.environ.get("INSIGHTCTL_STORES"):
        return Path(given)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "insightctl" / "stores"


def place_of(name: str) -> Path:
    """The folder of a store: a plain name lies in `home()`, anything with a slash is a path. Raises UsageError."""
    if "/" in name or name in {".", ".."}:
        return Path(name)
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"--store {name!r}: no name for a store", remedy="letters, digits, '.', '_' and '-'; or a path"
        )
    return home() / name


def find(path: Path) -> Path | None:
    """The folder of the store that a path or name means; None when it means none."""
    if (path / _MANIFEST).is_file():
        return path
    if path.exists() or not _NAME.fullmatch(str(path)):
        return None
    return home() / path if (home() / path / _MANIFEST).is_file() else None
