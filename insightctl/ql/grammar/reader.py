"""What all commands read with: items with aliases, lists of fields, `name=value` options."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NoReturn

from insightctl.ql import ast
from insightctl.ql.diagnostics import nearest
from insightctl.ql.expressions import ExpressionParser
from insightctl.ql.lexer import Kind, Token
from insightctl.ql.spans import Span


class Reader(ExpressionParser):
    """Reads the pieces that commands are made of."""

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

    def alias(self) -> str | None:
        """`[as name]`."""
        return self.name("an alias") if self.keyword("as") else None

    def fields(self) -> tuple[ast.Field, ...]:
        """`a, b`"""
        found = [self.field()]
        while self.accept(","):
            found.append(self.field())
        return tuple(found)

    def at_command_end(self) -> bool:
        """Whether nothing more of this command comes."""
        return self.token.kind in (Kind.PIPE, Kind.END) or self.at(")")

    def spaced_fields(self) -> tuple[ast.Field, ...]:
        """`a b c`, up to the end of the command; commas between them are accepted."""
        found = [self.field()]
        while not self.at_command_end():
            self.accept(",")
            found.append(self.field())
        return tuple(found)

    def options(self, command: str, known: Collection[str]) -> Mapping[str, Token]:
        """`name=value ...` in any order: the value's first token by name. Other text is left where it stands."""
        found: dict[str, Token] = {}
        while self._at_option():
            name = self.token
            option = name.value.lower()
            if option not in known:
                self.unknown_option(command, name, known)
            if option in found:
                self.fail("QL028", f"{command} has two options '{name.value}'", name.span, "leave one out")
            self.advance()
            self.advance()
            found[option] = self._option_value(name)
        return found

    def _at_option(self) -> bool:
        if self.token.kind is not Kind.NAME or self.token.quoted:
            return False
        following = self.peek()
        return following is not None and following.kind is Kind.OP and following.value == "="

    def _option_value(self, name: Token) -> Token:
        value = self.token
        if value.kind not in (Kind.NAME, Kind.NUMBER, Kind.STRING, Kind.PERIOD):
            self.fail("QL001", f"expected a value after '{name.value}='", value.span)
        self.advance()
        return value

    def unknown_option(self, command: str, name: Token, known: Collection[str]) -> NoReturn:
        """Refuses an option, with the nearest one."""
        meant = nearest(name.value, list(known))
        hint = f"did you mean '{meant}='?" if meant else f"options of {command}: {', '.join(known)}"
        self.fail("QL028", f"{command} has no option '{name.value}'", name.span, hint)

    def flag(self, value: Token | None, default: bool) -> bool:
        """An option that is true or false."""
        if value is None:
            return default
        answer = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}.get(value.value.lower())
        if answer is None:
            self.fail("QL028", f"expected true or false, found '{value.value}'", value.span)
        return answer

    def whole(self, value: Token, least: int, most: int, what: str) -> int:
        """An option that is a whole number in a range."""
        if value.kind is not Kind.NUMBER or not value.value.isdigit() or not least <= int(value.value[:18]) <= most:
            self.fail("QL028", f"{what} is a whole number from {least:,} to {most:,}", value.span)
        return int(value.value)

    def period(self, what: str) -> ast.Period:
        """A time period standing next."""
        if self.token.kind is not Kind.PERIOD:
            self.fail("QL001", f"expected {what}, found {describe(self.token)}", self.token.span, "such as 30m or 7d")
        value = self.postfix()
        assert isinstance(value, ast.Period)
        return value

    def want(self, word: str, help: str) -> None:
        """Takes a keyword or fails."""
        if not self.keyword(word):
            self.fail("QL001", f"expected '{word}', found {describe(self.token)}", self.token.span, help)


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
