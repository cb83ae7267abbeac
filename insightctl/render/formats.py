"""The registry of output formats, and the one way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial

from insightctl.core.errors import UsageError
from insightctl.render.answer import Answer, RenderOptions
from insightctl.render.chart import render_chart
from insightctl.render.delimited import render_csv, render_tsv
from insightctl.render.grid import grid_names, render_grid
from insightctl.render.html import render_html
from insightctl.render.machine import render_insights, render_json, render_jsonl
from insightctl.render.markdown import render_markdown
from insightctl.render.table import render_table

Renderer = Callable[[Answer, RenderOptions], str]


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: its name for `-o`, the function that writes it, and the line that help shows."""

    name: str
    function: Renderer
    help: str


_OURS = (
    Format("table", render_table, "columns for people (the default)"),
    Format("chart", render_chart, "lines or bars in the terminal"),
    Format("json", render_json, "one object: query, source, time, columns, rows, statistics, warnings"),
    Format("jsonl", render_jsonl, "one JSON object a row, one row a line"),
    Format("csv", render_csv, "comma-separated, formulas defused"),
    Format("tsv", render_tsv, "tab-separated, one row a line"),
    Format("markdown", render_markdown, "a table for issues and incident reports"),
    Format("html", render_html, "the query and a table in HTML"),
    Format("insights", render_insights, "raw rows, exactly as aws logs get-query-results prints them"),
)

FORMATS: Mapping[str, Format] = {entry.name: entry for entry in _OURS}
"""The formats with a help line of their own; `render` takes every format of tabulate too."""


def format_names() -> tuple[str, ...]:
    """All names that `render` takes, ours first."""
    return (*FORMATS, *(name for name in grid_names() if name not in FORMATS))


def _renderer(name: str) -> Renderer:
    if name in FORMATS:
        return FORMATS[name].function
    names = format_names()
    if name in names:
        return partial(render_grid, style=name)
    close = get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean '{close[0]}'? " if close else ""
    raise UsageError(
        f"unknown output format '{name}'", remedy=f"{hint}formats: {', '.join(FORMATS)}, or any format of tabulate"
    )


def render(answer: Answer, fmt: str, options: RenderOptions | None = None) -> str:
    """The answer in format `fmt`, without a newline at the end; empty only where a format has nothing to say.

    Raises UsageError for an unknown format, naming the nearest one.
    """
    return _renderer(fmt)(answer, options or RenderOptions())
