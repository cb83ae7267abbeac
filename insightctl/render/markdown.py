"""A GitHub-flavoured Markdown table. Cells are data: no mark-up, link, image or HTML in them comes to life."""

from __future__ import annotations

import re

from insightctl.render.answer import Answer, RenderOptions
from insightctl.render.cells import header_texts, text_rows

_MARKUP = re.compile(r"[\\`*|\[\]~]|(?<!\w)_|_(?!\w)")  # an underscore inside a word is no emphasis
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_HTML = re.compile("[&<>]")


def cell(text: str) -> str:
    """A safe text as the inside of one table cell."""
    escaped = _MARKUP.sub(lambda match: f"\\{match[0]}", text.strip())
    return _HTML.sub(lambda match: _ENTITIES[match[0]], escaped).replace("\n", "<br>")


def render_markdown(answer: Answer, options: RenderOptions) -> str:
    """The rows as a table for issues and incident reports."""
    result = answer.result
    rules = ["---:" if column.type == "number" else "---" for column in result.columns]
    records = [
        [cell(name) for name in header_texts(result)],
        rules,
        *([cell(text) for text in row] for row in text_rows(result, options.tz)),
    ]
    return "\n".join(f"| {' | '.join(record)} |" for record in records)
