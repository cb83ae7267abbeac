"""A place in a query's text: one token of look-ahead, and what to do when another stands there."""

from __future__ import annotations

from typing import NoReturn

from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.lexer import Kind, Lexer, LexError, Token
from insightctl.ql.spans import Span


class ParseError(Exception):
    """Carries the diagnostic of a text that is not the language."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Cursor:
    """Reads the tokens of a text one by one; `token` comes next, `previous` is the place of the last one taken."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lexer = Lexer(text)
        self.token = Token(Kind.END, "", Span(0, 0))
        self.previous = Span(0, 0)

    def peek(self) -> Token | None:
        """The token after the next one; None where there is none that can be read."""
        pos = self.lexer.pos
        try:
            return self.lexer.next()
        except LexError:
            return None
        finally:
            self.lexer.pos = pos

    def start(self) -> None:
        """Reads the first token."""
        self.token = self.lexer.next()

    def advance(self) -> None:
        """Goes one token on."""
        self.previous = self.token.span
        self.token = self.lexer.next()

    def skip(self) -> None:
        """Goes one token on over text that is not ours to judge."""
        while True:
            try:
                self.advance()
                return
            except LexError as error:
                self.lexer.pos = error.resume

    def fail(self, code: str, message: str, span: Span, help: str | None = None) -> NoReturn:
        """Raises ParseError."""
        raise ParseError(Diagnostic(code, message, span, help))

    def ended(self) -> bool:
        """Whether all of the text is read."""
        return self.token.kind is Kind.END

    def span_from(self, start: Span) -> Span:
        """From `start` to the last token taken."""
        return start.to(self.previous)

    def at(self, op: str) -> bool:
        """Whether the next token is this operator."""
        return self.token.kind is Kind.OP and self.token.value == op

    def accept(self, op: str) -> bool:
        """Takes this operator if it comes next."""
        if self.at(op):
            self.advance()
            return True
        return False

    def expect(self, op: str, opened: Span) -> None:
        """Takes this operator or fails, pointing at what was opened."""
        if not self.accept(op):
            found = "the end of the query" if self.token.kind is Kind.END else f"'{self.token.value}'"
            self.fail("QL001", f"expected '{op}', found {found}", self.token.span if self.token.value else opened)

    def is_word(self, word: str) -> bool:
        """Whether the next token is this keyword, in any case."""
        return self.token.kind is Kind.NAME and not self.token.quoted and self.token.value.lower() == word

    def keyword(self, word: str) -> bool:
        """Takes this keyword if it comes next."""
        if self.is_word(word):
            self.advance()
            return True
        return False
