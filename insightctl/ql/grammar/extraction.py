"""Commands that take values out of texts, maps and lists."""

from __future__ import annotations

import re

from insightctl.ql import ast
from insightctl.ql.grammar.reader import Reader, describe
from insightctl.ql.lexer import Kind
from insightctl.ql.spans import Span

_PATTERNS = 'parse @message "user=* took * ms" as user, took   or   parse @message /user=(?<user>\\S+)/'


def parse(r: Reader, start: Span) -> ast.Parse | ast.ParseLogfmt | ast.ParseCsv:
    """`parse [source] "glob" | /regex/ | logfmt | csv ...`"""
    source: ast.Expr | None = None
    if r.token.kind is not Kind.STRING and not r.at("/") and not _at_format(r):
        source = r.postfix()
    if _at_format(r):
        return _formatted(r, start, source)
    pattern: ast.String | ast.Regex
    if r.token.kind is Kind.STRING:
        pattern = ast.String(r.token.value, r.token.span)
        r.advance()
    elif r.at("/"):
        pattern = r.regex()
    else:
        r.fail("QL001", f"expected a pattern, found {describe(r.token)}", r.token.span, _PATTERNS)
    aliases: tuple[str, ...] = ()
    if r.keyword("as") or (r.token.kind is Kind.NAME and not _at_multi(r)):
        aliases = _names(r)
    multi = r.token if r.keyword("multi") else None
    if multi is not None and isinstance(pattern, ast.String):
        r.fail("QL028", "multi goes with a regular expression", multi.span, "parse @message /(\\d+)/ as n multi")
    return ast.Parse(source, pattern, aliases, multi is not None, r.span_from(start))


def _names(r: Reader) -> tuple[str, ...]:
    names = [r.name("a field name")]
    while r.accept(","):
        names.append(r.name("a field name"))
    return tuple(names)


def _at_format(r: Reader) -> bool:
    """Whether `logfmt` or `csv` stands next as a format: `as` follows it."""
    if not (r.is_word("logfmt") or r.is_word("csv")):
        return False
    following = r.peek()
    return following is not None and following.kind is Kind.NAME and following.value.lower() == "as"


def _at_multi(r: Reader) -> bool:
    if not r.is_word("multi"):
        return False
    following = r.peek()
    return following is None or following.kind in (Kind.PIPE, Kind.END) or following.value == ")"


def _formatted(r: Reader, start: Span, source: ast.Expr | None) -> ast.ParseLogfmt | ast.ParseCsv:
    logfmt = r.is_word("logfmt")
    r.advance()
    r.want("as", "name what comes out: as name")
    if logfmt:
        return ast.ParseLogfmt(source, r.name("a field name"), r.span_from(start))
    return ast.ParseCsv(source, _names(r), r.span_from(start))


def json(r: Reader, start: Span) -> ast.Json:
    """`json [field=source] "key.subkey" as name, ...`"""
    source: ast.Field | None = None
    if r.is_word("field"):
        r.advance()
        if not r.accept("="):
            r.fail("QL001", "expected '=' after 'field'", r.token.span, 'json field=body "user.name" as name')
        source = r.field()
    paths = [_json_path(r)]
    while r.accept(","):
        paths.append(_json_path(r))
    return ast.Json(source, tuple(paths), r.span_from(start))


def _json_path(r: Reader) -> ast.JsonPath:
    token = r.token
    if token.kind is not Kind.STRING:
        r.fail("QL001", f"expected a path, found {describe(token)}", token.span, 'json field=body "user.name" as name')
    r.advance()
    path = json_path(token.value)
    if not path:
        r.fail("QL001", "this path is empty", token.span, 'json field=body "user.name" as name')
    name = r.name("a name") if r.keyword("as") else token.value
    return ast.JsonPath(path, name)


_STEP = re.compile(r"\[(\d{1,9})\]|\[\"([^\"]*)\"\]|\[\'([^\']*)\'\]|([^.\[\]]+)|\.")


def json_path(text: str) -> tuple[str | int, ...]:
    """The steps of a path such as `$.user.roles[0].name`: names, and positions in brackets."""
    steps: list[str | int] = []
    for match in _STEP.finditer(text.removeprefix("$")):
        position, *names = match.groups()
        name = next((n for n in names if n is not None), None)
        if position is not None:
            steps.append(int(position))
        elif name is not None:
            steps.append(name)
    return tuple(steps)


def unnest(r: Reader, start: Span) -> ast.Unnest:
    """`unnest field into name`"""
    source = r.postfix()
    r.want("into", "unnest items into item")
    return ast.Unnest(source, r.name("a name"), r.span_from(start))


def expand(r: Reader, start: Span) -> ast.Expand:
    """`expand field`"""
    return ast.Expand(r.field(), r.span_from(start))
