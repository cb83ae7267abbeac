"""The statistics against values that are known."""

from __future__ import annotations

from itertools import product
from math import comb

import pytest

from insightctl.triage.proportions import Share, at_least, binomial_at_least, fisher_greater, gain


def test_a_binomial_tail() -> None:
    for k, n, share in product(range(6), (5, 9), (0.0, 0.2, 0.9, 1.0)):
        exact = sum(comb(n, x) * share**x * (1 - share) ** (n - x) for x in range(k, n + 1))
        assert binomial_at_least(k, n, share) == pytest.approx(exact), (k, n, share)


def test_fishers_lady_tasting_tea() -> None:
    assert fisher_greater(Share(3, 4), Share(1, 4)) == pytest.approx(17 / 70)
    assert fisher_greater(Share(4, 4), Share(0, 4)) == pytest.approx(1 / 70)


def test_fisher_is_the_sum_of_hypergeometric_terms() -> None:
    for k, n, k0, n0 in product(range(0, 6, 2), (5, 9), range(4), (4, 12)):
        terms = [comb(k + k0, x) * comb(n + n0 - k - k0, n - x) for x in range(k, min(n, k + k0) + 1)]
        exact = sum(terms) / comb(n + n0, n)
        assert fisher_greater(Share(k, n), Share(k0, n0)) == pytest.approx(exact, rel=1e-9), (k, n, k0, n0)


def test_fisher_agrees_with_r_on_a_large_table() -> None:
    # R: fisher.test(matrix(c(32, 187, 2, 405), 2), alternative = "greater")$p.value, here as an exact fraction
    exact = sum(comb(34, x) * comb(592, 219 - x) for x in (32, 33, 34)) / comb(626, 219)
    assert fisher_greater(Share(32, 219), Share(2, 407)) == pytest.approx(exact, rel=1e-6)
    assert exact < 1e-12


def test_fisher_without_failures_or_without_the_other_side_proves_nothing() -> None:
    assert fisher_greater(Share(0, 10), Share(0, 10)) == 1.0
    assert fisher_greater(Share(3, 10), Share(0, 0)) == 1.0
    assert fisher_greater(Share(0, 0), Share(0, 0)) == 1.0


def test_fisher_of_a_million_failures_is_quick_and_tiny() -> None:
    assert fisher_greater(Share(600_000, 4_000_000), Share(20_000, 4_000_000)) == 0.0


def test_gain_is_the_g_statistic_and_one_sided() -> None:
    # G = 2 * sum(observed * ln(observed / expected)): Woolf (1957), by hand for 10/20 against 5/20
    assert gain(Share(10, 20), Share(5, 20)) == pytest.approx(2.7058, abs=1e-4)
    assert gain(Share(5, 20), Share(10, 20)) == 0.0
    assert gain(Share(0, 20), Share(0, 20)) == 0.0


def test_the_lower_end_of_wilsons_interval() -> None:
    assert at_least(Share(0, 0)) == 0.0
    assert at_least(Share(0, 50)) == 0.0
    assert at_least(Share(50, 100)) == pytest.approx(0.3753, abs=1e-4)
    assert at_least(Share(8, 8)) == pytest.approx(0.5466, abs=1e-4)
