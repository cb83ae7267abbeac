"""The rule that most alarms have: more than 5 % of a minute's invocations fail, or failures three deviations above the mean.

Whoever is paged then blames the last deployment before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, pstdev
from typing import NamedTuple

from bench.incidents.judge import EXACT_MS, distance_ms
from bench.incidents.model import MINUTE_MS
from bench.incidents.truth import Truth
from insightctl import deployments, library
from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.time import TimeRange, to_ms

PCT, DEVIATIONS = 5.0, 3.0
_MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """The function that alarms most, since when (UTC ms), and the version of the last deployment before."""

    function: str
    started_ms: int
    version: str | None


class Right(NamedTuple):
    """What of an answer is right."""

    function: bool
    culprit: bool
    start: bool


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute of a function."""

    at_ms: int
    failures: int
    invocations: int


def alarm(backend: Backend, target: Target, time: TimeRange | None) -> Alarm | None:
    """What the rule says about the logs."""
    rates = library.render(library.load("error-rate"), {"bin": "1m", "by": "function"})
    result = backend.run(QueryJob(rates, target, time, max_rows=_MOST_ROWS))
    functions: dict[str, list[Minute]] = {}
    for row in result.records():
        moment = row["bin(1m)"]
        assert isinstance(moment, datetime)
        minute = Minute(to_ms(moment), _number(row["failures"]), _number(row["invocations"]))
        functions.setdefault(str(row["function"]), []).append(minute)
    loud = {name: found for name, minutes in functions.items() if (found := alarming(minutes))}
    if not loud:
        return None
    function = max(loud, key=lambda name: sum(minute.failures for minute in loud[name]))
    started = min(minute.at_ms for minute in loud[function])
    lives = backend.run(QueryJob(library.render(library.load("deployments"), {}), target, time))
    before = [
        deployment
        for deployment in deployments.from_result(lives)
        if deployment.function == function and to_ms(deployment.at) <= started + MINUTE_MS
    ]
    return Alarm(function, started, max(before, key=lambda d: d.at).version if before else None)


def alarming(minutes: Sequence[Minute]) -> list[Minute]:
    """The minutes that alarm."""
    counts = [minute.failures for minute in minutes]
    mean, deviation = fmean(counts), pstdev(counts)
    return [
        minute
        for minute in minutes
        if minute.failures > PCT / 100 * minute.invocations
        or (deviation > 0 and (minute.failures - mean) / deviation > DEVIATIONS)
    ]


def right(truth: Truth, said: Alarm | None) -> Right:
    """What is right about an alarm. It knows one culprit only, a deployment: of anything else it cannot be right."""
    if said is None:
        return Right(False, False, False)
    worst = truth.planted[0]
    function = said.function in worst.functions
    culprit = function and worst.version is not None and said.version == worst.version
    near = distance_ms(worst, said.started_ms)
    return Right(function, culprit, near is not None and near <= max(EXACT_MS, truth.bin_ms))


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
