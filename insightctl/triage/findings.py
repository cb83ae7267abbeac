"""Observations to findings: every rule looks at every function's case; the worst finding comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from insightctl.triage.case import Case, cases
from insightctl.triage.commands import Commands
from insightctl.triage.model import Finding
from insightctl.triage.probes import Observations
from insightctl.triage.rules.failures import all_along, by_contrast, since_a_moment
from insightctl.triage.rules.latency import cold_starts, slower
from insightctl.triage.rules.load import log_volume, traffic
from insightctl.triage.rules.logged import logged_errors
from insightctl.triage.rules.memory import memory_growth

Rule = Callable[[Case, Commands], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    since_a_moment,
    by_contrast,
    all_along,
    memory_growth,
    logged_errors,
    slower,
    cold_starts,
    traffic,
    log_volume,
)


def findings(seen: Observations, commands: Commands) -> tuple[Finding, ...]:
    """All findings, the worst first."""
    found = [finding for case in cases(seen) for rule in RULES for finding in rule(case, commands)]
    return tuple(sorted(found, key=lambda f: (f.severity != "critical", -f.weight, f.function)))


__all__ = ["RULES", "Case", "Rule", "cases", "findings"]
