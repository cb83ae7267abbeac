"""One canonical layout: a command a line, each but the first after `| `; comments are kept, meaning is kept.

Strings are written with double quotes, keywords in lower case, `where` as `filter`, `=~` and `~=` as `like`.
"""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.formatting.commands import command_text
from insightctl.ql.formatting.expressions import expression_text, name_text

__all__ = ["command_text", "expression_text", "format_query", "name_text"]


def format_query(query: ast.Query) -> str:
    """The query in the canonical layout, ending with a newline."""
    lines: list[str] = []
    comments = list(query.comments)
    for index, command in enumerate(query.commands):
        while comments and comments[0].span.start < command.span.start:
            lines.append(comments.pop(0).text)
        text = command_text(command)
        inner = [c for c in comments if c.span.start < command.span.end]
        lines.extend(c.text for c in inner)
        comments = comments[len(inner) :]
        line = f"| {text}" if index else text
        following = query.commands[index + 1].span.start if index + 1 < len(query.commands) else len(query.text)
        if comments and comments[0].span.start < following and _same_line(query, command, comments[0]):
            line += f"  {comments.pop(0).text}"
        lines.append(line)
    lines.extend(comment.text for comment in comments)
    return "\n".join(lines) + "\n"


def _same_line(query: ast.Query, command: ast.Command, comment: ast.Comment) -> bool:
    return "\n" not in query.text[command.span.end : comment.span.start]
