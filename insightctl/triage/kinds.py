"""Onsets of all failures, then of each type of error by itself: a new error of 0.5 % is lost among 2 % of usual ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from insightctl.triage.attempts import came_back
from insightctl.triage.attribution import total
from insightctl.triage.facts import Bin, Error
from insightctl.triage.onset import LEAST_FAILURES, WEAK, Count, Onset, find_onset, find_onsets
from insightctl.triage.proportions import Share

_LEAST_REQUESTS = 4
_MOST_KINDS = 12
"""Types beyond the most frequent ones are not looked at by themselves: each that is makes chance findings likelier."""


def onsets(
    bins: Sequence[Bin], errors: Sequence[Error], requests: Sequence[Count], bin_ms: int, tried: int
) -> tuple[Onset, ...]:
    """The stretches of failed `requests`, with the shares of attempts: those are the numbers that people see elsewhere."""
    found = []
    for onset in find_onsets(requests, bin_ms, tried, least=_LEAST_REQUESTS, alpha=WEAK):
        inside = total(bin.share for bin in bins if onset.holds(bin.start_ms))
        if inside.failures >= LEAST_FAILURES:
            found.append(replace(onset, inside=inside, outside=total(bin.share for bin in bins).minus(inside)))
    left = [count for count in requests if not any(onset.holds(count.start_ms) for onset in found)]
    return (*found, *_of_kinds(left, errors, bin_ms, tried))


def _of_kinds(counts: Sequence[Count], errors: Sequence[Error], bin_ms: int, tried: int) -> Iterator[Onset]:
    """The most striking stretch of one type of error, in what the others left."""
    start_of = {count.start_ms for count in counts}
    by_kind: dict[str, list[Error]] = defaultdict(list)
    for error in errors:
        if error.start_ms in start_of:
            by_kind[error.type].append(error)
    frequent = sorted(by_kind, key=lambda kind: -sum(error.failures for error in by_kind[kind]))[:_MOST_KINDS]
    if len(frequent) < 2:
        return
    seen = []
    for kind in frequent:
        failures: Counter[int] = Counter()
        for (_, start_ms), count in fresh(by_kind[kind]).items():
            failures[start_ms] += count
        of_kind = [Count(c.start_ms, _share(c.share, failures[c.start_ms])) for c in counts]
        onset = find_onset(of_kind, bin_ms, tried * len(frequent), _LEAST_REQUESTS, alpha=WEAK)
        if onset is not None and not onset.from_start:
            seen.append(replace(onset, error_type=kind))
    if seen:
        yield min(seen, key=lambda onset: onset.chance)


def _share(all_failures: Share, of_kind: int) -> Share:
    # Lines that name no request cannot be joined: the requests that failed in the bin are the most there can be.
    return Share(min(of_kind, all_failures.failures), all_failures.invocations)


def fresh(errors: Sequence[Error]) -> Counter[tuple[str | None, int]]:
    """By version and bin: how many requests failed for the first time."""
    again = came_back(errors)
    lines: Counter[tuple[str | None, int]] = Counter()
    for error in errors:
        lines[error.version, error.start_ms] += min(error.requests or error.failures, error.failures)
    return Counter({key: max(0, count - again.get(key, 0)) for key, count in lines.items()})


def bins_of(kind: str, requests: Sequence[Bin], errors: Sequence[Error]) -> tuple[Bin, ...]:
    """Bins that count only the failed requests of one type of error."""
    failures = fresh([error for error in errors if error.type == kind])
    return tuple(replace(b, share=_share(b.share, failures[b.version, b.start_ms])) for b in requests)
