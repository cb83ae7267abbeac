"""Errors that are logged while the invocation succeeds: no metric and no alarm of Lambda counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from insightctl.core.time import from_ms, to_ms
from insightctl.deployments import Deployment
from insightctl.triage import attribution, words
from insightctl.triage.blamed import cause_of_line
from insightctl.triage.case import Case, counted
from insightctl.triage.commands import Commands
from insightctl.triage.facts import Bin, Logged
from insightctl.triage.model import Cause, Evidence, Finding
from insightctl.triage.onset import Onset, find_onset, stretches
from insightctl.triage.proportions import Share, fisher_greater
from insightctl.triage.rules.evidence import deployments_so_far

_SHARE = 0.02
_WEIGHT = 0.5


def logged_errors(case: Case, commands: Commands) -> Iterator[Finding]:
    """A share of invocations logs an error since a moment or a version, and reports success."""
    lines: dict[tuple[str | None, int], int] = defaultdict(int)
    for row in case.logged:
        if row.is_error:
            lines[row.version, row.start_ms] += row.requests or row.lines
    if not lines:
        return
    bins = [_hit(bin, lines) for bin in case.bins]
    onset = find_onset(counted(bins), case.bucket.ms, stretches(len({b.start_ms for b in bins})) * case.tried)
    found = _since_a_moment(case, bins, onset) if onset is not None else _since_a_version(case, bins)
    if found is None or found.inside.value < _SHARE or found.inside.value < 3 * found.outside.value:
        return
    failed = attribution.total(b.share for b in found.among(case.bins))
    if failed.failures <= 0.5 * found.inside.failures:  # else they fail: told among the failures
        yield _finding(case, commands, found)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where errors are logged: `inside` against `outside`, in a stretch of UTC ms (to the end of the data: None)."""

    inside: Share
    outside: Share
    start_ms: int
    end_ms: int | None
    low_ms: int
    high_ms: int
    deployment: Deployment | None
    of_version: str | None = None
    from_start: bool = False

    def among(self, bins: Sequence[Bin]) -> Iterator[Bin]:
        """The bins that are meant."""
        return (b for b in bins if self._holds(b.version, b.start_ms))

    def rows(self, case: Case) -> list[Logged]:
        """The errors that are meant."""
        return [row for row in case.logged if row.is_error and self._holds(row.version, row.start_ms)]

    def _holds(self, version: str | None, start_ms: int) -> bool:
        within = start_ms >= self.start_ms and (self.end_ms is None or start_ms < self.end_ms)
        return within and self.of_version in (None, version)


def _since_a_moment(case: Case, bins: Sequence[Bin], onset: Onset) -> _Found:
    return _Found(
        onset.inside,
        onset.outside,
        onset.start_ms,
        onset.end_ms,
        onset.low_ms,
        onset.high_ms,
        attribution.culprit(onset, bins, case.deployments),
        from_start=onset.from_start,
    )


def _since_a_version(case: Case, bins: Sequence[Bin]) -> _Found | None:
    """A version that logs more errors than the one before it, where they are too few for a stretch to stand out."""
    for contrast in case.contrasts:
        new, old = (
            attribution.total(b.share for b in bins if b.version == version.name)
            for version in (contrast.newer, contrast.older)
        )
        of_logs = replace(contrast, newer=replace(contrast.newer, share=new), chance=fisher_greater(new, old))
        if contrast.deployment is not None and attribution.significant(of_logs, case.contrasts_tried):
            at_ms = to_ms(contrast.deployment.at)
            start_ms = min(b.start_ms for b in bins if b.version == contrast.newer.name)
            return _Found(new, old, start_ms, None, at_ms, at_ms, contrast.deployment, contrast.newer.name)
    return None


def _finding(case: Case, commands: Commands, found: _Found) -> Finding:
    rows = found.rows(case)
    top, deployment = max(rows, key=lambda row: row.lines), found.deployment
    cause = Cause("deployment", deployment.version, deployment.at) if deployment else cause_of_line(top.sample_message)
    at = deployment.at if deployment else min(row.first_seen for row in rows if row.pattern == top.pattern)
    high = max(from_ms(found.high_ms), at)
    sentence = f"{words.of(found.inside)} invocations logged an error and reported success; {words.of(found.outside)} otherwise"
    return Finding(
        "silent-failures",
        "warning",
        f"{case.function} logs errors without failing in {words.pct(found.inside)} of its invocations since {words.moment(at)}",
        case.function,
        deployment.version if deployment else None,
        None if found.from_start else at,
        min(from_ms(found.low_ms), at),
        high,
        cause,
        "medium",
        (
            Evidence("log", sentence, commands.query("silent-failures", case.function)),
            _what(top, commands, case),
            *deployments_so_far(case, commands, high),
        ),
        _next(top, commands, case),
        _WEIGHT * found.inside.failures,
    )


def _hit(bin: Bin, lines: dict[tuple[str | None, int], int]) -> Bin:
    n = bin.share.invocations
    return replace(bin, share=Share(min(n, lines.get((bin.version, bin.start_ms), 0)), n))


def _what(top: Logged, commands: Commands, case: Case) -> Evidence:
    sentence = f"most often: {top.sample_message[:300]}"
    return Evidence("error", sentence, commands.query("log-levels", case.function), (top.record,))


def _next(top: Logged, commands: Commands, case: Case) -> tuple[str, ...]:
    if not top.sample_request_id:
        return ()
    return (f"look at one request: {commands.query('request', case.function, f'--id {top.sample_request_id}')}",)
