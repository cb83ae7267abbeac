"""Commands that choose, compute, order and aggregate rows."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.grammar.reader import Reader, describe
from insightctl.ql.lexer import Kind
from insightctl.ql.spans import Span


def fields(r: Reader, start: Span) -> ast.Fields:
    """`fields a, b as c`"""
    return ast.Fields(r.items(), r.span_from(start))


def display(r: Reader, start: Span) -> ast.Display:
    """`display a, b`"""
    return ast.Display(r.items(), r.span_from(start))


def filter_(r: Reader, start: Span) -> ast.Filter:
    """`filter condition`"""
    return ast.Filter(r.expression(), r.span_from(start))


def filter_index(r: Reader, start: Span) -> ast.FilterIndex:
    """`filterIndex field = value`"""
    return ast.FilterIndex(r.expression(), r.span_from(start))


def stats(r: Reader, start: Span) -> ast.Stats:
    """`stats items by keys offset 1h`; `group by` is accepted."""
    items = r.items()
    by: tuple[ast.Item, ...] = ()
    grouped = r.keyword("group")
    if r.keyword("by"):
        by = r.items()
    elif grouped:
        r.fail("QL001", f"expected 'by', found {describe(r.token)}", r.token.span, "stats ... by field")
    offset = r.period("a period") if r.keyword("offset") else None
    return ast.Stats(items, by, offset, r.span_from(start))


def sort(r: Reader, start: Span) -> ast.Sort:
    """`sort a desc, b`; `sort by a` is accepted."""
    if r.is_word("by"):
        r.advance()
    keys = [_sort_key(r)]
    while r.accept(","):
        keys.append(_sort_key(r))
    return ast.Sort(tuple(keys), r.span_from(start))


def _sort_key(r: Reader) -> ast.SortKey:
    start = r.token.span
    expr = r.expression()
    text = r.written(r.span_from(start))
    descending = r.keyword("desc")
    if not descending:
        r.keyword("asc")
    return ast.SortKey(expr, descending, text)


def limit(r: Reader, start: Span) -> ast.Limit:
    """`limit [any] n`"""
    any_rows = r.keyword("any")
    token = r.token
    if token.kind is not Kind.NUMBER or not token.value.isdigit():
        r.fail("QL016", f"limit wants a whole number, found {describe(token)}", token.span, "limit 20")
    r.advance()
    return ast.Limit(int(token.value[:18]), any_rows, r.span_from(start))


def dedup(r: Reader, start: Span) -> ast.Dedup:
    """`dedup a, b`"""
    return ast.Dedup(r.fields(), r.span_from(start))


def unmask(r: Reader, start: Span) -> ast.Unmask:
    """`unmask(a, b)` or `unmask a, b`"""
    opened = r.token.span
    if not r.accept("("):
        return ast.Unmask(r.fields(), r.span_from(start))
    found = r.fields()
    r.expect(")", opened)
    return ast.Unmask(found, r.span_from(start))
