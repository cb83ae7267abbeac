"""Settings that do not fit what the function does: a timeout at its usual duration."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.model import Cause, Evidence, Finding
from insightctl.triage.outcomes import middle
from insightctl.triage.rules.service_evidence import metric_command, settings_of

_NEAR = 0.9
_LEAST = 30
_MOST_S = 900  # Lambda quotas
_WEIGHT = 0.01


def timeout_too_low(case: Case, commands: Commands) -> Iterator[Finding]:
    """A timeout that every tenth invocation (by metrics: the slowest of a hundred) nearly takes, all along."""
    timeout = settings_of(case).timeout_s
    known = [(bin.p90_ms or bin.p99_ms, bin.share.invocations) for bin in case.bins]
    durations = [(ms, invocations) for ms, invocations in known if ms is not None and invocations]
    if timeout is None or sum(count for _, count in durations) < _LEAST:
        return
    usual = middle(durations)
    if usual is None or usual < _NEAR * timeout * 1000:
        return
    by_logs = any(bin.p90_ms is not None for bin in case.bins)
    stat = "p90" if by_logs else "p99"
    out = sum(bin.timeouts for bin in case.bins)
    wanted = min(_MOST_S, ceil(2 * usual / 1000))
    more = commands.on_function("update-function-configuration", case.function, f"--timeout {wanted}")
    query = (
        commands.query("p99-duration", case.function) if by_logs else metric_command(case, commands, "Duration", stat)
    )
    yield Finding(
        "timeout-too-low",
        "warning",
        f"{case.function} needs {usual:,.0f} ms ({stat}) and is stopped after {timeout:g} s",
        case.function,
        None,
        None,
        None,
        None,
        Cause("unknown"),
        "medium",
        (
            Evidence(
                "setting",
                f"its timeout is {timeout:g} s; {stat} is {usual:,.0f} ms"
                + (f", {out:,} invocations timed out" if out else ""),
                query,
            ),
        ),
        (f"give it more time, where the caller waits as long: {more}",),
        _WEIGHT * max(out, 1),
    )
