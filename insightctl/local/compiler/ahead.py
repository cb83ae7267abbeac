"""The JSON fields that commands are going to name: taken out of an event together, its JSON is parsed once for all."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.local.compiler.liveness import made_by
from insightctl.ql import ast
from insightctl.ql.analysis import Step


def fields_ahead(steps: Sequence[Step]) -> tuple[ast.Field, ...]:
    """The fields that the commands name, up to the first of them that may drop rows; none for a filter.

    What a filter names stays apart: DuckDB moves its condition to where the rows come from and works it out once more.
    """
    named: dict[str, ast.Field] = {}
    made: set[str] = set()
    for step in steps:
        if isinstance(step.command, ast.Filter | ast.FilterIndex):
            break
        fields = (
            node for expr in ast.expressions(step.command) for node in ast.walk(expr) if isinstance(node, ast.Field)
        )
        for node in fields:
            if node.parts == tuple(node.name.split(".")) and not {node.name, str(node.parts[0])} & made:
                named.setdefault(node.name, node)
        made |= made_by(step.command)
        if not isinstance(step.command, ast.Fields | ast.Display | ast.Parse):
            break
    return tuple(named.values())
