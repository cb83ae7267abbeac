"""Reads query files: TOML front matter between `+++` lines, then the template. Holds the shipped library."""

from __future__ import annotations

from functools import cache
from importlib.resources.abc import Traversable

from insightctl.library import front as fm
from insightctl.library.collection import Library
from insightctl.library.data import data_files
from insightctl.library.shelves import Shelf, shipped
from insightctl.library.spec import QuerySpec


@cache
def shipped_library() -> Library:
    """The library that comes with insightctl, without any of the user's own."""
    return Library((shipped(),), parse_file)


def load_all() -> tuple[QuerySpec, ...]:
    """Every shipped query, by group and name. Raises FrontMatterError for a file that is wrong."""
    return shipped_library().all()


def load(name: str) -> QuerySpec:
    """The shipped query of this name or alias. Raises UsageError with the nearest name when there is none."""
    return shipped_library().load(name)


def find(name: str) -> QuerySpec | None:
    """The shipped query of this name or alias; None when there is none."""
    return shipped_library().find(name)


def nearest(name: str) -> str | None:
    """The name or alias that was probably meant, if one is close enough."""
    return shipped_library().nearest(name)


def open_library(shelves: tuple[Shelf, ...]) -> Library:
    """The library of these shelves, the first over the others, and all of them over the shipped one."""
    return Library((*shelves, shipped()), parse_file) if shelves else shipped_library()


def parse_file(text: str, group: str, name: str, path: str, root: Traversable | None = None) -> QuerySpec:
    """A query file's text as a spec; `root` is the library whose `_views` it includes besides the shipped ones.

    Raises FrontMatterError, a UsageError with file:line:col.
    """
    lines = text.split("\n")
    if lines[0].strip() != "+++" or "+++" not in (line.strip() for line in lines[1:]):
        message = "a query file starts with front matter between two lines '+++'"
        fm.refuse(path, text, (0, max(1, len(lines[0]))), message, "'insightctl library new NAME' writes one")
    last = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "+++")
    front = fm.read_front(text, sum(len(line) + 1 for line in lines[:last]), path)
    return QuerySpec(
        name=name,
        group=group,
        title=front.text("title"),
        question=front.text("question"),
        template="\n".join(lines[last + 1 :]),
        file=path,
        first_line=last + 2,
        aliases=front.texts("aliases"),
        tags=front.texts("tags"),
        view=fm.view(front),
        read=front.text("read"),
        next=front.texts("next"),
        params=fm.params(front),
        thresholds=fm.thresholds(front),
        see=front.texts("see"),
        root=None if root == data_files("queries") else root,
    )
