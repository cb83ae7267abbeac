"""Colours that mean something, from the palette of the console: red fails, orange is held back, green is well.

Several lines of one meaning take shades of it, so that they stay apart and still say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

COLOURS: Mapping[str, tuple[str, ...]] = {
    "red": ("#d62728", "#ff9896", "#8c1a1b", "#e8696a", "#b2413e"),
    "orange": ("#ff7f0e", "#ffbb78", "#b85a06", "#ff9f4a", "#8a4404"),
    "green": ("#2ca02c", "#98df8a", "#1a611a", "#57b957", "#7cc77c"),
    "blue": ("#1f77b4", "#aec7e8", "#12476c", "#5a9bd5", "#0b2d45"),
    "purple": ("#9467bd", "#c5b0d5", "#c13fa8", "#5b3a7d", "#7a4fa3"),
    "grey": ("#7f7f7f", "#c7c7c7", "#4d4d4d", "#a6a6a6", "#2e2e2e"),
}
RED, ORANGE, GREEN, BLUE, PURPLE, GREY = COLOURS

_HEX = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")


def is_colour(text: str) -> bool:
    """Whether a text is the name of a colour, or one in hex digits."""
    return text in COLOURS or _HEX.fullmatch(text) is not None


def shade(colour: str, place: int = 0) -> str:
    """The hex digits of a colour; `place` takes another shade of it."""
    shades = COLOURS.get(colour)
    return shades[place % len(shades)] if shades else colour


class Shades:
    """Colours of the lines of one widget: the second red one is another red."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def take(self, colour: str) -> str:
        """The next shade of a colour."""
        self._used[colour] += 1
        return shade(colour, self._used[colour] - 1)
