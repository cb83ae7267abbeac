"""Quantities that move, made by hand and by dice."""

from __future__ import annotations

from random import Random

from insightctl.triage.shift import Point, contrast, find_move, find_shift, find_stretch

BIN_MS = 300_000


def points(*values: float) -> list[Point]:
    return [Point(index * BIN_MS, value) for index, value in enumerate(values)]


def test_a_step_is_found_at_its_bin() -> None:
    shift = find_shift(points(*[100.0, 104.0, 97.0] * 10, *[310.0, 295.0] * 8), BIN_MS, 2.0)

    assert shift is not None
    assert (shift.start_ms, shift.end_ms) == (30 * BIN_MS, None)
    assert (shift.before, shift.after) == (100.0, 302.5)
    assert shift.chance < 1e-5


def test_a_step_that_most_bins_lie_behind_is_found_at_its_first() -> None:
    # The first one after the step is the lowest of the many behind it.
    found = find_shift(
        points(*[900.0 + n % 3 for n in range(20)], 4_700.0, *[4_790.0 + n % 5 for n in range(40)]), BIN_MS, 3.0
    )

    assert found is not None
    assert found.start_ms == 20 * BIN_MS


def test_a_stretch_in_the_middle_has_an_end() -> None:
    shift = find_shift(points(*[100.0, 104.0] * 15, *[310.0, 295.0] * 8, *[100.0, 99.0] * 15), BIN_MS, 2.0)

    assert shift is not None
    assert (shift.start_ms, shift.end_ms) == (30 * BIN_MS, 46 * BIN_MS)


def test_one_wild_bin_and_noise_move_nothing() -> None:
    dice = Random(4)
    for _ in range(50):
        noise = [dice.lognormvariate(4, 0.5) for _ in range(100)]
        noise[dice.randrange(100)] = 1e6
        shift = find_shift(points(*noise), BIN_MS, 2.0)
        assert shift is None or shift.chance > 1e-3


def test_versions_are_contrasted_though_they_serve_together() -> None:
    dice = Random(5)
    old = points(*[dice.lognormvariate(4, 0.3) for _ in range(30)])
    new = points(*[dice.lognormvariate(5.2, 0.3) for _ in range(12)])

    shift = contrast(old, new, 2.0)
    assert shift is not None and shift.chance < 1e-5
    assert contrast(old, old[10:20], 2.0) is None


def test_too_few_bins_tell_nothing() -> None:
    assert find_shift(points(1, 1, 1, 9, 9, 9), BIN_MS, 2.0) is None
    assert contrast(points(1, 1, 1), points(9, 9, 9), 2.0) is None


def test_a_version_that_served_few_bins_is_contrasted() -> None:
    dice = Random(6)
    old = points(*[dice.lognormvariate(4, 0.2) for _ in range(60)])

    shift = contrast(old, points(300.0, 280.0, 350.0), 2.0)
    assert shift is not None and shift.chance < 1e-4
    assert contrast(old, points(60.0, 52.0, 55.0), 2.0) is None


def test_a_few_inits_are_enough_where_they_agree() -> None:
    apart = contrast(points(400.0, 420.0, 390.0, 410.0), points(2500.0, 2600.0), 2.0)
    wild = contrast(points(400.0, 2000.0, 90.0, 410.0), points(2500.0, 600.0), 2.0)

    assert apart is not None and apart.chance < 1e-4
    assert wild is None or wild.chance > 0.01


def test_an_hour_of_a_day_is_found() -> None:
    dice = Random(7)
    day = [dice.lognormvariate(4, 0.2) for _ in range(288)]
    slow = [value * (3 if 150 <= index < 162 else 1) for index, value in enumerate(day)]

    shift = find_stretch(points(*slow), BIN_MS, 2.0)
    assert shift is not None and shift.chance < 1e-4
    assert abs(shift.start_ms - 150 * BIN_MS) <= BIN_MS
    assert shift == find_move(points(*slow), BIN_MS, 2.0)
    assert find_stretch(points(*day), BIN_MS, 2.0) is None
