"""One canonical layout: a command a line, each but the first after `| `; comments are kept, meaning is kept.

Strings are written with double quotes, keywords in lower case, `where` as `filter`, `=~` and `~=` as `like`.
"""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.formatting.commands import command_text, query_lines
from insightctl.ql.formatting.expressions import expression_text, name_text

__all__ = ["command_text", "expression_text", "format_query", "name_text"]


def format_query(query: ast.Query) -> str:
    """The query in the canonical layout, ending with a newline."""
    return "\n".join(query_lines(query)) + "\n"
