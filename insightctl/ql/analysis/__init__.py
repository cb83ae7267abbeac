"""What each command does to the names of a query, and what the service refuses: one pass over the commands.

`analyse` gives the scope before each command, which the compiler, the rules and the explanation read. The effect of a
command is one function, in files of the same names as its grammar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from insightctl.ql import ast
from insightctl.ql.analysis import extraction, patterns, rows, series, tables
from insightctl.ql.analysis.analyst import Analyst
from insightctl.ql.analysis.columns import APPROXIMATE, ESTIMATE_COLUMNS, RELEVANT_COLUMNS, compared_columns, lag_names
from insightctl.ql.analysis.conditions import join_key
from insightctl.ql.analysis.model import Analysis, Step
from insightctl.ql.placing import keyword, placing

__all__ = [
    "APPROXIMATE",
    "ESTIMATE_COLUMNS",
    "RELEVANT_COLUMNS",
    "Analysis",
    "Step",
    "analyse",
    "compared_columns",
    "join_key",
    "lag_names",
]

_CLOSING = ast.Stats | ast.CountFrequent | ast.Pattern | ast.Diff | ast.RelevantFields | ast.Estimate
_FORGIVING = ast.Fields | ast.Display | ast.Filter
_EFFECTS: dict[type[Any], Callable[[Analyst, Any], None]] = {
    ast.Fields: rows.fields,
    ast.Display: rows.display,
    ast.Filter: rows.filter_,
    ast.FilterIndex: rows.filter_index,
    ast.Parse: extraction.parse,
    ast.ParseLogfmt: extraction.parse_logfmt,
    ast.ParseCsv: extraction.parse_csv,
    ast.Json: extraction.json,
    ast.Stats: rows.stats,
    ast.Sort: rows.sort,
    ast.Limit: rows.limit,
    ast.Dedup: rows.dedup,
    ast.Source: tables.source,
    ast.Unnest: extraction.unnest,
    ast.Expand: extraction.expand,
    ast.FillDown: series.filldown,
    ast.FillMissing: series.fillmissing,
    ast.Accum: series.accum,
    ast.Autoregress: series.autoregress,
    ast.AddTotals: series.addtotals,
    ast.Outlier: series.outlier,
    ast.Sessionize: series.sessionize,
    ast.CountFrequent: rows.count_frequent,
    ast.Pattern: patterns.pattern,
    ast.Diff: patterns.diff,
    ast.LogCompare: patterns.logcompare,
    ast.Anomaly: patterns.anomaly,
    ast.RelevantFields: patterns.relevantfields,
    ast.Join: tables.join,
    ast.AppendCols: tables.appendcols,
    ast.Lookup: tables.lookup,
    ast.CidrLookup: tables.cidrlookup,
    ast.Estimate: patterns.estimate,
    ast.Unmask: rows.unmask,
    ast.SavedQuery: tables.saved_query,
}


def analyse(query: ast.Query, *, level: int = 0) -> Analysis:
    """The query's names, and what is wrong with it. `level` counts the queries around it."""
    analyst = Analyst(query, level)
    analyst.problems.extend(placing(query))
    steps: list[Step] = []
    aggregating = [isinstance(command, ast.Stats) for command in query.commands]
    for index, command in enumerate(query.commands):
        steps.append(Step(command, analyst.scope))
        last = any(aggregating[:index]) and not any(aggregating[index:])
        analyst.settled = last and isinstance(command, _FORGIVING)
        _EFFECTS[type(command)](analyst, command)
        if analyst.scope.closed and (not steps[-1].scope.closed or isinstance(command, _CLOSING)):
            analyst.closed_by = keyword(command)
    return Analysis(query, tuple(steps), analyst.scope, tuple(analyst.problems), tuple(analyst.subqueries), level)
