"""For triage on the service: what reads the account beside the logs, and what a whole triage may cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli.setup import Prepared, Where

if TYPE_CHECKING:
    from insightctl.cli.triage_look import Limits
    from insightctl.core.time import TimeRange
    from insightctl.triage.budget import Budget
    from insightctl.triage.service import ServiceFacts

_COST = "Cost"

MaxQueries = Annotated[
    int | None,
    typer.Option(
        "--max-queries",
        min=0,
        metavar="N",
        help="Queries on CloudWatch Logs at most; 0 looks at metrics only. Default: 12.",
        rich_help_panel=_COST,
    ),
]
MaxBytes = Annotated[
    str | None,
    typer.Option(
        "--max-bytes",
        metavar="SIZE",
        help="What all queries may scan: 20GB. What goes beyond it is left out, and named.",
        rich_help_panel=_COST,
    ),
]
LogsOnly = Annotated[
    bool,
    typer.Option(
        "--logs-only", help="Do not ask Lambda, CloudWatch metrics, alarms and CloudTrail.", rich_help_panel="Where"
    ),
]


def budget_of(limits: Limits) -> Budget:
    """The budget of the options; what all queries cost is guarded before (`triage_cost`)."""
    from insightctl.triage.budget import MOST_QUERIES, Budget

    return Budget(MOST_QUERIES if limits.queries is None else limits.queries, limits.size)


def account_of(where: Where, prepared: Prepared) -> Callable[[TimeRange, int], ServiceFacts]:
    """Reads what the account (of the first profile and region) says of the functions of the target."""

    def read_account(time: TimeRange, period_ms: int) -> ServiceFacts:
        from insightctl.cli.accounts import accesses, settings
        from insightctl.cloud.session import Cloud
        from insightctl.triage.account import functions_of, read

        cloud = Cloud(accesses(settings(), where.profiles, where.regions)[0])
        return read(cloud, functions_of(cloud, prepared.target), time, period_ms)

    return read_account
