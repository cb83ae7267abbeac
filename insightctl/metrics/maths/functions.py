"""The functions of metric maths that need nothing but their arguments.

Source: "Using math expressions with CloudWatch metrics", functions supported for metric math.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from insightctl.core.time import from_ms
from insightctl.metrics.maths.values import NoMaths, Track, Value, each, number, text, tracks

_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "AVG": lambda values: math.fsum(values) / len(values),
    "MAX": max,
    "MIN": min,
    "SUM": math.fsum,
    "STDDEV": statistics.pstdev,
}


def statistic(name: str, value: Value) -> Value:
    """AVG, MAX, MIN, SUM, STDDEV: one number of a series; of a list, a series over its members."""
    work = _STATISTICS[name]
    if isinstance(value, Track):
        return float(work(list(value.values.values()))) if value.values else math.nan
    if isinstance(value, tuple):
        return _across(value, lambda values: float(work(values)))
    return number(value)


def _across(value: tuple[Track | float, ...], work: Callable[[Sequence[float]], float]) -> Value:
    """One value a period, of all members that have data there; a number counts in each period."""
    numbers = [one for one in value if isinstance(one, float)]
    members = [one for one in value if isinstance(one, Track)]
    if not members:
        if not numbers:
            return ()
        return work(numbers)
    times = sorted({at for one in members for at in one.values})
    values = {at: work([*(m.values[at] for m in members if at in m.values), *numbers]) for at in times}
    units = {one.unit for one in members}
    first = members[0]
    return Track(
        first.id, first.label, max(m.period_s for m in members), values, units.pop() if len(units) == 1 else None
    )


def datapoint_count(value: Value) -> Value:
    """DATAPOINT_COUNT: of a series how many points it has, of a list how many members have one."""
    if isinstance(value, Track):
        return float(len(value.values))
    if isinstance(value, tuple):
        return _across(tracks(value), lambda values: float(len(values)))
    raise NoMaths("DATAPOINT_COUNT needs a time series")


def elementwise(work: Callable[[float], float | None]) -> Callable[[Value], Value]:
    """A function of each value: of a number, a series or a list."""

    def change(value: Value) -> Value:
        if isinstance(value, float):
            result = work(value)
            return math.nan if result is None else result
        return each(value, lambda track: track.mapped(work))

    return change


def _log(base: Callable[[float], float]) -> Callable[[Value], Value]:
    return elementwise(lambda value: base(value) if value > 0 else None)


def _steps(track: Track) -> Iterator[tuple[int, float, float]]:
    """Time of a point, the seconds and the difference since the one before."""
    points = track.sorted()
    for (before, low), (at, high) in itertools.pairwise(points):
        yield at, (at - before) / 1000, high - low


def difference(value: Value) -> Value:
    """DIFF: to the point before."""
    return each(value, lambda track: track.with_values({at: by for at, _, by in _steps(track)}))


def difference_of_time(value: Value) -> Value:
    """DIFF_TIME: seconds since the point before."""
    return each(value, lambda track: track.with_values({at: seconds for at, seconds, _ in _steps(track)}))


def rate(value: Value) -> Value:
    """RATE: the change a second."""
    return each(value, lambda track: track.with_values({at: by / seconds for at, seconds, by in _steps(track)}))


def running_sum(value: Value) -> Value:
    """RUNNING_SUM: the sum of all points so far."""

    def summed(track: Track) -> Track:
        total, values = 0.0, {}
        for at, one in track.sorted():
            total += one
            values[at] = total
        return track.with_values(values)

    return each(value, summed)


def period(value: Value) -> Value:
    """PERIOD: in seconds."""
    return float(tracks(value)[0].period_s)


def remove_empty(value: Value) -> Value:
    """REMOVE_EMPTY: the members with data."""
    return tuple(track for track in tracks(value) if track.values)


def _time(part: Callable[[datetime], float]) -> Callable[[Value], Value]:
    def read(value: Value) -> Value:
        return each(value, lambda track: track.with_values({at: part(from_ms(at)) for at in track.values}))

    return read


ONE_ARGUMENT: dict[str, Callable[[Value], Value]] = {
    "ABS": elementwise(abs),
    "CEIL": elementwise(lambda value: float(math.ceil(value))),
    "FLOOR": elementwise(lambda value: float(math.floor(value))),
    "LOG": _log(math.log),
    "LOG10": _log(math.log10),
    "DIFF": difference,
    "DIFF_TIME": difference_of_time,
    "RATE": rate,
    "RUNNING_SUM": running_sum,
    "PERIOD": period,
    "REMOVE_EMPTY": remove_empty,
    "DATAPOINT_COUNT": datapoint_count,
    "METRIC_COUNT": lambda value: float(len(tracks(value))),
    "MINUTE": _time(lambda at: float(at.minute)),
    "HOUR": _time(lambda at: float(at.hour)),
    "DAY": _time(lambda at: float(at.isoweekday())),
    "DATE": _time(lambda at: float(at.day)),
    "MONTH": _time(lambda at: float(at.month)),
    "YEAR": _time(lambda at: float(at.year)),
    "EPOCH": _time(lambda at: (at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()),
    **{name: lambda value, name=name: statistic(name, value) for name in _STATISTICS},  # type: ignore[misc]
}
"""Functions of a single value, by name."""


def fill(value: Value, filler: Value, grid: Callable[[int], Sequence[int]]) -> Value:
    """FILL: every period of the graph has a value: a number, another series', REPEAT of the last or LINEAR between."""

    def filled(track: Track) -> Track:
        times = grid(track.period_s)
        if isinstance(filler, float):
            return track.with_values(dict.fromkeys(times, filler) | dict(track.values))
        if isinstance(filler, Track):
            return track.with_values(
                {at: filler.values[at] for at in times if at in filler.values} | dict(track.values)
            )
        if filler == "REPEAT":
            return track.with_values(_repeated(track, times))
        if filler == "LINEAR":
            return track.with_values(_between(track, times))
        raise NoMaths("FILL takes a number, a series, REPEAT or LINEAR")

    return each(value, filled)


def _repeated(track: Track, times: Sequence[int]) -> dict[int, float]:
    values: dict[int, float] = {}
    last: float | None = None
    for at in sorted({*times, *track.values}):
        last = track.values.get(at, last)
        if last is not None:
            values[at] = last
    return values


def _between(track: Track, times: Sequence[int]) -> dict[int, float]:
    values = dict(track.values)
    points = track.sorted()
    for (before, low), (after, high) in itertools.pairwise(points):
        for at in times:
            if before < at < after:
                values[at] = low + (high - low) * (at - before) / (after - before)
    return values


def chosen(condition: Value, yes: Value, no: Value | None) -> Value:
    """IF: where the condition is not 0 the second value, else the third (or nothing)."""
    if isinstance(condition, float):
        if condition:
            return yes
        if no is None:
            raise NoMaths("IF with a number as its condition needs all three values")
        return no
    if isinstance(condition, tuple):
        return tuple(one for each_ in condition if isinstance(one := chosen(each_, yes, no), Track))
    if not isinstance(condition, Track):
        raise NoMaths("the condition of IF is a text")

    def at_time(value: Value | None, at: int) -> float | None:
        if isinstance(value, Track):
            return value.values.get(at)
        return value if isinstance(value, float) else None

    values = {}
    for at, flag in condition.values.items():
        value = at_time(yes if flag else no, at)
        if value is not None:
            values[at] = value
    unit = next((v.unit for v in (yes, no) if isinstance(v, Track)), None)
    return Track(condition.id, condition.label, condition.period_s, values, unit)


def sliced(value: Value, first: Value, last: Value | None) -> Value:
    """SLICE: the member at an index, or those from one index up to another."""
    members = tracks(value)
    start = int(number(first))
    if last is None:
        return members[start:]
    found = members[start : int(number(last))]
    return found[0] if len(found) == 1 else found


def at_end(value: Value, index: int) -> Value:
    """FIRST and LAST of a list."""
    members = tracks(value)
    return members[index] if members else ()


def ordered(value: Value, by: Value, direction: Value, most: Value | None) -> Value:
    """SORT: members by a statistic, ASC or DESC, the first so many."""
    name, way = text(by), text(direction)
    if name not in ("AVG", "MAX", "MIN", "SUM", "STDDEV"):
        raise NoMaths(f"SORT has no order by {name}")

    def key(track: Track) -> tuple[bool, float]:
        worth = number(statistic(name, track))
        return math.isnan(worth), -worth if way == "DESC" else worth

    members = sorted(tracks(value), key=key)
    return tuple(members if most is None else members[: int(number(most))])
