"""Prices: the table that comes with the program, tiers, regions without a figure, prices of one's own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.core.prices import ITEMS, REFERENCE, Item, Usd, price_list

PRICES = price_list()


@pytest.mark.parametrize("item", ITEMS)
def test_every_block_is_whole(item: Item) -> None:
    tariff = PRICES.tariffs[item]
    assert tariff.what and tariff.unit
    assert tariff.source.startswith(("https://aws.amazon.com/", "https://pricing.us-east-1.amazonaws.com/"))
    assert date(2024, 8, 1) <= tariff.date <= date(2026, 12, 31)
    assert REFERENCE in tariff.usd
    assert list(tariff.limits) == sorted(tariff.limits)
    for tiers in tariff.usd.values():
        assert len(tiers) == len(tariff.limits) + 1
        assert all(price > 0 for price in tiers)
        assert list(tiers) == sorted(tiers, reverse=True), "more never costs more each"


def test_nothing_is_in_the_file_that_nobody_can_ask_for() -> None:
    import tomllib
    from importlib.resources import files

    blocks = tomllib.loads(files("insightctl.core").joinpath("prices.toml").read_text("utf-8"))
    assert set(blocks) == set(ITEMS)


@pytest.mark.parametrize(
    ("item", "region", "usd"),
    [
        # the AWS price list of August 2026
        ("logs_scanned_gb", "us-east-1", 0.005),
        ("logs_scanned_gb", "eu-west-1", 0.0057),
        ("logs_scanned_gb", "eu-central-1", 0.0063),
        ("logs_scanned_gb", "eu-west-2", 0.0059),
        ("logs_scanned_gb", "ap-southeast-1", 0.007),
        ("logs_ingested_gb", "eu-west-2", 0.5985),
        ("logs_ingested_gb", "sa-east-1", 0.9),
        ("logs_ingested_ia_gb", "eu-west-1", 0.285),
        ("logs_stored_gb_month", "eu-central-1", 0.0324),
        ("lambda_x86_gb_s", "us-east-1", 0.0000166667),
        ("lambda_arm64_gb_s", "eu-central-1", 0.0000133334),
        ("lambda_provisioned_x86_gb_s", "us-east-1", 0.0000041667),
        ("lambda_storage_gb_s", "us-east-1", 0.0000000309),
        ("lambda_request", "ap-southeast-1", 0.0000002),
    ],
)
def test_figures(item: Item, region: str, usd: float) -> None:
    found = PRICES.price(item, region)
    assert found.usd == pytest.approx(usd)
    assert not found.assumed


def test_a_region_without_a_figure_takes_the_reference_and_says_so() -> None:
    assert PRICES.price("logs_scanned_gb", "cn-north-1") == Usd(0.005, assumed=True)
    assert PRICES.price("lambda_snapstart_cached_gb_s", "eu-west-1").assumed
    assert PRICES.cost("logs_scanned_gb", 2, "nowhere-1") == Usd(0.01, assumed=True)
    assert not PRICES.price("logs_scanned_gb", "us-east-1").assumed


def test_tiers() -> None:
    def usd(amount: float, before: float = 0.0) -> float:
        return PRICES.cost("lambda_x86_gb_s", amount, "us-east-1", before=before).usd

    first = 0.0000166667
    assert usd(1e9) == pytest.approx(1e9 * first)
    assert usd(20e9) == pytest.approx((6 + 9 * 0.9 + 5 * 0.8) * 1e9 * first)
    # us-east-1 lists 0.000015 and 0.0000133334 for the second and third tier
    assert usd(1, before=7e9) == pytest.approx(0.000015, rel=1e-5)
    assert usd(1, before=16e9) == pytest.approx(0.0000133334, rel=1e-5)
    assert PRICES.cost("logs_lambda_gb", 51_200, "us-east-1").usd == pytest.approx(
        10_240 * 0.5 + 20_480 * 0.25 + 20_480 * 0.1
    )


@given(st.sampled_from(ITEMS), st.floats(0, 1e11), st.floats(0, 1e11))
def test_a_month_costs_the_same_in_one_piece_or_two(item: Item, one: float, two: float) -> None:
    whole = PRICES.cost(item, one + two, "us-east-1").usd
    pieces = PRICES.cost(item, one, "us-east-1").usd + PRICES.cost(item, two, "us-east-1", before=one).usd
    assert pieces == pytest.approx(whole, rel=1e-6, abs=1e-6)


def test_own_prices_stand_above_the_list() -> None:
    own = PRICES.with_own({("logs_scanned_gb", ""): 0.004, ("logs_scanned_gb", "eu-west-1"): 0.003})
    assert own.price("logs_scanned_gb", "eu-west-1") == Usd(0.003)
    assert own.price("logs_scanned_gb", "cn-north-1") == Usd(0.004), "one's own is never assumed"
    assert own.price("logs_ingested_gb", "us-east-1").usd == 0.5
    assert own.with_own({("lambda_x86_gb_s", ""): 1.0}).cost("lambda_x86_gb_s", 20e9, "us-east-1").usd == 20e9
    assert PRICES.price("logs_scanned_gb", "eu-west-1").usd == 0.0057
    assert PRICES.with_own({}) is PRICES
