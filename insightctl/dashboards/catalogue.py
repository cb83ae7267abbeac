"""The dashboards that come with insightctl, and files of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from insightctl.dashboards.model import Dashboard

_SUFFIX = ".toml"


def _files() -> Iterator[Traversable]:
    for entry in _shipped().iterdir():
        if entry.name.endswith(_SUFFIX) and entry.is_file():
            yield entry


def _shipped() -> Traversable:
    """The folder of the package data. Where it is a folder, `importlib.resources` need not be loaded to find it."""
    package = Path(__file__).parent.parent
    for place in (package / "_data" / "dashboards", package.parent / "dashboards"):
        if place.is_dir():
            return place
    from insightctl.library.data import data_files

    return data_files("dashboards")


def names() -> tuple[str, ...]:
    """The names of the dashboards that come with insightctl, sorted."""
    return tuple(sorted(entry.name.removesuffix(_SUFFIX) for entry in _files()))


def find(name_or_file: str) -> Dashboard:
    """A dashboard by name, or by a path that ends in `.toml`. Raises UsageError, naming the nearest one."""
    from insightctl.dashboards.load import load_text

    file, text = text_of(name_or_file)
    return load_text(text, name=Path(file).stem, file=file)


def text_of(name_or_file: str) -> tuple[str, str]:
    """The file of a dashboard, and its text. Raises UsageError, naming the nearest dashboard."""
    if name_or_file.endswith(_SUFFIX) or "/" in name_or_file:
        return name_or_file, text_of_file(Path(name_or_file))
    for entry in _files():
        if entry.name == name_or_file + _SUFFIX:
            return str(entry), entry.read_text(encoding="utf-8")
    from difflib import get_close_matches

    known = names()
    if name_or_file.endswith(".json"):
        raise UsageError(
            f"{name_or_file} is a body, not a definition (.toml)",
            remedy=f"make one of it: insightctl dashboard pull --from {name_or_file} --out mine.toml",
        )
    if Path(name_or_file).is_dir():
        raise UsageError(f"{name_or_file} is a folder", remedy="name one definition of it: ./mine.toml")
    close = get_close_matches(name_or_file, known, n=1, cutoff=0.6)
    hint = f"did you mean '{close[0]}'? " if close else ""
    raise UsageError(
        f"there is no dashboard '{name_or_file}'",
        remedy=f"{hint}dashboards: {', '.join(known)}; a file of your own is given by its path (./mine.toml)",
    )


def text_of_file(path: Path) -> str:
    """The text of a definition's file. Raises UsageError for one that cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"cannot read the dashboard file: {reason}", where=str(path)) from error
