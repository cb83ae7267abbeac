"""A definition by name or file to the text of its body, checked: what `dashboard render` prints."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from insightctl.dashboards.catalogue import text_of
from insightctl.dashboards.kept import Rendered, Said, folder, kept, key_of

Moment = tuple[str, str, str | None]
"""A marker as its label, ISO 8601 moment and function: the model is not imported to name what is kept."""


def rendered(
    definition: str,
    functions: Sequence[str],
    region: str,
    markers: Sequence[Moment] = (),
    account: str | None = None,
    *,
    place: Path | None = None,
) -> Rendered:
    """The body of a definition for these functions.

    The same question is answered from what was kept (`place`, by default the user's cache folder).
    Raises UsageError as `find` and `build` do.
    """
    file, text = text_of(definition)
    key = key_of(file, text, tuple(functions), region, tuple(markers), account)

    def make() -> Rendered:
        return _rendered(definition, functions, region, markers, account)

    return kept(place or folder(os.environ), key, make)


def needs_account(definition: str) -> bool:
    """Whether a definition shows alarms by name, whose ARNs hold the account. Raises UsageError as `find` does."""
    if "alarm" not in text_of(definition)[1]:  # most name none, and need not be read for it
        return False
    from insightctl.dashboards.catalogue import find

    return find(definition).needs_account


def _rendered(
    definition: str, functions: Sequence[str], region: str, markers: Sequence[Moment], account: str | None
) -> Rendered:
    from datetime import datetime

    from insightctl.dashboards.body import Scope, build
    from insightctl.dashboards.catalogue import find
    from insightctl.dashboards.lint import lint_body
    from insightctl.dashboards.model import Marker
    from insightctl.dashboards.queries import library_queries

    marked = tuple(Marker(label, datetime.fromisoformat(at), function) for label, at, function in markers)
    dashboard = find(definition)
    built = build(dashboard, Scope(tuple(functions), region, marked, account), library_queries)
    said = (Said(each.severity, each.code, each.path, each.message) for each in lint_body(built.text))
    return Rendered(dashboard.name, built.text, built.notes, tuple(each for each in said if each.severity != "info"))
