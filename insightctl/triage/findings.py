"""Observations to findings: one rule a kind of finding, each a pure function. A new kind is one more rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from insightctl.core.time import from_ms, to_ms
from insightctl.deployments import Deployment
from insightctl.triage import attribution, words
from insightctl.triage.attribution import Contrast
from insightctl.triage.commands import Commands
from insightctl.triage.facts import Bin, Error, Record, Version
from insightctl.triage.model import Cause, Confidence, Evidence, Finding, Severity
from insightctl.triage.onset import LEAST_FAILURES, Count, Onset, find_onset, stretches
from insightctl.triage.probes import Bucket, Observations
from insightctl.triage.proportions import Share, at_least

_CRITICAL, _WARNING = 0.05, 0.01  # the thresholds of errors-by-version and health
_LEAST_CONSTANT = 3
_SURE = 1e-6
_BEFORE_ENOUGH = 30
_ROWS = 12


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one function; `onset` None: no stretch of time stands out."""

    function: str
    bucket: Bucket
    versions: tuple[Version, ...]
    deployments: tuple[Deployment, ...]
    contrasts: tuple[Contrast, ...]
    bins: tuple[Bin, ...]
    errors: tuple[Error, ...]
    onset: Onset | None
    contrasts_tried: int

    @property
    def share(self) -> Share:
        """All failures of all invocations."""
        return attribution.total(row.share for row in (self.versions or self.bins))

    def contrast(self, version: str) -> Contrast | None:
        """A version against the one before it."""
        return next((c for c in self.contrasts if c.newer.name == version), None)


Rule = Callable[[Case, Commands], Iterator[Finding]]


def findings(seen: Observations, commands: Commands) -> tuple[Finding, ...]:
    """All findings, the worst first."""
    found = [finding for case in cases(seen) for rule in RULES for finding in rule(case, commands)]
    return tuple(sorted(found, key=lambda f: (f.severity != "critical", -f.weight, f.function)))


def cases(seen: Observations) -> tuple[Case, ...]:
    """One case a function, with its onset looked for."""
    functions = sorted({v.function for v in seen.versions} | {b.function for b in seen.bins})
    counts = {function: _counts(b for b in seen.bins if b.function == function) for function in functions}
    tried = sum(stretches(len(of_function)) for of_function in counts.values())
    contrasts = attribution.contrasts(seen.versions, seen.deployments)
    return tuple(
        Case(
            function,
            seen.bucket,
            tuple(v for v in seen.versions if v.function == function),
            tuple(d for d in seen.deployments if d.function == function),
            tuple(c for c in contrasts if c.newer.function == function),
            tuple(b for b in seen.bins if b.function == function),
            tuple(e for e in seen.errors if e.function == function),
            find_onset(counts[function], seen.bucket.ms, tried),
            max(1, len(contrasts)),
        )
        for function in functions
    )


def _counts(bins: Iterable[Bin]) -> list[Count]:
    """The bins of all versions together, in order of time."""
    return [
        Count(start, attribution.total(bin.share for bin in group))
        for start, group in groupby(bins, key=lambda bin: bin.start_ms)
    ]


def since_a_moment(case: Case, commands: Commands) -> Iterator[Finding]:
    """Failures that began at some time: by a deployment if one explains them."""
    if case.onset is None:
        return
    deployment = attribution.culprit(case.onset, case.bins, case.deployments)
    contrast = case.contrast(deployment.version) if deployment else None
    if deployment and contrast:
        yield _by_version(case, commands, contrast)
    else:
        yield _by_time(case, commands, case.onset, deployment)


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
    version = _only(case.versions)
    title = f"{case.function} fails {words.pct(share)} of its invocations ({words.of(share)}), all along"
    sentences = [
        Evidence(
            "versions", _each_version(case), commands.query("errors-by-version", case.function), _rows(case.versions)
        ),
        *_deployments_so_far(case, commands),
        *_error_evidence(case, commands, None),
    ]
    yield Finding(
        "failures-throughout",
        "critical" if least >= _CRITICAL and share.failures >= LEAST_FAILURES else "warning",
        title,
        case.function,
        version,
        None,
        None,
        _first_seen(case),
        Cause("unknown"),
        "low",
        tuple(sentences),
        ("look further back (an earlier --since): the failures began before these data",),
        share.failures - _WARNING * share.invocations,
    )


def slower_since(case: Case, commands: Commands) -> Iterator[Finding]:
    """A deployed version that is much slower than the one before it."""
    for contrast, factor in attribution.slower(case.contrasts):
        assert contrast.deployment is not None
        old, new, at = contrast.older, contrast.newer, contrast.deployment.at
        sentence = (
            f"p99 is {new.p99_ms:,.0f} ms in version {new.name} ({new.share.invocations:,} invocations), "
            f"{old.p99_ms:,.0f} ms in version {old.name} ({old.share.invocations:,})"
        )
        yield Finding(
            "slower-since-deployment",
            "warning",
            f"{case.function} version {new.name} is {factor:.1f} times as slow at p99 as version {old.name}",
            case.function,
            new.name,
            at,
            min(old.last_seen, at),
            at,
            Cause("deployment", new.name, at),
            "medium",
            (
                Evidence("latency", sentence, commands.query("deployments", case.function), _rows((new, old))),
                Evidence(
                    "since",
                    f"since version {new.name} went live at {words.moment(at)}",
                    commands.query("p99-duration", case.function, f"--bin {case.bucket.text}"),
                ),
            ),
            (),
            factor,
        )


RULES: tuple[Rule, ...] = (since_a_moment, by_contrast, all_along, slower_since)


def _by_version(case: Case, commands: Commands, contrast: Contrast) -> Finding:
    old, new, deployment = contrast.older, contrast.newer, contrast.deployment
    at = deployment.at if deployment else None
    onset = case.onset
    low = min(old.last_seen, at) if at else None
    high = max(from_ms(onset.high_ms), at) if onset and at else at
    title = (
        f"{case.function} version {new.name} fails {words.pct(new.share)} of its invocations, "
        f"version {old.name} before it {words.pct(old.share)}"
    )
    numbers = f"version {new.name}: {words.of(new.share)} failed; version {old.name}: {words.of(old.share)}"
    evidence = [
        Evidence("versions", numbers, commands.query("errors-by-version", case.function), _rows((new, old))),
        *_since_evidence(case, commands, at, low, high),
        _live_evidence(case, commands, contrast),
        *_error_evidence(case, commands, at),
    ]
    return Finding(
        "failures-since-deployment",
        _severity(new.share),
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


def _by_time(case: Case, commands: Commands, onset: Onset, deployment: Deployment | None) -> Finding:
    """Without versions to contrast: the time alone, and the deployment that lies in its interval if there is one."""
    start, end = from_ms(onset.start_ms), from_ms(onset.end_ms) if onset.end_ms else None
    at = deployment.at if deployment else start
    low, high = from_ms(onset.low_ms), from_ms(onset.high_ms)
    until = f" until {words.moment(end)}" if end else ""
    title = (
        f"{case.function} fails {words.pct(onset.inside)} of its invocations since {words.moment(at)}{until}, "
        f"{words.pct(onset.outside)} otherwise"
    )
    numbers = f"{words.of(onset.inside)} failed then; {words.of(onset.outside)} otherwise"
    begun = None if onset.from_start else at
    evidence = [
        Evidence("versions", numbers, commands.query("errors-by-version", case.function), _rows(case.versions)),
        *_since_evidence(case, commands, begun, None if onset.from_start else low, high),
        *_deployments_so_far(case, commands, high),
        *_error_evidence(case, commands, None if onset.from_start else low),
    ]
    version = deployment.version if deployment else _only(case.versions)
    return Finding(
        "failures-since",
        _severity(onset.inside),
        title,
        case.function,
        version,
        begun,
        None if onset.from_start else low,
        high,
        Cause("deployment", deployment.version, deployment.at) if deployment else Cause("unknown"),
        "medium",
        tuple(evidence),
        (),
        onset.inside.failures - onset.outside.value * onset.inside.invocations,
    )


def _rolling_back(case: Case, commands: Commands, contrast: Contrast) -> tuple[str, ...]:
    """What to do about a bad version; when the older one has served alone for a while, that is done."""
    old, new = contrast.older, contrast.newer
    back = commands.roll_back(case.function, old.name or "", shared=contrast.overlap)
    which = f"ALIAS is one of: {commands.aliases(case.function, new.name or '')}"
    if old.last_seen - new.last_seen > timedelta(milliseconds=2 * case.bucket.ms):
        return (f"version {new.name} was last seen {words.moment(new.last_seen)}; if it still serves: {back}", which)
    return (f"roll back to version {old.name}: {back}", which)


def _severity(share: Share) -> Severity:
    return "critical" if share.value >= _CRITICAL else "warning"


def _confidence(chance: float, before: Share) -> Confidence:
    return "high" if chance <= _SURE and before.invocations >= _BEFORE_ENOUGH else "medium"


def _since_evidence(
    case: Case, commands: Commands, at: datetime | None, low: datetime | None, high: datetime | None
) -> Iterator[Evidence]:
    if not case.bins:
        return
    if at is None:
        sentence = "the failures began before the data"
    elif low and high and high > low:
        sentence = f"{words.moment(at)}, between {words.clock(low, at)} and {words.clock(high, at)}"
    else:
        sentence = words.moment(at)
    query = commands.query("error-rate", case.function, f"--bin {case.bucket.text} --by version")
    yield Evidence("since", sentence, query, _around(case, at))


def _around(case: Case, at: datetime | None) -> tuple[Record, ...]:
    """The bins nearest to a moment, oldest first."""
    centre = to_ms(at) if at else 0
    nearest = sorted(case.bins, key=lambda bin: abs(bin.start_ms - centre))[:_ROWS]
    return tuple(bin.record for bin in sorted(nearest, key=lambda bin: bin.start_ms))


def _live_evidence(case: Case, commands: Commands, contrast: Contrast) -> Evidence:
    old, new, deployment = contrast.older, contrast.newer, contrast.deployment
    query = commands.query("deployments", case.function)
    if deployment is None:
        sentence = f"versions {old.name} and {new.name} both served before the data begin"
    elif contrast.overlap:
        both = words.span(min(old.last_seen, new.last_seen) - new.first_seen)
        sentence = (
            f"version {new.name} went live at {words.moment(deployment.at)}, beside version {old.name} for {both}"
        )
    else:
        last = words.clock(old.last_seen, deployment.at)
        sentence = (
            f"version {new.name} went live at {words.moment(deployment.at)}; version {old.name} was last seen {last}"
        )
    return Evidence("deployment", sentence, query, _rows((new, old)))


def _deployments_so_far(case: Case, commands: Commands, until: datetime | None = None) -> Iterator[Evidence]:
    """The last deployment before a moment, as context: it is not said to be the cause."""
    if not case.versions:
        return
    before = [d for d in case.deployments if until is None or d.at <= until]
    names = sorted({v.name for v in case.versions if v.name is not None})
    if before:
        last = before[-1]
        sentence = f"the last one before was version {last.version} at {words.moment(last.at)}"
    elif len(names) == 1:
        sentence = f"none in these data: version {names[0]} served throughout"
    else:
        sentence = "none in these data before the failures"
    yield Evidence("deployment", sentence, commands.query("deployments", case.function), _rows(case.versions))


def _error_evidence(case: Case, commands: Commands, since: datetime | None) -> Iterator[Evidence]:
    top = attribution.top_error(case.errors, since)
    if top is None:
        return
    what = top.error.type + (f": {top.error.message}" if top.error.message else "")
    times = f"{top.failures:,} time{'' if top.failures == 1 else 's'}"
    first = words.clock(top.error.first_seen, since or top.error.first_seen)
    if since is None:
        sentence = f"the most frequent error is {what} ({times})"
    elif top.is_new:
        sentence = f"new since then: {what} ({times}, first at {first})"
    else:
        sentence = f"no new error type; the most frequent is {what} ({times})"
    yield Evidence("error", sentence, commands.query("errors", case.function), (top.error.record,))


def _each_version(case: Case) -> str:
    parts = [f"version {v.name or '?'}: {words.of(v.share)} failed" for v in case.versions if v.share.invocations]
    return "; ".join(parts[:4]) or f"{words.of(case.share)} failed"


def _only(versions: Sequence[Version]) -> str | None:
    names = {version.name for version in versions if version.share.invocations}
    return names.pop() if len(names) == 1 else None


def _first_seen(case: Case) -> datetime | None:
    return min((version.first_seen for version in case.versions), default=None)


def _rows(versions: Iterable[Version]) -> tuple[Record, ...]:
    return tuple(version.record for version in versions)[:_ROWS]
