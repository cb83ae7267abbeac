"""Commands that bring in other data: the names that come with it."""

from __future__ import annotations

from dataclasses import replace

from insightctl.ql import ast
from insightctl.ql.analysis.analyst import Analyst
from insightctl.ql.analysis.conditions import conjuncts, join_key
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.scope import Scope
from insightctl.ql.sources import check_source
from insightctl.ql.types import FieldType


def source(a: Analyst, command: ast.Source) -> None:
    a.problems.extend(check_source(command))


def join(a: Analyst, command: ast.Join) -> None:
    a.subquery(command.query)
    if command.left == command.right:
        a.error("QL030", f"both sides of the join are named '{command.left}'", command.span, "left=a right=b")
    for side in conjuncts(command.condition):
        if join_key(side, command) is None:
            hint = f"where {command.left}.requestId = {command.right}.requestId"
            message = "a join matches a field of one side with a field of the other by '='"
            a.error("QL030", message, getattr(side, "span", command.span), hint)
    a.scope = replace(a.scope, sides=(command.left, command.right))


def appendcols(a: Analyst, command: ast.AppendCols) -> None:
    theirs = a.subquery(command.query).after.columns()
    ours = {column.name for column in a.scope.columns()} | set(a.scope.defined)
    for column in theirs:
        if column.name not in ours:
            a.scope = a.scope.add({column.name: column.type})
        elif command.override:
            same = a.scope.type_of(column.name) == column.type
            a.scope = a.scope.add({column.name: column.type if same else "any"})


def lookup(a: Analyst, command: ast.Lookup) -> None:
    a.named(tuple(ast.Field(tuple(key.name.split(".")), command.span) for key in command.keys))
    a.scope = a.scope.define(dict.fromkeys((o.name for o in command.outputs), "any"))
    _looked_up(a, command.outputs)


def cidrlookup(a: Analyst, command: ast.CidrLookup) -> None:
    a.expression(command.address)
    _looked_up(a, command.outputs)


def _looked_up(a: Analyst, outputs: tuple[ast.LookupField, ...]) -> None:
    types: dict[str, FieldType] = dict.fromkeys((o.name for o in outputs), "any")
    new = {name: kind for name, kind in types.items() if name not in a.scope.shown}
    a.scope = a.scope.define(types)
    a.scope = a.scope.add(new) if new else a.scope
    shown = {name: computed and name not in types for name, computed in a.scope.shown.items()}
    a.scope = replace(a.scope, shown=shown, parsed={n: c and n not in types for n, c in a.scope.parsed.items()})


def saved_query(a: Analyst, command: ast.SavedQuery) -> None:
    """What it stands for is filled in before the query runs; until then any name may come out of it."""
    message = f"what ${command.name} stands for is known only where it is saved"
    a.problems.append(Diagnostic("QL010", message, command.span, None, "info"))
    a.scope = replace(Scope(), shown=a.scope.shown)
