"""What a triage scans and costs: --dry-run, --max-cost, and the question before a costly run."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insightctl.cli import terminal
from insightctl.cli.accounts import settings
from insightctl.cli.triage_look import Ready
from insightctl.core.errors import CostRefused, UsageError
from insightctl.core.job import QueryJob
from insightctl.core.sizes import size_text
from insightctl.core.time import TimeRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from insightctl.cloud.backend import CloudWatchBackend
    from insightctl.cloud.estimate import Estimate

_JOB = "stats count(*)"
_MAYBE = "one more query runs where logs have no log streams, or lines that only look like reports"


@dataclass(frozen=True, slots=True)
class Plan:
    """The queries of a triage: over its range, and over its baseline. A query scans all of its range."""

    queries: int
    of_range: Estimate
    before: int = 0
    of_baseline: Estimate | None = None

    @property
    def size(self) -> int:
        """Bytes of all queries."""
        return self.queries * self.of_range.size + self.before * (self.of_baseline.size if self.of_baseline else 0)

    @property
    def usd(self) -> float | None:
        """USD of all queries; None where nobody knows, or nothing is charged."""
        parts = [(self.queries, self.of_range)] + ([(self.before, self.of_baseline)] if self.of_baseline else [])
        known = [(count, each.usd) for count, each in parts if each.usd is not None]
        return sum(count * usd for count, usd in known) if len(known) == len(parts) else None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Log groups of unknown size."""
        return tuple(dict.fromkeys((*self.of_range.unknown, *(self.of_baseline.unknown if self.of_baseline else ()))))


def show_plan(asked: Ready, probes: Sequence[str], output: str) -> None:
    """Prints the plan (--dry-run); nothing is run. Raises UsageError for local logs, InsightctlError."""
    backend = _backend(asked)
    if backend is None:
        raise UsageError("--dry-run: local logs cost nothing", remedy="leave it out")
    plan = _plan(backend, asked, probes)
    notes = tuple(dict.fromkeys((*plan.of_range.notes, *(plan.of_baseline.notes if plan.of_baseline else ()), _MAYBE)))
    if output == "json":
        groups = [{"log_group": g.name, "region": g.region, "bytes": g.size, "by": g.by} for g in plan.of_range.groups]
        said = {"schema": 1, "queries": plan.queries + plan.before, "groups": groups, "bytes": plan.size}
        print(json.dumps({**said, "usd": plan.usd, "notes": notes}, indent=2))
        return
    for group in plan.of_range.groups:
        print(f"{group.name}  {'?' if group.size is None else size_text(group.size)}  ({group.region})")
    print(f"{plan.queries} queries over the range, each {plan.of_range}")
    if plan.of_baseline:
        print(f"{plan.before} queries over the baseline, each {plan.of_baseline}")
    cost = "" if plan.usd is None else f", about {plan.usd:.4f} USD"
    print(f"{plan.queries + plan.before} queries, {size_text(plan.size)}{cost}; nothing was run")
    for note in notes:
        terminal.warn(note)


def guard(asked: Ready, probes: Sequence[str]) -> None:
    """Refuses a triage whose queries cost more than --max-cost (or the setting), and asks before a costly one.

    Raises CostRefused, InsightctlError.
    """
    backend = _backend(asked)
    if backend is None:
        return
    limit = limit_usd(asked)
    config = settings()
    asks = config.ask_above is not None and not asked.where.yes and sys.stdin.isatty() and sys.stderr.isatty()
    if limit is None and not asks:
        return
    plan = _plan(backend, asked, probes)
    count, usd = plan.queries + plan.before, plan.usd
    if limit is not None and plan.unknown:
        raise CostRefused(
            f"nobody can tell what the run would cost: the size of {', '.join(plan.unknown[:3])} is not known",
            remedy="allow cloudwatch:GetMetricData and logs:DescribeLogGroups, or leave out the limit",
        )
    if limit is not None and usd is not None and usd > limit:
        raise CostRefused(
            f"{count} queries cost about {usd:.4f} USD, the limit is {limit:g} USD; nothing was run",
            remedy="narrow the time range or the log groups, or raise --max-cost",
        )
    if asks and usd is not None and config.ask_above is not None and usd > config.ask_above:
        import typer

        if not typer.confirm(f"{count} queries cost about {usd:.4f} USD. Run them?", default=False, err=True):
            raise CostRefused("not run", remedy="narrow the time range or the log groups")


def limit_usd(asked: Ready) -> float | None:
    """--max-cost, or the setting; None on local logs, which cost nothing."""
    if asked.where.on_files:
        return None
    return settings().max_cost if asked.where.max_cost is None else asked.where.max_cost


def _backend(asked: Ready) -> CloudWatchBackend | None:
    if asked.where.on_files:
        return None
    from insightctl.cloud.backend import CloudWatchBackend

    backend = asked.prepared.backend
    return backend if isinstance(backend, CloudWatchBackend) else None


def _plan(backend: CloudWatchBackend, asked: Ready, probes: Sequence[str]) -> Plan:
    def estimated(time: TimeRange | None) -> Estimate:
        return backend.estimate(QueryJob(_JOB, asked.prepared.target, time))

    before = 0 if asked.baseline is None else 2
    return Plan(
        len(probes),
        estimated(asked.prepared.time),
        before,
        None if asked.baseline is None else estimated(asked.baseline),
    )
