"""arm64: a fifth cheaper a GB-second, for a function that can be built for it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from insightctl.triage.advice.facts import History
from insightctl.triage.advice.model import Advice, Number
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import say

ARM64, X86 = "arm64", "x86_64"


def advise(history: History, costs: Costs) -> Iterator[Advice]:
    """The difference at the same durations."""
    known = history.settings.architecture if history.settings else None
    gb_s = sum(size.gb_s for size in history.sizes) * history.month
    requests = costs.requests(history.invocations * history.month)
    now, then = gb_s * costs.run(X86) + requests, gb_s * costs.run(ARM64) + requests
    numbers = (Number("gb_s_month", gb_s, "GB-s"), Number("architecture_known", float(known is not None)))
    if known == ARM64:
        yield Advice(
            "arm64", history.function, "nothing", "runs on arm64 already", numbers, then, then, confidence="high"
        )
        return
    condition = "" if known else "if it runs on x86 (the logs do not tell), "
    yield Advice(
        "arm64",
        history.function,
        "weigh",
        f"{condition}arm64 would cost {say.usd(then)} a month instead of {say.usd(now)} at the same durations; the code, "
        "its native libraries and its layers have to be built for arm64, and tested",
        numbers,
        now,
        then,
        None,
        "medium" if known else "low",
        f"aws lambda update-function-code --function-name {shlex.quote(history.function)} --architectures arm64 "
        "--zip-file fileb://build-arm64.zip",
        "whether durations stay the same: publish it as a version, and shift a tenth of the traffic to it first",
    )
