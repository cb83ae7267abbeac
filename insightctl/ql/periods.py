"""Time periods of bin, datefloor and dateceil, with the service's caps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from insightctl.ql.ast import Period

_SPELLINGS = {
    "ms": ("ms", "msec", "msecs", "millisecond", "milliseconds"),
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
    "mo": ("mo", "mon", "mons", "month", "months"),
    "q": ("q", "qtr", "qtrs", "quarter", "quarters"),
    "y": ("y", "yr", "yrs", "year", "years"),
}
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings}
_FIXED_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_CAPS = {"ms": 1000, "s": 60, "m": 60, "h": 24}
_CALENDAR: dict[str, Literal["week", "month", "quarter", "year"]] = {
    "w": "week",
    "mo": "month",
    "q": "quarter",
    "y": "year",
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a period really is: `ms` wide, or a calendar unit (`ms` 0)."""

    ms: int
    calendar: Literal["week", "month", "quarter", "year"] | None = None


def unit_of(period: Period) -> str | None:
    """The canonical unit; None when there is no such unit. `M` alone is not a month."""
    return _UNITS.get(period.unit.lower())


def bucket(period: Period, *, capped: bool = True) -> Bucket:
    """The bucket of a checked period, capped as the service caps those of bin, datefloor and dateceil."""
    unit = unit_of(period)
    assert unit is not None
    if unit in _CALENDAR:
        return Bucket(0, _CALENDAR[unit])
    most = _CAPS.get(unit, period.amount) if capped else period.amount
    return Bucket(max(1, min(period.amount, most)) * _FIXED_MS[unit])


def length_ms(period: Period) -> int:
    """How long a checked period is, in ms; a month counts 30 days, a quarter 91, a year 365."""
    whole = bucket(period, capped=False)
    days = {"week": 7, "month": 30, "quarter": 91, "year": 365}
    return period.amount * days[whole.calendar] * _FIXED_MS["d"] if whole.calendar else whole.ms


def better(period: Period) -> str | None:
    """How to write a capped period so that it means what it says; None when it is not capped."""
    unit = unit_of(period)
    if unit is None or unit not in _CAPS or period.amount <= _CAPS[unit]:
        return None
    total = period.amount * _FIXED_MS[unit]
    for other in ("d", "h", "m", "s"):
        if total % _FIXED_MS[other] == 0 and total // _FIXED_MS[other] <= _CAPS.get(other, total):
            return f"{total // _FIXED_MS[other]}{other}"
    return f"{_CAPS[unit]}{unit}"
