"""Where a cursor stands in a query: in which command, behind what, inside which calls, and which names exist there."""

from __future__ import annotations

from dataclasses import dataclass

from insightctl.editor.pieces import Piece, Role, pieces
from insightctl.ql import parse
from insightctl.ql.analysis import analyse
from insightctl.ql.commands import CommandInfo
from insightctl.ql.functions import Parameter, find
from insightctl.ql.scope import Scope

_WHOLE = frozenset({Role.STRING, Role.REGEX, Role.PLACEHOLDER})
_SYMBOLS = frozenset({Role.PIPE, Role.OPERATOR, Role.PUNCTUATION})


@dataclass(frozen=True, slots=True)
class Opened:
    """A parenthesis that is open at the cursor: the function it belongs to, and the argument that stands there."""

    function: str | None
    argument: int = 0
    query: int | None = None
    """Where the query inside starts, when it holds one."""

    @property
    def parameter(self) -> Parameter | None:
        """What the function wants there."""
        known = find(self.function) if self.function else None
        return known.parameter(self.argument) if known else None


@dataclass(frozen=True, slots=True)
class Context:
    """A cursor. `prefix` is the word that is being written, `before` the pieces of its command ahead of that word.

    `quiet` inside strings, regular expressions and comments, where nothing is to be offered.
    """

    text: str
    offset: int
    prefix: str
    before: tuple[Piece, ...]
    opened: tuple[Opened, ...]
    query_start: int
    command_start: int
    seen: tuple[Piece, ...]
    quiet: bool = False

    @property
    def start(self) -> int:
        """Where the word that is being written starts."""
        return self.offset - len(self.prefix)

    @property
    def last(self) -> Piece | None:
        """The piece before the word that is being written; None at the start of a command."""
        return self.before[-1] if self.before else None

    @property
    def command(self) -> CommandInfo | None:
        """The command that the cursor stands in, behind its keyword."""
        first = next((p for p in self.before if p.role is Role.COMMAND), None)
        return first.command if first else None

    def scope(self) -> Scope:
        """The names before the command, as far as what stands there can be read."""
        return analyse(parse(self.text[self.query_start : self.command_start])[0]).after


def context(text: str, offset: int) -> Context:
    """The context of an offset of a query text."""
    seen = pieces(text)
    at = next((p for p in seen if p.start < offset <= p.end and p.role not in _SYMBOLS), None)
    quiet = any(_quiet(p, offset, text) for p in seen if p.start < offset)
    prefix = "" if at is None or quiet or at.role in _WHOLE else text[at.start : offset]
    prefix = prefix or _dotted(seen, text, offset)
    ahead = [p for p in seen if p.end <= offset - len(prefix) and p.role is not Role.COMMENT]
    opened, query_start, command_start = _walk(ahead)
    before = tuple(p for p in ahead if p.start >= command_start)
    return Context(text, offset, prefix, before, opened, query_start, command_start, seen, quiet)


def _quiet(piece: Piece, offset: int, text: str) -> bool:
    if piece.role is Role.COMMENT:
        return "\n" not in text[piece.start : offset]
    return piece.role in _WHOLE and (offset < piece.end or (piece.open and offset == piece.end))


def _dotted(seen: tuple[Piece, ...], text: str, offset: int) -> str:
    """`detail.` where a name is written up to its dot."""
    name = next((p for p in seen if p.end == offset - 1 and p.role in (Role.FIELD, Role.SYSTEM_FIELD)), None)
    return text[name.start : offset] if name is not None and text[offset - 1] == "." else ""


def _walk(ahead: list[Piece]) -> tuple[tuple[Opened, ...], int, int]:
    """What is open at the end, where the innermost query starts, and where its last command does."""
    stack: list[Opened] = []
    starts = [0]  # of the last command, one a query that is open
    previous: Piece | None = None
    for piece in ahead:
        if piece.role is Role.COMMAND and previous is not None and previous.text == "(" and stack:
            stack[-1] = Opened(None, 0, previous.end)
            starts.append(previous.end)
        if piece.role is Role.PIPE:
            while stack and stack[-1].query is None:
                stack.pop()
            starts[-1] = piece.end
        elif piece.text in ("(", "["):
            called = previous is not None and previous.role in (Role.FUNCTION, Role.AGGREGATE) and piece.text == "("
            stack.append(Opened(previous.text if called and previous else None))
        elif piece.text in (")", "]") and stack:
            starts = starts[:-1] if stack.pop().query is not None else starts
        elif piece.text == "," and stack and stack[-1].function:
            stack[-1] = Opened(stack[-1].function, stack[-1].argument + 1)
        previous = piece
    query = next((o.query for o in reversed(stack) if o.query is not None), 0)
    return tuple(stack), query, starts[-1]
