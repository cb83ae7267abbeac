"""A table in HTML below the query that it answers: a fragment to put into a page or a mail."""

from __future__ import annotations

from insightctl.render.answer import Answer, RenderOptions
from insightctl.render.grid import render_grid


def render_html(answer: Answer, options: RenderOptions) -> str:
    """The query in colour, if the answer has one, and its rows. Colours are inline: a fragment brings no style sheet."""
    table = render_grid(answer, options, style="html")
    if not answer.text.strip():
        return table
    from insightctl.render.highlight import html_styles

    return f"<pre><code>{html_styles(answer.text.strip())}</code></pre>\n{table}"
