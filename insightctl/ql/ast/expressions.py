"""Expressions of the syntax tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from insightctl.ql.spans import Span

if TYPE_CHECKING:
    from insightctl.ql.ast.commands import Query

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
class Access:
    """A part of what a call returns: `jsonParse(body).user[0]`; `parts` are names and positions."""

    base: Call
    parts: tuple[str | int, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `not x`."""

    op: str
    operand: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, comparison, `and`, `or`, `like`, `not like`. `==` is kept as `=`, `=~` and `~=` as `like`."""

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


@dataclass(frozen=True, slots=True)
class InQuery:
    """`x in (subquery)`: the subquery runs first and gives one column of values."""

    operand: Expr
    query: Query
    negated: bool
    span: Span = field(default=NOWHERE, compare=False)


Expr = Number | String | Regex | Period | Boolean | Star | Field | Call | Access | Unary | Binary | In | InQuery


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
