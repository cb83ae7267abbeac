"""Names that are not what they seem: dashes that subtract, fields that nothing defines, columns twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, Step
from insightctl.ql.diagnostics import Diagnostic, nearest
from insightctl.ql.fields import KNOWN_FIELDS
from insightctl.ql.functions import find
from insightctl.ql.rules.looking import is_raw, misspelt, nodes, warn

_FAMILIES = ("@aws.", "@entity", "@source.", "@data_", "@facets.", "@@")


def dash(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL041: `detail-type` without spaces is a subtraction of two fields that the query does not know."""
    for step in analysis.steps:
        for expr in ast.expressions(step.command):
            for node in _outermost_dashes(expr):
                if not any(step.scope.knows(field) or field.name in KNOWN_FIELDS for field in _chain(node)):
                    name = "-".join(field.name for field in _chain(node))
                    message = f"{name} subtracts one field from another"
                    yield warn("QL041", message, node.span, f"the field's name is written `{name}`")


def _outermost_dashes(expr: ast.Expr) -> Iterator[ast.Expr]:
    """Fields joined by dashes, as `x-amzn-trace-id`, where no number is wanted."""
    numbers: set[int] = set()
    for node in ast.walk(expr):
        if id(node) not in numbers and _chain(node):
            yield node
        match node:
            case ast.Call(name=name, args=args) if (known := find(name)) is not None:
                wanted = [known.parameter(position) for position in range(len(args))]
                inner = [a for a, p in zip(args, wanted, strict=True) if p and p.type in ("number", "timestamp")]
            case ast.Binary(op="+" | "-" | "*" | "/" | "%" | "^", left=left, right=right):
                inner = [left, right]
            case ast.Binary(op="<" | ">" | "<=" | ">=", left=left, right=ast.Number()):
                inner = [left]
            case _:
                inner = []
        numbers.update(id(child) for child in inner)


def _chain(node: ast.Expr) -> tuple[ast.Field, ...]:
    """The fields of `a-b-c`, written without spaces; none when it is no such text."""
    if not isinstance(node, ast.Binary) or node.op != "-" or not isinstance(node.right, ast.Field):
        return ()
    left = (node.left,) if isinstance(node.left, ast.Field) else _chain(node.left)
    return (*left, node.right) if left and node.right.span.start == left[-1].span.end + 1 else ()


def undefined(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL054: a name that nothing defines: with one @ and no field of the service, or one of the query's misspelt."""
    told: set[str] = set()
    for step in analysis.steps:
        for field, compared in _raw_fields(step):
            name = field.name
            if name in told or name in KNOWN_FIELDS or name.startswith(_FAMILIES):
                continue
            meant = misspelt(name, step.scope) if compared or name.startswith("@") else None
            if meant is None and not name.startswith("@"):
                continue  # events may have any field
            told.add(name)
            if meant is None and name in _made_later(analysis, step):
                hint = "move the command that makes it before"
                yield warn("QL054", f"'{name}' is made only further down", field.span, hint)
                continue
            meant = meant or nearest(name, [*KNOWN_FIELDS, *step.scope.defined])
            hint = f"did you mean '{meant}'?" if meant else "a JSON key that starts with @ is named with another @"
            yield warn("QL054", f"nothing defines '{name}'", field.span, hint)


def _raw_fields(step: Step) -> Iterator[tuple[ast.Field, bool]]:
    """The event's own fields that a command reads, and whether a filter compares them."""
    for expr in ast.expressions(step.command):
        compared: set[int] = set()
        for node in ast.walk(expr):
            if isinstance(step.command, ast.Filter) and isinstance(node, ast.Binary | ast.In):
                compared.add(id(node.left if isinstance(node, ast.Binary) else node.operand))
            if isinstance(node, ast.Field) and is_raw(node, step.scope):
                yield node, id(node) in compared


def unquoted(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL054: `level = ERROR` compares two fields, and events have none of that name."""
    for node, scope in nodes(analysis):
        match node:
            case ast.Binary(
                op="=" | "!=" as op, left=ast.Field() as left, right=ast.Field(parts=(str(word),)) as right
            ):
                if word.lower() in _NOTHING and is_raw(right, scope):
                    hint = f"{'not ' if op == '=' else ''}ispresent({left.name})"
                    yield warn("QL054", f"nothing defines '{word}'", right.span, hint)
                elif _SHOUTED.fullmatch(word) and is_raw(right, scope):
                    yield warn(
                        "QL054", f"nothing defines a field '{word}'", right.span, f'a text stands in quotes: "{word}"'
                    )
            case ast.Binary(op="like" | "not like", right=ast.Field(parts=(str(word),)) as right):
                if is_raw(right, scope) and word not in KNOWN_FIELDS:
                    yield warn(
                        "QL054", f"nothing defines a field '{word}'", right.span, f'a text stands in quotes: "{word}"'
                    )
            case _:
                pass


_NOTHING = ("null", "none", "nil", "undefined")
_SHOUTED = re.compile(r"[A-Z][A-Z_]+")


def _made_later(analysis: Analysis, step: Step) -> set[str]:
    """What further commands name; a column that only shows this very field is not made by that."""
    later = analysis.steps[analysis.steps.index(step) + 1 :]
    made: set[str] = set()
    for other in later:
        match other.command:
            case ast.Stats(items=items, by=by):
                made |= {item.name for item in (*items, *by) if item.alias is not None}
            case ast.Fields(items=items) | ast.Display(items=items):
                made |= {item.name for item in items if item.alias is not None}
            case ast.Parse(aliases=aliases):
                made |= set(aliases)
            case _:
                pass
    return made


def doubled(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL068: two columns of one command have the same name, so one of them is lost."""
    for step in analysis.steps:
        command = step.command
        if isinstance(command, ast.Stats):
            items = (*command.by, *command.items)
        elif isinstance(command, ast.Fields | ast.Display):
            items = command.items
        else:
            continue
        seen: dict[str, ast.Item] = {}
        for item in items:
            first = seen.get(item.name)
            if first is not None and (first.expr != item.expr or item.alias is not None):
                yield warn("QL068", f"two columns are named '{item.name}'", item.span, "give one of them another name")
            seen.setdefault(item.name, item)


def several_displays(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL070: only the last display counts."""
    displays = [s.command for s in analysis.steps if isinstance(s.command, ast.Display)]
    for lost in displays[:-1]:
        yield warn("QL070", "a later display replaces this one", lost.span, "use one display, or fields")


RULES = (dash, undefined, unquoted, doubled, several_displays)
