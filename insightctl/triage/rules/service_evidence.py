"""How rules over metrics and settings show what they rest on: commands of the AWS CLI, points, the start of a stretch."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from insightctl.core.time import from_ms, iso
from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.facts import Record
from insightctl.triage.onset import Count, find_onset, stretches
from insightctl.triage.proportions import Share
from insightctl.triage.service import Configuration, Metric, ServiceFacts

_ROWS = 12


class Began(NamedTuple):
    """When something began, with the interval that holds it, and when it ended (None: it had not)."""

    at: datetime
    low: datetime
    high: datetime
    until: datetime | None = None


def facts_of(case: Case) -> ServiceFacts:
    """What the account says; nothing where it was not asked."""
    return case.service or ServiceFacts()


def settings_of(case: Case) -> Configuration:
    """The settings of the case's function, as far as they are known."""
    return facts_of(case).configuration(case.function) or Configuration(case.function)


def metric_command(case: Case, commands: Commands, name: str, stat: str = "Sum") -> str:
    """The command that shows a metric of the function in the range of the case."""
    statistics = f"--extended-statistics {stat}" if stat.startswith("p") else f"--statistics {stat}"
    times = f"--start-time {_second(case.start_ms)} --end-time {_second(case.end_ms)}"
    of = shlex.quote(f"Name=FunctionName,Value={case.function}")
    period = f"--period {max(60, facts_of(case).period_ms // 1000)}"
    parts = ("aws cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name", name, "--dimensions", of)
    return " ".join(part for part in (*parts, statistics, period, times, commands.aws) if part)


def _second(ms: int) -> str:
    return iso(from_ms(ms // 1000 * 1000)).replace(".000", "")


def rows(points: Iterable[tuple[int, float]], name: str) -> tuple[Record, ...]:
    """The largest points as rows, oldest first."""
    top = sorted(points, key=lambda point: -point[1])[:_ROWS]
    return tuple({"at": from_ms(at), name: value} for at, value in sorted(top))


def began(case: Case, counted: Metric, of: Metric) -> Began | None:
    """When the share of one metric in another (both counts) stands out; else its first period. None: it is nothing."""
    period = facts_of(case).period_ms
    part, whole = dict(counted.points), dict(of.points)
    moments = sorted({*part, *whole})
    counts = [_count(at, part.get(at, 0.0), whole.get(at, 0.0)) for at in moments]
    onset = find_onset(counts, period, stretches(len(counts)) * case.tried)
    if onset is not None:
        until = from_ms(onset.end_ms) if onset.end_ms else None
        return Began(from_ms(onset.start_ms), from_ms(onset.low_ms), from_ms(onset.high_ms), until)
    return first(counted, period)


def first(metric: Metric, period_ms: int) -> Began | None:
    """The first period in which a count is not nothing."""
    at = next((at for at, value in metric.points if value > 0), None)
    return None if at is None else Began(from_ms(at), from_ms(at), from_ms(at + period_ms))


def _count(at: int, part: float, whole: float) -> Count:
    failures = round(part)
    return Count(at, Share(failures, max(failures, round(whole))))


def plus(one: Metric, other: Metric) -> Metric:
    """The sum of two counts, period by period."""
    found = dict(one.points)
    for at, value in other.points:
        found[at] = found.get(at, 0.0) + value
    return Metric(one.function, one.name, one.stat, tuple(sorted(found)), tuple(found[at] for at in sorted(found)))
