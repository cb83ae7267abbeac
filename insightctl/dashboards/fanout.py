"""`for_each`: rows and widgets repeated, for each function, alias or version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from insightctl.dashboards.model import Dashboard, ForEach, Names, Row, Widget
from insightctl.dashboards.places import Origin
from insightctl.dashboards.problems_in import fail
from insightctl.dashboards.reader import nearest


def repeated(dashboard: Dashboard, functions: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows of a dashboard as they are drawn: every widget knows its names, nothing is left to repeat.

    Raises UsageError for a function that the dashboard does not have.
    """
    return tuple(_rows(dashboard, Names(functions)))


def _rows(dashboard: Dashboard, every: Names) -> Iterator[Row]:
    for row in dashboard.rows:
        for names in each_of(dashboard, row.for_each, every, row.origin):
            widgets = tuple(made for widget in row.widgets for made in _widgets(dashboard, row, widget, names))
            yield replace(row, widgets=widgets, names=names, for_each=None)


def _widgets(dashboard: Dashboard, row: Row, widget: Widget, of_row: Names) -> Iterator[Widget]:
    for names in each_of(dashboard, widget.for_each, of_row, widget.origin):
        yield replace(
            widget,
            names=names,
            for_each=None,
            region=widget.region or row.region,
            account=widget.account or row.account,
        )


def each_of(dashboard: Dashboard, for_each: ForEach | None, names: Names, origin: Origin) -> Iterator[Names]:
    """The names of every repetition; just these where nothing is repeated. Raises UsageError for an unknown function."""
    if for_each is None:
        yield names
        return
    if for_each.kind == "alias":
        yield from (replace(names, alias=name) for name in for_each.names)
    elif for_each.kind == "version":
        yield from (replace(names, version=name) for name in for_each.names)
    else:
        yield from (replace(names, functions=(name,)) for name in _functions(dashboard, for_each, names, origin))


def _functions(dashboard: Dashboard, for_each: ForEach, names: Names, origin: Origin) -> tuple[str, ...]:
    if not for_each.names:
        if not names.functions:
            raise fail(
                dashboard, origin, "for_each of function: of which?", "name them: -f checkout -f refund", "for_each"
            )
        return names.functions
    if names.functions:
        for name in for_each.names:
            if name not in names.functions:
                what = f"for_each: the dashboard has no function '{name}'"
                raise fail(dashboard, origin, what, nearest(name, names.functions, "functions"), "for_each", word=name)
    return for_each.names
