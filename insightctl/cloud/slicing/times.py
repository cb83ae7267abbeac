"""Time ranges in parts that touch: no event is in two, none in between. All in UTC ms, ends exclusive."""

from __future__ import annotations

from itertools import pairwise

from insightctl.core.time import TimeRange


def parts(time: TimeRange, count: int) -> list[TimeRange]:
    """`count` parts of about the same length (fewer in a very short range), newest first."""
    return between(time, {time.start_ms + time.duration_ms * number // count for number in range(1, count)})


def steps(time: TimeRange, step_ms: int, width_ms: int = 1) -> list[TimeRange]:
    """Parts of `step_ms` each, newest first, with inner edges on multiples of the step and of `width_ms`."""
    step = -(-step_ms // width_ms) * width_ms
    first = -(-(time.start_ms + 1) // step) * step
    return between(time, set(range(first, time.end_ms, step)))


def between(time: TimeRange, edges: set[int]) -> list[TimeRange]:
    """The parts between edges, newest first; edges outside are left out."""
    inner = sorted(edge for edge in edges if time.start_ms < edge < time.end_ms)
    cuts = [time.start_ms, *inner, time.end_ms]
    return [TimeRange(a, b) for a, b in pairwise(cuts)][::-1]


def halves(time: TimeRange, width_ms: int = 1) -> list[TimeRange]:
    """Two parts, newest first; one when nothing can be cut."""
    middle = time.start_ms + time.duration_ms // 2
    for edge in (middle // width_ms * width_ms, -(-middle // width_ms) * width_ms):
        if time.start_ms < edge < time.end_ms:
            return between(time, {edge})
    return [time]
