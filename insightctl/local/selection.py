"""Which log groups and which time each events relation of a query means."""

from __future__ import annotations

from collections.abc import Callable

from insightctl.core.errors import SourceError
from insightctl.core.time import TimeRange
from insightctl.local import ranges
from insightctl.local.compiler.plan import EventsOf
from insightctl.ql import ast


def groups(
    of: EventsOf, there: frozenset[str], target: frozenset[str], *, main: bool, note: Callable[[str], None]
) -> frozenset[str]:
    """The log groups of one relation, out of those that are there. `main` is the query itself. Raises SourceError."""
    if not of.sources:
        return target
    found = frozenset[str]().union(*(_selected(source, there, note) for source in of.sources))
    return found & target if main and target else found


def _selected(source: ast.Source, there: frozenset[str], note: Callable[[str], None]) -> frozenset[str]:
    if source.log_group is not None:
        if source.log_group not in there:
            shown = ", ".join(sorted(there)[:8])
            raise SourceError(f"no logs of {source.log_group} here", remedy=f"these log groups are here: {shown}")
        return frozenset({source.log_group})
    if source.data_sources or source.tags or (source.groups and (source.groups.accounts or source.groups.classes)):
        note("files know no accounts, classes, tags or data sources: SOURCE chooses by name only here")
    prefixes = source.groups.prefixes if source.groups else ()
    found = frozenset(name for name in there if not prefixes or name.startswith(prefixes))
    if not found:
        shown = ", ".join(sorted(there)[:8])
        raise SourceError(f"no log group here starts with {' or '.join(prefixes)}", remedy=f"there are: {shown}")
    return found


def time_of(of: EventsOf, time: TimeRange | None, now_ms: int) -> TimeRange | None:
    """The range of a relation: that of the run, narrowed by its SOURCE. Raises UsageError."""
    for source in of.sources:
        time = ranges.asked(source, time, now_ms)
    return time


def before(span: TimeRange, of: EventsOf) -> TimeRange:
    """The earlier range that a comparing relation reads too."""
    assert of.earlier is not None
    shift = ranges.shift_ms(span, of.earlier)
    return TimeRange(span.start_ms - shift, span.end_ms - shift)
