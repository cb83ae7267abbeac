"""Findings in the body of a definition, told at the definition's own lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insightctl.core.errors import UsageError
from insightctl.core.finding import Finding
from insightctl.dashboards.lint.found import LintFinding
from insightctl.dashboards.reader import Path, line_of
from insightctl.ql.diagnostics import QueryError
from insightctl.ql.spans import Place, place

_WIDGET = re.compile(r"\$\.widgets\[(\d+)\]")
_TOP = re.compile(r"\$\.(\w+)")


def in_definition(found: Sequence[LintFinding], origins: Sequence[Path], source: str, file: str) -> tuple[Finding, ...]:
    """The findings at the lines of the TOML text; `path` stays that of the body.

    `origins` are the ways in the definition of the body's widgets (`Built.origins`).
    """
    return tuple(_finding(each, line_of(source, _way(each.path, origins)) or 1, file) for each in found)


def refused(error: UsageError, file: str) -> Finding:
    """A definition that could not be read, as a finding at the place that the error names."""
    if isinstance(error, QueryError):
        start, end = (place(error.text, offset) for offset in error.diagnostics[0].span)
    else:
        named = re.search(r":(\d+)(?::(\d+))?(?: \(.*\))?$", error.where or "")
        start = end = Place(int(named[1]), int(named[2] or 1)) if named else Place(1, 1)
    return Finding(file, "DL008", "error", error.what, error.remedy, *start, *end)


def _way(path: str, ways: Sequence[Path]) -> Path:
    widget = _WIDGET.match(path)
    if widget and int(widget[1]) < len(ways):
        return ways[int(widget[1])]
    top = _TOP.match(path)
    name = top[1] if top else "title"
    return ("variable", 0) if name == "variables" else (name,)


def _finding(each: LintFinding, line: int, file: str) -> Finding:
    return Finding(file, each.code, each.severity, each.message, each.help, line, 1, line, 1, each.path)
