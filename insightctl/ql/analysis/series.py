"""Commands over rows in their order: the names that they make."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.analysis.analyst import Analyst
from insightctl.ql.analysis.columns import lag_names
from insightctl.ql.expression_rules import check_period
from insightctl.ql.types import FieldType


def filldown(a: Analyst, command: ast.FillDown) -> None:
    plain = tuple(ast.Field(tuple(p.split(".")), command.span) for p in command.patterns if "*" not in p)
    a.named(plain)
    for name in plain:
        if name.name not in a.scope.defined:
            a.scope = a.scope.add({name.name: a.scope.type_of(name.name)})


def fillmissing(a: Analyst, command: ast.FillMissing) -> None:
    for fill in command.fills:
        if fill.name not in a.scope.defined:
            message = f"'{fill.name}' is no column of this stats"
            a.error("QL019", message, command.span, a.columns_here(fill.name))
        elif isinstance(fill.value, ast.String) and a.scope.type_of(fill.name) == "number" and not _spells(fill.value):
            a.error(
                "QL028", f"{fill.name} is a number and is filled with one", fill.value.span, f"with 0 for {fill.name}"
            )


def _spells(text: ast.String) -> bool:
    try:
        float(text.value)
    except ValueError:
        return False
    return True


def accum(a: Analyst, command: ast.Accum) -> None:
    a.expression(command.source)
    a.scope = a.scope.add({command.alias or command.source.name: "number"})


def autoregress(a: Analyst, command: ast.Autoregress) -> None:
    a.expression(command.source)
    kind = a.scope.infer(command.source)
    a.scope = a.scope.add(dict.fromkeys(lag_names(command), kind))


def addtotals(a: Analyst, command: ast.AddTotals) -> None:
    a.named(command.fields)
    if command.row:
        a.scope = a.scope.add({command.name: "number"})


def outlier(a: Analyst, command: ast.Outlier) -> None:
    a.named(command.fields)
    made: dict[str, FieldType] = {}
    if not command.remove:
        made = {f.name: "number" if a.scope.infer(f) == "number" else "any" for f in command.fields}
    if command.mark:
        made |= {f"{name.name}_outlier": "boolean" for name in command.fields}
    a.scope = a.scope.add(made) if made else a.scope


def sessionize(a: Analyst, command: ast.Sessionize) -> None:
    if a.scope.closed and "@timestamp" not in a.scope.defined:
        hint = "move it before stats, or keep the time: stats max(@timestamp) as `@timestamp` by ..."
        message = f"sessionize reads @timestamp, which does not exist after {a.closed_by}"
        a.error("QL019", message, command.span, hint)
    a.problems.extend(check_period(command.gap))
    a.named(command.fields)
    a.scope = a.scope.add({command.alias: "number"})
