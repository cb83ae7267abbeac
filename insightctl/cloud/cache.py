"""Results of the past, kept on this machine, so that a second look costs nothing.

    cache = ResultCache.open(cache_folder(os.environ), config.cache_size)
    if is_settled(job.time, now_ms):
        found = cache.get(key) or ...

What a range answers is settled once its events are in. A key holds everything that an answer depends on: the query's
text as it is sent (a reformatted query is another), log groups, account, region, endpoint, the exact range, the most
rows, and the version of this program. Entries are gzipped JSON, for the user only (0600 in a folder of 0700), written
whole or not at all; gzip's checksum finds damaged ones, which are dropped. Over the size, those used least recently go.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import stat
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from insightctl import __version__
from insightctl.cloud.cached import from_document, to_document
from insightctl.core.errors import InsightctlError
from insightctl.core.result import Result
from insightctl.core.time import TimeRange

SETTLED_MS = 15 * 60_000
"""How long after its end a range is taken as complete. Lambda's lines are searchable within seconds and agents send
every few; 15 minutes leaves room for a slow one. PutLogEvents takes events up to 14 days old, so an agent that was
offline may add to a range later still: that needs `--no-cache`, or the cache would never hold anything recent."""

_FORMAT = 1
_SUFFIX = ".json.gz"
_ABANDONED_S = 3600  # a temporary file so old was left by a process that died
_DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error, RecursionError)


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What an answer depends on. `log_groups` are names or ARNs in any order; ms are UTC, the end is exclusive."""

    text: str
    log_groups: tuple[str, ...]
    account: str
    region: str
    endpoint: str | None
    start_ms: int
    end_ms: int
    max_rows: int

    @property
    def document(self) -> dict[str, object]:
        """The key as JSON: groups sorted, with the versions of the format and of this program."""
        groups = sorted(set(self.log_groups))
        return {**asdict(self), "log_groups": groups, "format": _FORMAT, "version": __version__}

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, in hex."""
        return hashlib.sha256(json.dumps(self.document, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One kept result: its file's name, bytes on disk and when it was last used (UTC ms)."""

    name: str
    size: int
    used_ms: int


def is_settled(asked: TimeRange, now_ms: int) -> bool:
    """Whether a range lies so far in the past that its events are in (`SETTLED_MS`)."""
    return asked.end_ms <= now_ms - SETTLED_MS


def cache_folder(environ: Mapping[str, str]) -> Path:
    """$INSIGHTCTL_CACHE, else insightctl/results in $XDG_CACHE_HOME or ~/.cache."""
    if given := environ.get("INSIGHTCTL_CACHE"):
        return Path(given)
    base = Path(environ.get("XDG_CACHE_HOME") or "")
    return (base if base.is_absolute() else Path.home() / ".cache") / "insightctl" / "results"


class ResultCache:
    """Results in a folder of the user's own. Every step goes through the opened folder, never again by its path, so
    that nobody can put another in its place meanwhile. Several processes may use it at once."""

    def __init__(self, folder: Path, descriptor: int, max_bytes: int) -> None:
        self.folder = folder
        self._folder = descriptor
        self._max_bytes = max_bytes

    @classmethod
    def open(cls, folder: Path, max_bytes: int) -> ResultCache:
        """Opens the folder, and makes it when it is not there; `max_bytes` is the room for all entries.

        Raises InsightctlError when the folder is a link, another user's, or cannot be made or used.
        """
        try:
            folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            if folder.is_symlink():
                raise _refused(folder, "it is a link")
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            raise _refused(folder, (error.strerror or str(error)).lower()) from None
        state = os.fstat(descriptor)
        if state.st_uid != os.geteuid():
            os.close(descriptor)
            raise _refused(folder, "it belongs to another user")
        if state.st_mode & 0o077:
            os.fchmod(descriptor, 0o700)
        return cls(folder, descriptor, max_bytes)

    def get(self, key: CacheKey) -> Result | None:
        """The kept result; None when there is none, or a damaged one, which is dropped."""
        name = key.digest + _SUFFIX
        try:
            raw = self._read(name)
        except OSError:
            return None
        try:
            document = json.loads(gzip.decompress(raw))
            if document["key"] != key.document:
                return None
            result = from_document(document["result"])
        except _DAMAGED:
            self._remove(name)
            return None
        with suppress(OSError):
            os.utime(name, dir_fd=self._folder)  # what was used last goes last
        return result

    def put(self, key: CacheKey, result: Result) -> bool:
        """Keeps a result; False when there is no room for it, on the disk or in the cache. Never raises OSError."""
        document = {"key": key.document, "result": to_document(result)}
        raw = gzip.compress(json.dumps(document, separators=(",", ":")).encode("ascii"), 6, mtime=0)
        if len(raw) > self._max_bytes:
            return False
        try:
            self._write(key.digest + _SUFFIX, raw)
            self._make_room()
        except OSError:
            return False
        return True

    def entries(self) -> list[Entry]:
        """What is kept, the most recently used first."""
        found = [entry for entry in self._files() if entry.name.endswith(_SUFFIX)]
        return sorted(found, key=lambda entry: (-entry.used_ms, entry.name))

    def key_of(self, entry: Entry) -> Mapping[str, Any]:
        """The key of an entry as JSON; empty when the entry is gone or damaged."""
        try:
            key = json.loads(gzip.decompress(self._read(entry.name)))["key"]
        except _DAMAGED:
            return {}
        return key if isinstance(key, dict) else {}

    def clear(self) -> list[Entry]:
        """Drops everything; returns what was kept."""
        found = self.entries()
        for entry in self._files():
            self._remove(entry.name)
        return found

    def close(self) -> None:
        """Lets go of the folder."""
        os.close(self._folder)

    def __enter__(self) -> ResultCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, name: str) -> bytes:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._folder)
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid():
                raise OSError("not a file of this user")
            return file.read()

    def _write(self, name: str, raw: bytes) -> None:
        temporary = f".{name[:16]}.{os.getpid()}.{time.monotonic_ns()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o600, dir_fd=self._folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(raw)
            os.replace(temporary, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except BaseException:
            self._remove(temporary)
            raise

    def _make_room(self) -> None:
        room = self._max_bytes
        for entry in self.entries():
            room -= entry.size
            if room < 0:
                self._remove(entry.name)
        for entry in self._files():
            if entry.name.startswith(".") and entry.used_ms < (time.time() - _ABANDONED_S) * 1000:
                self._remove(entry.name)

    def _files(self) -> Iterator[Entry]:
        """Our files in the folder: entries, and temporary ones of processes that write."""
        with os.scandir(self._folder) as found:
            names = [item.name for item in found if item.is_file(follow_symlinks=False)]
        for name in names:
            if name.endswith(_SUFFIX) or name.startswith("."):
                with suppress(OSError):  # another process was faster
                    state = os.stat(name, dir_fd=self._folder, follow_symlinks=False)
                    yield Entry(name, state.st_size, state.st_mtime_ns // 1_000_000)

    def _remove(self, name: str) -> None:
        with suppress(OSError):
            os.unlink(name, dir_fd=self._folder)


def _refused(folder: Path, reason: str) -> InsightctlError:
    return InsightctlError(
        f"results cannot be kept in {folder}: {reason}",
        remedy="INSIGHTCTL_CACHE names another folder; 'insightctl config set cache_size 0' keeps none",
    )
