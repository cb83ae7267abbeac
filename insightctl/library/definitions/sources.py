"""Where the query files come from that become saved queries: the curated library, or files of the user."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from insightctl.core.errors import UsageError
from insightctl.library.load import find, load, load_all, parse_file
from insightctl.library.spec import QuerySpec

_KEPT = "_.- ()+,=@&'!~"
"""Beside letters and digits these stand in a file name as they are; all else is percent-encoded."""
_EMPTY = "%_"


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A query file: its name with folders, where it lies, its text; `spec` when it has front matter."""

    name: str
    path: str
    text: str
    spec: QuerySpec | None = None
    is_curated: bool = False

    @property
    def origin(self) -> str:
        """What a mark says: `latency/coldstarts` of the library, `latency/mine.ql` of the user."""
        return self.name if self.is_curated else f"{self.name}.ql"


def from_library(names: Sequence[str] = ()) -> tuple[QueryFile, ...]:
    """The curated queries of these names or aliases (`coldstarts` or `latency/coldstarts`); all of them without names.

    Raises UsageError for an unknown one, with the nearest name.
    """
    specs = [_named(name) for name in names] if names else load_all()
    return tuple(
        QueryFile(f"{spec.group}/{spec.name}", spec.file, spec.template, spec, is_curated=True)
        for spec in dict.fromkeys(specs)
    )


def curated(name: str) -> QuerySpec | None:
    """The curated query of this name with its folder, such as `latency/coldstarts`; None when there is none."""
    return next((spec for spec in load_all() if f"{spec.group}/{spec.name}" == name), None)


def from_paths(paths: Sequence[str], names: Sequence[str] = ()) -> tuple[QueryFile, ...]:
    """The `.ql` files at the paths, those in folders with their place in it as name; only the named ones with names.

    Raises UsageError for a path without query files, a file that cannot be read, and a name that is none of them.
    """
    files = [file for path in paths for file in _files(Path(path))]
    if not names:
        return tuple(files)
    chosen: list[QueryFile] = []
    for name in names:
        wanted = name.removesuffix(".ql")
        found = [f for f in files if wanted in (f.name, PurePosixPath(f.name).name)]
        if not found:
            known = ", ".join(file.name for file in files)
            raise UsageError(f"there is no query '{name}' in {', '.join(paths)}", remedy=f"there are: {known}")
        chosen += [file for file in found if file not in chosen]
    return tuple(chosen)


def path_of(name: str) -> PurePosixPath:
    """Where a saved query of this name lies below a folder: `/` makes folders, no part leaves it or hides."""
    *folders, last = map(_encoded, name.split("/"))
    # a folder `a.ql` would stand where the file of a query `a` stands
    apart = (re.sub(r"\.(?=ql$)", "%2E", part, flags=re.I) for part in folders)
    return PurePosixPath(*apart, f"{last}.ql")


def name_of(path: PurePosixPath) -> str:
    """The name of the saved query that lies at a path below a folder: `path_of` the other way round."""
    return "/".join("" if part == _EMPTY else unquote(part) for part in str(path).removesuffix(".ql").split("/"))


def _encoded(part: str) -> str:
    if not part:  # nothing before, between or after slashes
        return _EMPTY
    kept = "".join(c if c.isalnum() or c in _KEPT else quote(c, safe="", errors="replace") for c in part)
    return f"%{ord(part[0]):02X}{kept[1:]}" if part[0] in "._" else kept  # such files are hidden or shared pieces


def _named(name: str) -> QuerySpec:
    return curated(name) or find(name) or load(name)


def _files(path: Path) -> Iterator[QueryFile]:
    if path.is_dir():
        found = sorted(file for file in path.rglob("*.ql") if not _hidden(file.relative_to(path)))
        if not found:
            raise UsageError(f"there is no .ql file in {path}", remedy="name a folder with query files")
        for file in found:
            yield _file(file, name_of(PurePosixPath(file.relative_to(path).as_posix())))
    elif path.is_file():
        yield _file(path, name_of(PurePosixPath(path.name)))
    else:
        raise UsageError(f"there is no file or folder {path}", remedy="check the path of --dir")


def _hidden(path: Path) -> bool:
    """Whether a part starts with `_` (shared pieces, as in the library) or a dot."""
    return any(part.startswith(("_", ".")) for part in path.parts)


def _file(path: Path, name: str) -> QueryFile:
    try:
        text = path.read_text("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text", remedy="name files with Insights QL") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    spec = parse_file(text, str(PurePosixPath(name).parent), path.stem, str(path)) if text.startswith("+++") else None
    return QueryFile(name, str(path), text, spec)
