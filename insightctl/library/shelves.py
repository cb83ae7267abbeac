"""Where query files lie: folders of the user, installed packages, and the library that comes with insightctl.

A shelf is a folder of `.ql` files, in folders (their groups) or not, with shared pieces in `_views`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.errors import InsightctlError, UsageError
from insightctl.library.data import data_files

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINTS = "insightctl.queries"
LOOSE = "own"
"""The group of the files that lie in no folder."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of query files; `label` is how people know it, and starts the places in its files."""

    label: str
    root: Traversable
    is_shipped: bool = False

    def files(self) -> Iterator[tuple[str, str, str, Traversable]]:
        """Group, name, path to show and the file itself, of each query file."""
        for entry in sorted(self.root.iterdir(), key=lambda each: each.name):
            if entry.name.startswith(("_", ".")):
                continue
            if entry.is_dir():
                for file in sorted(entry.iterdir(), key=lambda each: each.name):
                    if _is_query(file):
                        yield entry.name, file.name[:-3], f"{self.label}/{entry.name}/{file.name}", file
            elif _is_query(entry):
                yield LOOSE, entry.name[:-3], f"{self.label}/{entry.name}", entry


def _is_query(file: Traversable) -> bool:
    return file.name.endswith(".ql") and not file.name.startswith(("_", ".")) and file.is_file()


def shipped() -> Shelf:
    """The library that comes with insightctl."""
    return Shelf("queries", data_files("queries"), is_shipped=True)


@dataclass(frozen=True, slots=True)
class Shelves:
    """The shelves that there are, and what is wrong with those that cannot be read."""

    shelves: tuple[Shelf, ...] = ()
    problems: tuple[InsightctlError, ...] = ()


def own_shelves(cwd: Path, environ: Mapping[str, str], named: Sequence[str] = ()) -> Shelves:
    """The user's own, the first over the others: --library, ./queries, the user's folder, installed packages.

    Raises UsageError for a --library that is no folder.
    """
    folders = [(name, Path(name).expanduser()) for name in named]
    for name, folder in folders:
        if not name.strip() or not folder.is_dir():
            raise UsageError(f"--library {name}: there is no such folder", remedy="name a folder with .ql files")
    settings = user_folder(environ)
    folders += [("./queries", cwd / "queries"), (str(settings), settings)]
    packages = _packages()
    found: dict[object, Shelf] = {}
    ours = _resolved(data_files("queries"))
    for label, folder in folders:
        if folder.is_dir() and (place := folder.resolve()) != ours:
            found.setdefault(place, Shelf(label.rstrip("/"), folder))
    for shelf in packages.shelves:
        found.setdefault(_resolved(shelf.root), shelf)
    return Shelves(tuple(found.values()), packages.problems)


def user_folder(environ: Mapping[str, str]) -> Path:
    """`$XDG_CONFIG_HOME/insightctl/queries`, by default in ~/.config. A relative one is not taken (XDG base directories)."""
    base = Path(environ.get("XDG_CONFIG_HOME") or "")
    if not base.is_absolute():
        base = Path(environ.get("HOME") or "~").expanduser() / ".config"
    return base / "insightctl" / "queries"


def _resolved(root: Traversable) -> object:
    return root.resolve() if isinstance(root, Path) else root


def _packages() -> Shelves:
    from importlib.metadata import entry_points

    shelves: list[Shelf] = []
    problems: list[InsightctlError] = []
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
        try:
            shelves.append(Shelf(point.name, _root_of(point)))
        except Exception as error:  # another's package: whatever it raises, the rest of the library works
            what = f"the queries of the package '{point.name}' cannot be read: {type(error).__name__}: {error}"
            problems.append(InsightctlError(what, where=point.value, remedy="update or remove that package"))
    return Shelves(tuple(shelves), tuple(problems))


def _root_of(point: EntryPoint) -> Traversable:
    """What an entry point names: a package with query files in it, or an attribute that is their folder."""
    from importlib.resources import files

    if not point.attr:
        return files(point.module)
    given = point.load()
    root = Path(given) if isinstance(given, str) else given
    if not isinstance(root, Traversable) or not root.is_dir():
        raise TypeError(f"{point.value} is no folder")
    return root
