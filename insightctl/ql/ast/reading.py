"""What a command reads and makes: its expressions, and the names that are new after it."""

from __future__ import annotations

from insightctl.ql.ast import commands as c
from insightctl.ql.ast import tables as t
from insightctl.ql.ast.expressions import Expr, Field, InQuery
from insightctl.ql.ast.walking import walk

_MESSAGE = Field(("@message",))


def expressions(command: c.Command) -> tuple[Expr, ...]:
    """The expressions that a command evaluates over the rows before it; those of its subqueries are not among them."""
    match command:
        case c.Fields(items=items) | c.Display(items=items):
            return tuple(item.expr for item in items)
        case c.Filter(condition=condition) | c.FilterIndex(condition=condition):
            return (condition,)
        case c.Parse(source=source) | c.ParseLogfmt(source=source) | c.ParseCsv(source=source) | c.Json(source=source):
            return (source if source is not None else _MESSAGE,)
        case c.Stats(items=items, by=by):
            return tuple(item.expr for item in (*items, *by))
        case c.Sort(keys=keys):
            return tuple(key.expr for key in keys)
        case (
            c.Dedup(fields=fields)
            | c.AddTotals(fields=fields)
            | c.Outlier(fields=fields)
            | c.Sessionize(fields=fields)
            | c.CountFrequent(fields=fields)
            | c.Unmask(fields=fields)
        ):
            return fields
        case c.RelevantFields(fields=fields, condition=condition):
            return (*fields, condition)
        case (
            c.Unnest(source=source)
            | c.Expand(source=source)
            | c.Accum(source=source)
            | c.Autoregress(source=source)
            | c.Pattern(source=source)
        ):
            return (source,)
        case t.Lookup(keys=lookup_keys):
            return tuple(Field(tuple(key.name.split("."))) for key in lookup_keys)
        case t.CidrLookup(address=address):
            return (address,)
        case t.Join(condition=condition):
            return (condition,)
        case _:
            return ()


def subqueries(command: c.Command) -> tuple[c.Query, ...]:
    """The queries that stand inside a command."""
    if isinstance(command, t.Join | t.AppendCols):
        return (command.query,)
    return tuple(node.query for expr in expressions(command) for node in walk(expr) if isinstance(node, InQuery))


def sources(query: c.Query) -> tuple[t.Source, ...]:
    """The SOURCE commands of a query itself, not of those inside it."""
    return tuple(command for command in query.commands if isinstance(command, t.Source))
