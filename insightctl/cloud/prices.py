"""What CloudWatch costs: list prices in USD."""

from __future__ import annotations

from types import MappingProxyType

SCANNED_GB = MappingProxyType({"us-east-1": 0.005})
"""USD per GB (10^9 bytes) of log text that a query scans, by region (aws.amazon.com/cloudwatch/pricing, November 2026)."""

_REFERENCE = "us-east-1"  # other regions differ by less than a factor of two


def query_cost_usd(bytes_scanned: int, region: str) -> float:
    """What a query costs that scanned so many bytes."""
    return bytes_scanned / 1e9 * SCANNED_GB.get(region, SCANNED_GB[_REFERENCE])
