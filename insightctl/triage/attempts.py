"""Requests instead of attempts: one that failed and ran again failed for the same reason, and says so once.

Within a bin the reports tell how many requests there were. Over bins the failures name at least the lowest and the
highest of their request ids: where there are one or two, those are all; where there are more, ids are random, so the
extremes that came back are a sample of all that came back (MinHash). Lines that name no request (Python's and Java's
text) are joined by the reports: what ran three times failed at least twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from insightctl.triage.facts import Bin, Error, Rerun
from insightctl.triage.proportions import Share

_Key = tuple[str | None, int]


def once(
    bins: Sequence[Bin], errors: Sequence[Error], reruns: Sequence[Rerun] = (), bin_ms: int = 0
) -> tuple[Bin, ...]:
    """The bins of a function with its failed requests in place of failed attempts, in the bin of the first failure."""
    named, unnamed = came_back(errors), _unnamed(errors, reruns, bin_ms)
    keys = [(bin.version, bin.start_ms) for bin in bins]
    # What ran twice only went well the second time: that run is no failure.
    well = Counter(
        (r.version, r.last_ms // bin_ms * bin_ms)
        for r in reruns
        if bin_ms and r.runs == 2 and r.first_ms // bin_ms == r.last_ms // bin_ms
    )
    return tuple(_once(bin, named.get(key, 0) + unnamed[key], well[key]) for bin, key in zip(bins, keys, strict=True))


def _unnamed(errors: Sequence[Error], reruns: Sequence[Rerun], bin_ms: int) -> Counter[_Key]:
    """How many failures without a name, of a version and bin, are later runs of requests."""
    if not bin_ms:
        return Counter()
    most: Counter[_Key] = Counter()
    for error in errors:
        if not error.request_ids:
            most[error.version, error.start_ms] += error.failures
    later = Counter((rerun.version, start) for rerun in reruns if rerun.runs > 2 for start in _later(rerun, bin_ms))
    return Counter({key: min(count, most[key]) for key, count in later.items() if most[key]})


def _later(rerun: Rerun, bin_ms: int) -> Iterator[int]:
    """The bins of the runs after the first, without those that ran in the bin of the run before: reports tell these."""
    before = rerun.first_ms // bin_ms * bin_ms
    length = rerun.last_ms - rerun.first_ms
    # Lambda waits a minute, then two: the second of three runs ends after a third of the time.
    for run in range(1, rerun.runs):
        start = (rerun.first_ms + length * run * (run + 1) // (rerun.runs * (rerun.runs - 1))) // bin_ms * bin_ms
        if start != before:
            yield start
        before = start


def _once(bin: Bin, came_back: int, well: int) -> Bin:
    failures, invocations = bin.share
    within = min(invocations - bin.requests - well, max(0, failures - 1)) if bin.requests else 0
    again = min(max(0, within) + came_back, failures)
    return replace(bin, share=Share(failures - again, invocations - again)) if again > 0 else bin


def came_back(errors: Sequence[Error]) -> dict[_Key, int]:
    """How many requests failed in a bin that had failed in one before."""
    first: dict[str, int] = {}
    for error in errors:
        for request in error.request_ids:
            first[request] = min(error.start_ms, first.get(request, error.start_ms))
    rows: dict[_Key, list[Error]] = defaultdict(list)
    for error in errors:
        rows[error.version, error.start_ms].append(error)
    return {key: count for key, group in rows.items() if (count := _again(group, first))}


def _again(rows: Sequence[Error], first: dict[str, int]) -> int:
    """Of a bin: the ids that are known and came back; of more than are known the same share."""
    known = {request for row in rows for request in row.request_ids}
    again = sum(first[request] < rows[0].start_ms for request in known)
    most = max((row.requests for row in rows), default=0)
    return again if most <= len(known) else round(again / max(1, len(known)) * most)
