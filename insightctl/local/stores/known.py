"""Which files a store holds already: known by their content, whatever they are called now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from insightctl.local.files import LogFile
from insightctl.local.sources import log_group_of, stream_of
from insightctl.local.stores.layout import Origin

_BLOCK = 8 * 1024 * 1024
_HEADS = (4096, 1024, 256, 64)
"""Bytes of a file's beginning that it is looked up by, the most that there are. What begins with the same few bytes as
another file need not have grown from it: below the least, only the path tells."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file as it was when it was looked at: `digests` of its first bytes, by how many."""

    path: str
    size: int
    mtime_ns: int
    heads: tuple[str, ...]
    digests: dict[int, str]

    @property
    def sha256(self) -> str:
        """Of all of it."""
        return self.digests[self.size]

    def head_of(self, covered: int) -> str:
        """The key to look it up by when so many bytes of it are known."""
        lengths = [n for n in _HEADS if n <= self.size]
        at = next((index for index, n in enumerate(lengths) if n <= covered), None)
        return self.heads[at] if at is not None else (self.heads[-1] if not lengths else "")

    def digest(self, original: Path, end: int) -> str:
        """SHA-256 of the first `end` bytes."""
        return self.digests[end] if end in self.digests else _digests(original, [end])[end]

    def is_other(self, original: Path, *, whole: bool = False) -> bool:
        """Whether the file was changed since; `whole`: whether the bytes that it had are others now."""
        stat = original.stat()
        if (stat.st_size, stat.st_mtime_ns) == (self.size, self.mtime_ns):
            return False
        return not whole or _digests(original, [self.size]).get(self.size) != self.sha256


class KnownFiles:
    """The origins of a store, to find the one that a file is or grew from."""

    def __init__(self, origins: Iterable[Origin]) -> None:
        self._by_path: dict[str, list[Origin]] = {}
        self._by_head: dict[str, list[Origin]] = {}
        for origin in origins:
            self.add(origin)

    def add(self, origin: Origin) -> None:
        self._by_path.setdefault(origin.path, []).append(origin)
        self._by_head.setdefault(origin.head, []).append(origin)

    def unchanged(self, path: str, size: int, mtime_ns: int, log_group: str, given: bool) -> bool:
        """Whether a file of this name was imported as a whole and was not written since."""
        return any(
            (o.size, o.mtime_ns, o.covered, o.log_group) == (size, mtime_ns, size, log_group) and (o.given or not given)
            for o in self._by_path.get(path, ())
        )

    def candidates(self, path: str, heads: Sequence[str], size: int) -> list[Origin]:
        """Those that a file may be or have grown from."""
        found = {id(o): o for o in self._by_path.get(path, ())}
        found |= {id(o): o for head in heads for o in self._by_head.get(head, ())}
        return [o for o in found.values() if 0 < o.covered <= size]

    def match(self, print_: Fingerprint, file: LogFile, groups: frozenset[str], given: bool) -> Origin | None:
        """What a file is or grew from, of whose path the log groups `groups` come."""
        found = [
            o
            for o in self.candidates(print_.path, print_.heads, print_.size)
            if print_.digests.get(o.covered) == o.sha256 and _is_same(o, print_, file, groups, given)
        ]
        return max(found, key=lambda o: (o.log_group == file.log_group, o.covered), default=None)

    @staticmethod
    def moves(known: Origin, file: LogFile, given: bool) -> bool:
        """Whether what is known of a file goes to another log group: that which the user names, or its data by now."""
        return known.log_group != file.log_group and not known.given and (given or not _only_named(file))


def _is_same(known: Origin, print_: Fingerprint, file: LogFile, groups: frozenset[str], given: bool) -> bool:
    exact, in_place = known.covered == print_.size, known.path == print_.path
    streams = (stream_of(Path(known.path)), file.stream)
    if None not in streams and streams[0] != streams[1]:
        return False
    if known.log_group == file.log_group:
        return exact or in_place or known.covered >= _HEADS[-1]
    if known.log_group in groups:
        return False  # the same bytes, of which that group's events are another's
    if in_place:
        return not (given and known.given)
    return not given and _only_named(file) and (exact or (known.covered >= _HEADS[-1] and _is_gone(known)))


def _only_named(file: LogFile) -> bool:
    """Whether nothing but the name of the file, which changes when logs are rotated, stands for its log group."""
    name = "stdin" if file.shown == "standard input" else Path(file.shown).name
    return file.log_group == log_group_of(Path(name))


def _is_gone(known: Origin) -> bool:
    """Whether a file is no longer there, or another now."""
    path = Path(known.path)
    try:
        return path.stat().st_size < known.covered or _digests(path, [known.covered])[known.covered] != known.sha256
    except OSError:
        return True


def cut(ranges: Sequence[tuple[int, int]], seq: int) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Ranges of numbers below `seq`, and those from it on."""
    below = tuple((low, min(high, seq - 1)) for low, high in ranges if low < seq)
    return below, tuple((max(low, seq), high) for low, high in ranges if high >= seq)


def fingerprint(original: Path, path: str, stat: os.stat_result, known: Sequence[KnownFiles]) -> Fingerprint:
    """Reads the file once, with the digests that tell whether it is, or grew from, one of those that are known."""
    with original.open("rb") as file:
        start = file.read(min(_HEADS[0], stat.st_size))
    heads = [_key(start[:n]) for n in _HEADS if n <= len(start)] or [_key(start)]
    sizes = {o.covered for files in known for o in files.candidates(path, heads, stat.st_size)}
    digests = _digests(original, [*sizes, stat.st_size])
    return Fingerprint(path, stat.st_size, stat.st_mtime_ns, tuple(heads), digests)


def _key(start: bytes) -> str:
    return hashlib.sha256(start).hexdigest()[:16]


def _digests(path: Path, sizes: Sequence[int]) -> dict[int, str]:
    """SHA-256 of the first so many bytes, for each of the sizes that the file has."""
    found: dict[int, str] = {}
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        for stop in sorted(set(sizes)):
            while done < stop and (block := file.read(min(_BLOCK, stop - done))):
                digest.update(block)
                done += len(block)
            if done == stop:
                found[stop] = digest.hexdigest()
    return found
