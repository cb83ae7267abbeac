"""The one table of the words for each command, and the walk over a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, analyse
from insightctl.ql.explaining import comparing, extraction, grouping, rows, series, sources, tables
from insightctl.ql.explaining import flow as flows
from insightctl.ql.explaining.flow import Flow
from insightctl.ql.explaining.phrases import listed
from insightctl.ql.explaining.step import Explained, Here, Said
from insightctl.ql.formatting import command_text
from insightctl.ql.formatting.expressions import subquery

WORDS: dict[type[Any], Callable[[Any, Here], Said]] = {
    ast.Fields: rows.fields,
    ast.Display: rows.display,
    ast.Filter: rows.filter_,
    ast.FilterIndex: rows.filter_index,
    ast.Parse: extraction.parse,
    ast.ParseLogfmt: extraction.parse_logfmt,
    ast.ParseCsv: extraction.parse_csv,
    ast.Json: extraction.json,
    ast.Stats: grouping.stats,
    ast.Sort: rows.sort,
    ast.Limit: rows.limit,
    ast.Dedup: rows.dedup,
    ast.Source: sources.source,
    ast.Unnest: extraction.unnest,
    ast.Expand: extraction.expand,
    ast.FillDown: series.filldown,
    ast.FillMissing: series.fillmissing,
    ast.Accum: series.accum,
    ast.Autoregress: series.autoregress,
    ast.AddTotals: series.addtotals,
    ast.Outlier: series.outlier,
    ast.Sessionize: series.sessionize,
    ast.CountFrequent: series.count_frequent,
    ast.Pattern: comparing.pattern,
    ast.Diff: comparing.diff,
    ast.LogCompare: comparing.logcompare,
    ast.Anomaly: comparing.anomaly,
    ast.RelevantFields: comparing.relevantfields,
    ast.Join: tables.join,
    ast.AppendCols: tables.appendcols,
    ast.Lookup: tables.lookup,
    ast.CidrLookup: tables.cidrlookup,
    ast.Estimate: rows.estimate,
    ast.Unmask: rows.unmask,
    ast.SavedQuery: rows.saved_query,
}


def explained(analysis: Analysis) -> tuple[tuple[Explained, ...], Flow]:
    """Every command of a query in words, and the rows that come out of the last one."""
    flow = Flow()
    found: list[Explained] = []
    scopes = [*(step.scope for step in analysis.steps), analysis.after]
    for index, step in enumerate(analysis.steps):
        here = Here(analysis, index, flow, step.scope, scopes[index + 1], _inside(step.command, analysis))
        said = WORDS[type(step.command)](step.command, here)
        notes = (*said.notes, *_first(step.command, here))
        found.append(Explained(index + 1, command_text(step.command), said.sentence, notes, _nested(here.inside)))
        flow = flows.after(flow, step.command, step.scope)
    return tuple(found), flow


def _inside(command: ast.Command, analysis: Analysis) -> tuple[Analysis, ...]:
    """The queries inside a command; one that the analysis has not looked at is looked at here."""
    known = {id(inner.query): inner for inner in analysis.subqueries}
    level = analysis.level + 1
    return tuple(known.get(id(query)) or analyse(query, level=level) for query in ast.subqueries(command))


def _first(command: ast.Command, here: Here) -> tuple[str, ...]:
    """What a query behind `in` gives."""
    if isinstance(command, ast.Join | ast.AppendCols) or not here.inside:
        return ()
    if len(here.inside) > 1:
        return ("The queries inside run first, each on its own.",)
    columns = [column.name for column in here.inside[0].after.columns()]
    given = f"; its column {listed(columns)} gives the values" if len(columns) == 1 else ""
    return (f"The query inside runs first, on its own{given}.",)


def _nested(inside: tuple[Analysis, ...]) -> tuple[Explained, ...]:
    """The steps of the query inside; of several, each query is a step."""
    if len(inside) == 1:
        return explained(inside[0])[0]
    return tuple(
        Explained(number, subquery(one.query), f"Query {number} inside.", (), explained(one)[0])
        for number, one in enumerate(inside, 1)
    )
