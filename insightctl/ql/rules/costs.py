"""What costs more than it has to."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.rules.looking import misspelt, warn


def late_filter(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL058: a filter behind a parse that does not need what the parse makes."""
    parsed = False
    for step in analysis.steps:
        command = step.command
        if isinstance(command, ast.Parse | ast.ParseLogfmt | ast.ParseCsv | ast.Json):
            parsed = True
        elif isinstance(command, ast.Filter):
            fields = [node for node in ast.walk(command.condition) if isinstance(node, ast.Field)]
            own = all(not step.scope.knows(field) and not misspelt(field.name, step.scope) for field in fields)
            if parsed and fields and own:
                hint = "a filter on the raw event before parse leaves less to parse"
                yield warn("QL058", "this filter could stand before parse", command.span, hint)
        elif not isinstance(command, ast.Fields | ast.Display):
            parsed = False


RULES = (late_filter,)
