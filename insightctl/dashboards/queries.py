"""Curated queries for log widgets; a callable, so that a body can be built without the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insightctl.core.view import View

if TYPE_CHECKING:
    from insightctl.library import Library, QuerySpec


@dataclass(frozen=True, slots=True)
class RenderedQuery:
    """A query ready for a widget: its title, its QL and how it is shown."""

    title: str
    text: str
    view: View


Queries = Callable[[str, Mapping[str, str]], RenderedQuery]
"""From a query's name and parameters to the query. Raises UsageError for a name or a parameter it does not know."""


def once(queries: Queries) -> Queries:
    """The same queries, each rendered once for the same parameters."""
    made: dict[tuple[str, tuple[tuple[str, str], ...]], RenderedQuery] = {}

    def ask(name: str, params: Mapping[str, str]) -> RenderedQuery:
        key = (name, tuple(sorted(params.items())))
        if key not in made:
            made[key] = queries(name, params)
        return made[key]

    return ask


def library_queries(
    name: str, params: Mapping[str, str], *, load: Callable[[str], QuerySpec] | None = None
) -> RenderedQuery:
    """The query of the library that comes with insightctl, or of another by its `load`. Raises UsageError."""
    from insightctl import library

    spec = (load or library.load)(name)
    return RenderedQuery(spec.title, library.render(spec, params), spec.view)


class QueriesOf:
    """The queries of a library that may have the user's own; `notes` says which of those stood in for shipped ones."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._asked: dict[str, None] = {}

    def __call__(self, name: str, params: Mapping[str, str]) -> RenderedQuery:
        """As `library_queries`. Raises UsageError."""
        self._asked[name] = None
        return library_queries(name, params, load=self.library.load)

    @property
    def notes(self) -> tuple[str, ...]:
        """One for each query that was asked for and is the user's own instead of a shipped one."""
        entries = (self.library.entry(name) for name in self._asked)
        return tuple(
            f"the query '{entry.name}' is that of {entry.path}, instead of {entry.over}"
            for entry in entries
            if entry is not None and entry.over is not None
        )
