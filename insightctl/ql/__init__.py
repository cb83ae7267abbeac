"""The language: CloudWatch Logs Insights QL. Text -> tokens -> tree -> checked query. Pure: no I/O.

    from insightctl.ql import check, format_query
    query = check("stats count(*) by bin(5m)")
    [column.name for column in query.columns]      # ['bin(5m)', 'count(*)']

Stages, one module each: `lexer`, `expressions` and `parser`, `checker`; tables: `functions`, `commands`, `codes`.
Names are imported when they are asked for: who needs a `Span` only does not wait for the checker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from insightctl.ql.checker import CheckedQuery, check, diagnose
    from insightctl.ql.diagnostics import Diagnostic, QueryError, render, render_all
    from insightctl.ql.formatting import format_query
    from insightctl.ql.parser import parse
    from insightctl.ql.scope import OutputColumn

_HOMES = {
    "checker": ("CheckedQuery", "check", "diagnose"),
    "diagnostics": ("Diagnostic", "QueryError", "render", "render_all"),
    "formatting": ("format_query",),
    "parser": ("parse",),
    "scope": ("OutputColumn",),
}

__all__ = [
    "CheckedQuery",
    "Diagnostic",
    "OutputColumn",
    "QueryError",
    "check",
    "diagnose",
    "format_query",
    "parse",
    "render",
    "render_all",
]


def __getattr__(name: str) -> object:
    """What a module of this package defines. Raises AttributeError for anything else."""
    from importlib import import_module

    for module, defined in _HOMES.items():
        if name in defined:
            return getattr(import_module(f"insightctl.ql.{module}"), name)
    raise AttributeError(name)
