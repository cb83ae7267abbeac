"""CSV and TSV: machines and spreadsheets read them, and a spreadsheet runs a cell that starts a formula."""

from __future__ import annotations

import math
import re
from datetime import datetime

from insightctl.core.result import Column, Value
from insightctl.core.spelling import number_from_text, plain_number, raw_timestamp
from insightctl.render import safe
from insightctl.render.answer import Answer, RenderOptions
from insightctl.render.cells import plain_text

# OWASP, "CSV injection": these start a formula, or hide one that follows; full-width forms count in some locales.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FIELD_NAME = re.compile(r"@{1,2}[A-Za-z_][\w.]*")
_NEEDS_QUOTES = re.compile(r'[,"\r\n]')
_TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def cell_text(value: Value, column: Column) -> str:
    """The exact value: numbers unrounded unless computed, moments in UTC as the service spells them, absent empty."""
    if isinstance(value, datetime):
        return raw_timestamp(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return plain_number(value) if column.computed or value.is_integer() else repr(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else plain_text(value)


def defuse(text: str) -> str:
    """A leading `'` before anything that starts a formula, save plain numbers."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and number_from_text(text) is None else text


def _header(name: str) -> str:
    return name if _FIELD_NAME.fullmatch(name) else defuse(name)


def quote(text: str) -> str:
    """RFC 4180 quoting, only where it is needed."""
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def escape_tabs(text: str) -> str:
    r"""Tab, newline, carriage return, backslash as `\t`, `\n`, `\r`, `\\`: a row stays a line, nothing is lost."""
    return text.translate(_TSV_ESCAPES)


def _records(answer: Answer, options: RenderOptions) -> list[list[str]]:
    # A pipe or file gets the data as it is; a terminal would act upon the escapes in it.
    shown = safe.text if options.on_terminal else str
    columns = answer.result.columns
    rows = [
        [defuse(shown(cell_text(value, column))) for column, value in zip(columns, row, strict=True)]
        for row in answer.result.rows
    ]
    return [[_header(shown(column.name)) for column in columns], *rows]


def render_csv(answer: Answer, options: RenderOptions) -> str:
    """Comma-separated values with a header (RFC 4180 quoting, lines end with a newline)."""
    # A lone empty cell would be an empty line, which readers skip.
    return "\n".join(",".join(map(quote, record)) or '""' for record in _records(answer, options))


def render_tsv(answer: Answer, options: RenderOptions) -> str:
    """Tab-separated values with a header, one row a line."""
    return "\n".join("\t".join(map(escape_tabs, record)) for record in _records(answer, options))
