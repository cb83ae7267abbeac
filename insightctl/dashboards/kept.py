"""Bodies that were rendered and checked before: the same definition for the same functions needs neither again.

A body depends on the definition's text, the scope, the files that insightctl is made of, and the user's own queries. All
of them are the key, so nothing here is ever stale; what cannot be read or written is rendered as if nothing were kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from insightctl import __version__

ENTRIES_MAX = 200
"""Files that are kept; the oldest go first. One is about 20 kB."""

_FOLDERS = ("core", "dashboards", "library", "ql")
"""The parts of the package that a body and its findings come from."""


_SHELF_DEPTH = 2
"""A folder of queries has them in itself and in the folders in it (`insightctl.library.shelves`), no deeper."""

State = tuple[str, int, int]
"""Name, size and time of a file."""


class Said(NamedTuple):
    """A finding of the lint, as far as it is shown."""

    severity: str
    code: str
    path: str
    message: str


class Rendered(NamedTuple):
    """A body as JSON text, what the reader should know about it, and what the lint says (without `info`)."""

    name: str
    text: str
    notes: tuple[str, ...]
    findings: tuple[Said, ...]


def folder(environ: Mapping[str, str]) -> Path:
    """$INSIGHTCTL_CACHE, else insightctl in $XDG_CACHE_HOME or ~/.cache; in it `dashboards`."""
    if given := environ.get("INSIGHTCTL_CACHE"):
        return Path(given) / "dashboards"
    base = Path(environ.get("XDG_CACHE_HOME") or "")
    if not base.is_absolute():
        base = Path(environ.get("HOME") or "~").expanduser() / ".cache"
    return base / "insightctl" / "dashboards"


def key_of(*parts: object) -> str:
    """The key of a body: of everything that is given, and of the files of insightctl."""
    digest = hashlib.sha256()
    for part in (*parts, *_files()):
        digest.update(repr(part).encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def own_folders(cwd: Path, environ: Mapping[str, str], named: Sequence[str] = ()) -> tuple[Path, ...]:
    """Where the user's own queries are: those of `library.own_shelves`, without its import (a tenth of the time here)."""
    base = Path(environ.get("XDG_CONFIG_HOME") or "")
    if not base.is_absolute():
        base = Path(environ.get("HOME") or "~").expanduser() / ".config"
    return (*(Path(name).expanduser() for name in named), cwd / "queries", base / "insightctl" / "queries")


def own_state(folders: Sequence[Path]) -> tuple[State, ...]:
    """The files in these folders, and the times of the folders that packages are installed in: they may bring queries."""
    here = str(Path.cwd())
    installed = (_state(place) for place in sys.path if place not in ("", here))
    files = (sorted(_below(str(each), _SHELF_DEPTH)) for each in folders)
    return (*(each for each in installed if each), *(state for each in files for state in each))


def kept(place: Path, key: str, make: Callable[[], tuple[Rendered, bool]]) -> Rendered:
    """What is kept under a key; else what `make` gives, which is kept when it says so. Errors of `make` pass through."""
    file = place / f"{key}.json"
    if (found := _read(file)) is not None:
        return found
    made, may_be_kept = make()
    if may_be_kept:
        _write(file, made)
    return made


def _read(file: Path) -> Rendered | None:
    try:
        name, text, notes, findings = json.loads(file.read_bytes())
        return Rendered(str(name), str(text), tuple(map(str, notes)), tuple(Said(*map(str, each)) for each in findings))
    except (OSError, ValueError, TypeError):
        return None


def _write(file: Path, made: Rendered) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = file.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps(made), encoding="utf-8")
        temporary.replace(file)
        entries = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)
        for old in entries[:-ENTRIES_MAX]:
            old.unlink(missing_ok=True)
    except OSError:  # a folder that cannot be written costs time, nothing else
        return


def _files() -> Iterator[State]:
    """Name, size and time of every file that a body comes from."""
    package = Path(__file__).parent.parent
    roots = [str(package / each) for each in _FOLDERS]
    roots += [
        str(folder / each) for folder in (package / "_data", package.parent) for each in ("queries", "dashboards")
    ]
    yield __version__, 0, 0  # an installed insightctl may have no files to look at
    for root in roots:
        yield from sorted(_below(root))


def _state(path: str) -> State | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return path, 0, found.st_mtime_ns


def _below(root: str, depth: int = 10) -> Iterator[State]:
    try:
        with os.scandir(root) as entries:
            for entry in entries:
                if entry.is_dir():
                    if depth > 1 and not entry.name.startswith(("__", ".")):
                        yield from _below(entry.path, depth - 1)
                elif entry.name.endswith((".py", ".ql", ".toml")):
                    state = entry.stat()
                    yield entry.path, state.st_size, state.st_mtime_ns
    except OSError:
        return
