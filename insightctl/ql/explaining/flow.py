"""What comes out of each command: events or other rows, how many at most, in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from insightctl.ql import ast
from insightctl.ql.explaining.expressions import Speaker
from insightctl.ql.explaining.phrases import counted
from insightctl.ql.scope import Scope

MOST_ROWS = 10_000  # what comes without limit: the page of limit
NEWEST_FIRST = "newest first"
NO_ORDER = "in no guaranteed order"


@dataclass(frozen=True, slots=True)
class Flow:
    """Rows at one place. `most` is None while nothing limits them; `exact` when there are always that many."""

    noun: str = "event"
    order: str = NEWEST_FIRST
    most: int | None = None
    exact: bool = False

    @property
    def sorted(self) -> bool:
        """Whether the order is known."""
        return self.order != NO_ORDER

    def amount(self) -> str:
        """How many rows there are: `at most 10,000 rows`."""
        words = "one row" if self.most == 1 else counted(MOST_ROWS if self.most is None else self.most, "row")
        return words if self.exact else f"at most {words}"


def after(flow: Flow, command: ast.Command, scope: Scope) -> Flow:
    """The rows that come out of a command; `scope` are the names before it."""
    match command:
        case ast.Stats():
            return _stats(command, scope)
        case ast.Sort():
            return replace(flow, order=_sorted(command, scope))
        case ast.Limit(count=count, any=anything):
            most = count if flow.most is None else min(count, flow.most)
            order = "whichever are found first" if anything and not flow.exact else flow.order
            return replace(flow, order=order, most=most)
        case ast.Filter() | ast.FilterIndex() | ast.Outlier(remove=True):
            return replace(flow, exact=False)
        case ast.Parse(multi=True) | ast.Unnest() | ast.Expand() | ast.FillMissing():
            return replace(flow, noun="row", most=None, exact=False)
        case ast.Join():
            return Flow("row", NO_ORDER)
        case ast.AddTotals(col=True):
            more = None if flow.most is None else flow.most + 1
            return replace(flow, noun="row", order=f"{flow.order}, the totals last", most=more)
        case ast.CountFrequent():
            return Flow("row", "most frequent first")
        case ast.Pattern() | ast.Diff():
            return Flow("pattern", NO_ORDER)
        case ast.LogCompare() if not scope.closed or "@pattern" in scope.defined:
            return Flow("pattern", NO_ORDER)
        case ast.Anomaly() if not scope.closed:
            return Flow("pattern", NO_ORDER)
        case ast.RelevantFields():
            return Flow("field", "most relevant first")
        case ast.Estimate():
            return Flow("row", NO_ORDER, 1, True)
        case _:
            return flow


def _stats(command: ast.Stats, scope: Scope) -> Flow:
    if not command.by:
        return Flow("row", NO_ORDER, 1, True)
    timed = any(scope.infer(item.expr) == "timestamp" for item in command.by)
    return Flow("row", NEWEST_FIRST if timed else NO_ORDER)


def _sorted(command: ast.Sort, scope: Scope) -> str:
    keys = [key_words(key, scope) for key in command.keys if not sorts_nothing(key, scope)]
    if not keys:
        return NO_ORDER
    first = keys[0]
    if len(keys) == 1 and first in (f"@timestamp, {NEWEST_FIRST}", "@timestamp, oldest first"):
        return first.removeprefix("@timestamp, ")
    return "sorted by " + ", then by ".join(keys)


def sorts_nothing(key: ast.SortKey, scope: Scope) -> bool:
    """Whether a key names no column that is left."""
    return scope.closed and isinstance(key.expr, ast.Field) and not scope.knows(key.expr)


def key_words(key: ast.SortKey, scope: Scope) -> str:
    """A key of sort: `@timestamp, newest first`."""
    words = Speaker(scope).value(key.expr)
    if scope.infer(key.expr) == "timestamp":
        return f"{words}, {NEWEST_FIRST if key.descending else 'oldest first'}"
    if scope.infer(key.expr) == "string":
        return f"{words}, {'descending' if key.descending else 'ascending'}"
    return f"{words}, {'highest first' if key.descending else 'lowest first'}"
