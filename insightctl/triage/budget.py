"""What a triage may cost: queries, bytes, USD. What goes beyond it is left out by worth, and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from insightctl.core.errors import CostRefused, InsightctlError, Interrupted
from insightctl.core.job import QueryJob
from insightctl.core.sizes import size_text

if TYPE_CHECKING:
    from insightctl.cloud.estimate import Estimate

MOST_QUERIES = 12
WORTH: Mapping[str, int] = {"span": 0, "reports": 0, "reports_held": 1, "failures": 2, "traces": 3, "before": 4}
"""Probes that say most come first; the others keep their order behind them."""
_LAST = 9


@dataclass(frozen=True, slots=True)
class Budget:
    """What a whole triage may take: queries, bytes scanned, USD; None is no limit."""

    queries: int | None = MOST_QUERIES
    size: int | None = None
    usd: float | None = None

    @property
    def needs_estimate(self) -> bool:
        """Whether the bytes of a query have to be estimated before it runs."""
        return self.size is not None or self.usd is not None


@runtime_checkable
class Estimating(Protocol):
    """A backend that knows beforehand what a job scans and costs."""

    def estimate(self, job: QueryJob) -> Estimate:
        """Raises InsightctlError."""
        ...


@dataclass(slots=True)
class Purse:
    """What is left of a budget while a triage runs."""

    budget: Budget
    queries: int = 0
    size: int = 0
    usd: float = 0.0

    def refusal(self, size: int, usd: float | None) -> str | None:
        """Why one more query of this size is beyond the budget; None, and it is taken off, when it is not."""
        budget = self.budget
        if budget.queries is not None and self.queries + 1 > budget.queries:
            return f"beyond the budget of {budget.queries} queries"
        if budget.size is not None and self.size + size > budget.size:
            left = size_text(max(0, budget.size - self.size))
            return f"beyond the budget of {size_text(budget.size)}: it scans {size_text(size)}, and {left} are left"
        if budget.usd is not None and usd is not None and self.usd + usd > budget.usd:
            return f"beyond the budget of {budget.usd:g} USD: it costs about {usd:.4f} USD, {self.usd:.4f} are spent"
        self.queries, self.size, self.usd = self.queries + 1, self.size + size, self.usd + (usd or 0.0)
        return None


def by_worth(names: Sequence[str]) -> list[int]:
    """The places of probes, the one that says most first."""
    return sorted(range(len(names)), key=lambda place: WORTH.get(names[place], _LAST))


def estimated(backend: object, job: QueryJob, budget: Budget) -> tuple[int, float | None]:
    """Bytes and USD of a job; nothing where no limit asks for them. Raises CostRefused when they cannot be known."""
    if not budget.needs_estimate or not isinstance(backend, Estimating):
        return 0, None
    try:
        found = backend.estimate(job)
    except (CostRefused, Interrupted):
        raise
    except InsightctlError as error:
        raise CostRefused(
            f"nobody can tell what the run would cost: {error.what}", where=error.where, remedy=error.remedy
        ) from error
    if found.unknown:
        raise CostRefused(
            f"nobody can tell what the run would cost: the size of {', '.join(found.unknown[:3])} is not known",
            remedy="allow cloudwatch:GetMetricData and logs:DescribeLogGroups, or leave out the limit",
        )
    return found.size, found.usd
