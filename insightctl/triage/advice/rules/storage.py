"""Ephemeral storage beyond the 512 MB that cost nothing."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.triage.advice.facts import History
from insightctl.triage.advice.model import Advice, Number
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import say

FREE_MB = 512


def advise(history: History, costs: Costs) -> Iterator[Advice]:
    """What the storage costs: logs do not tell how much of it is used."""
    size_mb = history.settings.storage_mb if history.settings else None
    if size_mb is None or size_mb <= FREE_MB:
        return
    billed_s = sum(size.billed_ms for size in history.sizes) / 1000 * history.month
    now = costs.storage((size_mb - FREE_MB) / 1024 * billed_s)
    yield Advice(
        "storage",
        history.function,
        "weigh",
        f"ephemeral storage is {size_mb:,} MB: what is above {FREE_MB} costs {say.usd(now)} a month",
        (Number("storage_mb", size_mb, "MB"), Number("billed_s_month", billed_s, "s")),
        now,
        now,
        0.0,
        "low",
        say.configure(history.function, f"--ephemeral-storage Size={FREE_MB}"),
        "how much of it is used: only Lambda Insights (tmp_used) or the code itself tells",
    )
