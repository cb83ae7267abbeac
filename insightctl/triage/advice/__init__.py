"""Advice from history, with the money: memory, arm64, provisioned concurrency, SnapStart, timeout, logs, storage.

    advised = advise(backend, Target(("checkout",)), time, Costs(price_list(), "eu-west-1"))
    advised.advices[0]
    # Advice(kind="memory", function="checkout", action="measure", sentence="...", usd_now=4.1, usd_then=4.1, ...)

`asking` runs five queries over any backend, `facts` is what they say of a function, `settings` what Lambda says of it;
each rule is one module of `rules`, a pure function of both; `document` and `text` show the answer.
"""

from insightctl.triage.advice.asking import advise
from insightctl.triage.advice.facts import Environments, History, Hour, Logged, Size
from insightctl.triage.advice.model import Advice, Advised, Number
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.settings import Provisioned, Settings, read_settings

__all__ = [
    "Advice",
    "Advised",
    "Costs",
    "Environments",
    "History",
    "Hour",
    "Logged",
    "Number",
    "Provisioned",
    "Settings",
    "Size",
    "advise",
    "read_settings",
]
