"""Readable marks on an axis: round numbers, round times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, tzinfo

from insightctl.render.cells import with_thousands

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_TIME_STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7, 14, 28, 91, 182, 364)),
)
_SHORT = 2 * _MINUTE  # under this span, seconds tell the marks apart


_SMALLEST = 1e-300  # below it a step between marks is no number any more


@dataclass(frozen=True, slots=True)
class Axis:
    """The ends of an axis and its marks, each with a label."""

    low: float
    high: float
    marks: tuple[tuple[float, str], ...]


def value_axis(low: float, high: float, marks: int) -> Axis:
    """About `marks` round numbers that enclose the values; starts at 0 unless a value is below it."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < _SMALLEST:
        low, high = (-1.0 if low < 0 else 0.0), 1.0
    rough = (high - low) / max(1, marks - 1)
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next((scale * n for n in _STEPS if scale * n >= rough * (1 - 1e-9)), scale * 10)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, -math.floor(math.log10(step)) + (1 if step / scale == 2.5 else 0))
    labels = ((index * step, with_thousands(f"{index * step:.{decimals}f}")) for index in range(first, last + 1))
    return Axis(first * step, last * step, tuple(labels))


def time_axis(start: float, end: float, width: int, tz: tzinfo) -> Axis:
    """Round times between two moments (seconds since the epoch), as many as `width` cells have room for."""
    if start == end:
        start, end = start - 30, end + 30
    begin, finish = datetime.fromtimestamp(start, tz), datetime.fromtimestamp(end, tz)
    form = _time_format(begin, finish, end - start)
    room = max(2, width // (len(begin.strftime(form)) + 4))
    step = next((seconds for seconds in _TIME_STEPS if (end - start) / seconds <= room), _TIME_STEPS[-1])
    offset = begin.utcoffset()
    shift = offset.total_seconds() if offset else 0.0  # whole hours of the reader's zone, not of UTC
    first = math.ceil((start + shift) / step) * step - shift
    count = int((end - first) // step) + 1 if first <= end else 0
    moments = [first + index * step for index in range(count)]
    return Axis(start, end, tuple((at, datetime.fromtimestamp(at, tz).strftime(form)) for at in moments))


def _time_format(begin: datetime, finish: datetime, span: float) -> str:
    if begin.date() != finish.date() and span > _DAY:
        return "%m-%d %H:%M"
    return "%H:%M:%S" if span < _SHORT else "%H:%M"
