"""Tokens to a syntax tree. One command after the other; after a mistake reading goes on at the next `|`."""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from insightctl.ql import ast
from insightctl.ql.commands import COMMANDS
from insightctl.ql.diagnostics import Diagnostic, nearest
from insightctl.ql.expressions import ExpressionParser, ParseError
from insightctl.ql.lexer import Kind, LexError, Token
from insightctl.ql.spans import Span

MAX_PROBLEMS = 20
"""Mistakes that are told of one text; after so many it is not the language at all."""


def parse(text: str) -> tuple[ast.Query, tuple[Diagnostic, ...]]:
    """The tree of a query text, and what is wrong with its syntax; the tree lacks the commands that are wrong."""
    return _QueryParser(text).query()


class _QueryParser(ExpressionParser):
    def query(self) -> tuple[ast.Query, tuple[Diagnostic, ...]]:
        commands: list[ast.Command] = []
        problems: list[Diagnostic] = []
        try:
            self.start()
            self.accept_pipe()  # a leading | is accepted
        except LexError as error:
            self._recover(error, problems)
        while not self.ended() and len(problems) < MAX_PROBLEMS:
            try:
                commands.append(self.command())
                if self.ended():
                    break
                self._pipe()
            except (ParseError, LexError) as error:
                self._recover(error, problems)
        if not commands and not problems:
            at = Span(0, min(1, len(self.text)))
            problems.append(
                Diagnostic("QL007", "there is no query here", at, "write a command, for example: stats count(*)")
            )
        comments = tuple(self.lexer.comments)
        return ast.Query(tuple(commands), comments, self.text), tuple(problems)

    def accept_pipe(self) -> None:
        """Takes a `|` if it comes next."""
        if self.token.kind is Kind.PIPE:
            self.advance()

    def _pipe(self) -> None:
        if self.token.kind is not Kind.PIPE:
            word = self.token.value.lower()
            hint = f"put '|' before {self.token.value}" if word in COMMANDS else "commands are separated by '|'"
            if word == "bin":
                hint = "write 'by' before it: stats ... by bin(5m)"
            self.fail("QL001", f"unexpected {describe(self.token)}", self.token.span, hint)
        pipe = self.token
        self.advance()
        if self.ended():
            self.fail("QL001", "a command is missing after '|'", pipe.span, "remove the '|' or write a command")

    def _recover(self, error: ParseError | LexError, problems: list[Diagnostic]) -> None:
        problems.append(error.diagnostic)
        if isinstance(error, LexError):
            self.lexer.pos = max(self.lexer.pos, error.resume)
        while True:
            try:
                if isinstance(error, LexError):
                    self.advance()
                    error = ParseError(error.diagnostic)
                while self.token.kind not in (Kind.PIPE, Kind.END):
                    self.advance()
                if self.token.kind is Kind.PIPE:
                    self.advance()
                return
            except LexError as further:
                self.lexer.pos = max(self.lexer.pos, further.resume)
                error = further

    def command(self) -> ast.Command:
        """One command, up to the pipe after it."""
        keyword = self.token
        if keyword.kind is not Kind.NAME or keyword.quoted:
            self.fail(
                "QL001",
                f"expected a command, found {describe(keyword)}",
                keyword.span,
                "a query is commands separated by '|': fields, filter, parse, stats, sort, limit, ...",
            )
        info = COMMANDS.get(keyword.value.lower())
        if info is None:
            self._unknown_command(keyword)
        self.advance()
        start = keyword.span
        match info.name:
            case "fields":
                return ast.Fields(self.items(), self.span_from(start))
            case "display":
                return ast.Display(self.items(), self.span_from(start))
            case "filter":
                return ast.Filter(self.expression(), self.span_from(start))
            case "parse":
                return self._parse(start)
            case "stats":
                return self._stats(start)
            case "sort":
                return self._sort(start)
            case "limit":
                return self._limit(start)
            case "dedup":
                return self._dedup(start)
            case "source":
                return self._source(start)
            case _:
                return self._opaque(info.name, start)

    def _unknown_command(self, keyword: Token) -> NoReturn:
        known = [info.name for info in COMMANDS.values()]
        meant = nearest(keyword.value, known)
        aliases = {"select": "fields", "group": "stats", "order": "sort", "head": "limit", "summarize": "stats"}
        meant = aliases.get(keyword.value.lower(), meant)
        hint = f"did you mean '{meant}'?" if meant else "commands: " + ", ".join(sorted(set(known)))
        self.fail("QL011", f"unknown command '{keyword.value}'", keyword.span, hint)

    def written(self, span: Span) -> str:
        """The text of a span, without comments and with its white space folded."""
        return written(self.text, span, self.lexer.comment_starts)

    def items(self) -> tuple[ast.Item, ...]:
        """`expr [as alias], ...`"""
        items = [self.item()]
        while self.accept(","):
            items.append(self.item())
        return tuple(items)

    def item(self) -> ast.Item:
        """`expr [as alias]`; a bare `*` is not one."""
        start = self.token.span
        expr = self.expression()
        span = self.span_from(start)
        alias = self.name("an alias") if self.keyword("as") else None
        return ast.Item(expr, alias, self.written(span), self.span_from(start))

    def _parse(self, start: Span) -> ast.Parse:
        source: ast.Expr | None = None
        if self.token.kind is not Kind.STRING and not self.at("/"):
            source = self.postfix()
        pattern: ast.String | ast.Regex
        if self.token.kind is Kind.STRING:
            pattern = ast.String(self.token.value, self.token.span)
            self.advance()
        elif self.at("/"):
            pattern = self.regex()
        else:
            self.fail(
                "QL001",
                f"expected a pattern, found {describe(self.token)}",
                self.token.span,
                'parse @message "user=* took * ms" as user, took   or   parse @message /user=(?<user>\\S+)/',
            )
        aliases: list[str] = []
        if self.keyword("as") or self.token.kind is Kind.NAME:
            aliases.append(self.name("a field name"))
            while self.accept(","):
                aliases.append(self.name("a field name"))
        return ast.Parse(source, pattern, tuple(aliases), self.span_from(start))

    def _stats(self, start: Span) -> ast.Stats:
        items = self.items()
        by: tuple[ast.Item, ...] = ()
        grouped = self.keyword("group")  # `group by` is accepted
        if self.keyword("by"):
            by = self.items()
        elif grouped:
            self.fail("QL001", f"expected 'by', found {describe(self.token)}", self.token.span, "stats ... by field")
        return ast.Stats(items, by, self.span_from(start))

    def _sort(self, start: Span) -> ast.Sort:
        self.keyword("by")  # `sort by x` is accepted
        keys = [self._sort_key()]
        while self.accept(","):
            keys.append(self._sort_key())
        return ast.Sort(tuple(keys), self.span_from(start))

    def _sort_key(self) -> ast.SortKey:
        start = self.token.span
        expr = self.expression()
        text = self.written(self.span_from(start))
        descending = self.keyword("desc")
        if not descending:
            self.keyword("asc")
        return ast.SortKey(expr, descending, text)

    def _limit(self, start: Span) -> ast.Limit:
        any_rows = self.keyword("any")
        token = self.token
        if token.kind is not Kind.NUMBER or not token.value.isdigit():
            self.fail("QL016", f"limit wants a whole number, found {describe(token)}", token.span, "limit 20")
        self.advance()
        return ast.Limit(int(token.value[:18]), any_rows, self.span_from(start))

    def _dedup(self, start: Span) -> ast.Dedup:
        fields = [self.field()]
        while self.accept(","):
            fields.append(self.field())
        return ast.Dedup(tuple(fields), self.span_from(start))

    def _source(self, start: Span) -> ast.Source | ast.Opaque:
        if self.token.kind is not Kind.STRING:
            return self._opaque("SOURCE", start)
        name = self.token.value
        self.advance()
        return ast.Source(name, self.span_from(start))

    def _opaque(self, name: str, start: Span) -> ast.Opaque:
        depth = 0
        while not self.ended() and not (self.token.kind is Kind.PIPE and depth <= 0):
            depth += {"(": 1, ")": -1}.get(self.token.value if self.token.kind is Kind.OP else "", 0)
            self.skip()
        span = self.span_from(start)
        return ast.Opaque(name, self.written(span), span)


def describe(token: Token) -> str:
    """A token in words, for messages."""
    if token.kind is Kind.END:
        return "the end of the query"
    return f"'{token.value}'" if len(token.value) <= 40 else f"'{token.value[:37]}...'"


def written(text: str, span: Span, comments: Collection[int] = ()) -> str:
    """The text of a span with white space outside of quotes folded to one space: a column's name.

    `comments` are the offsets where comments start; they run to the end of their line and are left out.
    """
    out: list[str] = []
    quote = ""
    i = span.start
    while i < span.end:
        char = text[i]
        if quote:
            out.append(char)
            if char == "\\" and i + 1 < span.end:
                out.append(text[i + 1])
                i += 1
            elif char == quote:
                quote = ""
        elif char in "\"'`":
            quote = char
            out.append(char)
        elif i in comments:
            i = text.find("\n", i, span.end)
            if i < 0:
                break
            continue
        elif char.isspace():
            if out and out[-1] != " ":
                out.append(" ")
        else:
            out.append(char)
        i += 1
    return "".join(out).strip()
