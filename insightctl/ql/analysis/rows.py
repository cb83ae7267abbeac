"""Commands that choose, compute, order and aggregate rows: what they do to names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from insightctl.ql import ast
from insightctl.ql.analysis.analyst import Analyst
from insightctl.ql.analysis.columns import APPROXIMATE
from insightctl.ql.analysis.conditions import conjuncts
from insightctl.ql.expression_rules import check_period
from insightctl.ql.functions import find
from insightctl.ql.types import FieldType

MAX_LIMIT = 100_000  # the page of limit; 10,000 rows come without one


def fields(a: Analyst, command: ast.Fields) -> None:
    for item in command.items:
        a.expression(item.expr, loose=True)
        _define(a, item)
        a.scope = replace(a.scope, shown={**a.scope.shown, item.name: a.scope.is_computed(item)})


def display(a: Analyst, command: ast.Display) -> None:
    shown: dict[str, bool] = {}
    for item in command.items:
        a.expression(item.expr, loose=True)
        _define(a, item)
        shown[item.name] = a.scope.is_computed(item)
    a.scope = replace(a.scope, displayed=shown)


def _define(a: Analyst, item: ast.Item) -> None:
    if item.alias is not None or not isinstance(item.expr, ast.Field):
        a.scope = a.scope.define({item.name: a.scope.infer(item.expr)})
        a.ephemeral |= {item.alias} if item.alias is not None else set()
    elif len(item.expr.parts) > 1 and a.scope.knows(item.expr):
        a.scope = a.scope.define({item.name: "any"})


def filter_(a: Analyst, command: ast.Filter) -> None:
    a.expression(command.condition)


def filter_index(a: Analyst, command: ast.FilterIndex) -> None:
    a.expression(command.condition)
    for side in conjuncts(command.condition):
        indexed = isinstance(side, ast.In | ast.InQuery) and not side.negated and isinstance(side.operand, ast.Field)
        equal = isinstance(side, ast.Binary) and side.op == "=" and isinstance(side.left, ast.Field)
        if equal and isinstance(side, ast.Binary) and isinstance(side.right, ast.Field):
            hint = f'a text stands in quotes: "{side.right.name}"'
            a.error("QL043", "an index is looked up by a value, not by another field", side.right.span, hint)
        if not indexed and not equal:
            hint = 'filterIndex requestId = "x"   or   filterIndex requestId in ["x", "y"]'
            a.error("QL043", "an index is looked up by '=' or 'in' only", getattr(side, "span", command.span), hint)


def stats(a: Analyst, command: ast.Stats) -> None:
    scope = a.scope
    types: dict[str, FieldType] = {}
    computed: dict[str, bool] = {}
    for item in command.by:
        a.expression(item.expr)
        a.structure(item.expr, "stats by")
        types[item.name] = scope.infer(item.expr)
        computed[item.name] = scope.is_computed(item)
    for item in command.items:
        if item.alias in a.ephemeral:
            message = f"'{item.alias}' is already the name of a field that this query makes"
            a.error("QL046", message, item.span, "give the aggregate a name of its own")
        _aggregate(a, item, types)
        types[item.name] = scope.define(types).infer(item.expr)
        computed[item.name] = True
    topk = [i for i in command.items if any(isinstance(n, ast.Call) and n.name == "topk" for n in ast.walk(i.expr))]
    if topk and (command.by or len(command.items) > 1):
        hint = "stats topk(3, status); by groups: countFrequent service, status"
        a.error("QL034", "topk stands alone in stats: no by, no other aggregate", topk[0].span, hint)
    if command.offset is not None:
        a.problems.extend(check_period(command.offset))
    if command.offset is not None and not any(_is_bin(item.expr) for item in command.by):
        a.error("QL035", "offset shifts the bins, and there are none", command.offset.span, "by bin(5m) offset 1h")
    a.scope = scope.close(types, computed, (item.expr for item in (*command.by, *command.items)))
    a.ephemeral.clear()


def _aggregate(a: Analyst, item: ast.Item, earlier: dict[str, FieldType]) -> None:
    before, a.scope = a.scope, a.scope.define(earlier)
    a.expression(item.expr, in_stats=True)
    a.scope = before
    for node in ast.walk(item.expr):
        if isinstance(node, ast.Call) and (known := find(node.name)) is not None and known.aggregate:
            for arg in node.args:
                a.structure(arg, known.name)
    for bare in _outside_aggregates(item.expr):
        if bare.name not in earlier:
            hint = f"aggregate it (avg({bare.name}), latest({bare.name})) or group by it"
            a.error("QL015", f"'{bare.name}' is neither aggregated nor grouped by", bare.span, hint)


def sort(a: Analyst, command: ast.Sort) -> None:
    """The service sorts by an absent field without a word, so a lost field misleads here but is no error."""
    for key in command.keys:
        a.structure(key.expr, "sort")
        if isinstance(key.expr, ast.Field) and find(str(key.expr.parts[0])) is not None:
            continue  # `sort count desc` after stats count(*): QL053 tells it
        for found in a.findings(key.expr, loose=True):
            a.problems.append(replace(found, severity="warning") if found.code == "QL019" else found)


def limit(a: Analyst, command: ast.Limit) -> None:
    if not 1 <= command.count <= MAX_LIMIT:
        message = f"limit {command.count} is out of range"
        a.error("QL016", message, command.span, f"write a whole number from 1 to {MAX_LIMIT:,}")


def dedup(a: Analyst, command: ast.Dedup) -> None:
    a.named(command.fields)
    for name in command.fields:
        a.structure(name, "dedup")


def count_frequent(a: Analyst, command: ast.CountFrequent) -> None:
    a.named(command.fields)
    types: dict[str, FieldType] = {name.name: a.scope.type_of(name.name) for name in command.fields}
    computed = {name.name: a.scope.is_computed(ast.Item(name, None, "")) for name in command.fields}
    a.scope = a.scope.close(types | {APPROXIMATE: "number"}, computed | {APPROXIMATE: True})


def unmask(a: Analyst, command: ast.Unmask) -> None:
    a.named(command.fields)
    shown = {name.name: False for name in command.fields}
    a.scope = replace(a.scope, shown={**a.scope.shown, **shown})


def _is_bin(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Call) and expr.name == "bin"


def _outside_aggregates(expr: ast.Expr) -> Iterator[ast.Field]:
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Field):
            yield node
        elif isinstance(node, ast.Call):
            known = find(node.name)
            if known is not None and not known.aggregate:
                stack.extend(reversed(node.args))
        elif isinstance(node, ast.Access):
            stack.append(node.base)
        elif isinstance(node, ast.Unary):
            stack.append(node.operand)
        elif isinstance(node, ast.Binary):
            stack.extend((node.right, node.left))
        elif isinstance(node, ast.In):
            stack.extend((*reversed(node.items), node.operand))
        elif isinstance(node, ast.InQuery):
            stack.append(node.operand)
