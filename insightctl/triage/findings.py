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
from insightctl.triage.rules.service_concurrency import spillover, throttled
from insightctl.triage.rules.service_events import dropped, falling_behind, undelivered
from insightctl.triage.rules.service_notes import noted
from insightctl.triage.rules.service_settings import timeout_too_low

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
    throttled,
    spillover,
    dropped,
    undelivered,
    falling_behind,
    timeout_too_low,
)


def findings(seen: Observations, commands: Commands) -> tuple[Finding, ...]:
    """All findings, the worst first."""
    looked_at = cases(seen)
    found = [finding for case in looked_at for rule in RULES for finding in rule(case, commands)]
    found.sort(key=lambda f: (f.severity != "critical", -f.weight, f.function))
    return tuple(sorted(noted(found, looked_at, commands), key=lambda f: f.severity != "critical"))


__all__ = ["RULES", "Case", "Rule", "cases", "findings"]
