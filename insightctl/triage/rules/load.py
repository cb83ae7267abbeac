"""Traffic that jumps or is gone, and logs that swell."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator
from math import sqrt
from statistics import median

from insightctl.core.time import from_ms
from insightctl.triage import words
from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.model import Cause, Evidence, Finding
from insightctl.triage.rules.evidence import deployments_so_far
from insightctl.triage.rules.moved import ALPHA, placed
from insightctl.triage.shift import Point, contrast, find_move

_BUSIER = 3.0
_GONE_EVENTS = 20.0
"""Poisson: no event where this many were expected has a chance of e^-20."""
_BURSTS, _DEVIATIONS = 3.0, 8.0
"""Callers come in bursts: the variance of a count is three times Poisson's."""
_LEAST_USUAL = 0.5
"""Invocations in a bin: of less each single one would be a jump."""
_LEAST_MS = 300_000
_SWOLLEN = 3.0
_WEIGHT = 0.1
_BUSY_WEIGHT = 0.02
"""More traffic harms nobody by itself: what fails or is slow goes first."""


def _counts(case: Case) -> list[tuple[int, int]]:
    """Invocations of every bin of the range, empty ones too."""
    width = case.bucket.ms
    counted: dict[int, int] = defaultdict(int)
    for bin in case.bins:
        counted[bin.start_ms] += bin.share.invocations
    if not counted:
        return []
    first, last = min(counted), (case.end_ms - 1) // width * width
    return [(start, counted.get(start, 0)) for start in range(first, max(last, max(counted)) + 1, width)]


def _usual(case: Case, counts: list[tuple[int, int]], position: int) -> float:
    """What a bin usually holds: that hour of the days before where there are any, else the bins around it."""
    start = counts[position][0]
    hour = start // 3_600_000 % 24
    days: dict[int, int] = defaultdict(int)
    for bin in case.before:
        if bin.start_ms // 3_600_000 % 24 == hour:
            days[bin.start_ms] += bin.share.invocations
    if days:
        return median(days.values()) * case.bucket.ms / 3_600_000
    reach = max(6, len(counts) // 8)
    before = [count for _, count in counts[max(0, position - reach) : position]]
    return median(before) if len(before) >= 6 else float("nan")


def busier(case: Case, start_ms: int, end_ms: int | None) -> bool:
    """Whether a stretch of time has much more traffic than the bins before it."""
    counts = _counts(case)
    inside = [count for start, count in counts if start >= start_ms and (end_ms is None or start < end_ms)]
    before = [count for start, count in counts if start < start_ms][-max(6, len(counts) // 8) :]
    return bool(inside and before) and sum(inside) / len(inside) > 1.5 * max(1.0, sum(before) / len(before))


def traffic(case: Case, commands: Commands) -> Iterator[Finding]:
    """Many times the traffic, or none where there always was some."""
    counts = _counts(case)
    if len(counts) < 24:
        return
    yield from _jump(case, commands, counts)
    yield from _gone(case, commands, counts)


def _jump(case: Case, commands: Commands, counts: list[tuple[int, int]]) -> Iterator[Finding]:
    run, level = _busiest(case, counts)
    if not run:
        return
    start, last = counts[run[0]][0], counts[run[-1]][0]
    many = sum(counts[p][1] for p in run)
    factor = many / max(1.0, level * len(run))
    until = "" if run[-1] >= len(counts) - 2 else f" until {words.moment(from_ms(last + case.bucket.ms))}"
    sentence = f"{many:,} invocations in {len(run)} bins of {case.bucket.text}; about {level * len(run):,.0f} are usual"
    cold = sum(b.cold for b in case.within(start, last + 1))
    yield Finding(
        "traffic-jump",
        "warning",
        f"{case.function} gets {factor:.1f} times its usual traffic since {words.moment(from_ms(start))}{until}",
        case.function,
        None,
        from_ms(start),
        from_ms(start - case.bucket.ms),
        from_ms(start + case.bucket.ms),
        Cause("traffic"),
        "medium",
        (
            Evidence("traffic", sentence, commands.query("invocations", case.function)),
            Evidence("latency", f"{cold:,} of them started cold", commands.query("coldstarts", case.function)),
            *deployments_so_far(case, commands, from_ms(start)),
        ),
        (),
        _BUSY_WEIGHT * (many - level * len(run)),
    )


def _busiest(case: Case, counts: list[tuple[int, int]]) -> tuple[list[int], float]:
    """The run of busy bins that stands out most as a whole, with what is usual in a bin; empty where none does."""
    best: tuple[list[int], float] = ([], 0.0)
    run: list[int] = []
    level = most = 0.0
    sofar: list[int] = []
    for position in range(len(counts)):
        # After a gap the bins just before tell too little; where the days before are known, they tell enough.
        overall = sofar[len(sofar) // 2] if sofar else _LEAST_USUAL
        least = min(overall, _LEAST_USUAL) if case.before else overall
        usual = level if run else max(_usual(case, counts, position), least)
        if counts[position][1]:
            insort(sofar, counts[position][1])
        # What a bin of a busy run holds wanders: one that is not so busy ends none.
        calm = [p for p in (position - 1, position) if run and counts[p][1] <= _BUSIER * usual]
        if run and len(calm) == 2:
            run = []
        elif usual == usual and (run or counts[position][1] > _BUSIER * usual):
            level = usual
            run = [*run, position]
            due, many = level * len(run), sum(counts[p][1] for p in run)
            excess = (many - due) / sqrt(_BURSTS * due)
            long = len(run) * case.bucket.ms >= _LEAST_MS and len(run) >= 2
            if long and many > _BUSIER * due and excess > max(most, _DEVIATIONS):
                best, most = (run, level), excess
    return best


def _gone(case: Case, commands: Commands, counts: list[tuple[int, int]]) -> Iterator[Finding]:
    best: tuple[int, int] = (0, 0)
    at = 0
    while at < len(counts):
        stop = at
        while stop < len(counts) and counts[stop][1] == 0:
            stop += 1
        if stop - at > best[1] - best[0] and at > 0:
            best = (at, stop)
        at = max(stop, at + 1)
    first, stop = best
    before = [count for _, count in counts[max(0, first - max(12, len(counts) // 6)) : first]]
    if stop == first or not before:
        return
    rate = sum(before) / len(before)
    after = [count for _, count in counts[stop : stop + len(before)]]
    # The rhythm may fall to little by night: what comes back is held against the gap as well.
    usual = min(rate, sum(after) / len(after)) if after else rate * 0.5
    missing = usual * (stop - first)
    # One that is called in bursts is silent between them, before the gap or after it.
    others = [*(count for _, count in counts[:first]), 1, *(count for _, count in counts[stop:])]
    if missing < _GONE_EVENTS or max(_longest_gap(others), 1) * 3 > stop - first:
        return
    begun = [b.last_ms for b in case.bins if b.start_ms < counts[first][0] and b.last_ms]
    start = from_ms(max(begun, default=counts[first][0]))
    back = f" until {words.moment(from_ms(counts[stop][0]))}" if stop < len(counts) else ""
    sentence = f"no invocation in {stop - first} bins of {case.bucket.text}; about {missing:,.0f} are usual"
    yield Finding(
        "traffic-gone",
        "warning",
        f"{case.function} gets no invocations since {words.moment(start)}{back}",
        case.function,
        None,
        start,
        start,
        from_ms(counts[first][0] + case.bucket.ms),
        Cause("traffic"),
        "medium",
        (
            Evidence("traffic", sentence, commands.query("invocations", case.function)),
            *deployments_so_far(case, commands, start),
        ),
        ("look at what calls it: event source mapping, rule, API, or the function before it",),
        _WEIGHT * missing,
    )


def _longest_gap(counts: list[int]) -> int:
    longest = run = 0
    for count in counts:
        run = run + 1 if count == 0 else 0
        longest = max(longest, run)
    return longest


def log_volume(case: Case, commands: Commands) -> Iterator[Finding]:
    """Each invocation logs several times as much as before."""
    invocations: dict[tuple[str | None, int], int] = defaultdict(int)
    for bin in case.bins:
        invocations[bin.version, bin.start_ms] += bin.share.invocations
    each = {
        (row.version, row.start_ms): Point(row.start_ms, row.characters / n)
        for row in case.volumes
        if (n := invocations.get((row.version, row.start_ms), 0))
    }
    shift = None
    for pair in case.contrasts:
        old = sorted(point for (version, _), point in each.items() if version == pair.older.name)
        new = sorted(point for (version, _), point in each.items() if version == pair.newer.name)
        found = contrast(old, new, _SWOLLEN) if pair.deployment else None
        if found and found.chance * case.tried <= ALPHA:
            shift = found
    if shift is None:
        totals: dict[int, list[float]] = defaultdict(list)
        for (_, start), point in each.items():
            totals[start].append(point.value)
        shift = find_move([Point(s, max(v)) for s, v in sorted(totals.items())], case.bucket.ms, _SWOLLEN)
    if shift is None or shift.chance * case.tried > ALPHA:
        return
    what = placed(case, shift)
    sentence = f"an invocation logs {shift.after:,.0f} characters since then, {shift.before:,.0f} before"
    yield Finding(
        "log-volume",
        "warning",
        f"{case.function} logs {shift.factor:.1f} times as much an invocation since {words.moment(what.at)}",
        case.function,
        what.cause.version,
        what.at,
        what.low,
        what.high,
        what.cause,
        "medium",
        (
            Evidence("log", sentence, commands.query("log-volume", case.function)),
            *deployments_so_far(case, commands, what.high),
        ),
        ("set the log level back: a line costs USD when it is written and each time it is searched",),
        _WEIGHT * 100,
    )
