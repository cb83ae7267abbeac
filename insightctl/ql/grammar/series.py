"""Commands over rows in their order: running sums, gaps, totals, outliers, sessions."""

from __future__ import annotations

import re

from insightctl.ql import ast
from insightctl.ql.grammar.reader import Reader, describe
from insightctl.ql.lexer import Kind
from insightctl.ql.spans import Span

MAX_LAG = 1000
"""How many rows back autoregress goes; the pages name no limit, so that no query can make columns without end."""


def filldown(r: Reader, start: Span) -> ast.FillDown:
    """`filldown host cpu*`"""
    patterns: list[str] = []
    while not r.at_command_end():
        r.accept(",")
        patterns.append(_wildcard(r))
    return ast.FillDown(tuple(patterns), r.span_from(start))


def _wildcard(r: Reader) -> str:
    """A field name in which `*` stands for any characters: adjacent names and stars."""
    pieces: list[str] = []
    first = r.token
    while pieces == [] or r.token.span.start == r.previous.end:
        if r.at("*"):
            pieces.append("*")
            r.advance()
        elif r.token.kind is Kind.NAME:
            pieces.append(r.field().name)
        else:
            break
    if not pieces:
        r.fail("QL001", f"expected a field, found {describe(first)}", first.span, "filldown host cpu*")
    return "".join(pieces)


def fillmissing(r: Reader, start: Span) -> ast.FillMissing:
    """`fillmissing with 0 for n, "x" for name`"""
    fills: list[ast.Fill] = []
    if r.keyword("with"):
        fills.append(_fill(r))
        while r.accept(","):
            r.keyword("with")
            fills.append(_fill(r))
    return ast.FillMissing(tuple(fills), r.span_from(start))


def _fill(r: Reader) -> ast.Fill:
    first = r.token
    value = r.expression()
    if not isinstance(value, ast.Number | ast.String | ast.Boolean):
        r.fail("QL028", "fillmissing fills with a constant", first.span, "fillmissing with 0 for n")
    r.want("for", "fillmissing with 0 for n")
    return ast.Fill(value, _column(r))


def _column(r: Reader) -> str:
    """A column's name: plain, in back-ticks, or the expression that made it."""
    start = r.token.span
    expr = r.expression()
    return expr.name if isinstance(expr, ast.Field) else r.written(r.span_from(start))


def accum(r: Reader, start: Span) -> ast.Accum:
    """`accum field [as name]`"""
    source = r.field()
    return ast.Accum(source, r.alias(), r.span_from(start))


def autoregress(r: Reader, start: Span) -> ast.Autoregress:
    """`autoregress field [as name] [p=1-4]`"""
    source = r.field()
    alias = r.alias()
    first = last = 1
    if r.is_word("p"):
        first, last = _lags(r)
    return ast.Autoregress(source, alias or r.alias(), first, last, r.span_from(start))


_LAGS = re.compile(r"\s*(\d{1,9})\s*(?:-\s*(\d{1,9}))?(?![\w.])")


def _lags(r: Reader) -> tuple[int, int]:
    name = r.token
    r.advance()
    equals = r.token
    if not r.at("="):
        r.fail("QL001", "expected '=' after 'p'", equals.span, "autoregress bytes p=1-4")
    found = _LAGS.match(r.text, equals.span.end)
    if found is None:
        r.fail("QL028", "p is a number of rows or a range of them", name.span, "autoregress bytes p=1-4")
    first, last = int(found[1]), int(found[2] or found[1])
    r.lexer.pos = found.end()
    r.advance()
    r.previous = Span(equals.span.start, found.end())
    if not 1 <= first <= last <= MAX_LAG:
        span = Span(name.span.start, found.end())
        r.fail("QL028", f"p goes from 1 to {MAX_LAG:,}, the smaller number first", span, "autoregress bytes p=1-4")
    return first, last


def addtotals(r: Reader, start: Span) -> ast.AddTotals:
    """`addtotals [fieldname=Total] [row=true] [col=false] [a, b]`"""
    options = r.options("addtotals", ("fieldname", "row", "col"))
    fields = () if r.at_command_end() else r.spaced_fields()
    name = options["fieldname"].value if "fieldname" in options else "Total"
    row, col = r.flag(options.get("row"), True), r.flag(options.get("col"), False)
    return ast.AddTotals(fields, name, row, col, r.span_from(start))


def outlier(r: Reader, start: Span) -> ast.Outlier:
    """`outlier [action=transform] [param=2.5] [uselower=false] [mark=false] a b`"""
    options = r.options("outlier", ("action", "param", "uselower", "mark"))
    fields = r.spaced_fields()
    action = options.get("action")
    if action is not None and action.value.lower() not in ("remove", "rm", "transform", "tf"):
        r.fail("QL028", f"action is remove or transform, not '{action.value}'", action.span)
    factor = options.get("param")
    if factor is not None and factor.kind is not Kind.NUMBER:
        r.fail("QL028", "param is a number", factor.span, "outlier param=3 latency")
    return ast.Outlier(
        fields,
        action is not None and action.value.lower() in ("remove", "rm"),
        float(factor.value) if factor else 2.5,
        r.flag(options.get("uselower"), False),
        r.flag(options.get("mark"), False),
        r.span_from(start),
    )


def sessionize(r: Reader, start: Span) -> ast.Sessionize:
    """`sessionize a, b [maxspan 30m] [as session_id]`"""
    fields = r.fields()
    gap = ast.Period(30, "m")
    if r.keyword("maxspan"):
        r.accept("=")
        gap = r.period("how long a silence ends a session")
    return ast.Sessionize(fields, gap, r.alias() or "session_id", r.span_from(start))


def count_frequent(r: Reader, start: Span) -> ast.CountFrequent:
    """`countFrequent a, b`"""
    return ast.CountFrequent(r.fields(), r.span_from(start))
