"""Bars, one a row, the value written behind each: plotext's bars show no values and cut long labels."""

from __future__ import annotations

from insightctl.render.cells import number_text, with_thousands
from insightctl.render.series import Bars

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_CYAN, _PLAIN = "\x1b[36m", "\x1b[0m"
_LEAST_BAR = 10
_RULE = 3  # cells between label, bar and value: " │" and " "


def draw_bars(picture: Bars, width: int, *, colour: bool) -> list[str]:
    """The lines of a bar chart that is at most `width` cells wide (labels are shortened first)."""
    from rich.cells import cell_len, set_cell_size

    values = [_value_text(picture, value) for _, value in picture.bars]
    value_width = max(map(len, values))
    longest = max(cell_len(label) for label, _ in picture.bars)
    label_width = max(1, min(longest, width - value_width - _LEAST_BAR - _RULE, max(12, width * 2 // 5)))
    room = max(_LEAST_BAR, width - label_width - value_width - _RULE)
    most = max((abs(value) for _, value in picture.bars), default=0.0)
    return [
        f"{set_cell_size(_shorten(label, label_width), label_width)} │{_bar(abs(value), most, room, colour)} {text}"
        for (label, value), text in zip(picture.bars, values, strict=True)
    ]


def _value_text(picture: Bars, value: float) -> str:
    text = with_thousands(number_text(value, picture.value))
    whole = sum(abs(other) for _, other in picture.bars)
    return f"{text} ({abs(value) / whole * 100:.1f} %)" if picture.share and whole else text


def _shorten(label: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return label if cell_len(label) <= width else set_cell_size(label, max(0, width - 1)) + "…"


def _bar(value: float, most: float, room: int, colour: bool) -> str:
    eighths = round(value / most * room * 8) if most else 0
    bar = "█" * (eighths // 8) + _EIGHTHS[eighths % 8]
    return f"{_CYAN}{bar}{_PLAIN}" if colour and bar else bar
