"""What a slice of a query of events is asked, so that its rows can be ordered among those of other slices."""

from __future__ import annotations

from dataclasses import dataclass

from insightctl.ql import ast, check
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.diagnostics import QueryError
from insightctl.ql.formatting import expression_text
from insightctl.ql.partial import NotMergeable, each_event, is_rounded
from insightctl.ql.placing import keyword
from insightctl.ql.types import FieldType

STAMP = "@timestamp"
_CHOOSES = ast.Sort | ast.Limit | ast.Dedup
"""Commands that order or choose rows: a slice runs them, and they run again over what the slices gave."""


@dataclass(frozen=True, slots=True)
class SlicedRows:
    """`text` is what a slice is asked; its rows have `types` by column. Command `at` and those behind it choose rows.

    `ordered`: they do more than cut the newest rows off.
    """

    text: str
    types: dict[str, FieldType]
    at: int
    ordered: bool


def limit_of(checked: CheckedQuery) -> int | None:
    """The rows that the query itself allows at most; None when it does not say."""
    limits = [command.count for command in checked.query.commands if isinstance(command, ast.Limit)]
    return min(limits) if limits else None


def sliced_rows(checked: CheckedQuery) -> SlicedRows:
    """How a query of events is cut. Raises NotMergeable with the reason."""
    commands = checked.query.commands
    at = next((i for i, command in enumerate(commands) if isinstance(command, _CHOOSES)), len(commands))
    each_event(commands[:at])
    _check_choosing(checked, at)
    types: dict[str, FieldType] = {column.name: column.type for column in checked.columns}
    scope = checked.analysis.steps[at].scope if at < len(commands) else checked.analysis.after
    wanted = dict.fromkeys([*types, STAMP, *_named(commands[at:])])
    missing = [name for name in wanted if name not in types]
    types |= {name: scope.type_of(name) for name in missing}
    ordered = any(not isinstance(command, ast.Limit) for command in commands[at:])
    if not missing:
        return SlicedRows(checked.query.text, types, at, ordered)
    text = _shown(checked, at, list(types))
    try:
        seen = check(text)
    except QueryError as error:
        raise NotMergeable(f"its rows cannot carry {', '.join(missing)}") from error
    if not set(types) <= {column.name for column in seen.columns}:
        raise NotMergeable(f"its rows cannot carry {', '.join(missing)}")
    return SlicedRows(text, types, at, ordered)


def _check_choosing(checked: CheckedQuery, at: int) -> None:
    """Raises NotMergeable where choosing among the rows of slices first would choose others than among all."""
    commands = checked.query.commands
    limited = False
    for index, command in enumerate(commands[at:], start=at):
        if not isinstance(command, _CHOOSES | ast.Display):
            raise NotMergeable(f"'{keyword(command)}' works on rows after they were chosen")
        if isinstance(command, ast.Display) and any(not isinstance(item.expr, ast.Field) for item in command.items):
            raise NotMergeable("its display computes after rows were chosen")
        if limited and not isinstance(command, ast.Limit | ast.Display):
            raise NotMergeable(f"'{keyword(command)}' stands behind a limit")
        limited = limited or isinstance(command, ast.Limit)
        scope = checked.analysis.steps[index].scope
        if isinstance(command, ast.Dedup) and any(is_rounded(name, scope) for name in command.fields):
            raise NotMergeable("it tells rows apart by a computed number, which answers carry with 4 decimals only")
        if isinstance(command, ast.Sort) and any(is_rounded(key.expr, scope) for key in command.keys):
            raise NotMergeable("it sorts by a computed number, which answers carry with 4 decimals only")


def _named(commands: tuple[ast.Command, ...]) -> list[str]:
    """The fields that commands name."""
    found = (node for command in commands for expr in ast.expressions(command) for node in ast.walk(expr))
    return [node.name for node in found if isinstance(node, ast.Field)]


def _shown(checked: CheckedQuery, at: int, names: list[str]) -> str:
    """The query with a display of these columns before the commands that choose."""
    commands, text = checked.query.commands, checked.query.text
    display = "display " + ", ".join(_spelled(checked, name) for name in names)
    if at == len(commands):
        return f"{text.rstrip()}\n| {display}" if commands else display
    start = commands[at].span.start
    return f"{text[:start]}{display}\n| {text[start:]}"


def _spelled(checked: CheckedQuery, name: str) -> str:
    """A column as a display names it: by its field, or by the expression that it was written as."""
    for command in checked.query.commands:
        if isinstance(command, ast.Fields | ast.Display):
            for item in command.items:
                if item.name == name and item.alias is None and not isinstance(item.expr, ast.Field):
                    return item.written
    if name.startswith("@"):
        return name
    return expression_text(ast.Field(tuple(name.split("."))))
