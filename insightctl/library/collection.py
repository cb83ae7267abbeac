"""A library: the query files of several shelves under one name each. Files are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable

from insightctl.core.errors import InsightctlError, UsageError
from insightctl.library.shelves import Shelf
from insightctl.library.spec import QuerySpec

Parse = Callable[[str, str, str, str, Traversable | None], QuerySpec]


@dataclass(frozen=True, slots=True)
class Entry:
    """A query file that is not read yet. `path` is shown; `over` is the path of the one whose name it takes, if any."""

    shelf: Shelf
    group: str
    name: str
    path: str
    file: Traversable
    over: str | None = None


class Library:
    """Queries by name. The first shelf that has a name has it; an alias counts where no file has that name."""

    def __init__(self, shelves: Sequence[Shelf], parse: Parse) -> None:
        self.shelves = tuple(shelves)
        self._parse = parse
        self._entries = dict(_taken(self.shelves))
        self._read: dict[str, QuerySpec | InsightctlError] = {}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every query file that can be asked for, by group and name."""
        return tuple(sorted(self._entries.values(), key=lambda entry: (entry.group, entry.name)))

    def load(self, name: str) -> QuerySpec:
        """The query of this name or alias. Raises UsageError: unknown, with the nearest name, or a wrong file."""
        spec = self.find(name)
        if spec is not None:
            return spec
        near = self.nearest(name)
        remedy = f"did you mean '{near}'?" if near else "'insightctl query' lists them"
        raise UsageError(f"there is no query '{name}'", remedy=remedy)

    def find(self, name: str) -> QuerySpec | None:
        """The query of this name or alias; None when there is none. Raises UsageError when its file is wrong."""
        if name in self._entries:
            return self._spec(self._entries[name])
        return next((spec for spec in self.specs() if name in spec.aliases), None)

    def all(self) -> tuple[QuerySpec, ...]:
        """Every query, by group and name. Raises the error of the first file that is wrong."""
        return tuple(self._spec(entry) for entry in self.entries)

    def specs(self) -> tuple[QuerySpec, ...]:
        """Every query whose file can be read, by group and name."""
        return tuple(each for each in map(self._result, self.entries) if isinstance(each, QuerySpec))

    def broken(self) -> tuple[InsightctlError, ...]:
        """What is wrong with the others."""
        return tuple(each for each in map(self._result, self.entries) if isinstance(each, InsightctlError))

    def overriding(self) -> tuple[Entry, ...]:
        """The files that take the name of another, by group and name."""
        return tuple(entry for entry in self.entries if entry.over is not None)

    def entry(self, name: str) -> Entry | None:
        """The file of a query by its name (not its alias)."""
        return self._entries.get(name)

    def nearest(self, name: str) -> str | None:
        """The name or alias that was probably meant, if one is close enough."""
        import difflib

        names = [*self._entries, *(alias for spec in self.specs() for alias in spec.aliases)]
        return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.6)), None)

    def groups(self) -> tuple[str, ...]:
        """The groups that have queries, by name."""
        return tuple(dict.fromkeys(entry.group for entry in self.entries))

    def _spec(self, entry: Entry) -> QuerySpec:
        found = self._result(entry)
        if isinstance(found, InsightctlError):
            raise found
        return found

    def _result(self, entry: Entry) -> QuerySpec | InsightctlError:
        if entry.name not in self._read:
            try:
                self._read[entry.name] = self._parse(
                    text_of(entry.file, entry.path), entry.group, entry.name, entry.path, entry.shelf.root
                )
            except InsightctlError as error:
                self._read[entry.name] = error
        return self._read[entry.name]


def text_of(file: Traversable, path: str) -> str:
    """A query file's text, newlines as line ends. Raises UsageError when it cannot be read."""
    try:
        return file.read_text("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise UsageError("this is not UTF-8 text", where=path, remedy="save the file as UTF-8") from None
    except OSError as error:
        raise UsageError(f"the file cannot be read: {(error.strerror or str(error)).lower()}", where=path) from None


def _taken(shelves: Sequence[Shelf]) -> Iterator[tuple[str, Entry]]:
    """The first file of each name, shelf by shelf."""
    found: dict[str, Entry] = {}
    for shelf in reversed(shelves):
        of_shelf: dict[str, Entry] = {}
        for group, name, path, file in shelf.files():
            if not (shelf.is_shipped or _has_front_matter(file)):
                continue  # `queries` may be anybody's folder: CodeQL files end in .ql too
            if name in of_shelf:  # one name in two groups
                of_shelf[name] = replace(of_shelf[name], over=path)
                continue
            over = found[name].path if name in found else None
            of_shelf[name] = Entry(shelf, group, name, path, file, over)
        found |= of_shelf
    yield from found.items()


def _has_front_matter(file: Traversable) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(6).removeprefix(b"\xef\xbb\xbf").startswith(b"+++")
    except OSError:
        return True  # that it cannot be read is said when it is asked for
