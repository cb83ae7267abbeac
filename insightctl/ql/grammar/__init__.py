"""The grammar of each command: a function from the text behind its keyword to its tree, by the name in the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from insightctl.ql import ast
from insightctl.ql.grammar import extraction, patterns, rows, series, tables
from insightctl.ql.grammar.reader import Reader
from insightctl.ql.spans import Span

Grammar = Callable[[Reader, Span], ast.Command]
"""Reads one command whose keyword, at the span, is already taken. Raises ParseError and LexError."""

GRAMMAR: Mapping[str, Grammar] = {
    "fields": rows.fields,
    "display": rows.display,
    "filter": rows.filter_,
    "filterIndex": rows.filter_index,
    "stats": rows.stats,
    "sort": rows.sort,
    "limit": rows.limit,
    "dedup": rows.dedup,
    "unmask": rows.unmask,
    "parse": extraction.parse,
    "json": extraction.json,
    "unnest": extraction.unnest,
    "expand": extraction.expand,
    "filldown": series.filldown,
    "fillmissing": series.fillmissing,
    "accum": series.accum,
    "autoregress": series.autoregress,
    "addtotals": series.addtotals,
    "outlier": series.outlier,
    "sessionize": series.sessionize,
    "countFrequent": series.count_frequent,
    "pattern": patterns.pattern,
    "anomaly": patterns.anomaly,
    "diff": patterns.diff,
    "logcompare": patterns.logcompare,
    "relevantfields": patterns.relevantfields,
    "estimate": patterns.estimate,
    "join": tables.join,
    "appendcols": tables.appendcols,
    "lookup": tables.lookup,
    "cidrlookup": tables.cidrlookup,
    "source": tables.source,
}
