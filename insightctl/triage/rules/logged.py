"""Errors that are logged while the invocation succeeds: no metric and no alarm of Lambda counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from insightctl.core.time import from_ms
from insightctl.triage import attribution, words
from insightctl.triage.blamed import cause_of_line
from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.facts import Bin, Logged
from insightctl.triage.model import Cause, Evidence, Finding
from insightctl.triage.onset import Count, find_onset, stretches
from insightctl.triage.proportions import Share
from insightctl.triage.rules.evidence import deployments_so_far

_SHARE = 0.02
_WEIGHT = 0.5


def logged_errors(case: Case, commands: Commands) -> Iterator[Finding]:
    """A share of invocations logs an error since a moment, and reports success."""
    lines: dict[tuple[str | None, int], int] = defaultdict(int)
    for row in case.logged:
        if row.is_error:
            lines[row.version, row.start_ms] += row.requests or row.lines
    if not lines:
        return
    bins = [_hit(bin, lines) for bin in case.bins]
    counts: dict[int, Share] = {}
    for bin in bins:
        sofar = counts.get(bin.start_ms, Share(0, 0))
        counts[bin.start_ms] = Share(sofar.failures + bin.share.failures, sofar.invocations + bin.share.invocations)
    series = [Count(start, share) for start, share in sorted(counts.items())]
    onset = find_onset(series, case.bucket.ms, stretches(len(series)) * case.tried)
    if onset is None or onset.inside.value < _SHARE or onset.inside.value < 3 * onset.outside.value:
        return
    failed = attribution.total(b.share for b in case.within(onset.start_ms, onset.end_ms))
    if failed.failures > 0.5 * onset.inside.failures:
        return  # they fail: told among the failures
    rows = [
        row
        for row in case.logged
        if row.is_error and row.start_ms >= onset.start_ms and (onset.end_ms is None or row.start_ms < onset.end_ms)
    ]
    top = max(rows, key=lambda row: row.lines)
    deployment = attribution.culprit(onset, bins, case.deployments)
    cause = Cause("deployment", deployment.version, deployment.at) if deployment else cause_of_line(top.sample_message)
    at = deployment.at if deployment else min(row.first_seen for row in rows if row.pattern == top.pattern)
    begun = None if onset.from_start else at
    low, high = min(from_ms(onset.low_ms), at), max(from_ms(onset.high_ms), at)
    sentence = f"{words.of(onset.inside)} invocations logged an error and reported success; {words.of(onset.outside)} otherwise"
    yield Finding(
        "silent-failures",
        "warning",
        f"{case.function} logs errors without failing in {words.pct(onset.inside)} of its invocations since {words.moment(at)}",
        case.function,
        deployment.version if deployment else None,
        begun,
        low,
        high,
        cause,
        "medium",
        (
            Evidence("log", sentence, commands.query("silent-failures", case.function)),
            _what(top, commands, case),
            *deployments_so_far(case, commands, high),
        ),
        _next(top, commands, case),
        _WEIGHT * onset.inside.failures,
    )


def _hit(bin: Bin, lines: dict[tuple[str | None, int], int]) -> Bin:
    from dataclasses import replace

    n = bin.share.invocations
    return replace(bin, share=Share(min(n, lines.get((bin.version, bin.start_ms), 0)), n))


def _what(top: Logged, commands: Commands, case: Case) -> Evidence:
    sentence = f"most often: {top.sample_message[:300]}"
    return Evidence("error", sentence, commands.query("log-levels", case.function), (top.record,))


def _next(top: Logged, commands: Commands, case: Case) -> tuple[str, ...]:
    if not top.sample_request_id:
        return ()
    return (f"look at one request: {commands.query('request', case.function, f'--id {top.sample_request_id}')}",)
