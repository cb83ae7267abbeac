"""A definition by name or file to the text of its body, checked: what `dashboard render` prints."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from insightctl.dashboards.catalogue import text_of
from insightctl.dashboards.kept import Rendered, Said, folder, kept, key_of, own_state

if TYPE_CHECKING:
    from insightctl.dashboards.queries import QueriesOf

Moment = tuple[str, str, str | None]
"""A marker as its label, ISO 8601 moment and function: the model is not imported to name what is kept."""


class Own(NamedTuple):
    """The user's own queries: the folders that they may be in, and how to open them over those of insightctl."""

    folders: tuple[Path, ...]
    open: Callable[[], QueriesOf]


def rendered(
    definition: str,
    functions: Sequence[str],
    region: str,
    markers: Sequence[Moment] = (),
    account: str | None = None,
    *,
    own: Own | None = None,
    place: Path | None = None,
) -> Rendered:
    """The body of a definition for these functions, with the user's `own` queries over those of insightctl.

    The same question is answered from what was kept (`place`, by default the user's cache folder).
    Raises UsageError as `find` and `build` do.
    """
    file, text = text_of(definition)
    key = key_of(file, text, tuple(functions), region, tuple(markers), account, own_state(own.folders) if own else ())
    queries = own.open if own else _shipped

    def make() -> tuple[Rendered, bool]:
        asked = queries()
        made = _rendered(definition, functions, region, markers, account, asked)
        return made, _are_all_looked_at(asked, own)

    return kept(place or folder(os.environ), key, make)


def _shipped() -> QueriesOf:
    from insightctl.dashboards.queries import QueriesOf
    from insightctl.library.load import shipped_library

    return QueriesOf(shipped_library())


def _are_all_looked_at(queries: QueriesOf, own: Own | None) -> bool:
    """Whether every query file is part of the key: not those in other packages, which may be anywhere."""
    known = own.folders if own else ()
    return all(shelf.is_shipped or shelf.root in known for shelf in queries.library.shelves)


def needs_account(definition: str) -> bool:
    """Whether a definition shows alarms by name, whose ARNs hold the account. Raises UsageError as `find` does."""
    if "alarm" not in text_of(definition)[1]:  # most name none, and need not be read for it
        return False
    from insightctl.dashboards.catalogue import find

    return find(definition).needs_account


def _rendered(
    definition: str,
    functions: Sequence[str],
    region: str,
    markers: Sequence[Moment],
    account: str | None,
    queries: QueriesOf,
) -> Rendered:
    from datetime import datetime

    from insightctl.dashboards.body import Scope, build
    from insightctl.dashboards.catalogue import find
    from insightctl.dashboards.lint import lint_body
    from insightctl.dashboards.model import Marker

    marked = tuple(Marker(label, datetime.fromisoformat(at), function) for label, at, function in markers)
    dashboard = find(definition)
    built = build(dashboard, Scope(tuple(functions), region, marked, account), queries)
    said = (
        Said(each.severity, each.code, each.path, each.message) for each in lint_body(built.text, queries.has_checked)
    )
    notes = (*built.notes, *queries.notes)
    return Rendered(dashboard.name, built.text, notes, tuple(each for each in said if each.severity != "info"))
