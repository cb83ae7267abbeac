"""The language: CloudWatch Logs Insights QL. Text -> tokens -> tree -> checked query. Pure: no I/O.

    from insightctl.ql import check, format_query
    query = check("stats count(*) by bin(5m)")
    [column.name for column in query.columns]      # ['bin(5m)', 'count(*)']

Stages, one module each: `lexer`, `expressions` and `parser`, `checker`; tables: `functions`, `commands`, `codes`.
"""

from insightctl.ql.checker import CheckedQuery, check, diagnose
from insightctl.ql.diagnostics import Diagnostic, QueryError, render, render_all
from insightctl.ql.formatting import format_query
from insightctl.ql.parser import parse
from insightctl.ql.scope import OutputColumn

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
