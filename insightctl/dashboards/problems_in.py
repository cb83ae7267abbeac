"""Mistakes that show when a body is built, at their places in the definition."""

from __future__ import annotations

from insightctl.core.errors import UsageError
from insightctl.dashboards.model import Dashboard
from insightctl.dashboards.places import Origin


def fail(
    dashboard: Dashboard,
    origin: Origin,
    what: str,
    remedy: str | None = None,
    key: str | None = None,
    *,
    word: str | None = None,
) -> UsageError:
    """The error to raise for a table of the definition, one of its keys, or a word in the value of the key."""
    if dashboard.source is None or not origin:
        return UsageError(what, remedy=remedy)
    return dashboard.source.error(what, (*origin, key) if key else origin, remedy, word=word)
