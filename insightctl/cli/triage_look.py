"""One look of triage: the options to a range, its baseline, and a report."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from insightctl.cli.setup import Prepared, When, Where, prepare
from insightctl.cli.since_deploy import since_deploy
from insightctl.core.errors import UsageError
from insightctl.core.time import TimeRange, parse_duration_ms

if TYPE_CHECKING:
    from insightctl.triage import Commands, Report

SAME = "same"
"""`--baseline same`: as long a range as the one that is looked at."""


class Limits(NamedTuple):
    """What a look may take on the service: queries, bytes scanned; `logs_only` asks nothing beside the logs."""

    queries: int | None = None
    size: int | None = None
    logs_only: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """What one look runs on: `prepared` with its range, `baseline` the range before it, `when` as it was meant."""

    where: Where
    when: When
    prepared: Prepared
    baseline: TimeRange | None = None
    limits: Limits = field(default_factory=Limits)


def ready(where: Where, when: When, baseline: str | None = None) -> Ready:
    """The options of a look, `--since deploy` and the baseline turned into ranges. Raises UsageError, InsightctlError.

    Over local logs the range ends with the last event, where nothing says that it ends earlier.
    """
    when = since_deploy(where, when)
    # its queries run side by side, so none of them may ask: what all of them cost is asked about before
    prepared = prepare(replace(where, yes=True), when)
    if where.on_files and prepared.time is not None:
        from insightctl.triage.probes import within_data

        prepared = replace(prepared, time=within_data(prepared.backend, prepared.time))
    return Ready(where, when, prepared, before(prepared.time, baseline))


def before(time: TimeRange | None, baseline: str | None) -> TimeRange | None:
    """The range of this length before another one. Raises UsageError."""
    if baseline is None:
        return None
    if time is None:
        raise UsageError(
            f"--baseline {baseline}: nothing lies before all of the data",
            remedy="say what to look at: --since 2026-11-23T10:00 --baseline 7d",
        )
    length = time.duration_ms if baseline == SAME else parse_duration_ms(baseline)
    if length <= 0:
        raise UsageError(f"--baseline {baseline}: nothing lies in it", remedy="such as --baseline 7d")
    return TimeRange(time.start_ms - length, time.start_ms)


def look(asked: Ready) -> Report:
    """The report. Raises InsightctlError."""
    from insightctl.cli.triage_account import account_of, budget_of
    from insightctl.triage import triage

    prepared = asked.prepared
    on_service = not (asked.where.on_files or asked.limits.logs_only)
    with prepared.progress:
        return triage(
            prepared.backend,
            prepared.target,
            prepared.time,
            commands(asked.where, asked.when),
            baseline=asked.baseline,
            account=account_of(asked.where, prepared) if on_service else None,
            budget=budget_of(asked.limits),
        )


def commands(where: Where, when: When) -> Commands:
    """The options for the commands that a report shows: -f comes from each finding."""
    from insightctl.triage import Commands

    groups = [group for group in where.log_group if "=" not in group]
    zone = f"--tz {shlex.quote(when.tz)}" if when.tz and "--tz" not in when.words else ""
    return Commands(
        replace(where, function=(), max_cost=None).words,
        " ".join(part for part in (when.words, zone) if part),
        _aws_options(where),
        by_function=not groups,
    )


def _aws_options(where: Where) -> str:
    """--profile and --region for the AWS CLI, which does not know those of insightctl's own settings."""
    from insightctl.cli.accounts import accesses
    from insightctl.core.config import Config

    if where.on_files:
        named = (("profile", where.profile), ("region", where.region))
    else:
        access = accesses(Config.load(os.environ, Path.cwd()), where.profiles, where.regions)[0]
        named = (("profile", access.profile), ("region", access.region))
    return " ".join(f"--{name} {shlex.quote(value)}" for name, value in named if value)
