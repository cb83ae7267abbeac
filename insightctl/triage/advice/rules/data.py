"""Whether there is enough history to reckon a month from."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.triage.advice.facts import LEAST_INVOCATIONS, LEAST_MS, History
from insightctl.triage.advice.model import Advice, Number
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import say


def advise(history: History, _costs: Costs) -> Iterator[Advice]:
    """What is missing, for a history that is thin."""
    lacks = []
    if history.window_ms < LEAST_MS:
        lacks.append("a day at least (better a week: nights and weekends count)")
    if history.invocations < LEAST_INVOCATIONS:
        lacks.append(f"{LEAST_INVOCATIONS} invocations at least")
    yield Advice(
        "data",
        history.function,
        "thin",
        f"too thin for advice about money: {history.invocations:,} invocations in {say.span(history.window_ms)}; "
        f"it takes {' and '.join(lacks)}",
        (Number("invocations", history.invocations), Number("hours", history.window_ms / 3_600_000, "h")),
        confidence="high",
        command="ask again with --since 7d, or with --local of older logs",
    )
