"""The functions of rows, each from its sentence in the reference; what is absent or of the wrong type is None."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from insightctl.ql import ast
from tests.reference.events import tree
from tests.reference.values import EPOCH, Moment, Value, as_number, as_text, finite, moment, truth

_CAPS = {"ms": 1000, "s": 60, "m": 60, "h": 24}
_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPACE = " \t\n\r\f\v"


def on_number(work: Callable[[float], float]) -> Callable[[Sequence[Value]], Value]:
    """A function of one number."""

    def run(args: Sequence[Value]) -> Value:
        number = as_number(args[0])
        try:
            return None if number is None else finite(work(float(number)))
        except ValueError:
            return None

    return run


def on_texts(work: Callable[..., Value]) -> Callable[[Sequence[Value]], Value]:
    """A function of texts, all of which have to be there."""

    def run(args: Sequence[Value]) -> Value:
        texts = [as_text(arg) for arg in args]
        return None if any(text is None for text in texts) else work(*texts)

    return run


def rounded(args: Sequence[Value]) -> Value:
    """Halves away from zero."""
    number, digits = as_number(args[0]), as_number(args[1]) if len(args) > 1 else 0
    if number is None or digits is None:
        return None
    scale = Fraction(10) ** int(digits)
    whole = math.floor(abs(Fraction(number)) * scale + Fraction(1, 2))
    return float(whole / scale * (1 if number >= 0 else -1))


def extreme(choose: Callable[[Sequence[float | Fraction]], float | Fraction]) -> Callable[[Sequence[Value]], Value]:
    def run(args: Sequence[Value]) -> Value:
        numbers = [number for arg in args if (number := as_number(arg)) is not None]
        return choose(numbers) if numbers else None

    return run


def substr(args: Sequence[Value]) -> Value:
    text, start = as_text(args[0]), as_number(args[1])
    length = as_number(args[2]) if len(args) > 2 else math.inf
    if text is None or start is None or length is None:
        return None
    rest = text[max(0, int(start)) :]
    return rest if length == math.inf else rest[: max(0, int(length))]


def contains(test: Callable[[str, str], bool]) -> Callable[[Sequence[Value]], Value]:
    """1 when the text contains (starts with, ends with) the other and 0 otherwise: when one is absent, too."""

    def run(args: Sequence[Value]) -> Value:
        text, search = as_text(args[0]), as_text(args[1])
        return float(text is not None and search is not None and test(text, search))

    return run


def choice(args: Sequence[Value]) -> Value:
    """`case(test, value, test, value, ..., otherwise)`."""
    for test, value in zip(args[0::2], args[1::2], strict=False):
        if truth(test):
            return value
    return args[-1] if len(args) % 2 else None


def json_parse(args: Sequence[Value]) -> Value:
    text = as_text(args[0])
    return None if text is None else tree(text)


def from_millis(args: Sequence[Value]) -> Value:
    number = as_number(args[0])
    return None if number is None else Moment(math.floor(number))


def to_millis(args: Sequence[Value]) -> Value:
    return float(args[0].ms) if isinstance(args[0], Moment) else None


def first(args: Sequence[Value]) -> Value:
    return next((arg for arg in args if arg is not None), None)


FUNCTIONS: dict[str, Callable[[Sequence[Value]], Value]] = {
    "abs": on_number(abs),
    "ceil": on_number(math.ceil),
    "floor": on_number(math.floor),
    "sqrt": on_number(math.sqrt),
    "log": on_number(math.log),
    "round": rounded,
    "greatest": extreme(max),
    "least": extreme(min),
    "ispresent": lambda args: args[0] is not None,
    "coalesce": first,
    "if": lambda args: args[1] if truth(args[0]) else args[2],
    "case": choice,
    "isnumeric": lambda args: as_number(args[0]) is not None,
    "isempty": lambda args: float(not as_text(args[0])),
    "isblank": lambda args: float(not (as_text(args[0]) or "").strip(_SPACE)),
    "concat": lambda args: "".join(as_text(arg) or "" for arg in args),
    "strlen": on_texts(lambda text: float(len(text))),
    "toupper": on_texts(str.upper),
    "tolower": on_texts(str.lower),
    "trim": on_texts(lambda text, chars=_SPACE: text.strip(chars) if chars else text),
    "ltrim": on_texts(lambda text, chars=_SPACE: text.lstrip(chars) if chars else text),
    "rtrim": on_texts(lambda text, chars=_SPACE: text.rstrip(chars) if chars else text),
    "replace": on_texts(lambda text, old, new: text.replace(old, new) if old else text),
    "substr": substr,
    "strcontains": contains(lambda text, search: search in text),
    "startswith": contains(str.startswith),
    "endswith": contains(str.endswith),
    "jsonparse": json_parse,
    "frommillis": from_millis,
    "tomillis": to_millis,
}


def unit_of(period: ast.Period) -> str:
    """The unit under its shortest name."""
    for short, names in {
        "ms": "ms msec millisecond",
        "s": "s sec second",
        "m": "m min minute",
        "h": "h hr hour",
        "d": "d day",
        "w": "w week",
        "mo": "mo mon month",
        "q": "q qtr quarter",
        "y": "y yr year",
    }.items():
        if period.unit.lower() in names.split() or period.unit.lower().removesuffix("s") in names.split():
            return short
    raise NotImplementedError(period.unit)


def floor_to(at: Moment, period: ast.Period) -> Moment:
    """Truncates to the period; seconds and the like are capped as the reference says, weeks begin on Monday."""
    unit = unit_of(period)
    amount = min(period.amount, _CAPS.get(unit, period.amount))
    if unit in _UNIT_MS:
        width = amount * _UNIT_MS[unit]
        return Moment(at.ms // width * width)
    if amount != 1:
        raise NotImplementedError(f"{amount}{unit}")
    day = moment(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "w":
        day -= timedelta(days=day.weekday())
    else:
        months = {"mo": 1, "q": 3, "y": 12}[unit]
        day = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return of(day)


def ceil_to(at: Moment, period: ast.Period) -> Moment:
    """Rounds up to the period."""
    low = floor_to(at, period)
    unit = unit_of(period)
    if low == at:
        return at
    if unit in _UNIT_MS:
        return Moment(low.ms + min(period.amount, _CAPS.get(unit, period.amount)) * _UNIT_MS[unit])
    day = moment(low)
    if unit == "w":
        return of(day + timedelta(days=7))
    for _ in range({"mo": 1, "q": 3, "y": 12}[unit]):
        day += timedelta(days=calendar.monthrange(day.year, day.month)[1])
    return of(day)


def of(day: datetime) -> Moment:
    return Moment((day - EPOCH) // timedelta(milliseconds=1))


def regex(pattern: str) -> re.Pattern[str]:
    """A pattern in Java's spelling; its classes know ASCII only."""
    return re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", pattern), re.ASCII)


def glob(pattern: str) -> re.Pattern[str]:
    """Each `*` takes as little as it can, one at the end the rest."""
    parts = [re.escape(part) for part in pattern.split("*")]
    greedy = parts[-1] == ""
    body = "(.*?)".join(parts[:-1]) + ("(.*)" if greedy else "(.*?)" + parts[-1])
    return re.compile(body, re.DOTALL)
