"""Markdown of text widgets as HTML: no HTML of its own, no pictures from elsewhere, links to the web only."""

from __future__ import annotations

import re

_LINK = re.compile(r"(?:https?://|#)", re.IGNORECASE)
_BUTTON = re.compile(r"\[button:(?:primary:)?", re.IGNORECASE)  # the console's own: [button:Text](url)


def to_html(text: str) -> str:
    """A fragment of HTML that is safe to put into a page."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.disable("image")
    parser.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]
    html: str = parser.render(_BUTTON.sub("[", text))
    return _STYLE.sub(_aligned, html)


# the only style that markdown-it writes is the alignment of a table's cells, which the page's policy would refuse
_STYLE = re.compile(r' style="text-align:(left|right|center)"')


def _aligned(match: re.Match[str]) -> str:
    return f' class="to-{match[1]}"'


def to_lines(text: str) -> list[tuple[str, int]]:
    """The words line by line with the size of the heading (0: none), for a picture."""
    from markdown_it import MarkdownIt

    lines: list[tuple[str, int]] = []
    level, start = 0, ""
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(_BUTTON.sub("[", text)):
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "heading_close":
            level = 0
        elif token.type == "list_item_open":
            start = f"{token.info}. " if token.info else "• "
        elif token.type == "inline":
            words = "".join(
                "\n" if each.type in ("softbreak", "hardbreak") else each.content for each in token.children or ()
            )
            lines += [(line, level) for line in f"{start}{words}".split("\n")]
            start = ""
        elif token.type in ("fence", "code_block"):
            lines += [(line, 0) for line in token.content.rstrip("\n").split("\n")]
    return lines
