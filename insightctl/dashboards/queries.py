"""Curated queries for log widgets; a callable, so that a body can be built without the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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


_COMMENT_LINE = re.compile(r"\s*#.*")
_PLAIN_SOURCES = re.compile(r"SOURCE '[\w/.#-]+'(?: \| SOURCE '[\w/.#-]+'){0,19}")


class QueriesOf:
    """The queries of a library that may have the user's own; `notes` says which of those stood in for shipped ones."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._asked: dict[str, None] = {}
        self._checked: set[str] = set()

    def __call__(self, name: str, params: Mapping[str, str]) -> RenderedQuery:
        """As `library_queries`. Raises UsageError."""
        self._asked[name] = None
        made = library_queries(name, params, load=self.library.load)
        entry = self.library.entry(name)
        if entry is not None and entry.shelf.is_shipped and not params:
            self._checked.add(source_query(made.text, ()))
        return made

    def has_checked(self, query: str) -> bool:
        """Whether the query of a widget is a shipped one as it is: the tests of the library have no finding in it."""
        sources, _, text = query.partition("\n| ")
        return text in self._checked and _PLAIN_SOURCES.fullmatch(sources) is not None

    @property
    def notes(self) -> tuple[str, ...]:
        """One for each query that was asked for and is the user's own instead of a shipped one."""
        entries = (self.library.entry(name) for name in self._asked)
        return tuple(
            f"the query '{entry.name}' is that of {entry.path}, instead of {entry.over}"
            for entry in entries
            if entry is not None and entry.over is not None
        )


def source_query(text: str, groups: Sequence[str], first: str | None = None) -> str:
    r"""QL behind its log groups, as log widgets have it: `SOURCE 'a' | SOURCE 'b'\n| fields ...`."""
    sources = " | ".join(f"SOURCE '{name}'" for name in groups)
    lines = text.strip().splitlines()
    while lines and (not lines[0].strip() or _COMMENT_LINE.fullmatch(lines[0])):
        lines.pop(0)  # a comment between SOURCE and the first command would swallow the pipe
    query = "\n".join(lines).strip().removeprefix("|").lstrip()
    return "\n| ".join(part for part in (sources, first, query) if part)
