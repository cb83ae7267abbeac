"""What a query on CloudWatch costs, at list prices or the user's own."""

from __future__ import annotations

from insightctl.core.prices import BYTES_PER_GB, PriceList, price_list


def query_cost_usd(bytes_scanned: int, region: str, prices: PriceList | None = None) -> float:
    """What a query costs that scanned so many bytes; the free 5 GB a month of the account are not taken off."""
    return bytes_scanned / BYTES_PER_GB * (prices or price_list()).price("logs_scanned_gb", region).usd
