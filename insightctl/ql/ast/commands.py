"""Commands of the syntax tree: one value each, plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field

from insightctl.ql.ast.expressions import NOWHERE, Expr, Field, Item, Period, Regex, String
from insightctl.ql.ast.tables import AppendCols, CidrLookup, Join, Lookup, SavedQuery, Source
from insightctl.ql.spans import Span


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
    """`parse source "glob" as a, b` or `parse source /regex/ [multi]`; source None means @message.

    With `multi` every match makes a row of its own.
    """

    source: Expr | None
    pattern: String | Regex
    aliases: tuple[str, ...]
    multi: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ParseLogfmt:
    """`parse source logfmt as alias`: `key=value` pairs become a map."""

    source: Expr | None
    alias: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ParseCsv:
    """`parse source csv as a, b, c`: comma-separated values in order."""

    source: Expr | None
    aliases: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class JsonPath:
    """`"key.subkey" as alias` of the json command; `path` holds the keys and list positions."""

    path: tuple[str | int, ...]
    alias: str


@dataclass(frozen=True, slots=True)
class Json:
    """`json field=source "key.subkey" as alias, ...`; source None means @message."""

    source: Field | None
    paths: tuple[JsonPath, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Stats:
    """`stats items by keys [offset 1h]`."""

    items: tuple[Item, ...]
    by: tuple[Item, ...]
    offset: Period | None = None
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
class FilterIndex:
    """`filterIndex field = "x"` or `filterIndex field in [..]`: only indexed events are read on the service."""

    condition: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unnest:
    """`unnest field into alias`: one row an element of a list."""

    source: Expr
    alias: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Expand:
    """`expand field`: one row an element of a JSON array; the field becomes the element."""

    source: Field
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FillDown:
    """`filldown a b* ...`: names and wildcards; none means all."""

    patterns: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Fill:
    """`value for name` of fillmissing."""

    value: Expr
    name: str


@dataclass(frozen=True, slots=True)
class FillMissing:
    """`fillmissing [with value for field, ...]`: rows for the bins that have none."""

    fills: tuple[Fill, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Accum:
    """`accum field [as alias]`: the running sum."""

    source: Field
    alias: str | None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Autoregress:
    """`autoregress field [as alias] [p=first[-last]]`: values of the rows before."""

    source: Field
    alias: str | None
    first: int
    last: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class AddTotals:
    """`addtotals [fieldname=Total] [row=true] [col=false] [a, b]`; no fields means all numeric ones."""

    fields: tuple[Field, ...]
    name: str = "Total"
    row: bool = True
    col: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Outlier:
    """`outlier [action=transform] [param=2.5] [uselower=false] [mark=false] a b ...`."""

    fields: tuple[Field, ...]
    remove: bool = False
    factor: float = 2.5
    lower: bool = False
    mark: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Sessionize:
    """`sessionize a, b [maxspan 30m] [as session_id]`."""

    fields: tuple[Field, ...]
    gap: Period
    alias: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class CountFrequent:
    """`countFrequent a, b`: how often each combination occurs, most frequent first."""

    fields: tuple[Field, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Pattern:
    """`pattern field`: texts grouped by what they have in common."""

    source: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Diff:
    """`diff [previousDay | previousWeek | previousMonth]`; None is the time just before."""

    against: str | None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class LogCompare:
    """`logcompare timeshift 7d`."""

    shift: Period
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """`anomaly`, after pattern."""

    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class RelevantFields:
    """`relevantfields [a, b] where condition`; no fields means all."""

    fields: tuple[Field, ...]
    condition: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Estimate:
    """`estimate`: the bytes that the query would scan."""

    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unmask:
    """`unmask(field)`: masked data in the clear."""

    fields: tuple[Field, ...]
    span: Span = field(default=NOWHERE, compare=False)


Command = (
    Fields
    | Display
    | Filter
    | FilterIndex
    | Parse
    | ParseLogfmt
    | ParseCsv
    | Json
    | Stats
    | Sort
    | Limit
    | Dedup
    | Source
    | Unnest
    | Expand
    | FillDown
    | FillMissing
    | Accum
    | Autoregress
    | AddTotals
    | Outlier
    | Sessionize
    | CountFrequent
    | Pattern
    | Diff
    | LogCompare
    | Anomaly
    | RelevantFields
    | Join
    | AppendCols
    | Lookup
    | CidrLookup
    | Estimate
    | Unmask
    | SavedQuery
)


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
    span: Span = field(default=NOWHERE, compare=False)
