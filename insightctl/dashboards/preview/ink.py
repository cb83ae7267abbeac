"""Colours by name, in a light and a dark theme: a page holds names, a picture holds the colours of one theme."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

Theme = Literal["light", "dark"]

# Texts keep a contrast of 4.5 on every ground that they stand on (WCAG 2.2, 1.4.3), lines one of 3 (1.4.11).
_LIGHT: Mapping[str, str] = {
    "page": "#f2f3f3",
    "surface": "#ffffff",
    "ink": "#16191f",
    "muted": "#545b64",
    "edge": "#d5dbdb",
    "grid": "#eaeded",
    "axis": "#aab7b8",
    "link": "#0972d3",
    "stripe": "#fafafa",
    "good": "#1d8102",
    "bad": "#d13212",
    "unknown": "#687078",
    "threshold": "#d13212",
    "mark": "#6b40c2",
    # the first ten colours of CloudWatch's own graphs
    "c0": "#1f77b4",
    "c1": "#e8710a",
    "c2": "#2a8f2a",
    "c3": "#d62728",
    "c4": "#9467bd",
    "c5": "#8c564b",
    "c6": "#d45fb2",
    "c7": "#7f7f7f",
    "c8": "#96960f",
    "c9": "#0f9bab",
}
_DARK: Mapping[str, str] = {
    "page": "#0f1b2a",
    "surface": "#161d26",
    "ink": "#e9ebed",
    "muted": "#a9b4bf",
    "edge": "#354150",
    "grid": "#2a3542",
    "axis": "#5f6b7a",
    "link": "#7cb8f5",
    "stripe": "#1a232e",
    "good": "#6ad15b",
    "bad": "#ff7d6b",
    "unknown": "#9ba7b6",
    "threshold": "#ff7d6b",
    "mark": "#b79cf5",
    "c0": "#5aa9e6",
    "c1": "#ff9f45",
    "c2": "#6cc46c",
    "c3": "#f56b6b",
    "c4": "#b594de",
    "c5": "#c08a7c",
    "c6": "#f095d3",
    "c7": "#a9a9a9",
    "c8": "#cfcf4a",
    "c9": "#45cfe0",
}
THEMES: Mapping[Theme, Mapping[str, str]] = {"light": _LIGHT, "dark": _DARK}
SERIES = 10

# Vega writes colours as they are given, so each ink has a colour of its own that stands for it until the end.
_STAND_INS = {name: f"#01fe{index:02x}" for index, name in enumerate(_LIGHT)}
_NAMES = {stand_in: name for name, stand_in in _STAND_INS.items()}
_PAINT = re.compile(r'((?:fill|stroke)=)"(#[0-9a-f]{6})"')
_LINE_CONTRAST = 3.2
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
# CloudWatch's own names of colours, as its buttons offer them, are hexadecimal; bodies by hand hold CSS names too.
_CSS_NAMES = {"red": "#d13212", "green": "#1d8102", "blue": "#1f77b4", "orange": "#e8710a", "grey": "#7f7f7f"}


def series(index: int) -> str:
    """The ink of the n-th series."""
    return f"c{index % SERIES}"


def known(colour: object, default: str) -> str:
    """A colour of a body as `#rrggbb`, or the default where it is none."""
    text = _CSS_NAMES.get(colour.lower(), colour) if isinstance(colour, str) else ""
    if not _HEX.fullmatch(text):
        return default
    return text.lower() if len(text) == 7 else "#" + "".join(digit * 2 for digit in text[1:].lower())


def stand_in(colour: str) -> str:
    """What a Vega-Lite specification holds for an ink; other colours are left alone."""
    return _STAND_INS.get(colour, colour)


def as_variables(svg: str) -> str:
    """A drawing whose colours are variables of the page's style sheet."""
    return _PAINT.sub(lambda match: f'{match[1]}"{css_value(_NAMES.get(match[2], match[2]))}"', svg)


def in_theme(svg: str, theme: Theme) -> str:
    """A drawing in the colours of one theme."""
    return _PAINT.sub(lambda match: f'{match[1]}"{seen(_NAMES.get(match[2], match[2]), theme)}"', svg)


def css(theme: Theme, own: Iterable[str] = ()) -> str:
    """The inks of a theme, and a body's own colours, as variables of CSS."""
    inks = "".join(f"--{name}:{colour};" for name, colour in THEMES[theme].items())
    return inks + "".join(f"--x{colour.removeprefix('#')}:{seen(colour, theme)};" for colour in own)


def css_value(colour: str) -> str:
    """An ink or a colour of a body as the page's style sheet knows it."""
    return f"var(--x{colour.removeprefix('#')})" if colour.startswith("#") else f"var(--{colour})"


def seen(colour: str, theme: Theme) -> str:
    """The colour in a theme. One of a body, chosen on white, is made lighter on dark ground until it can be seen."""
    if not colour.startswith("#"):
        return THEMES[theme][colour]
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    if theme == "dark":
        while contrast(channels, _DARK["surface"]) < _LINE_CONTRAST:
            channels = [min(255, channel + 12) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def contrast(channels: Sequence[int], ground: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    other = [int(ground[at : at + 2], 16) for at in (1, 3, 5)]
    light, dark = sorted((_luminance(channels), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(channels: Sequence[int]) -> float:
    parts = [value / 255 for value in channels]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def css_name(colour: str) -> str:
    """The class that gives a mark of the legend its colour."""
    return f"k-{colour.removeprefix('#')}"
