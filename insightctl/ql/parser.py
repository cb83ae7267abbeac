"""Tokens to a syntax tree. One command after the other; after a mistake reading goes on at the next `|`."""

from __future__ import annotations

from typing import NoReturn

from insightctl.ql import ast
from insightctl.ql.commands import COMMANDS
from insightctl.ql.cursor import ParseError
from insightctl.ql.diagnostics import Diagnostic, nearest
from insightctl.ql.grammar import GRAMMAR
from insightctl.ql.grammar.reader import Reader, describe
from insightctl.ql.grammar.tables import saved_query
from insightctl.ql.lexer import Kind, LexError, Token
from insightctl.ql.spans import Span

MAX_PROBLEMS = 20
"""Mistakes that are told of one text; after so many it is not the language at all."""

MAX_NESTING = 10
"""Queries inside queries that are read; the service refuses more than one level, which the checker says."""

_OTHER_NAMES = {
    "select": "fields",
    "project": "fields",
    "group": "stats",
    "summarize": "stats",
    "aggregate": "stats",
    "take": "limit",
    "top": "limit",
    "extend": "fields",
    "eval": "fields",
    "search": "filter",
    "grep": "filter",
    "from": "SOURCE",
    "uniq": "dedup",
    "distinct": "dedup",
    "extract": "parse",
    "rex": "parse",
    "table": "display",
}

_OTHER_WORDS = {
    "contains": 'write: field like "text"',
    "matches": "write: field like /pattern/",
    "rlike": "write: field like /pattern/",
    "regexp": "write: field like /pattern/",
    "ilike": "write: field like /(?i)text/",
    "is": "write: ispresent(field), or not ispresent(field)",
    "between": "write: field >= 1 and field <= 5",
    "exists": "write: ispresent(field)",
    "has": 'write: field like "text"',
    "startswith": 'write: startsWith(field, "text") = 1',
    "endswith": 'write: endsWith(field, "text") = 1',
    "descending": "write: desc",
    "ascending": "write: asc",
    "having": "write: | filter, behind stats",
    "else": "write: if(condition, a, b)",
    "xor": "write: (a or b) and not (a and b)",
    "nulls": "absent values come last with desc, first with asc",
    "bin": "write 'by' before it: stats ... by bin(5m)",
}
"""What other languages write in the middle of a command."""


def parse(text: str) -> tuple[ast.Query, tuple[Diagnostic, ...]]:
    """The tree of a query text, and what is wrong with its syntax; the tree lacks the commands that are wrong."""
    return _QueryParser(text).query()


class _QueryParser(Reader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problems: list[Diagnostic] = []
        self.nesting = 0

    def query(self) -> tuple[ast.Query, tuple[Diagnostic, ...]]:
        """The whole text."""
        commands: list[ast.Command] = []
        try:
            self.start()
            self.accept_pipe()  # a leading | is accepted
        except LexError as error:
            self._recover(error)
        commands = self._commands()
        if not commands and not self.problems:
            at = Span(0, min(1, len(self.text)))
            self.problems.append(
                Diagnostic("QL007", "there is no query here", at, "write a command, for example: stats count(*)")
            )
        comments = tuple(self.lexer.comments)
        whole = Span(0, len(self.text))
        return ast.Query(tuple(commands), comments, self.text, whole), tuple(self.problems)

    def subquery(self) -> ast.Query:
        """`( commands )`. Mistakes inside are noted, and reading goes on behind them."""
        opened = self.token.span
        if self.nesting >= MAX_NESTING:
            self.fail("QL006", f"queries inside queries more than {MAX_NESTING} levels deep", opened)
        depth, self.depth = self.depth, 0
        self.nesting += 1
        try:
            self.advance()
            self.accept_pipe()
            known = len(self.problems)
            commands = self._commands()
            if not commands and len(self.problems) == known:
                self.fail(
                    "QL007", "there is no query between these parentheses", opened, "(SOURCE 'group' | fields id)"
                )
            self.expect(")", opened)
        finally:
            self.nesting -= 1
            self.depth = depth
        whole = self.span_from(opened)
        inside = (c for c in self.lexer.comments if whole.start < c.span.start < whole.end)
        return ast.Query(tuple(commands), tuple(inside), self.text, whole)

    def accept_pipe(self) -> None:
        """Takes a `|` if it comes next."""
        if self.token.kind is Kind.PIPE:
            self.advance()

    def _commands(self) -> list[ast.Command]:
        """Commands up to the end of the text, or to the parenthesis that closes a subquery."""
        commands: list[ast.Command] = []
        while not self._done() and len(self.problems) < MAX_PROBLEMS:
            depth, nesting = self.depth, self.nesting
            try:
                commands.append(self.command())
                if self._done():
                    break
                self._pipe()
            except (ParseError, LexError) as error:
                self.depth, self.nesting = depth, nesting
                self._recover(error)
        return commands

    def _done(self) -> bool:
        return self.ended() or (self.nesting > 0 and self.at(")"))

    def _pipe(self) -> None:
        if self.token.kind is not Kind.PIPE:
            word = self.token.value.lower()
            hint = f"put '|' before {self.token.value}" if word in COMMANDS else "commands are separated by '|'"
            hint = _OTHER_WORDS.get(word, hint)
            self.fail("QL001", f"unexpected {describe(self.token)}", self.token.span, hint)
        pipe = self.token
        self.advance()
        if self.token.kind is Kind.PIPE and self.token.span.start == pipe.span.end:
            span = pipe.span.to(self.token.span)
            self.advance()
            self.fail("QL001", "unexpected '||'", span, "write 'or'; one '|' separates commands")
        if self._done():
            self.fail("QL001", "a command is missing after '|'", pipe.span, "remove the '|' or write a command")

    def _recover(self, error: ParseError | LexError) -> None:
        """Notes a mistake and goes on at the next `|`; one inside parentheses that open behind it does not count."""
        self.problems.append(error.diagnostic)
        depth = 0
        broken = isinstance(error, LexError)
        if isinstance(error, LexError):
            self.lexer.pos = max(self.lexer.pos, error.resume)
        while True:
            try:
                if broken:
                    self.advance()
                    broken = False
                while self.token.kind is not Kind.END:
                    if self.token.kind is Kind.PIPE and depth <= 0:
                        self.advance()
                        return
                    if self.at(")") and depth <= 0 and self.nesting > 0:
                        return
                    depth += {"(": 1, ")": -1}.get(self.token.value, 0) if self.token.kind is Kind.OP else 0
                    self.advance()
                return
            except LexError as further:
                self.lexer.pos = max(self.lexer.pos, further.resume)
                broken = True

    def command(self) -> ast.Command:
        """One command, up to the pipe after it."""
        keyword = self.token
        start = keyword.span
        if self.accept("$"):
            return saved_query(self, start)
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
        return GRAMMAR[info.name](self, start)

    def _unknown_command(self, keyword: Token) -> NoReturn:
        known = [info.name for info in COMMANDS.values()]
        meant = _OTHER_NAMES.get(keyword.value.lower(), nearest(keyword.value, known))
        hint = f"did you mean '{meant}'?" if meant else "commands: " + ", ".join(sorted(set(known)))
        self.fail("QL011", f"unknown command '{keyword.value}'", keyword.span, hint)
