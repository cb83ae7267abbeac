"""Requests that run again over several bins count once, and one type of error is seen among others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from insightctl.triage.attempts import once
from insightctl.triage.facts import Bin, Error, Rerun
from insightctl.triage.kinds import onsets
from insightctl.triage.onset import Count
from insightctl.triage.proportions import Share

MINUTE_MS = 60_000
START = datetime(1970, 1, 1, tzinfo=UTC)


def bin_at(minute: int, failures: int, invocations: int) -> Bin:
    return Bin("f", "1", minute * MINUTE_MS, Share(failures, invocations), {}, invocations)


def error_at(minute: int, failures: int, *ids: str, kind: str = "KeyError", requests: int | None = None) -> Error:
    at = START + timedelta(minutes=minute)
    count = len(ids) if requests is None else requests
    return Error(
        "f", kind, None, failures, at, at, None, {}, "1", minute * MINUTE_MS, requests=count, request_ids=tuple(ids)
    )


def test_a_retry_in_a_later_bin_counts_for_nothing() -> None:
    bins = [bin_at(0, 1, 10), bin_at(1, 1, 10), bin_at(3, 2, 10)]
    errors = [error_at(0, 1, "a"), error_at(1, 1, "a"), error_at(3, 2, "a", "b")]

    assert [bin.share for bin in once(bins, errors)] == [Share(1, 10), Share(0, 9), Share(1, 9)]


def test_two_lines_of_one_failure_are_no_retry() -> None:
    assert once([bin_at(0, 1, 10)], [error_at(0, 1, "a"), error_at(0, 1, "a", kind="exit")])[0].share == Share(1, 10)


def test_of_many_requests_the_known_ones_are_a_sample() -> None:
    bins = [bin_at(0, 40, 50), bin_at(1, 40, 50)]
    errors = [error_at(0, 40, "a", "z", requests=40), error_at(1, 40, "a", "z", requests=40)]

    assert once(bins, errors)[1].share == Share(0, 10)


def test_lines_that_name_no_request_are_joined_by_reports() -> None:
    bins = [bin_at(minute, 1, 10) for minute in (0, 1, 3)]
    errors = [error_at(minute, 1) for minute in (0, 1, 3)]
    thrice = Rerun("f", "1", 3, 30_000, 3 * MINUTE_MS + 35_000)
    once_again = Rerun("f", "1", 2, 30_000, 3 * MINUTE_MS + 35_000)

    assert [b.share for b in once(bins, errors, [thrice], MINUTE_MS)] == [Share(1, 10), Share(0, 9), Share(0, 9)]
    assert [b.share for b in once(bins, errors, [once_again], MINUTE_MS)] == [Share(1, 10)] * 3


def test_a_new_error_is_seen_among_usual_ones() -> None:
    counts, errors = [], []
    for minute in range(170):
        new = 1 if minute >= 120 and minute % 4 == 0 else 0
        usual = 2 if minute % 2 else 1
        counts.append(Count(minute * MINUTE_MS, Share(usual + new, 100)))
        errors.append(error_at(minute, usual, f"{minute}", f"{minute}x", kind="ValueError", requests=usual))
        if new:
            errors.append(error_at(minute, 1, f"n{minute}"))
    bins = [bin_at(c.start_ms // MINUTE_MS, c.share.failures, c.share.invocations) for c in counts]

    [onset] = onsets(bins, errors, counts, MINUTE_MS, 4 * len(counts))
    assert onset.error_type == "KeyError"
    assert onset.start_ms == 120 * MINUTE_MS
