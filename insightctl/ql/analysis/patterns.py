"""Commands that compare: the columns that they leave."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.analysis.analyst import Analyst
from insightctl.ql.analysis.columns import (
    ANOMALY_COLUMNS,
    DIFF_COLUMNS,
    ESTIMATE_COLUMNS,
    PATTERN_COLUMNS,
    RELEVANT_COLUMNS,
    compared_columns,
)
from insightctl.ql.expression_rules import check_period
from insightctl.ql.placing import keyword


def pattern(a: Analyst, command: ast.Pattern) -> None:
    a.expression(command.source)
    a.structure(command.source, "pattern")
    a.scope = a.scope.close(PATTERN_COLUMNS, dict.fromkeys(PATTERN_COLUMNS, True))


def diff(a: Analyst, command: ast.Diff) -> None:
    _patterned(a, command)
    a.scope = a.scope.close(DIFF_COLUMNS, dict.fromkeys(DIFF_COLUMNS, True))


def _patterned(a: Analyst, command: ast.Diff | ast.Anomaly | ast.LogCompare) -> None:
    """Refuses what works on patterns where neither they nor the events that they are made of are left."""
    refused = a.closed_by == "stats" and not isinstance(command, ast.LogCompare)  # by its place
    if a.scope.closed and "@pattern" not in a.scope.defined and not refused:
        word = keyword(command)
        message = f"{word} works on patterns, and {a.closed_by} makes none"
        a.error("QL039", message, command.span, f"pattern @message | {word}")


def logcompare(a: Analyst, command: ast.LogCompare) -> None:
    a.problems.extend(check_period(command.shift))
    if any(isinstance(c, ast.Pattern | ast.RelevantFields) for c in a.query.commands):
        _patterned(a, command)
    if not a.scope.closed or "@pattern" in a.scope.defined:
        a.scope = a.scope.close(DIFF_COLUMNS, dict.fromkeys(DIFF_COLUMNS, True))
        return
    a.scope = a.scope.add(compared_columns(a.query, a.scope))


def anomaly(a: Analyst, command: ast.Anomaly) -> None:
    _patterned(a, command)
    if not a.scope.closed:
        a.scope = a.scope.close(PATTERN_COLUMNS, dict.fromkeys(PATTERN_COLUMNS, True))
    a.scope = a.scope.add(ANOMALY_COLUMNS)


def relevantfields(a: Analyst, command: ast.RelevantFields) -> None:
    a.named(command.fields)
    a.expression(command.condition)
    a.scope = a.scope.close(RELEVANT_COLUMNS, dict.fromkeys(RELEVANT_COLUMNS, True))


def estimate(a: Analyst, _: ast.Estimate) -> None:
    a.scope = a.scope.close(ESTIMATE_COLUMNS, dict.fromkeys(ESTIMATE_COLUMNS, True))
