"""Invocations that fail: since a moment, since a version, or all along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from insightctl.core.time import from_ms, to_ms
from insightctl.deployments import Deployment
from insightctl.triage import attribution, words
from insightctl.triage.attribution import Contrast
from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.facts import Bin
from insightctl.triage.kinds import bins_of
from insightctl.triage.model import Cause, Confidence, Evidence, Finding, Severity
from insightctl.triage.onset import ALPHA, LEAST_FAILURES, Onset
from insightctl.triage.proportions import CHI2_99_1, Share, at_least
from insightctl.triage.rules.evidence import (
    deployments_so_far,
    each_version,
    error_evidence,
    first_seen,
    live_evidence,
    only,
    rows_of,
    since_evidence,
    what_next,
    why_evidence,
)
from insightctl.triage.why import Why, first_failure, why

_CRITICAL, _WARNING = 0.05, 0.01  # the thresholds of errors-by-version and health
_MANY, _MOST_OF_ALL = 8, 0.5
"""Fewer failures wake nobody, unless most invocations fail."""
_ALWAYS_CRITICAL = 0.12
"""A rate that was there before anybody looked is the service's usual one, unless it is extreme."""
_LEAST_CONSTANT = 3
_SURE = 1e-6
_BEFORE_ENOUGH = 30
_BY_CHANCE = 0.05
_ALL_ALONG = 0.001
"""What was always so stands after what changed."""


def since_a_moment(case: Case, commands: Commands) -> Iterator[Finding]:
    """Failures that began at some time: by a deployment if one explains them, else by what `why` finds."""
    told: set[str] = set()
    for position, onset in enumerate(case.onsets):
        bins = _without(case, case.onsets[:position])
        if onset.error_type is not None:
            bins = bins_of(onset.error_type, bins, case.errors)
        reason = why(case, onset)
        deployment = None
        if reason.code not in _NEVER_BY_DEPLOYMENT:
            deployment = attribution.culprit(
                onset, bins, case.deployments, case.usual, CHI2_99_1 if reason.cause.kind in _OTHERS else None
            )
        if deployment and _changed_later(case, onset, deployment, reason):
            deployment = None
        contrast = case.contrast(deployment.version) if deployment else None
        if deployment and contrast and deployment.version not in told:
            told.add(deployment.version)
            yield _by_version(case, commands, contrast, onset)
        elif deployment is None or deployment.version not in told:
            yield _by_time(case, commands, onset, deployment, reason)


def _changed_later(case: Case, onset: Onset, deployment: Deployment, reason: Why) -> bool:
    """Whether a changed setting lies between the deployment and the first failure: the nearer of two is blamed."""
    if reason.code not in ("memory-changed", "runtime-changed") or reason.cause.at is None:
        return False
    first = first_failure(case, onset)
    return first is not None and deployment.at < reason.cause.at <= first


_OTHERS = ("downstream", "throttle")
_NEVER_BY_DEPLOYMENT = ("poison-input", "one-environment")
"""What is in one record or one environment is not in the code that all run."""


def _without(case: Case, onsets: Sequence[Onset]) -> tuple[Bin, ...]:
    """The bins outside of stretches that are told already, by requests."""
    return tuple(bin for bin in case.requests if not any(onset.holds(bin.start_ms) for onset in onsets))


def by_contrast(case: Case, commands: Commands) -> Iterator[Finding]:
    """A version that fails more than the one before it, where no stretch of time stands out (or none could be seen)."""
    if case.onset is not None:
        return
    for contrast in case.contrasts:
        if attribution.significant(contrast, case.contrasts_tried):
            yield _by_version(case, commands, contrast)


def all_along(case: Case, commands: Commands) -> Iterator[Finding]:
    """Failures throughout: nothing to compare with, yet too many."""
    share, least = case.share, at_least(case.share)
    stands_out = case.onset is not None or any(attribution.significant(c, case.contrasts_tried) for c in case.contrasts)
    if stands_out or share.failures < _LEAST_CONSTANT or least < _WARNING:
        return
    of_requests = at_least(attribution.total(bin.share for bin in case.requests))
    version = only(case.versions)
    title = f"{case.function} fails {words.pct(share)} of its invocations ({words.of(share)}), all along"
    sentences = [
        Evidence(
            "versions", each_version(case), commands.query("errors-by-version", case.function), rows_of(case.versions)
        ),
        *deployments_so_far(case, commands),
        *error_evidence(case, commands, None),
    ]
    yield Finding(
        "failures-throughout",
        "critical" if of_requests >= _ALWAYS_CRITICAL and share.failures >= LEAST_FAILURES else "warning",
        title,
        case.function,
        version,
        None,
        None,
        first_seen(case),
        Cause("unknown"),
        "low",
        tuple(sentences),
        ("look further back (an earlier --since): the failures began before these data",),
        _ALL_ALONG * (share.failures - _WARNING * share.invocations),
    )


def _by_version(case: Case, commands: Commands, contrast: Contrast, onset: Onset | None = None) -> Finding:
    old, new, deployment = contrast.older, contrast.newer, contrast.deployment
    at = deployment.at if deployment else None
    low = min(old.last_seen, at) if at else None
    high = max(from_ms(onset.high_ms), at) if onset and at else at
    title = (
        f"{case.function} version {new.name} fails {words.pct(new.share)} of its invocations, "
        f"version {old.name} before it {words.pct(old.share)}"
    )
    numbers = f"version {new.name}: {words.of(new.share)} failed; version {old.name}: {words.of(old.share)}"
    evidence = [
        Evidence("versions", numbers, commands.query("errors-by-version", case.function), rows_of((new, old))),
        *since_evidence(case, commands, at, low, high),
        live_evidence(case, commands, contrast),
        *error_evidence(case, commands, at),
    ]
    return Finding(
        "failures-since-deployment",
        _severity(new.share, onset, contrast.chance * case.contrasts_tried),
        title,
        case.function,
        new.name,
        at,
        low,
        high,
        Cause("deployment", new.name, at),
        _confidence(contrast.chance * case.contrasts_tried, old.share),
        tuple(evidence),
        _rolling_back(case, commands, contrast),
        new.share.failures - old.share.value * new.share.invocations,
    )


def _by_time(case: Case, commands: Commands, onset: Onset, deployment: Deployment | None, reason: Why) -> Finding:
    """The time, and what else is known: the deployment in its interval if there is one, else what `why` found."""
    end = from_ms(onset.end_ms) if onset.end_ms else None
    low, high = from_ms(onset.low_ms), from_ms(onset.high_ms)
    cause = Cause("deployment", deployment.version, deployment.at) if deployment else reason.cause
    at = deployment.at if deployment else _began(case, onset, reason)
    until = f" until {words.moment(end)}" if end else ""
    of_type = f" with {onset.error_type} in" if onset.error_type else ""
    title = (
        f"{case.function} fails{of_type} {words.pct(onset.inside)} of its invocations since {words.moment(at)}{until}, "
        f"{words.pct(onset.outside)} otherwise{_in_short(reason, deployment)}"
    )
    numbers = f"{words.of(onset.inside)} failed then; {words.of(onset.outside)} otherwise"
    before_data = onset.from_start and not _seen_to_begin(case, onset, at)
    begun = None if before_data else at
    earliest = None if before_data else min(low, at)
    evidence = [
        Evidence("versions", numbers, commands.query("errors-by-version", case.function), rows_of(case.versions)),
        *since_evidence(case, commands, begun, earliest, max(high, at)),
        *([] if deployment else why_evidence(case, commands, reason)),
        *deployments_so_far(case, commands, high),
        *error_evidence(case, commands, earliest, reason.error),
    ]
    version = deployment.version if deployment else only(case.versions)
    return Finding(
        reason.code if reason.code and not deployment else "failures-since",
        _severity(onset.inside, onset)
        if reason.cause.kind != "input" or onset.inside.failures > _MANY_INPUTS
        else "warning",
        title,
        case.function,
        version,
        begun,
        earliest,
        max(high, at),
        cause,
        "medium" if deployment else reason.confidence,
        tuple(evidence),
        what_next(case, commands, reason, deployment),
        onset.inside.failures - onset.outside.value * onset.inside.invocations,
    )


_MANY_INPUTS = 50
_IN_SHORT = {
    "poison-input": "one input fails again and again",
    "one-environment": "all in one execution environment",
    "downstream": "what it calls fails",
    "downstream-slow": "what it calls does not answer",
    "throttled": "calls are throttled",
    "memory-changed": "since its memory was changed",
    "runtime-changed": "since the runtime was updated",
    "config-changed": "since its configuration was changed",
    "code-changed": "since new code was deployed to $LATEST",
    "alias-changed": "since an alias was shifted",
    "out-of-memory": "out of memory",
    "extension": "an extension crashes",
    "bad-input": "some inputs fail each time they are tried",
}


def _in_short(reason: Why, deployment: Deployment | None) -> str:
    short = _IN_SHORT.get(reason.code)
    return f": {short}" if short and deployment is None else ""


def _began(case: Case, onset: Onset, reason: Why) -> datetime:
    """The change that is the cause; else the first of the failures that grew, in the stretch."""
    if reason.cause.at is not None:
        return reason.cause.at
    start = from_ms(onset.start_ms)
    named = reason.error
    if named is None:
        return first_failure(case, onset) or start
    # A leak kills thinly at first: the whole interval of its start is looked at.
    since = onset.low_ms if reason.code == "out-of-memory" else onset.start_ms
    rows = [e for e in case.errors_within(since, onset.end_ms) if (e.type, e.message) == (named.type, named.message)]
    return min((e.first_seen for e in rows), default=start)


def _seen_to_begin(case: Case, onset: Onset, at: datetime) -> bool:
    """Whether so much went well before the first failure that failures at the rate of the stretch began within the data."""
    first = first_seen(case)
    inside = case.within(onset.start_ms, onset.end_ms)
    if first is None or not inside or at <= first:
        return False
    bin = inside[0]
    ended = max(b.last_ms or 0 for b in inside if b.start_ms == bin.start_ms)
    length = max(1, ended - to_ms(first))
    many = sum(b.share.invocations for b in inside if b.start_ms == bin.start_ms)
    went_well = many * min(1.0, (to_ms(at) - to_ms(first)) / length)
    return bool((1 - onset.inside.value) ** went_well <= _BY_CHANCE)


def _rolling_back(case: Case, commands: Commands, contrast: Contrast) -> tuple[str, ...]:
    """What to do about a bad version; when the older one has served alone for a while, that is done."""
    old, new = contrast.older, contrast.newer
    back = commands.roll_back(case.function, old.name or "", shared=contrast.overlap)
    which = f"ALIAS is one of: {commands.aliases(case.function, new.name or '')}"
    if old.last_seen - new.last_seen > timedelta(milliseconds=2 * case.bucket.ms):
        return (f"version {new.name} was last seen {words.moment(new.last_seen)}; if it still serves: {back}", which)
    return (f"roll back to version {old.name}: {back}", which)


def _severity(share: Share, onset: Onset | None, chance: float = 1.0) -> Severity:
    """Critical is what is frequent, and could hardly be chance: by its stretch of time or by its version."""
    sure = min(chance, onset.chance if onset else 1.0) <= ALPHA
    many = share.failures >= _MANY or share.value >= _MOST_OF_ALL
    return "critical" if share.value >= _CRITICAL and sure and many else "warning"


def _confidence(chance: float, before: Share) -> Confidence:
    return "high" if chance <= _SURE and before.invocations >= _BEFORE_ENOUGH else "medium"
