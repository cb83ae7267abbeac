"""Change detection on bins made by hand and by dice."""

from __future__ import annotations

from random import Random

from insightctl.triage.onset import Count, find_onset, stretches
from insightctl.triage.proportions import Share

BIN_MS = 300_000


def counts(*shares: tuple[int, int]) -> list[Count]:
    """(failures, invocations) of one bin after the other."""
    return [Count(index * BIN_MS, Share(*share)) for index, share in enumerate(shares)]


def test_a_step_is_found_at_its_bin() -> None:
    bins = counts(*[(0, 20)] * 30, *[(5, 20)] * 10)
    onset = find_onset(bins, BIN_MS, stretches(len(bins)))

    assert onset is not None
    assert (onset.start_ms, onset.end_ms) == (30 * BIN_MS, None)
    assert onset.low_ms <= onset.start_ms < onset.high_ms
    assert (onset.inside, onset.outside) == (Share(50, 200), Share(0, 600))
    assert not onset.from_start


def test_a_burst_has_an_end() -> None:
    bins = counts(*[(0, 20)] * 30, *[(5, 20)] * 4, *[(0, 20)] * 30)
    onset = find_onset(bins, BIN_MS, stretches(len(bins)))

    assert onset is not None
    assert (onset.start_ms, onset.end_ms) == (30 * BIN_MS, 34 * BIN_MS)


def test_failures_from_the_first_bin_on_may_have_begun_before() -> None:
    bins = counts(*[(5, 20)] * 10, *[(0, 20)] * 30)
    onset = find_onset(bins, BIN_MS, stretches(len(bins)))

    assert onset is not None and onset.from_start


def test_more_traffic_with_the_same_share_is_no_change() -> None:
    assert find_onset(counts(*[(1, 100)] * 20, *[(10, 1000)] * 20), BIN_MS, stretches(40)) is None


def test_few_failures_are_no_incident() -> None:
    assert find_onset(counts(*[(0, 100)] * 50, (4, 4)), BIN_MS, stretches(51)) is None


def test_nothing_to_look_at() -> None:
    assert find_onset([], BIN_MS, 1) is None
    assert find_onset(counts((0, 0)), BIN_MS, 1) is None
    assert find_onset(counts((7, 7)), BIN_MS, 1) is None


def test_noise_gives_no_alarm() -> None:
    dice = Random(1)
    days = [counts(*((sum(dice.random() < 0.01 for _ in range(15)), 15) for _ in range(288))) for _ in range(40)]

    assert [day for day in days if find_onset(day, BIN_MS, stretches(288))] == []


def test_the_interval_holds_the_true_start() -> None:
    dice = Random(2)
    held = 0
    for _ in range(40):
        shares = [0.005] * 200 + [0.15] * 40
        day = counts(*((sum(dice.random() < share for _ in range(6)), 6) for share in shares))
        onset = find_onset(day, BIN_MS, stretches(240))
        held += onset is not None and onset.low_ms <= 200 * BIN_MS <= onset.high_ms
    assert held >= 38
