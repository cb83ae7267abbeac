"""Text to tokens, on demand: `Lexer.next()` gives one token at a time.

A `/` is a division or the start of a regular expression depending on what the parser expects there, so the parser
asks for `regex_at(token)` when it stands where a pattern may stand.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from insightctl.ql.ast import Comment
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.spans import Span


class Kind(Enum):
    """What a token is."""

    NAME = "a name"
    NUMBER = "a number"
    PERIOD = "a time period"
    STRING = "a string"
    REGEX = "a regular expression"
    OP = "an operator"
    PIPE = "'|'"
    END = "the end of the query"


class Token(NamedTuple):
    """`value` is the name, the unescaped string, the operator, or the literal's spelling."""

    kind: Kind
    value: str
    span: Span
    quoted: bool = False


class LexError(Exception):
    """Carries the diagnostic of a text that is no token; `resume` is where reading can go on."""

    def __init__(self, diagnostic: Diagnostic, resume: int) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
        self.resume = resume


_SPACE = re.compile(r"\s+")
_BARE_NAME = re.compile(r"@*[^\W]\w*(?:\.@*\w+)*|@+")
_PARTS = re.compile(r"@*\w+(?:\.@*\w+)*")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DIGITS = frozenset("0123456789")
_WORD = re.compile(r"[^\W\d_][^\W_]*")
_COLON_NAME = re.compile(r"[^\W\d][\w.@-]*$")
_COLON_REST = re.compile(r":\w[\w.:/-]*")
_OPERATORS = (
    "=~",
    "~=",
    "==",
    "!=",
    "<>",
    "<=",
    ">=",
    "=",
    "<",
    ">",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "!",
    "$",
)
_ESCAPED = re.compile(r"\\\\/(?=\w)|\\.", re.S)
"""An escape in a regular expression. `\\\\/path`, copied from a text with escapes of its own, is a slash too."""
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_RAW_WORD = re.compile(r"[^\s|()\[\]'\"`,#]+(?:#[^\s|()\[\]'\"`,#]+)*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


class Lexer:
    """Reads one query text. `comments` collects what was skipped."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.comments: list[Comment] = []
        self.comment_starts: set[int] = set()
        self.punctuation = ""
        """Further characters that are operators where SOURCE lists what it selects."""
        self._commented = -1

    def next(self) -> Token:
        """The next token. Raises LexError."""
        self._skip()
        text, start = self.text, self.pos
        if start >= len(text):
            return Token(Kind.END, "", Span(start, start))
        char = text[start]
        if char == "|":
            return self._take(Kind.PIPE, "|", start + 1)
        if char in "\"'":
            return self._string(char)
        if char == "`":
            return self._backticked()
        if char in _DIGITS or (char == "." and text[start + 1 : start + 2] in _DIGITS):
            return self._number()
        if char == "@" and text.startswith("`", start + 1):
            return self._backticked()
        if match := _BARE_NAME.match(text, start):
            return self._take(Kind.NAME, match.group(), match.end())
        for op in _OPERATORS:
            if text.startswith(op, start):
                return self._take(Kind.OP, op, start + len(op))
        if char in self.punctuation:
            return self._take(Kind.OP, char, start + 1)
        if char == "{" and (placeholder := _PLACEHOLDER.match(text, start)):
            raise LexError(
                Diagnostic(
                    "QL009",
                    f"the placeholder {placeholder[0]} is not filled in",
                    Span(start, placeholder.end()),
                    f"save the query and run it as $Name({placeholder[1]} = ...), or write a value here",
                ),
                placeholder.end(),
            )
        if char == ":" and (found := _COLON_NAME.search(text, max(0, start - 80), start)) and start + 1 < len(text):
            rest = _COLON_REST.match(text, start)
            if rest is not None:
                name = found[0] + rest[0]
                raise LexError(
                    Diagnostic(
                        "QL027", f"the name {name} wants back-ticks", Span(found.start(), rest.end()), f"write `{name}`"
                    ),
                    rest.end(),
                )
        end = start + 1
        while text.startswith(char, end):  # a run of them is one mistake
            end += 1
        raise LexError(
            Diagnostic("QL004", f"unexpected character {char!r}", Span(start, start + 1), _character_help(text, start)),
            end,
        )

    def word_at(self, offset: int) -> Token | None:
        """A log group's name without quotes: what stands at an offset up to white space, a pipe or a parenthesis."""
        match = _RAW_WORD.match(self.text, offset)
        if match is None:
            return None
        self.pos = offset
        return self._take(Kind.STRING, match.group(), match.end())

    def part_at(self, offset: int) -> Token:
        """The part of a field's name after a dot, which may start with a digit: the `0` of `` `my list`.0 ``."""
        self.pos = offset
        if match := _PARTS.match(self.text, offset):
            return self._take(Kind.NAME, match.group(), match.end())
        return self.next()

    def regex_at(self, token: Token) -> Token:
        """The regular expression that starts at a `/` token. Raises LexError when it never ends."""
        start = token.span.start
        end = _regex_end(self.text, start, in_classes=True) or _regex_end(self.text, start, in_classes=False)
        if end is None:
            line_end = self.text.find("\n", start)
            stop = line_end if line_end >= 0 else len(self.text)
            raise LexError(
                Diagnostic(
                    "QL003",
                    "this regular expression never ends",
                    Span(start, stop),
                    "close it with '/'; a slash inside is written '\\/'",
                ),
                stop,
            )
        self.pos = end
        body = self.text[start + 1 : end - 1]
        plain = _ESCAPED.sub(lambda m: "/" if m[0].endswith("/") else m[0], body)
        return Token(Kind.REGEX, plain, Span(start, end))

    def _skip(self) -> None:
        while self.pos < len(self.text):
            if space := _SPACE.match(self.text, self.pos):
                self.pos = space.end()
            elif self.text[self.pos] == "#":
                end = self.text.find("\n", self.pos)
                end = end if end >= 0 else len(self.text)
                self._comment(Span(self.pos, end))
                self.pos = end
            else:
                return

    def _comment(self, span: Span) -> None:
        if span.start <= self._commented:  # read again after a rescan
            return
        self._commented = span.start
        self.comment_starts.add(span.start)
        before = self.text[self.text.rfind("\n", 0, span.start) + 1 : span.start]
        self.comments.append(Comment(self.text[span.start : span.end].rstrip(), not before.strip(), span))

    def _take(self, kind: Kind, value: str, end: int, *, quoted: bool = False) -> Token:
        token = Token(kind, value, Span(self.pos, end), quoted)
        self.pos = end
        return token

    def _string(self, quote: str) -> Token:
        out: list[str] = []
        i, text = self.pos + 1, self.text
        while i < len(text):
            char = text[i]
            if char == quote:
                return self._take(Kind.STRING, "".join(out), i + 1, quoted=True)
            if char == "\\" and i + 1 < len(text):
                out.append(_ESCAPES.get(text[i + 1], "\\" + text[i + 1]))
                i += 2
                continue
            out.append(char)
            i += 1
        line_end = text.find("\n", self.pos)
        stop = line_end if line_end >= 0 else len(text)
        raise LexError(
            Diagnostic("QL002", "this string never ends", Span(self.pos, stop), f"close it with {quote}"), stop
        )

    def _backticked(self) -> Token:
        sign = self.text[self.pos] == "@"  # @`aws.tag.x:y`: the sign of a system field stays outside
        opened = self.pos + sign
        end = self.text.find("`", opened + 1)
        if end < 0 or "\n" in self.text[self.pos : end]:
            raise LexError(
                Diagnostic("QL002", "this back-ticked name never ends", Span(opened, opened + 1), "close it with `"),
                opened + 1,
            )
        name = "@" * sign + self.text[opened + 1 : end]
        return self._take(Kind.NAME, name, end + 1, quoted=True)

    def _number(self) -> Token:
        match = _NUMBER.match(self.text, self.pos)
        assert match is not None
        unit = _WORD.match(self.text, match.end())
        if not unit:
            return self._take(Kind.NUMBER, match.group(), match.end())
        return self._take(Kind.PERIOD, self.text[self.pos : unit.end()], unit.end())


def _regex_end(text: str, start: int, *, in_classes: bool) -> int | None:
    """Where the regex that starts at `start` ends; with `in_classes` a slash inside [...] does not end it."""
    i, in_class = start + 1, False
    while i < len(text):
        char = text[i]
        if char == "\\" and (escaped := _ESCAPED.match(text, i)):
            i = escaped.end()
            continue
        if in_classes and char == "[":
            in_class = True
        elif char == "]":
            in_class = False
        elif char == "/" and not in_class:
            return i + 1
        i += 1
    return None


def _character_help(text: str, at: int) -> str | None:
    if text.startswith("://", at):
        return "put an address in quotes"
    return {
        "“": 'use straight quotes: "',
        "”": 'use straight quotes: "',
        "‘": "use straight quotes: '",
        "’": "use straight quotes: '",
        "&": "write 'and'",
        ";": "a query ends without ';'",
        "{": "a placeholder of a saved query is written {{name}}",
    }.get(text[at])
