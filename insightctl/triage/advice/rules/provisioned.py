"""Provisioned concurrency: what of it is never used, and what it would cost and buy where there is none.

It has two prices: one for keeping it ready, every second, and a lower one for what runs on it. Money alone pays for it
when it is busy more than ready / (run - ready_run) of the time (60 % on x86). Below that it buys time: the callers no
longer wait for inits, and what a second of waiting is worth nobody but the owner can say; so the break-even is told as
that worth. An init that is no longer billed is not taken off: provisioned environments are initialised too, and billed.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from insightctl.triage.advice.facts import History, Hour
from insightctl.triage.advice.model import Advice, Number
from insightctl.triage.advice.money import MONTH_S, Costs
from insightctl.triage.advice.rules import say

_HOUR_S, _HOUR_MS = 3600, 3_600_000
_MOST_TRIED = 1000
_FEW_PCT, _FEW_MS = 0.5, 100
_COVER = 0.95
_MOST_OF_COLD = 0.8
_MOST_SPANS = 4
"""A schedule of more spans is none: cold starts are spread over the day."""


def advise(history: History, costs: Costs) -> Iterator[Advice]:
    """Unused where there is some, break-even where there is none."""
    if history.settings and history.settings.provisioned:
        yield _unused(history, costs)
    else:
        yield from _break_even(history, costs)


def _unused(history: History, costs: Costs) -> Advice:
    """Held against the most that ran at the same time, of all versions: what no version can have used."""
    settings = history.settings
    assert settings is not None
    have = sum(each.concurrency for each in settings.provisioned)
    peak = max((hour.peak for hour in history.hours), default=0)
    gb = history.present.gb
    now, then = (n * gb * MONTH_S * costs.ready(history.architecture) for n in (have, min(have, peak)))
    numbers = (Number("provisioned", have), Number("peak", peak), Number("gb", gb, "GB"))
    if peak >= have:
        sentence = f"the {have:,} provisioned environments were needed: {peak:,} ran at the same time at the peak"
        return Advice("provisioned", history.function, "nothing", sentence, numbers, now, now)
    largest = max(settings.provisioned, key=lambda each: each.concurrency)
    left = max(0, largest.concurrency - (have - peak))
    of = f"--function-name {shlex.quote(history.function)} --qualifier {shlex.quote(largest.qualifier)}"
    command = (
        f"aws lambda put-provisioned-concurrency-config {of} --provisioned-concurrent-executions {left}"
        if left
        else f"aws lambda delete-provisioned-concurrency-config {of}"
    )
    return Advice(
        "provisioned",
        history.function,
        "change",
        f"{have - peak:,} of {have:,} provisioned environments were never used: at most {peak:,} invocations ran at the same "
        f"time. {say.usd(then)} a month instead of {say.usd(now)}",
        numbers,
        now,
        then,
        None,
        "high" if history.window_ms >= 7 * 86_400_000 else "medium",
        command,
        "peaks that the range does not hold (a sale, the end of a month)",
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """Provisioned concurrency of `count` in some hours: USD more (less: negative), cold starts that it spares."""

    count: int
    usd: float
    spared: float


def offer(hours: Sequence[Hour], count: int, gb: float, costs: Costs, architecture: str, *, all_hours: int) -> Offer:
    """Of so many environments over `all_hours` hours (those without invocations have no row). For the range, not a month.

    What runs on them is the mean load of each hour, `count` at most; in hours with a higher peak a part of the cold
    starts stays.
    """
    ready = count * gb * _HOUR_S * all_hours * costs.ready(architecture)
    served_s = sum(min(hour.load, count) * _HOUR_S for hour in hours)
    cheaper = costs.run(architecture) - costs.ready_run(architecture)
    spared = sum(hour.inits * min(1.0, count / max(hour.peak, 1)) for hour in hours)
    return Offer(count, ready - served_s * gb * cheaper, spared)


def _break_even(history: History, costs: Costs) -> Iterator[Advice]:
    hours, size = history.hours, history.present
    inits = sum(hour.inits for hour in hours)
    if not hours or not inits or not history.cold_starts:
        return
    cold_pct = 100 * history.cold_starts / history.invocations
    felt = min(1.0, history.cold_starts / inits)
    all_hours = max(len(hours), ceil(history.window_ms / _HOUR_MS))
    peaks = sorted(hour.peak for hour in hours)
    cover = peaks[min(len(peaks) - 1, ceil(_COVER * len(peaks)) - 1)]

    def of(count: int, of_hours: Sequence[Hour] = hours, over: int = all_hours) -> Offer:
        return offer(of_hours, count, size.gb, costs, history.architecture, all_hours=over)

    run = sum(s.gb_s for s in history.sizes) * history.month * costs.run(history.architecture)
    numbers = (
        Number("cold_starts_month", history.cold_starts * history.month),
        Number("cold_pct", cold_pct, "%"),
        Number("init_avg_ms", history.init_avg_ms, "ms"),
        Number("peak", peaks[-1]),
        Number("peak_p95", cover),
    )
    best = min((of(count) for count in range(1, min(peaks[-1], _MOST_TRIED) + 1)), key=lambda found: found.usd)
    if best.usd < 0:
        yield _pays(history, best, run, numbers)
        return
    if cold_pct < _FEW_PCT or history.init_avg_ms < _FEW_MS:
        sentence = (
            f"cold starts are few or short: {cold_pct:.2f} % of the invocations, {say.took(history.init_avg_ms)} each"
        )
        yield Advice("provisioned", history.function, "nothing", sentence, numbers)
        return
    whole = of(cover)
    busy = _busiest(hours)
    part = of(cover, busy, round(all_hours * len({hour.of_day for hour in busy}) / 24))
    yield _weigh(history, whole, part, sorted({hour.of_day for hour in busy}), felt, run, numbers)


def _pays(history: History, best: Offer, run: float, numbers: tuple[Number, ...]) -> Advice:
    more = best.usd * history.month
    return Advice(
        "provisioned",
        history.function,
        "measure",
        f"{best.count:,} provisioned environments would be busy enough to cost less than on demand: {say.usd(run + more)} a "
        f"month instead of {say.usd(run)}, and their callers never wait for an init ({say.took(history.init_avg_ms)})",
        (*numbers, Number("count", best.count), Number("usd_more_month", more, "USD")),
        run,
        run + more,
        None,
        "medium",
        _put(history.function, best.count),
        "how unevenly invocations come within an hour: the reckoning takes the mean of each, which is the best case",
    )


def _weigh(
    history: History,
    whole: Offer,
    part: Offer,
    of_day: Sequence[int],
    felt: float,
    run: float,
    numbers: tuple[Number, ...],
) -> Advice:
    month, init_s = history.month, history.init_avg_ms / 1000
    more, spared = whole.usd * month, whole.spared * felt * month
    part_more, part_spared = part.usd * month, part.spared * felt * month
    worth = more / (spared * init_s) if spared else 0.0
    times = _spans(of_day)
    scheduled = (
        f" Only at {times} UTC, where most cold starts are: {say.usd(part_more)} for {part_spared:,.0f}."
        if times.count(",") < _MOST_SPANS and part_more > 0
        else ""
    )
    return Advice(
        "provisioned",
        history.function,
        "weigh",
        f"{history.cold_starts * month:,.0f} cold starts a month wait {say.took(history.init_avg_ms)} on average. "
        f"{whole.count:,} provisioned environments would spare {spared:,.0f} of them for {say.usd(more)} a month more: "
        f"worth it when a second of a caller's waiting is worth {say.usd(worth)} or more.{scheduled}",
        (
            *numbers,
            Number("count", whole.count),
            Number("spared_month", spared),
            Number("usd_more_month", more, "USD"),
            Number("break_even_usd_a_second", worth, "USD"),
            Number("scheduled_usd_more_month", part_more, "USD"),
            Number("scheduled_spared_month", part_spared),
        ),
        run,
        run + more,
        None,
        "medium" if history.window_ms >= 3 * 86_400_000 else "low",
        _put(history.function, whole.count),
        "what a second of waiting is worth to you; a shorter init (fewer imports, SnapStart) may make it needless",
    )


def _busiest(hours: Sequence[Hour]) -> list[Hour]:
    """The hours of the times of day that hold most cold starts, fewest times first to last."""
    by_time: dict[int, int] = {}
    for hour in hours:
        by_time[hour.of_day] = by_time.get(hour.of_day, 0) + hour.inits
    wanted, kept, have = _MOST_OF_COLD * sum(by_time.values()), set[int](), 0
    for time in sorted(by_time, key=lambda t: (-by_time[t], t)):
        if have >= wanted:
            break
        kept.add(time)
        have += by_time[time]
    return [hour for hour in hours if hour.of_day in kept]


def _spans(of_day: Sequence[int]) -> str:
    """Hours of the day as spans: `8-12, 17-19`."""
    spans: list[list[int]] = []
    for time in of_day:
        if spans and spans[-1][1] == time:
            spans[-1][1] = time + 1
        else:
            spans.append([time, time + 1])
    return ", ".join(f"{start}-{end}" for start, end in spans)


def _put(function: str, count: int) -> str:
    return (
        f"aws lambda put-provisioned-concurrency-config --function-name {shlex.quote(function)} --qualifier ALIAS "
        f"--provisioned-concurrent-executions {count}"
    )
