"""The registry of output formats, and the one way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import cast

from insightctl.core.errors import UsageError
from insightctl.render.answer import Answer, RenderOptions

Renderer = Callable[[Answer, RenderOptions], str]


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: its name for `-o`, the module of `render` whose `render_NAME` writes it, the line of help."""

    name: str
    module: str
    help: str

    @property
    def function(self) -> Renderer:
        """What writes it. Its module is loaded only now: a run needs one of them."""
        return cast(Renderer, getattr(import_module(f"insightctl.render.{self.module}"), f"render_{self.name}"))


_OURS = (
    Format("table", "table", "columns for people (the default)"),
    Format("chart", "chart", "lines or bars in the terminal"),
    Format("json", "machine", "one object: query, source, time, columns, rows, statistics, warnings"),
    Format("jsonl", "machine", "one JSON object a row, one row a line"),
    Format("csv", "delimited", "comma-separated, formulas defused"),
    Format("tsv", "delimited", "tab-separated, one row a line"),
    Format("markdown", "markdown", "a table for issues and incident reports"),
    Format("html", "html", "the query and a table in HTML"),
    Format("insights", "machine", "raw rows, exactly as aws logs get-query-results prints them"),
)

FORMATS: Mapping[str, Format] = {entry.name: entry for entry in _OURS}
"""The formats with a help line of their own; `render` takes every format of tabulate too."""


def format_names() -> tuple[str, ...]:
    """All names that `render` takes, ours first."""
    from insightctl.render.grid import grid_names

    return (*FORMATS, *(name for name in grid_names() if name not in FORMATS))


def is_format(name: str) -> bool:
    """Whether `render` takes the name."""
    return name in FORMATS or name in format_names()


def _renderer(name: str) -> Renderer:
    if name in FORMATS:
        return FORMATS[name].function
    names = format_names()
    if name in names:
        from insightctl.render.grid import render_grid

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
