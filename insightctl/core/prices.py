"""What AWS charges: list prices in USD by region, from `prices.toml`; the user's own come over them.

    prices = price_list()
    prices.price("logs_scanned_gb", "eu-west-1").usd          # 0.0057
    prices.cost("lambda_x86_gb_s", 7e9, "us-east-1").usd      # by tiers: 6e9 of the first, 1e9 of the second

A region that the table does not know takes the figures of us-east-1, and the answer says so (`assumed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Literal, get_args

Item = Literal[
    "logs_scanned_gb",
    "logs_ingested_gb",
    "logs_ingested_ia_gb",
    "logs_lambda_gb",
    "logs_stored_gb_month",
    "live_tail_minute",
    "dashboard_month",
    "metric_month",
    "get_metric_data_1000",
    "lambda_x86_gb_s",
    "lambda_arm64_gb_s",
    "lambda_request",
    "lambda_storage_gb_s",
    "lambda_provisioned_x86_gb_s",
    "lambda_provisioned_arm64_gb_s",
    "lambda_provisioned_run_x86_gb_s",
    "lambda_provisioned_run_arm64_gb_s",
    "lambda_snapstart_cached_gb_s",
    "lambda_snapstart_restored_gb",
]
"""What can be asked for: the blocks of prices.toml, which say what each one is and its unit."""

ITEMS: tuple[Item, ...] = get_args(Item)

BYTES_PER_GB = 1e9
"""AWS does not say whether its GB of logs are 10^9 or 2^30 bytes; with 10^9 an estimate is never 7 % too low."""

REFERENCE = "us-east-1"
"""The region whose figures stand in for those of a region that the table does not know."""


@dataclass(frozen=True, slots=True)
class Usd:
    """USD. `assumed`: no figure for the region is known, those of us-east-1 stand in."""

    usd: float
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Tariff:
    """One thing that is billed: what, its unit, where and when its figures were read, the tiers by region.

    `limits` are where tiers end, in units a month; `usd` has one price a tier for each region.
    """

    item: Item
    what: str
    unit: str
    source: str
    date: date
    limits: tuple[float, ...]
    usd: Mapping[str, tuple[float, ...]]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PriceList:
    """All tariffs, and the user's own prices: by item and region, or by item for every region ("")."""

    tariffs: Mapping[Item, Tariff]
    own: Mapping[tuple[Item, str], float] = field(default_factory=dict)

    def price(self, item: Item, region: str) -> Usd:
        """What one unit costs in the first tier."""
        tiers, assumed = self._tiers(item, region)
        return Usd(tiers[0], assumed)

    def cost(self, item: Item, amount: float, region: str, *, before: float = 0.0) -> Usd:
        """What an amount costs, tier by tier; `before` units were used in the month already.

        The free tier is not taken off: it belongs to the account and may be spent.
        """
        tiers, assumed = self._tiers(item, region)
        edges = (0.0, *self.tariffs[item].limits[: len(tiers) - 1], float("inf"))
        end = before + amount
        usd = sum(
            (min(end, high) - max(before, low)) * price
            for low, high, price in zip(edges, edges[1:], tiers, strict=False)
            if max(before, low) < min(end, high)
        )
        return Usd(usd, assumed)

    def with_own(self, own: Mapping[tuple[Item, str], float]) -> PriceList:
        """The same list with the user's prices over it; an own price has no tiers."""
        return replace(self, own={**self.own, **own}) if own else self

    def _tiers(self, item: Item, region: str) -> tuple[tuple[float, ...], bool]:
        for place in (region, ""):
            if (item, place) in self.own:
                return (self.own[item, place],), False
        known = self.tariffs[item].usd
        return (known[region], False) if region in known else (known[REFERENCE], True)


@cache
def price_list() -> PriceList:
    """The list prices that come with this version."""
    import tomllib
    from importlib.resources import files

    document = tomllib.loads(files("insightctl.core").joinpath("prices.toml").read_text("utf-8"))
    return PriceList({item: _tariff(item, document[item]) for item in ITEMS})


def _tariff(item: Item, block: Mapping[str, Any]) -> Tariff:
    shares = block.get("shares", (1.0,))
    usd = {
        region: tuple(figure) if isinstance(figure, list) else tuple(figure * share for share in shares)
        for region, figure in block["usd"].items()
    }
    limits = tuple(float(limit) for limit in block.get("limits", ()))
    return Tariff(item, block["what"], block["unit"], block["source"], block["date"], limits, usd, block.get("note"))


def plain(usd: float) -> str:
    """An amount as digits with a point, without an exponent: what a query may hold."""
    from decimal import Decimal

    return format(Decimal(repr(usd)).normalize(), "f")
