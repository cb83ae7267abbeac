"""A query text as coloured pieces: every token with its role, whatever the text is. Nothing here ever fails.

Highlighting, hover and completion read them; the roles are decided by the language's own lexer and tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from insightctl.editor.words import CONSTANTS, OPERATORS, options_of, words_of
from insightctl.ql.commands import COMMANDS, CommandInfo
from insightctl.ql.functions import find
from insightctl.ql.lexer import Kind, Lexer, LexError, Token
from insightctl.ql.spans import Span


class Role(Enum):
    """What a piece of a query is."""

    COMMAND = "command"
    KEYWORD = "keyword"
    OPTION = "option"
    WORD_OPERATOR = "word operator"
    CONSTANT = "constant"
    FUNCTION = "function"
    AGGREGATE = "aggregate function"
    FIELD = "field"
    SYSTEM_FIELD = "system field"
    NEW_NAME = "new name"
    STRING = "string"
    REGEX = "regular expression"
    NUMBER = "number"
    PERIOD = "period"
    PLACEHOLDER = "placeholder"
    COMMENT = "comment"
    PIPE = "pipe"
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"
    OTHER = "other"


OPERANDS = frozenset(
    {
        Role.CONSTANT,
        Role.FIELD,
        Role.SYSTEM_FIELD,
        Role.STRING,
        Role.REGEX,
        Role.NUMBER,
        Role.PERIOD,
        Role.PLACEHOLDER,
    }
)
"""Roles of what an operator may follow; a closing parenthesis or bracket is one too."""


class Piece(NamedTuple):
    """A stretch of the text; `command` is the command that it belongs to, `open` that its quote is never closed."""

    role: Role
    start: int
    end: int
    text: str
    command: CommandInfo | None = None
    open: bool = False

    @property
    def is_operand(self) -> bool:
        """Whether an operator may follow."""
        return self.role in OPERANDS or self.text in (")", "]")


def pieces(text: str) -> tuple[Piece, ...]:
    """Every token of a text and every comment, in order; white space is left out."""
    reader = _Reader(text)
    reader.run()
    comments = (Piece(Role.COMMENT, c.span.start, c.span.start + len(c.text), c.text) for c in reader.lexer.comments)
    return tuple(sorted((*reader.found, *comments), key=lambda piece: piece.start))


_OPEN_QUOTES = {"QL002": Role.STRING, "QL003": Role.REGEX, "QL009": Role.PLACEHOLDER}
_SOURCE = COMMANDS["source"]


@dataclass(slots=True)
class _Reader:
    text: str
    lexer: Lexer = field(init=False)
    found: list[Piece] = field(default_factory=list)
    command: CommandInfo | None = None
    stack: list[CommandInfo | None] = field(default_factory=list)
    """The commands around each parenthesis that is open."""

    def __post_init__(self) -> None:
        self.lexer = Lexer(self.text)

    @property
    def last(self) -> Piece | None:
        return self.found[-1] if self.found else None

    def run(self) -> None:
        while True:
            try:
                token = self.next()
                if token.kind is Kind.END:
                    return
                self.take(token)
            except LexError as error:
                self.broken(error)

    def next(self) -> Token:
        self.lexer.punctuation = ":{}" if self.command is _SOURCE else ""
        return self._raw_word() or self.lexer.next()

    def _raw_word(self) -> Token | None:
        """A log group's name or a time of SOURCE, which need no quotes."""
        last = self.last
        if self.command is not _SOURCE or last is None:
            return None
        if last.role is not Role.COMMAND and not (last.text == "=" and self._before().role is Role.OPTION):
            return None
        start = self.lexer.pos
        start += len(self.text[start:]) - len(self.text[start:].lstrip())
        token = self.lexer.word_at(start)
        if token is not None and (token.value.startswith("#") or token.value.lower() in _selectors()):
            self.lexer.pos = start
            return None
        return token

    def _before(self) -> Piece:
        return self.found[-2] if len(self.found) > 1 else self.found[-1]

    def _before_is_new(self) -> bool:
        return self._before().role is Role.NEW_NAME

    def broken(self, error: LexError) -> None:
        span = error.diagnostic.span
        role = _OPEN_QUOTES.get(error.diagnostic.code, Role.OTHER)
        # a diagnostic may point at more, or at less, than what cannot be read
        start = max(self.found[-1].end if self.found else 0, min(self.lexer.pos, span.start))
        end = max(span.end, error.resume, start + 1)
        self.add(role, Span(start, end), is_open=role in (Role.STRING, Role.REGEX))
        self.lexer.pos = max(self.lexer.pos, end)

    def add(self, role: Role, span: Span, *, is_open: bool = False) -> None:
        self.found.append(Piece(role, span.start, span.end, self.text[span.start : span.end], self.command, is_open))

    def take(self, token: Token) -> None:
        match token.kind:
            case Kind.PIPE:
                self.command = None if not self.stack else self.command
                self.add(Role.PIPE, token.span)
            case Kind.STRING:
                self.add(Role.STRING, token.span)
            case Kind.NUMBER:
                self.add(Role.NUMBER, token.span)
            case Kind.PERIOD:
                self.add(Role.PERIOD, token.span)
            case Kind.NAME:
                self.name(token)
            case _ if token.value == "/" and self.wants_pattern():
                self.add(Role.REGEX, self.lexer.regex_at(token).span)
            case _:
                self.operator(token)

    def wants_pattern(self) -> bool:
        """Whether a `/` starts a regular expression here: no value stands before it, or parse has just its source."""
        last = self.last
        if last is None or not last.is_operand:
            return True
        in_parse = self.command is COMMANDS["parse"] and not self.stack
        return in_parse and not any(p.role in (Role.STRING, Role.REGEX) for p in self.of_command())

    def of_command(self) -> list[Piece]:
        """The pieces since the last pipe or keyword of a command."""
        since = next((i for i in range(len(self.found) - 1, -1, -1) if self.found[i].role is Role.COMMAND), 0)
        return self.found[since:]

    def operator(self, token: Token) -> None:
        value = token.value
        if value == "(":
            self.stack.append(self.command)
        elif value == ")" and self.stack:
            self.command = self.stack.pop()
        self.add(Role.PUNCTUATION if value in "()[],.:{}" else Role.OPERATOR, token.span)

    def name(self, token: Token) -> None:
        lowered = token.value.lower()
        if not token.quoted and self.at_command(token):
            self.command = COMMANDS.get(lowered)
            self.add(Role.COMMAND if self.command else Role.OTHER, token.span)
            return
        self.add(self.role_of(token, lowered), token.span)

    def at_command(self, token: Token) -> bool:
        last = self.last
        if last is None or last.role is Role.PIPE:
            return True
        known = token.value.lower() in COMMANDS
        return known and last.text == "(" and not self.following(token).startswith((",", ")", "("))

    def following(self, token: Token) -> str:
        return self.text[token.span.end :].lstrip()[:1]

    def role_of(self, token: Token, lowered: str) -> Role:
        last = self.last
        if last is not None and last.role is Role.KEYWORD and last.text.lower() in ("as", "into"):
            return Role.NEW_NAME
        if last is not None and last.text == "," and self.command is COMMANDS["parse"] and self._before_is_new():
            return Role.NEW_NAME  # parse ... as a, b
        if token.quoted:
            return Role.SYSTEM_FIELD if token.value.startswith("@") else Role.FIELD
        if lowered in OPERATORS:
            return Role.WORD_OPERATOR
        if word := self.word(token, lowered):
            return word
        if lowered in CONSTANTS:
            return Role.CONSTANT
        if self.following(token) == "(" and "." not in token.value:
            known = find(token.value)
            return Role.AGGREGATE if known is not None and known.aggregate else Role.FUNCTION
        return Role.SYSTEM_FIELD if token.value.startswith("@") else Role.FIELD

    def word(self, token: Token, lowered: str) -> Role | None:
        """The role of a keyword of the command at hand; an option only counts with its `=`."""
        command = self.command
        if command is None or lowered not in [w.lower() for w in words_of(command)]:
            return None
        if lowered in [o.lower() for o in options_of(command)]:
            return Role.OPTION if self.following(token) == "=" else self.option_value(token)
        if lowered in ("asc", "desc") or command.name != "outlier":
            return Role.KEYWORD
        return self.option_value(token)

    def option_value(self, token: Token) -> Role | None:
        """A word such as `left` of `type=left` counts where an option's value stands."""
        del token
        last = self.last
        value = last is not None and last.text == "=" and self._before().role is Role.OPTION
        return Role.KEYWORD if value else None


def _selectors() -> tuple[str, ...]:
    return tuple(word.lower() for word in words_of(_SOURCE) if word not in options_of(_SOURCE))
