"""What a triage may cost: probes that say most run first, the rest is left out with the reason."""

from __future__ import annotations

import pytest

from insightctl.cloud.estimate import Estimate, GroupEstimate
from insightctl.core.errors import CostRefused
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.triage.asking import Asking, Question
from insightctl.triage.budget import Budget, Purse, by_worth

GB = 1_000_000_000
TIME = TimeRange(0, 3_600_000)


class Priced:
    """A backend whose queries scan so many bytes each."""

    def __init__(self, size: int | None) -> None:
        self.size = size
        self.ran: list[str | None] = []
        self.estimates = 0

    def run(self, job: QueryJob) -> Result:
        self.ran.append(job.name)
        return Result((), ())

    def source(self) -> dict[str, object]:
        return {"kind": "cloudwatch"}

    def estimate(self, job: QueryJob) -> Estimate:
        assert job.time is not None
        self.estimates += 1
        group = GroupEstimate("g", "eu-west-1", self.size, "unknown" if self.size is None else "metric")
        return Estimate((group,), (self.size or 0) / GB * 0.005)


def asked(backend: Priced, budget: Budget) -> Asking:
    asking = Asking(backend, Target(("checkout",)), TIME, purse=Purse(budget))
    names = ("logged", "volume", "starts", "failures", "reports")
    asking.ask([Question(name, {} if name == "starts" else {"bin": "1m"}) for name in names])
    return asking


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        (Budget(queries=2), "beyond the budget of 2 queries"),
        (Budget(size=2 * GB), "beyond the budget of 2.0 GB: it scans 1.0 GB, and 0.0 MB are left"),
        (Budget(usd=0.011), "beyond the budget of 0.011 USD: it costs about 0.0050 USD, 0.0100 are spent"),
    ],
)
def test_what_says_most_runs(budget: Budget, reason: str) -> None:
    backend = Priced(GB)
    asking = asked(backend, budget)

    assert set(backend.ran) == {"reports", "failures"}
    assert {(skipped.probe, skipped.reason) for skipped in asking.skipped} == {
        (name, reason) for name in ("logged", "volume", "starts")
    }


def test_the_size_of_the_logs_is_looked_up_once_and_only_when_it_matters() -> None:
    backend, free = Priced(GB), Priced(GB)
    asked(backend, Budget(usd=1.0))
    asked(free, Budget())
    assert (backend.estimates, free.estimates, len(free.ran)) == (1, 0, 5)


def test_nothing_runs_when_the_cost_cannot_be_known() -> None:
    backend = Priced(None)
    asking = asked(backend, Budget(usd=1.0))
    assert backend.ran == [] and isinstance(asking.failures[0], CostRefused)
    assert len(asking.skipped) == 5 and "the size of g is not known" in asking.skipped[0].reason


def test_the_order_of_worth_keeps_what_has_none() -> None:
    names = ["volume", "failures", "starts", "reports"]
    assert [names[place] for place in by_worth(names)] == ["reports", "failures", "volume", "starts"]
