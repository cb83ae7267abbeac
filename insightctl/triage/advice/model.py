"""What advice is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from insightctl.core.time import TimeRange
from insightctl.triage.model import Skipped

Kind = Literal["memory", "timeout", "arm64", "provisioned", "snapstart", "logs", "storage", "data"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Action = Literal["change", "measure", "weigh", "nothing", "thin"]
"""`change`: the history is enough to do it. `measure`: try it and look again. `weigh`: it costs money and buys time, or
comes with work: nobody but the owner can say. `nothing`: looked at, and fine. `thin`: too little data to say."""
Confidence = Literal["high", "medium", "low"]


class Number(NamedTuple):
    """A number that a sentence rests on, with its unit (`ms`, `MB`, `USD`, `%`, or what is counted)."""

    name: str
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do (or not) about one function.

    Money is USD a month of 30 days at list price: `usd_now`, `usd_then` at worst and `usd_then_low` at best where it
    depends on what the history cannot tell; None where no money is known. `risk`: not about money, it may fail.
    """

    kind: Kind
    function: str
    action: Action
    sentence: str
    numbers: tuple[Number, ...] = ()
    usd_now: float | None = None
    usd_then: float | None = None
    usd_then_low: float | None = None
    confidence: Confidence = "medium"
    command: str | None = None
    unknown: str = ""
    risk: bool = False

    @property
    def saved(self) -> float | None:
        """USD a month saved at worst; negative when it costs."""
        return None if self.usd_now is None or self.usd_then is None else self.usd_now - self.usd_then

    @property
    def saved_high(self) -> float | None:
        """USD a month saved at best."""
        if self.usd_now is None or self.usd_then_low is None:
            return self.saved
        return self.usd_now - self.usd_then_low


@dataclass(frozen=True, slots=True)
class Advised:
    """All advice of a target: risks first, then what saves most. `assumed`: prices of us-east-1 stand in."""

    target: str
    time: TimeRange | None
    region: str
    advices: tuple[Advice, ...]
    functions: tuple[str, ...] = ()
    assumed: bool = False
    queries: int = 0
    seconds: float = 0.0
    cost_usd: float | None = None
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
