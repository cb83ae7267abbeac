"""Numbers with their units, short enough for a chart."""

from __future__ import annotations

import math

# MetricDatum, Unit: the words of CloudWatch, as they are written beside a number
_UNITS = {
    "Milliseconds": "ms",
    "Microseconds": "µs",
    "Seconds": "s",
    "Percent": "%",
    "Bytes": "B",
    "Kilobytes": "kB",
    "Megabytes": "MB",
    "Gigabytes": "GB",
    "Terabytes": "TB",
    "Count": "",
    "None": "",
}
_AXIS = {**_UNITS, "Count": "Count", "Bytes": "Bytes", "Percent": "%"}
_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k"))


def unit_text(unit: str | None) -> str:
    """`ms` for Milliseconds; a count has none."""
    return _UNITS.get(unit or "", (unit or "").replace("/Second", "/s"))


def axis_text(unit: str | None) -> str:
    """What stands at the head of an axis."""
    return _AXIS.get(unit or "", (unit or "").replace("/Second", "/s"))


def amount(value: float, unit: str | None = None) -> str:
    """`12.3k`, `1,024`, `0.25 %`: four digits that count, and the unit."""
    return " ".join(part for part in (_digits(value), unit_text(unit)) if part)


def _digits(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    for size, letter in _STEPS:
        if abs(value) >= size:
            return f"{_short(value / size)}{letter}"
    return _short(value)


def _short(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) < 1e-4:
        return f"{value:.2e}"
    decimals = max(0, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(decimals, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
