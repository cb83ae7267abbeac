"""Definitions in a folder, done again when they are saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from insightctl.core.errors import UsageError

_DEBOUNCE_MS = 300  # an editor's save is several events: a new file, a rename, a change of rights


def saved(folder: Path) -> Iterator[tuple[Path, ...]]:
    """All definitions of a folder (not of those in it), then at each save those that were saved; ends with Ctrl-C only.

    Raises UsageError when it is no folder, KeyboardInterrupt for Ctrl-C.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", remedy="--watch takes the folder of the definitions")
    from watchfiles import Change, watch

    yield tuple(sorted(folder.glob("*.toml")))
    for changes in watch(folder, watch_filter=_is_definition, debounce=_DEBOUNCE_MS, recursive=False):
        files = {Path(file) for change, file in changes if change is not Change.deleted}
        yield tuple(sorted(file for file in files if file.exists()))


def _is_definition(_change: object, file: str) -> bool:
    return Path(file).suffix == ".toml" and not Path(file).name.startswith(".")
