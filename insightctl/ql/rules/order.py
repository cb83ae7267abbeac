"""Rows whose order or number is not what it seems."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.placing import keyword
from insightctl.ql.rules.looking import warn
from insightctl.ql.spans import Span

DEFAULT_LIMIT = 10_000  # the page of limit
_NOT_EVENTS = (
    ast.Stats
    | ast.Pattern
    | ast.Anomaly
    | ast.Diff
    | ast.LogCompare
    | ast.RelevantFields
    | ast.Estimate
    | ast.CountFrequent
    | ast.SavedQuery
)


def cut_by_default(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL055: events without limit stop at 10,000; which ones depends on the sort."""
    commands = [step.command for step in analysis.steps]
    if analysis.level or not commands or any(isinstance(c, _NOT_EVENTS | ast.Limit) for c in commands):
        return
    sorts = [c for c in commands if isinstance(c, ast.Sort)]
    if sorts:
        message = f"at most the first {DEFAULT_LIMIT:,} of this order come back"
        hint = "say how many: limit 20, up to limit 100000"
        yield Diagnostic("QL055", message, sorts[-1].span, hint, "info")
    else:
        message = f"at most the {DEFAULT_LIMIT:,} newest events come back"
        hint = "sort @timestamp desc | limit 20 says which, and how many"
        yield Diagnostic("QL055", message, _keyword(analysis.query.text, commands[-1].span), hint, "info")


def _keyword(text: str, span: Span) -> Span:
    end = span.start
    while end < span.end and text[end].isalpha():
        end += 1
    return Span(span.start, max(end, span.start + 1))


def newest_first(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL076: running values over unsorted rows go from the newest event back."""
    ordered = False
    for step in analysis.steps:
        command = step.command
        ordered = (ordered or isinstance(command, ast.Sort)) and not isinstance(command, ast.Stats)
        if isinstance(command, ast.Accum | ast.Autoregress | ast.FillDown) and not ordered:
            word = keyword(command)
            key = next(iter(step.scope.defined), "@timestamp") if step.scope.closed else "@timestamp"
            hint = f"sort {key} asc | {word} ..."
            yield warn("QL076", f"{word} goes from the newest row back here", command.span, hint)


def any_of_sorted(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL077: limit any keeps whichever rows it finds first, so a sort before it does not choose them."""
    any_rows = next((s.command for s in analysis.steps if isinstance(s.command, ast.Limit) and s.command.any), None)
    sorts = [s.command for s in analysis.steps if isinstance(s.command, ast.Sort)]
    if any_rows is not None and sorts:
        message = "limit any keeps the first that are found, whatever the order"
        yield warn("QL077", message, any_rows.span, f"limit {any_rows.count} keeps the first of the sort")


RULES = (cut_by_default, newest_first, any_of_sorted)
