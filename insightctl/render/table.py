"""The table for people.

Widths are measured with rich (wide and combining characters count right); the lines are laid out here, because
rich.table takes 3 s for 10,000 rows, the most that a query returns, and this takes a tenth of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from insightctl.render.answer import Answer, RenderOptions
from insightctl.render.cells import header_texts, text_rows
from insightctl.render.footer import footer_lines

_GAP = "  "
_LEAST = 8  # a folded column narrower than this is unreadable
_WORDS = re.compile(r"\s*\S+\s*|\s+")
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"

Record = Sequence[str]


def render_table(answer: Answer, options: RenderOptions) -> str:
    """The rows as aligned columns, folded to the terminal's width; `no rows` in words when there are none."""
    lines = _empty(options) if not answer.result.rows else list(_lines(answer, options))
    return "\n".join([*lines, *footer_lines(answer, options)])


def _empty(options: RenderOptions) -> list[str]:
    return ["no rows", *([options.empty_hint] if options.empty_hint else [])]


def _lines(answer: Answer, options: RenderOptions) -> Iterator[str]:
    header = header_texts(answer.result)
    rows = text_rows(answer.result, options.tz, thousands=True)
    right = [column.type == "number" for column in answer.result.columns]
    folds = [column.type in ("string", "json") for column in answer.result.columns]
    widths = column_widths([header, *rows], folds, options.width)
    yield from (_bold(line, options) for line in _record(header, widths, right))
    yield _GAP.join("─" * width for width in widths)
    for row in rows:
        yield from _record(row, widths, right)


def _bold(line: str, options: RenderOptions) -> str:
    return f"{_BOLD}{line}{_PLAIN}" if options.colour else line


def column_widths(records: Sequence[Record], folds: Sequence[bool], limit: int | None) -> list[int]:
    """The width of each column in cells: what its longest line needs, or less where a terminal is too narrow.

    The columns that fold give way, the widest first; the others only when those are down to their least.
    """
    widths = [max(_longest(cell) for cell in cells) for cells in zip(*records, strict=True)]
    if limit is None:
        return widths
    spare = limit - len(_GAP) * (len(widths) - 1)
    _shrink(widths, [index for index, gives_way in enumerate(folds) if gives_way], spare)
    _shrink(widths, range(len(widths)), spare)
    return widths


def _shrink(widths: list[int], columns: Sequence[int], spare: int) -> None:
    """Take cells from the widest of these columns until all fit, or all are at their least. Changes `widths`."""
    while sum(widths) > spare:
        wide = [index for index in columns if widths[index] > _LEAST]
        if not wide:
            return
        widest = max(wide, key=widths.__getitem__)
        others = sorted((widths[index] for index in wide if index != widest), reverse=True)
        floor = max(others[0] if others else _LEAST, _LEAST)
        step = max(1, widths[widest] - floor)
        widths[widest] -= min(step, sum(widths) - spare)


def _record(record: Record, widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    """The lines of one record: as many as its tallest cell needs."""
    folded = [fold(cell, width) for cell, width in zip(record, widths, strict=True)]
    for parts in zip_longest(*folded, fillvalue=""):
        padded = (_pad(part, width, flag) for part, width, flag in zip(parts, widths, right, strict=True))
        yield _GAP.join(padded).rstrip()


def _pad(part: str, width: int, right: bool) -> str:
    space = " " * (width - _cells(part))
    return space + part if right else part + space


def _longest(cell: str) -> int:
    return max(map(_cells, cell.split("\n")))


def _cells(line: str) -> int:
    if line.isascii():
        return len(line)
    from rich.cells import cell_len

    return cell_len(line)


def fold(cell: str, width: int) -> list[str]:
    """The lines of a cell, none wider than `width` cells: broken at spaces where possible, never cut off."""
    return [part for line in cell.split("\n") for part in (_wrap(line, width) if _cells(line) > width else [line])]


def _wrap(line: str, width: int) -> list[str]:
    """Greedy: words with the space after them, as many as fit; a word that is too long fills what is left."""
    from rich.cells import chop_cells

    parts, current, used = [], "", 0
    for word in _WORDS.findall(line):
        size = _cells(word.rstrip())
        if used + size <= width:
            current, used = current + word, used + _cells(word)
            continue
        if current:
            parts.append(current.rstrip())
        *full, current = chop_cells(word, width) if size > width else [word]
        parts += full
        used = _cells(current)
    return [*parts, current.rstrip()]
