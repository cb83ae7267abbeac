"""The dashboards that come with insightctl, and files of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path

from insightctl.core.errors import UsageError
from insightctl.dashboards.load import load_file, load_text
from insightctl.dashboards.model import Dashboard

_SUFFIX = ".toml"


def _files() -> Iterator[Traversable]:
    from insightctl import library

    for entry in library.data_files("dashboards").iterdir():
        if entry.name.endswith(_SUFFIX) and entry.is_file():
            yield entry


def names() -> tuple[str, ...]:
    """The names of the dashboards that come with insightctl, sorted."""
    return tuple(sorted(entry.name.removesuffix(_SUFFIX) for entry in _files()))


def find(name_or_file: str) -> Dashboard:
    """A dashboard by name, or by a path that ends in `.toml`. Raises UsageError, naming the nearest one."""
    if name_or_file.endswith(_SUFFIX) or "/" in name_or_file:
        return load_file(Path(name_or_file))
    for entry in _files():
        if entry.name == name_or_file + _SUFFIX:
            return load_text(entry.read_text(encoding="utf-8"), name=name_or_file, file=str(entry))
    known = names()
    close = get_close_matches(name_or_file, known, n=1, cutoff=0.4)
    hint = f"did you mean '{close[0]}'? " if close else ""
    raise UsageError(
        f"there is no dashboard '{name_or_file}'",
        remedy=f"{hint}dashboards: {', '.join(known)}; a file of your own is given by its path (./mine.toml)",
    )
