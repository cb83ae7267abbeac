"""The syntax tree: plain frozen data with spans, and a `walk` over expressions.

Two trees are equal when they mean the same text: spans and the layout of literals do not take part in `==`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from insightctl.ql.spans import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal; `text` is its spelling."""

    value: float
    text: str = field(compare=False)
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class String:
    """A quoted text, escapes resolved."""

    value: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """`/pattern/`, with `\\/` already turned into `/`."""

    pattern: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Period:
    """A time period such as `5m`: amount and unit as written."""

    amount: int
    unit: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Star:
    """The `*` of `count(*)`."""

    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A field by name: `parts` are the dotted names; a `[n]` access is an int part."""

    parts: tuple[str | int, ...]
    span: Span = field(default=NOWHERE, compare=False)

    @property
    def name(self) -> str:
        """The flat name the service shows: `a.b.0.c`."""
        return ".".join(str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `name` is the table's spelling when known, else as written."""

    name: str
    args: tuple[Expr, ...]
    name_span: Span = field(default=NOWHERE, compare=False)
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `not x`."""

    op: str
    operand: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, comparison, `and`, `or`, `like`, `not like`. `==` is kept as `=`, `=~` as `like`."""

    op: str
    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """`x in [..]` and `x not in [..]`."""

    operand: Expr
    items: tuple[Expr, ...]
    negated: bool
    span: Span = field(default=NOWHERE, compare=False)


Expr = Number | String | Regex | Period | Boolean | Star | Field | Call | Unary | Binary | In


@dataclass(frozen=True, slots=True)
class Item:
    """An expression with its column name: the alias, or the expression as written with spaces normalised."""

    expr: Expr
    alias: str | None
    written: str = field(compare=False)
    span: Span = field(default=NOWHERE, compare=False)

    @property
    def name(self) -> str:
        """The name of the column that this item defines."""
        if self.alias is not None:
            return self.alias
        return self.expr.name if isinstance(self.expr, Field) else self.written


@dataclass(frozen=True, slots=True)
class Fields:
    """`fields a, b as c`."""

    items: tuple[Item, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Display:
    """`display a, b`."""

    items: tuple[Item, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """`filter condition` (also spelled `where`)."""

    condition: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Parse:
    """`parse source "glob" as a, b` or `parse source /regex/`; source None means @message."""

    source: Expr | None
    pattern: String | Regex
    aliases: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Stats:
    """`stats items by keys`."""

    items: tuple[Item, ...]
    by: tuple[Item, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a sort."""

    expr: Expr
    descending: bool
    written: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Sort:
    """`sort a desc, b`."""

    keys: tuple[SortKey, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Limit:
    """`limit n`; `any` may return any rows, which is faster on the service."""

    count: int
    any: bool
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Dedup:
    """`dedup a, b`."""

    fields: tuple[Field, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """`SOURCE 'group'`: a log group by name, as log widgets write it."""

    log_group: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Opaque:
    """A command of the service that only the service runs so far: its name and its text, unparsed."""

    name: str
    text: str
    span: Span = field(default=NOWHERE, compare=False)


Command = Fields | Display | Filter | Parse | Stats | Sort | Limit | Dedup | Source | Opaque


@dataclass(frozen=True, slots=True)
class Comment:
    """`# text`; `own_line` when nothing stands before it on its line."""

    text: str
    own_line: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Query:
    """Commands in order, and the comments for the formatter."""

    commands: tuple[Command, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    text: str = field(default="", compare=False)


def operands(expr: Binary) -> tuple[Expr, ...]:
    """What an `and` or `or` joins, left to right: `a or b or c` is one list, however long the chain is."""
    rights: list[Expr] = []
    node: Expr = expr
    while isinstance(node, Binary) and node.op == expr.op:
        rights.append(node.right)
        node = node.left
    return (node, *reversed(rights))


def height(expr: Expr) -> int:
    """How many levels lie inside each other; a chain of `and` or of `or` is one level."""
    highest = 0
    stack: list[tuple[Expr, int]] = [(expr, 1)]
    while stack:
        node, level = stack.pop()
        highest = max(highest, level)
        inner: tuple[Expr, ...] = ()
        match node:
            case Call(args=args):
                inner = args
            case Unary(operand=operand):
                inner = (operand,)
            case Binary(op="and" | "or"):
                inner = operands(node)
            case Binary(left=left, right=right):
                inner = (left, right)
            case In(operand=operand, items=items):
                inner = (operand, *items)
            case _:
                pass
        stack.extend((child, level + 1) for child in inner)
    return highest


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything inside it, outermost first."""
    stack: list[Expr] = [expr]
    while stack:
        node = stack.pop()
        yield node
        match node:
            case Call(args=args):
                stack.extend(reversed(args))
            case Unary(operand=operand):
                stack.append(operand)
            case Binary(left=left, right=right):
                stack.extend((right, left))
            case In(operand=operand, items=items):
                stack.extend((*reversed(items), operand))
            case _:
                pass
