"""Every other table format: the ones that tabulate knows."""

from __future__ import annotations

import html
from collections.abc import Callable

from insightctl.render.answer import Answer, RenderOptions
from insightctl.render.cells import header_texts, text_rows
from insightctl.render.markdown import cell as markdown_cell

_WIKI = {ord(char): f"&#{ord(char)};" for char in "|[]{}*"}


def _wiki(text: str) -> str:
    return html.escape(text).translate(_WIKI).replace("\n", "<br>")


def _jira(text: str) -> str:
    return "".join(f"\\{char}" if char in "|{}[]\\*" else char for char in text)


def _org(text: str) -> str:
    return text.replace("|", "\\vert{}").replace("\n", " ")


_LATEX = {
    **{char: f"\\{char}" for char in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}

# What tabulate does not escape itself, although the format gives it a meaning.
_ESCAPES: dict[str, Callable[[str], str]] = {
    "github": markdown_cell,
    "pipe": markdown_cell,
    "colon_grid": markdown_cell,
    "unsafehtml": html.escape,  # "unsafe" means that cells may hold HTML; ours never may
    "mediawiki": _wiki,
    "textile": _wiki,
    "moinmoin": lambda text: text.replace("|", "&#124;").replace("\n", " "),
    "jira": _jira,
    "youtrack": _jira,
    "orgtbl": _org,
    "asciidoc": lambda text: text.replace("|", "\\|").replace("\n", " +\n"),
    "latex_raw": lambda text: "".join(_LATEX.get(char, char) for char in text),
}


def grid_names() -> tuple[str, ...]:
    """The names of tabulate's formats."""
    import tabulate

    return tuple(tabulate.tabulate_formats)


def render_grid(answer: Answer, options: RenderOptions, style: str) -> str:
    """The rows in one of tabulate's formats. `style` is one of `grid_names()`."""
    import tabulate

    result = answer.result
    escape = _ESCAPES.get(style, str)
    rows = [[escape(text) for text in row] for row in text_rows(result, options.tz)]
    return tabulate.tabulate(
        rows,
        headers=[escape(name) for name in header_texts(result)],
        tablefmt=style,
        # Our own spelling of numbers stands: tabulate would read "007" or "1e5" in a text as a number.
        disable_numparse=True,
        colalign=["right" if column.type == "number" else "left" for column in result.columns] if rows else None,
    )
