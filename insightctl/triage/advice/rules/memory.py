"""Memory: too near its limit (a risk), a size that the history shows to be cheaper, or far more than is used.

Memory buys CPU in proportion, up to one vCPU at 1,769 MB (AWS Lambda guide, "Configure Lambda function memory"). Code
that computes takes as many times longer with a smaller size, and costs the same; code that waits takes as long, and costs
less. The logs do not tell which it is, so money is a range from one to the other, unless two sizes ran and can be held
side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from insightctl.triage.advice.facts import History, Size
from insightctl.triage.advice.model import Advice, Confidence, Number
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import say

ONE_VCPU_MB = 1769
LEAST_MB, MOST_MB, _STEP_MB = 128, 10_240, 64
FULL, TIGHT = 1.0, 0.9
MARGIN = 1.3
"""What a size needs beyond the most that was seen: history is no promise."""
FAR_TOO_BIG = 4
LEAST_OF_A_SIZE = 50
_KEEPS = 1.1
_WORTH = 0.02


def risk(history: History, costs: Costs) -> Iterator[Advice]:
    """Memory that ran full, or nearly."""
    size = history.present
    if size.used_max_mb < TIGHT * size.memory_mb:
        return
    full = size.used_max_mb >= FULL * size.memory_mb
    target = _up(max(size.used_max_mb * MARGIN, size.memory_mb * 1.5 if full else 0))
    now, grown = usd_month(history, size, costs), usd_month(history, size, costs, target)
    usual = size.used_p99_mb < size.memory_mb / 2
    sentence = (
        f"memory {'ran full' if full else 'is nearly full'}: {size.used_max_mb:,.0f} of {size.memory_mb:,.0f} MB; "
        f"{target:,.0f} MB leaves room, for {say.usd(now)} to {say.usd(grown)} a month instead of {say.usd(now)}"
    )
    if usual:
        sentence += (
            f". 99 % of the invocations need no more than {size.used_p99_mb:,.0f} MB: a leak or a single large request "
            "fills any size, so look for it first (insightctl query memory-leak)"
        )
    yield Advice(
        "memory",
        history.function,
        "measure" if usual else "change",
        sentence,
        _numbers(size, target),
        now,
        grown,
        now,
        "medium" if usual or not full else "high",
        say.configure(history.function, f"--memory-size {target}"),
        "how much shorter invocations get with the CPU that comes with more memory",
        risk=True,
    )


def advise(history: History, costs: Costs) -> Iterator[Advice]:
    """A cheaper size; nothing where memory is the risk already."""
    size = history.present
    if size.used_max_mb >= TIGHT * size.memory_mb or not size.used_max_mb:
        return
    measured = _measured(history, costs)
    if measured is not None:
        yield measured
        return
    needed = _up(size.used_max_mb * MARGIN)
    if size.memory_mb < 2 * needed:
        yield Advice(
            "memory",
            history.function,
            "nothing",
            f"memory fits: {size.used_max_mb:,.0f} of {size.memory_mb:,.0f} MB used at most",
            _numbers(size, size.memory_mb),
            confidence="medium",
        )
        return
    yield _smaller(history, size, needed, costs)


def _measured(history: History, costs: Costs) -> Advice | None:
    """The cheapest size that ran and keeps the p99 of the fastest within a tenth."""
    ran = [s for s in history.sizes if s.invocations >= LEAST_OF_A_SIZE and s.used_max_mb < TIGHT * s.memory_mb]
    present = history.present
    if len(ran) < 2 or present not in ran:
        return None
    kept = [s for s in ran if s.p99_ms <= _KEEPS * min(one.p99_ms for one in ran)]
    best = min(kept, key=lambda s: s.gb_s / s.invocations)
    now, then = usd_month(history, present, costs), usd_month(history, best, costs)
    enough = min(best.invocations, present.invocations) >= 1000
    numbers = (
        *_numbers(present, best.memory_mb),
        Number("p99_ms", present.p99_ms, "ms"),
        Number("p99_then_ms", best.p99_ms, "ms"),
    )
    if best is present or now - then < _WORTH * now:
        return Advice(
            "memory",
            history.function,
            "nothing",
            f"{present.memory_mb:,.0f} MB is the cheapest of the {len(ran)} sizes that ran and keeps the p99",
            numbers,
            now,
            now,
            confidence="high" if enough else "medium",
        )
    return Advice(
        "memory",
        history.function,
        "change",
        f"{best.memory_mb:,.0f} MB did the same work for less: p99 {say.took(best.p99_ms)} against "
        f"{say.took(present.p99_ms)} with {present.memory_mb:,.0f} MB, {say.usd(then)} a month instead of {say.usd(now)}",
        numbers,
        now,
        then,
        None,
        "high" if enough else "medium",
        say.configure(history.function, f"--memory-size {best.memory_mb:.0f}"),
        "whether the load was the same with both sizes",
    )


def _smaller(history: History, size: Size, needed: int, costs: Costs) -> Advice:
    far = size.memory_mb >= FAR_TOO_BIG * needed
    above = size.memory_mb > ONE_VCPU_MB >= needed
    target = ONE_VCPU_MB if above else max(needed, _up(size.memory_mb / 2))
    now, low = usd_month(history, size, costs), usd_month(history, size, costs, target)
    slower = size.memory_mb / target
    confidence: Confidence = "medium" if far or above else "low"
    first = (
        "one vCPU stays (single-threaded code runs as fast)" if above else f"a first step; {needed:,} MB would hold it"
    )
    return Advice(
        "memory",
        history.function,
        "measure",
        f"memory is {'far ' if far else ''}too big: {size.used_max_mb:,.0f} of {size.memory_mb:,.0f} MB used at most. "
        f"{target:,} MB: {first}. {say.usd(low)} to {say.usd(now)} a month instead of {say.usd(now)}: less where the code "
        f"waits, the same where it computes, then up to {slower:.1f} times slower (p99 {say.took(size.p99_ms)} now)",
        (*_numbers(size, target), Number("needed_mb", needed, "MB"), Number("slower_at_worst", slower)),
        now,
        now,
        low,
        confidence,
        say.configure(history.function, f"--memory-size {target}"),
        "how duration changes with memory: run it for a day, then insightctl query right-size; or AWS Lambda Power Tuning",
    )


def usd_month(history: History, size: Size, costs: Costs, memory_mb: float | None = None) -> float:
    """USD a month of all invocations with this size's mean billed time; `memory_mb` another size, billed as long."""
    gb = (memory_mb or size.memory_mb) / 1024
    invocations = history.invocations * history.month
    gb_s = invocations * gb * size.billed_ms / size.invocations / 1000
    return gb_s * costs.run(history.architecture) + costs.requests(invocations)


def _up(memory_mb: float) -> int:
    """The next step of 64 MB that Lambda takes."""
    return int(min(MOST_MB, max(LEAST_MB, ceil(memory_mb / _STEP_MB) * _STEP_MB)))


def _numbers(size: Size, target: float) -> tuple[Number, ...]:
    return (
        Number("memory_mb", size.memory_mb, "MB"),
        Number("used_max_mb", size.used_max_mb, "MB"),
        Number("used_p99_mb", size.used_p99_mb, "MB"),
        Number("memory_then_mb", target, "MB"),
        Number("invocations", size.invocations),
    )
