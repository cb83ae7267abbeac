"""Whose failures they are: versions contrasted, deployments weighed as explanations, errors that are new.

An explanation is a way to split a function's invocations in two. The stretch of time that `onset` found is one; "this
version against the others" is another. A deployment is the cause when its split explains the failures as well as the
best stretch does, but for what picking the best of thousands gains by chance; so an outage in the middle of a version's
life is not blamed on the version, and an ordinary failure shortly before a deployment does not clear it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from insightctl.core.time import to_ms
from insightctl.deployments import Deployment
from insightctl.triage.facts import Bin, Error, Version
from insightctl.triage.onset import LEAST_FAILURES, Onset
from insightctl.triage.proportions import NOTHING, Share, fisher_greater, gain

_NEARLY = 0.85
"""What a deployment at the very start has to explain of what the stretch explains: retries of its failures run on others."""
_LEAD_MS = 300_000
"""Who deploys publishes first and shifts the alias then; the first request of the new version comes later still."""
ALPHA = 0.005
"""The chance of a false alarm by contrasts in a whole triage, were failures independent."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """A version against the one before it. `chance` is Fisher's, one-sided, not yet corrected for what else was tried;
    `deployment` None: the version was live before the data begin.
    """

    older: Version
    newer: Version
    deployment: Deployment | None
    chance: float

    @property
    def overlap(self) -> bool:
        """Whether both still served together: a canary, or an alias that splits traffic."""
        return self.older.last_seen > self.newer.first_seen


@dataclass(frozen=True, slots=True)
class NewError:
    """The most frequent error of a function since a moment; `is_new` when its type was never seen before that."""

    error: Error
    failures: int
    is_new: bool


def contrasts(versions: Iterable[Version], deployments: Sequence[Deployment]) -> tuple[Contrast, ...]:
    """Each version against its predecessor of the same function; the versions with the earliest start come first."""
    deployed = {(d.function, d.version): d for d in deployments}
    known = [version for version in versions if version.name is not None and version.share.invocations]
    known.sort(key=lambda version: (version.function, *_age(version, deployed)))
    found: list[Contrast] = []
    for _, group in groupby(known, key=lambda version: version.function):
        for older, newer in pairwise(group):
            deployment = deployed.get((newer.function, newer.name or ""))
            found.append(Contrast(older, newer, deployment, fisher_greater(newer.share, older.share)))
    return tuple(found)


def _age(version: Version, deployed: dict[tuple[str, str], Deployment]) -> tuple[datetime, int, str]:
    """Sorts versions oldest first; of those that were live when the data begin, by number."""
    deployment = deployed.get((version.function, version.name or ""))
    moment = deployment.at if deployment else datetime.min.replace(tzinfo=version.first_seen.tzinfo)
    name = version.name or ""
    return moment, int(name) if name.isdecimal() and name.isascii() else -1, name


def significant(contrast: Contrast, tried: int) -> bool:
    """Whether the newer version fails more than chance allows, with enough failures to speak of."""
    return contrast.newer.share.failures >= LEAST_FAILURES and contrast.chance * tried <= ALPHA


def culprit(
    onset: Onset,
    bins: Sequence[Bin],
    candidates: Sequence[Deployment],
    usual: Share = NOTHING,
    slack: float | None = None,
) -> Deployment | None:
    """The deployment that explains an onset; None when none does. `bins` and `candidates` are those of the function.

    `usual` is what came before the bins: it lies outside of each explanation. `slack` below that of the
    onset is for failures that name another culprit: a deployment then has to fit as closely as a start of its interval.
    """
    scored = [
        (_explains(onset, bins, deployment, usual, {d.version for d in candidates if d.at > deployment.at}), deployment)
        for deployment in candidates
    ]
    best = max(scored, key=lambda pair: (pair[0], pair[1].at), default=None)
    if best is None:
        return None
    score, deployment = best
    at_the_start = onset.low_ms <= to_ms(deployment.at) < onset.high_ms
    if slack is not None:
        return deployment if score >= onset.gain - slack else None
    return deployment if score >= (_NEARLY * onset.gain if at_the_start else onset.gain - onset.slack) else None


def _explains(onset: Onset, bins: Sequence[Bin], deployment: Deployment, usual: Share, later: Collection[str]) -> float:
    """The gain of the deployment's split, or of it with all `later` versions, for what one broke the next ones keep.

    Where invocations carry no version: that of the time since it.
    """
    if all(bin.version is None for bin in bins):
        lead = 0 if deployment.source == "logs" else _LEAD_MS
        return onset.gain if onset.low_ms - lead <= to_ms(deployment.at) < onset.high_ms else 0.0
    everything = total((*(bin.share for bin in bins), usual))
    own = total(bin.share for bin in bins if bin.version == deployment.version)
    since = total(bin.share for bin in bins if bin.version == deployment.version or bin.version in later)
    return max(gain(inside, everything.minus(inside)) for inside in (own, since))


def total(shares: Iterable[Share]) -> Share:
    """The sum of shares of different invocations."""
    failures = invocations = 0
    for share in shares:
        failures += share.failures
        invocations += share.invocations
    return Share(failures, invocations)


def top_error(errors: Iterable[Error], since: datetime | None) -> NewError | None:
    """The most frequent error type first seen since then; where there is none, the most frequent one since then.

    `errors` are those of one function. Without `since` there is no before, and nothing is new.
    """
    by_type: dict[str, list[Error]] = {}
    for error in errors:
        by_type.setdefault(error.type, []).append(error)
    found = [_summed(rows, since) for rows in by_type.values()]
    alive = [new for new in found if since is None or new.error.last_seen >= since]
    return max(alive, key=lambda new: (new.is_new, new.failures), default=None)


def _summed(rows: Sequence[Error], since: datetime | None) -> NewError:
    worst = max(rows, key=lambda error: error.failures)
    is_new = since is not None and min(error.first_seen for error in rows) >= since
    return NewError(worst, sum(error.failures for error in rows), is_new)
