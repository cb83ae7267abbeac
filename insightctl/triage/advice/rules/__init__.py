"""The rules of advice: one module each, a pure function of a function's history and what things cost.

To add one, write the module with `advise(history, costs)` and name it in RULES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from insightctl.triage.advice.facts import History
from insightctl.triage.advice.model import Advice
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import arm64, data, logs, memory, provisioned, snapstart, storage, timeout

Rule = Callable[[History, Costs], Iterable[Advice]]

RISKS: tuple[Rule, ...] = (memory.risk, timeout.advise)
"""What may fail: said from the first invocation on."""
RULES: tuple[Rule, ...] = (
    memory.advise,
    arm64.advise,
    provisioned.advise,
    snapstart.advise,
    logs.advise,
    storage.advise,
)
"""What costs money: said when the history is long enough to reckon a month from."""


def advices(history: History, costs: Costs) -> tuple[Advice, ...]:
    """All that the rules say of one function."""
    rules = (*RISKS, data.advise) if history.is_thin else (*RISKS, *RULES)
    return tuple(advice for rule in rules for advice in rule(history, costs))
