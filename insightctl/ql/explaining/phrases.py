"""Small pieces of English: lists, counts, periods and moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from insightctl.ql import ast
from insightctl.ql.periods import bucket, unit_of

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNITS = {
    "ms": "millisecond",
    "s": "second",
    "m": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "q": "quarter",
    "y": "year",
}
_WIDTHS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))
_FIRST_MS, _LAST_MS = 100_000_000_000, 253_402_300_799_999  # 1973 (smaller numbers are seconds or no time) to 9999


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def number_words(count: int) -> str:
    """A count as a colleague says it: words up to twelve, then digits."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def counted(count: int, noun: str) -> str:
    """`20 events`, `1 event`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def duration(period: ast.Period) -> str:
    """A length of time: `30 minutes`, `one hour`; as written when the unit is unknown."""
    unit = unit_of(period)
    if unit is None:
        return f"{period.amount}{period.unit}"
    return f"{number_words(period.amount)} {_UNITS[unit]}{'' if period.amount == 1 else 's'}"


def intervals(period: ast.Period) -> str:
    """What bin and datefloor cut time into, caps applied: `five-minute intervals`, `calendar months`."""
    unit = unit_of(period)
    if unit is None:
        return f"{period.amount}{period.unit} intervals"
    real = bucket(period)
    if real.calendar:
        return f"calendar {real.calendar}s"
    return f"{_width(real.ms, unit)} intervals"


def interval(period: ast.Period) -> str:
    """One of them: `five-minute interval`, `calendar month`."""
    return intervals(period).removesuffix("s")


def _width(ms: int, unit: str) -> str:
    step = dict(_WIDTHS)[unit]
    return f"{number_words(ms // step)}-{_UNITS[unit]}"


def capped(period: ast.Period) -> str | None:
    """The period that the service really takes, as one writes it; None when it is the one written."""
    unit = unit_of(period)
    if unit is None:
        return None
    real = bucket(period)
    if real.calendar:
        return f"1{period.unit}" if period.amount != 1 else None
    amount = real.ms // dict(_WIDTHS)[unit]
    return None if amount == period.amount else f"{amount}{period.unit}"


def moment(ms: float) -> str | None:
    """Milliseconds since the epoch as a time in UTC; None for numbers that are no likely time."""
    if not _FIRST_MS <= ms <= _LAST_MS:
        return None
    at = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def ordinal(text: str) -> str:
    """`99th`, `1st`, `99.9th` from the number's spelling."""
    endings = {"1": "st", "2": "nd", "3": "rd"}
    plain = "." not in text and text[-2:] not in ("11", "12", "13")
    return text + (endings.get(text[-1:], "th") if plain else "th")
