"""What things cost a month."""

from __future__ import annotations

from dataclasses import dataclass

from insightctl.core.prices import BYTES_PER_GB, Item, PriceList

MONTH_S = 2_592_000
"""A month of 30 days, as the queries of the library reckon."""

_RUN: dict[str, Item] = {"x86_64": "lambda_x86_gb_s", "arm64": "lambda_arm64_gb_s"}
_READY: dict[str, Item] = {"x86_64": "lambda_provisioned_x86_gb_s", "arm64": "lambda_provisioned_arm64_gb_s"}
_READY_RUN: dict[str, Item] = {
    "x86_64": "lambda_provisioned_run_x86_gb_s",
    "arm64": "lambda_provisioned_run_arm64_gb_s",
}
X86 = "x86_64"


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices of a region. The first tier of each: which one an account is in depends on all of its functions."""

    prices: PriceList
    region: str

    @property
    def assumed(self) -> bool:
        """Whether prices of us-east-1 stand in for the region's."""
        items: tuple[Item, ...] = ("lambda_x86_gb_s", "lambda_provisioned_x86_gb_s", "logs_lambda_gb")
        return any(self.prices.price(item, self.region).assumed for item in items)

    def run(self, architecture: str = X86) -> float:
        """USD for a GB-second."""
        return self._usd(_RUN[architecture])

    def ready(self, architecture: str = X86) -> float:
        """USD for a GB of provisioned concurrency kept ready for a second."""
        return self._usd(_READY[architecture])

    def ready_run(self, architecture: str = X86) -> float:
        """USD for a GB-second of a run on provisioned concurrency."""
        return self._usd(_READY_RUN[architecture])

    def requests(self, count: float) -> float:
        """USD for invocations."""
        return count * self._usd("lambda_request")

    def storage(self, gb_s: float) -> float:
        """USD for ephemeral storage above 512 MB."""
        return gb_s * self._usd("lambda_storage_gb_s")

    def snapshot(self, gb: float) -> float:
        """USD a month for one version's snapshot of so many GB of memory (Python, .NET)."""
        return gb * MONTH_S * self._usd("lambda_snapstart_cached_gb_s")

    def restores(self, gb: float, count: float) -> float:
        """USD for restores of so many GB each (Python, .NET)."""
        return gb * count * self._usd("lambda_snapstart_restored_gb")

    def logs(self, size: float) -> float:
        """USD for so many bytes of logs of Lambda in a month, tier by tier."""
        return self.prices.cost("logs_lambda_gb", size / BYTES_PER_GB, self.region).usd

    def _usd(self, item: Item) -> float:
        return self.prices.price(item, self.region).usd
