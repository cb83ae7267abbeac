"""The library of this place: the user's own queries over the shipped ones, and what has to be said about them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from insightctl.cli import terminal
from insightctl.core.errors import InsightctlError
from insightctl.library import Library, QuerySpec, open_library, own_shelves


def opened(named: Sequence[str] = ()) -> Library:
    """The library with the user's own: of --library, ./queries, the settings folder and packages. Raises UsageError."""
    environ = tuple((name, os.environ.get(name, "")) for name in ("XDG_CONFIG_HOME", "HOME"))
    return _opened(tuple(named), Path.cwd(), environ)


@cache
def _opened(named: tuple[str, ...], cwd: Path, environ: tuple[tuple[str, str], ...]) -> Library:
    found = own_shelves(cwd, dict(environ), named)
    for problem in found.problems:
        terminal.warn(told(problem))
    return open_library(found.shelves)


def reread() -> None:
    """Forgets what was read: a file was written."""
    _opened.cache_clear()


def told(problem: InsightctlError) -> str:
    """An error as one sentence with its place."""
    return f"{problem.what} ({problem.where})" if problem.where else problem.what


def say_what_is_hidden(library: Library, spec: QuerySpec | None = None) -> None:
    """On stderr: which shipped queries the user's own stand in for (with `spec`: whether that one does), and wrong files."""
    entries = [entry for entry in library.overriding() if spec is None or entry.name == spec.name]
    for entry in entries:
        note(f"'{entry.name}' is that of {entry.path}, instead of {entry.over}")
    for problem in () if spec else library.broken():
        terminal.warn(f"left out: {told(problem)}")


def note(sentence: str) -> None:
    """A note on stderr."""
    from insightctl.render import safe

    mark = "\x1b[36mnote\x1b[0m" if terminal.colour(sys.stderr.isatty()) else "note"
    print(f"{mark}: {safe.line(sentence)}", file=sys.stderr)
