"""The timeout: too near what invocations need, or so far that one that hangs is billed for minutes."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from insightctl.triage.advice.facts import History, Size
from insightctl.triage.advice.model import Advice, Confidence, Number
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import say

NEAR, FAR = 0.8, 10
_LEAST_FAR_MS = 30_000
_MOST_S = 900
_LEAST_S = 3
_OF_P999 = 1000
"""Fewer invocations have no 99.9th percentile: their slowest stands for it."""


def advise(history: History, costs: Costs) -> Iterator[Advice]:
    """Nothing where the limit is not known: Lambda tells it, and a timeout does."""
    size = history.present
    limit_ms = _limit(history)
    if limit_ms is None:
        return
    timeouts = max(sum(each.timeouts for each in history.sizes), history.timeout_lines)
    finished_ms = size.p999_ms if history.invocations >= _OF_P999 else size.max_ms
    words = "p99.9" if history.invocations >= _OF_P999 else "the slowest"
    numbers = (
        Number("timeout_ms", limit_ms, "ms"),
        Number("p99_ms", size.p99_ms, "ms"),
        Number("p999_ms", size.p999_ms, "ms"),
        Number("max_ms", size.max_ms, "ms"),
        Number("timeouts", timeouts),
    )
    if timeouts or finished_ms >= NEAR * limit_ms:
        yield _near(history, size, limit_ms, timeouts, finished_ms, words, numbers)
    elif limit_ms >= _LEAST_FAR_MS and limit_ms >= FAR * size.max_ms and not history.is_thin:
        yield _far(history, size, limit_ms, numbers, costs)
    else:
        sentence = f"the timeout fits: {say.took(limit_ms)}, {words} took {say.took(finished_ms)}"
        yield Advice("timeout", history.function, "nothing", sentence, numbers)


def _limit(history: History) -> float | None:
    if history.settings and history.settings.timeout_s:
        return history.settings.timeout_s * 1000
    seen = [each.longest_timeout_ms for each in history.sizes if each.longest_timeout_ms]
    return history.limit_ms or (ceil(max(seen) / 1000 - 0.5) * 1000 if seen else None)


def _near(
    history: History,
    size: Size,
    limit_ms: float,
    timeouts: int,
    finished_ms: float,
    words: str,
    numbers: tuple[Number, ...],
) -> Advice:
    then_s = min(_MOST_S, ceil(2 * limit_ms / 1000))
    hangs = timeouts > 0 and size.p99_ms < limit_ms / 2
    sentence = (
        f"the timeout of {say.took(limit_ms)} is near: p99 {say.took(size.p99_ms)}, {words} {say.took(finished_ms)}"
    )
    if timeouts:
        sentence = (
            f"{timeouts:,} of {history.invocations:,} invocations ran into the timeout of {say.took(limit_ms)}; "
            f"p99 is {say.took(size.p99_ms)}"
        )
    if hangs:
        sentence += (
            ": most are far from it, so these hang on something. Give the client that they wait for a timeout of its own "
            "(insightctl query timeouts shows the last line before each); a longer one for the function only bills longer"
        )
    elif then_s * 1000 <= limit_ms:
        sentence += ": 15 minutes is the most there is, so the work has to be cut into parts"
    confidence: Confidence = "high" if timeouts >= 3 else "medium"
    return Advice(
        "timeout",
        history.function,
        "measure" if hangs else "change",
        sentence,
        numbers,
        confidence=confidence if history.invocations >= _OF_P999 else "low",
        command=None if hangs or then_s * 1000 <= limit_ms else say.configure(history.function, f"--timeout {then_s}"),
        unknown="what the callers' own limits are (API Gateway gives up after 29 s)",
        risk=True,
    )


def _far(history: History, size: Size, limit_ms: float, numbers: tuple[Number, ...], costs: Costs) -> Advice:
    then_s = max(_LEAST_S, ceil(3 * size.max_ms / 1000))
    hang = size.gb * limit_ms / 1000 * costs.run(history.architecture)
    then = size.gb * then_s * costs.run(history.architecture)
    return Advice(
        "timeout",
        history.function,
        "weigh",
        f"the timeout of {say.took(limit_ms)} is far off: the slowest of {history.invocations:,} took "
        f"{say.took(size.max_ms)}. One that hangs blocks an environment that long and costs {say.usd(hang)}; with {then_s} s "
        f"{say.usd(then)}",
        (*numbers, Number("usd_a_hang", hang, "USD"), Number("usd_a_hang_then", then, "USD")),
        confidence="medium" if history.invocations >= _OF_P999 else "low",
        command=say.configure(history.function, f"--timeout {then_s}"),
        unknown="whether a rarer input takes longer than any that was seen",
    )
