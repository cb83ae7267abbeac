"""What an expression works on: numbers, tracks (time series) and lists of tracks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace


class NoMaths(Exception):
    """An expression cannot be worked out here; the text is a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Track:
    """A time series: its values by the UTC ms where their period starts. `is_metric`: no expression made it."""

    id: str
    label: str
    period_s: int
    values: Mapping[int, float]
    unit: str | None = None
    is_metric: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)

    def mapped(self, change: Callable[[float], float | None]) -> Track:
        """Each value changed; None drops it."""
        changed = ((at, change(value)) for at, value in self.values.items())
        return replace(self, values={at: value for at, value in changed if value is not None}, is_metric=False)

    def sorted(self) -> list[tuple[int, float]]:
        """Times and values, oldest first."""
        return sorted(self.values.items())

    def with_values(self, values: Mapping[int, float]) -> Track:
        """The same track with other values."""
        return replace(self, values=dict(values), is_metric=False)


Value = float | str | Track | tuple["Track | float", ...]


def each(value: Value, change: Callable[[Track], Track]) -> Value:
    """A function of one series over a series or each of a list. Raises NoMaths for anything else."""
    if isinstance(value, Track):
        return change(value)
    if isinstance(value, tuple):
        return tuple(change(one) for one in tracks(value))
    raise NoMaths("a time series is needed where a number stands")


def tracks(value: Value) -> tuple[Track, ...]:
    """The series of a list. Raises NoMaths when it holds numbers."""
    if isinstance(value, Track):
        return (value,)
    if isinstance(value, tuple):
        found = tuple(one for one in value if isinstance(one, Track))
        if len(found) == len(value):
            return found
    raise NoMaths("a list of time series is needed here")


def number(value: Value) -> float:
    """Raises NoMaths for anything but a number."""
    if isinstance(value, float):
        return value
    raise NoMaths("a number is needed here")


def text(value: Value) -> str:
    """Raises NoMaths for anything but a text."""
    if isinstance(value, str):
        return value
    raise NoMaths("a text in quotes is needed here")


def combined(left: Value, right: Value, work: Callable[[float, float], float | None]) -> Value:
    """Two values by an operator. Two series meet where both have data; a list is taken one by one.

    Source: "Using metric math", table of the results of operators by the types of their operands.
    """
    if isinstance(left, str) or isinstance(right, str):
        raise NoMaths("a text cannot be calculated with")
    if isinstance(left, tuple) or isinstance(right, tuple):
        return _listed(left, right, work)
    if isinstance(left, Track):
        if isinstance(right, Track):
            return _both(left, right, work)
        return left.mapped(lambda value: work(value, right))
    if isinstance(right, Track):
        return right.mapped(lambda value: work(left, value))
    result = work(left, right)
    if result is None:
        raise NoMaths("the numbers cannot be divided by 0")
    return result


def _listed(left: Value, right: Value, work: Callable[[float, float], float | None]) -> Value:
    if isinstance(left, tuple) and isinstance(right, tuple):
        if len(left) != len(right):
            raise NoMaths(f"lists of {len(left)} and {len(right)} series cannot be joined by an operator")
        pairs: Sequence[tuple[Value, Value]] = list(zip(left, right, strict=True))
    elif isinstance(left, tuple):
        pairs = [(one, right) for one in left]
    else:
        pairs = [(left, one) for one in right] if isinstance(right, tuple) else []
    results = [combined(a, b, work) for a, b in pairs]
    return tuple(result for result in results if isinstance(result, Track | float))


def _both(left: Track, right: Track, work: Callable[[float, float], float | None]) -> Track:
    values = {}
    for at, value in left.values.items():
        if at in right.values and (result := work(value, right.values[at])) is not None:
            values[at] = result
    return replace(left, period_s=max(left.period_s, right.period_s), values=values, unit=None, is_metric=False)
