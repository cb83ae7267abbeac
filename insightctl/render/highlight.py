"""Queries in colour: for a colour terminal, and as HTML. The lexer comes by its entry point; without it text is plain.

The text is made safe first: no escape of it reaches the terminal, and in HTML every character of it is escaped.
"""

from __future__ import annotations

import html
from functools import cache
from typing import Any

from insightctl.render import safe

_LANGUAGE = "insights-ql"
_PREFIX = "ql-"

# Colours of the terminal's own palette, readable on a dark and on a light ground; Pygments names them.
_TERMINAL = {
    "Keyword": "brightblue",
    "Keyword.Pseudo": "brightblue",
    "Operator.Word": "brightblue",
    "Keyword.Constant": "magenta",
    "Name.Function": "cyan",
    "Name.Variable.Magic": "yellow",
    "Name.Attribute": "cyan",
    "Name.Variable": "magenta",
    "Literal.String": "green",
    "Literal.Number": "magenta",
    "Comment": "brightblack",
}
_COLOURS = {
    "Keyword": "#0550ae",
    "Operator.Word": "#0550ae",
    "Keyword.Constant": "#8250df",
    "Name.Function": "#116329",
    "Name.Variable.Magic": "#953800",
    "Name.Attribute": "#116329",
    "Name.Variable": "#8250df",
    "Literal.String": "#0a3069",
    "Literal.Number": "#8250df",
    "Comment": "#6e7781",
}


def terminal(query: str) -> str:
    """A query with the colours of a terminal; the caller has found that the terminal takes them."""
    text = safe.text(query)
    lexer = _lexer()
    if lexer is None:
        return text
    from pygments import highlight
    from pygments.formatters import TerminalFormatter
    from pygments.token import Token, string_to_tokentype

    scheme = {Token: ("", "")} | {string_to_tokentype(name): (c, c) for name, c in _TERMINAL.items()}
    return highlight(text, lexer, TerminalFormatter(colorscheme=scheme))


def html_classes(query: str) -> str:
    """A query as HTML whose tokens have classes, for a page with `css()` and a policy against inline styles."""
    return _html(query, noclasses=False)


def html_styles(query: str) -> str:
    """A query as HTML whose tokens carry their colours, for a fragment that goes into somebody else's page."""
    return _html(query, noclasses=True)


def css(selector: str = ".ql") -> str:
    """The rules for `html_classes` inside what the selector names."""
    return "\n".join(_formatter(noclasses=False).get_token_style_defs(selector))


def _html(query: str, *, noclasses: bool) -> str:
    text = safe.text(query)
    lexer = _lexer()
    if lexer is None:
        return html.escape(text)
    from pygments import highlight

    return str(highlight(text, lexer, _formatter(noclasses=noclasses)))


def _formatter(*, noclasses: bool) -> Any:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True, noclasses=noclasses, classprefix=_PREFIX, style=_style())


@cache
def _style() -> Any:
    from pygments.style import Style
    from pygments.token import string_to_tokentype

    styles = {string_to_tokentype(name): colour for name, colour in _COLOURS.items()}
    return type("InsightsQLStyle", (Style,), {"styles": styles})


@cache
def _lexer() -> Any | None:
    """The lexer of the language; None when it is not installed, as in a checkout that was only copied."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(_LANGUAGE, stripnl=False, ensurenl=False)
    except (ClassNotFound, ImportError):
        return None
