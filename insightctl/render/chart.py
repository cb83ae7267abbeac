"""Charts in the terminal: which picture, its title and what stands below it."""

from __future__ import annotations

from insightctl.render import safe
from insightctl.render.answer import Answer, RenderOptions
from insightctl.render.bars import draw_bars
from insightctl.render.footer import footer_lines
from insightctl.render.lines import draw_lines
from insightctl.render.series import Bars, Lines, Picture, pick
from insightctl.render.table import render_table

PIPE_WIDTH = 100
"""Cells, where no terminal says how wide it is."""


def render_chart(answer: Answer, options: RenderOptions) -> str:
    """Lines over time or bars; the table, with a sentence that says why, when there is nothing to draw."""
    picture = pick(answer.result, options.view)
    width = options.width or PIPE_WIDTH
    if isinstance(picture, Lines):
        body = draw_lines(picture, width, options.tz, colour=options.colour)
    elif isinstance(picture, Bars):
        body = draw_bars(picture, width, colour=options.colour)
    else:
        return f"no chart: {picture.why}\n\n{render_table(answer, options)}"
    title = safe.line(answer.title or answer.name or "")
    return "\n".join([*([title, ""] if title else []), *body, *_left_out(picture), *footer_lines(answer, options)])


def _left_out(picture: Picture) -> list[str]:
    if isinstance(picture, Lines) and picture.left_out:
        count = len(picture.left_out)
        some = ", ".join(picture.left_out[:4]) + (", ..." if count > 4 else "")
        return [f"{count} smaller series not drawn: {some}"]
    if isinstance(picture, Bars) and picture.left_out:
        return [f"{picture.left_out:,} more rows not drawn; -o table shows all"]
    return []
