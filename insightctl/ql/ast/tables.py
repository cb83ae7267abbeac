"""Commands of the syntax tree that bring in other data: log groups, other queries, lookup tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from insightctl.ql.ast.expressions import NOWHERE, Expr, Field
from insightctl.ql.spans import Span

if TYPE_CHECKING:
    from insightctl.ql.ast.commands import Query


@dataclass(frozen=True, slots=True)
class TagFilter:
    """One key of `logGroupTags`, with the values that are let through; none means any."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupSelector:
    """`logGroups(namePrefix: [..], accountIdentifiers: [..], class: [..])`; empty tuples select all."""

    prefixes: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """`SOURCE 'group' start=-1d end=now`, or by `logGroups()`, `dataSource([..])` and `logGroupTags([..])`.

    `log_group` is one name, as log widgets and subqueries write it; `start` and `end` are kept as written.
    """

    log_group: str | None = None
    groups: GroupSelector | None = None
    data_sources: tuple[str, ...] = ()
    tags: tuple[TagFilter, ...] = ()
    start: str | None = None
    end: str | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Join:
    """`join type=inner left=a right=b where a.x = b.y (subquery)`."""

    kind: str
    left: str
    right: str
    condition: Expr
    query: Query
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class AppendCols:
    """`appendcols [override=false] [max=10000] (subquery)`: its columns beside ours, row by row."""

    query: Query
    override: bool = False
    most: int = 10_000
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class LookupField:
    """`table column [as event field]`."""

    column: str
    name: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """`lookup table column as field, ... OUTPUT column [as field], ...`; `keep` is OUTPUTNEW."""

    table: str
    keys: tuple[LookupField, ...]
    outputs: tuple[LookupField, ...]
    keep: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class CidrLookup:
    """`cidrlookup table field [as cidr column] OUTPUT column [as field], ...`."""

    table: str
    address: Field
    column: str | None
    outputs: tuple[LookupField, ...]
    keep: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Argument:
    """`name = value` of a saved query; `value` is a literal."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """`$Name(a = "x", b = 5)`: stands for the commands of a saved query."""

    name: str
    arguments: tuple[Argument, ...]
    span: Span = field(default=NOWHERE, compare=False)
