"""The curated library: `.ql` files with front matter, typed parameters, rendered to Insights QL.

    from insightctl import library

    spec = library.load("coldstarts")
    text = library.render(spec, {"bin": "1m"})

`load`, `find` and `load_all` know the queries that come with insightctl; `open_library(own_shelves(...).shelves)` has
the user's own over them.
"""

from collections.abc import Mapping

from insightctl.library.collection import Entry, Library
from insightctl.library.data import data_files
from insightctl.library.load import find, load, load_all, nearest, open_library
from insightctl.library.shelves import Shelf, Shelves, own_shelves
from insightctl.library.spec import Param, QuerySpec, Threshold


def render(spec: QuerySpec, params: Mapping[str, str] | None = None) -> str:
    """The query's text. Raises UsageError for wrong parameters. Imports the language only now: lists need none of it."""
    from insightctl.library.rendering import render as render_spec

    return render_spec(spec, params)


__all__ = [
    "Entry",
    "Library",
    "Param",
    "QuerySpec",
    "Shelf",
    "Shelves",
    "Threshold",
    "data_files",
    "find",
    "load",
    "load_all",
    "nearest",
    "open_library",
    "own_shelves",
    "render",
]
