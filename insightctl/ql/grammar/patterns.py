"""Commands that compare: patterns, earlier ranges, relevant fields; and the estimate of what a query reads."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.diagnostics import nearest
from insightctl.ql.grammar.reader import Reader
from insightctl.ql.lexer import Kind
from insightctl.ql.spans import Span

EARLIER = ("previousDay", "previousWeek", "previousMonth")


def pattern(r: Reader, start: Span) -> ast.Pattern:
    """`pattern field`; alone it means @message."""
    source = ast.Field(("@message",), start) if r.at_command_end() else r.expression()
    return ast.Pattern(source, r.span_from(start))


def anomaly(r: Reader, start: Span) -> ast.Anomaly:
    """`anomaly`"""
    return ast.Anomaly(r.span_from(start))


def diff(r: Reader, start: Span) -> ast.Diff:
    """`diff [previousDay]`"""
    token = r.token
    if token.kind is not Kind.NAME:
        return ast.Diff(None, r.span_from(start))
    against = next((word for word in EARLIER if word.lower() == token.value.lower()), None)
    if against is None:
        meant = nearest(token.value, EARLIER)
        hint = f"did you mean '{meant}'?" if meant else f"diff, or diff {', '.join(EARLIER)}"
        r.fail("QL028", f"diff does not compare with '{token.value}'", token.span, hint)
    r.advance()
    return ast.Diff(against, r.span_from(start))


def logcompare(r: Reader, start: Span) -> ast.LogCompare:
    """`logcompare timeshift 7d`"""
    r.want("timeshift", "logcompare timeshift 7d")
    r.accept("=")
    shift = r.period("how far to go back")
    return ast.LogCompare(shift, r.span_from(start))


def relevantfields(r: Reader, start: Span) -> ast.RelevantFields:
    """`relevantfields [a, b] where condition`"""
    fields = () if r.is_word("where") else r.fields()
    r.want("where", "relevantfields where duration > 5000")
    return ast.RelevantFields(fields, r.expression(), r.span_from(start))


def estimate(r: Reader, start: Span) -> ast.Estimate:
    """`estimate`"""
    return ast.Estimate(r.span_from(start))
