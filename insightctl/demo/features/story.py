"""The pen of the features: it keeps ids and random numbers, and puts together what they tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

from insightctl.demo.features.model import (
    Environment,
    Event,
    Extension,
    Fact,
    FailedInit,
    Failure,
    Function,
    Invocation,
    Kind,
    Logger,
    Said,
)
from insightctl.demo.spec import uuid_text

_BILLED_RESTORE = 0.56  # as in insightctl.demo.dice


class Say(NamedTuple):
    """A line to be said so many ms after START."""

    after_ms: int
    level: str
    message: str
    facts: tuple[Fact, ...] = ()
    fields: Mapping[str, object] = {}
    logger: Logger | None = None
    raw: str | None = None


@dataclass
class Story:
    """Collects what the features tell. The same seed and start give the same story."""

    start_ms: int
    rng: Random
    functions: dict[str, Function] = field(default_factory=dict)
    environments: list[Environment] = field(default_factory=list)
    invocations: list[Invocation] = field(default_factory=list)
    bare: list[Event] = field(default_factory=list)
    """Lines that belong to no invocation, such as those of another log group."""
    records: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    """What the Lambda Insights extension measured: function and record."""
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Parameters that make a query find what was planted, by the name of the query."""

    def at(self, seconds: float) -> int:
        """UTC ms so many seconds into the story."""
        return self.start_ms + round(seconds * 1000)

    def function(self, function: Function) -> Function:
        """Make a function known. Raises ValueError when there is one of its name already."""
        if function.name in self.functions:
            raise ValueError(f"two features tell of {function.name}")
        self.functions[function.name] = function
        return function

    def environment(
        self,
        function: Function,
        version: str,
        seconds: float,
        *,
        runtime: str = "python:3.13.v40",
        init_ms: float = 300,
        kind: Kind = "on-demand",
        extensions: Sequence[Extension] = (),
        after_ms: float = 0,
        failed_inits: Sequence[FailedInit] = (),
        memory_mb: int | None = None,
    ) -> Environment:
        """A new environment; its init begins then when it is started ahead or fails, else with its first invocation."""
        begun_ms = self.at(seconds)
        day = datetime.fromtimestamp(begun_ms / 1000, UTC).strftime("%Y/%m/%d")
        number = sum(environment.function is function for environment in self.environments)
        made = Environment(
            function=function,
            version=version,
            stream=f"{day}/[{version}]{self.rng.getrandbits(128):032x}",
            number=number,
            runtime=runtime,
            kind=kind,
            begun_ms=begun_ms,
            init=round(init_ms * 100),
            extensions=tuple(extensions),
            after=round(after_ms * 100),
            failed_inits=tuple(failed_inits),
            memory_mb=memory_mb or function.memory_mb,
        )
        self.environments.append(made)
        return made

    def request_id(self) -> str:
        """A new one."""
        return uuid_text(self.rng)

    def invoke(
        self,
        environment: Environment,
        seconds: float,
        duration_ms: float,
        *,
        says: Sequence[Say] = (),
        used_mb: int = 80,
        failure: Failure | None = None,
        request_id: str | None = None,
        trace_id: str | None = None,
        reported: bool = True,
    ) -> Invocation:
        """An invocation that is asked for then; a cold one starts when the init is over."""
        function, cold = environment.function, not environment.used
        environment.used = True
        if cold and environment.kind != "provisioned-concurrency" and not environment.failed_inits:
            environment.begun_ms = self.at(seconds)
        felt = cold and environment.kind != "provisioned-concurrency" and not environment.failed_inits
        start_ms = self.at(seconds) + (-(-environment.init // 100) if felt else 0)
        if environment.failed_inits and cold:
            start_ms = environment.failed_inits[-1].at_ms
        restored = cold and environment.kind == "snap-start"
        init = environment.init if cold and not restored and not environment.failed_inits else 0
        restore = environment.init if restored else 0
        duration = round(duration_ms * 100) + environment.after
        billed_init = int(restore * _BILLED_RESTORE) // 100 * 100 if restore else init if felt else 0
        trace_id = trace_id or f"1-{start_ms // 1000:08x}-{self.rng.getrandbits(96):024x}"
        latency = max(1, round(duration_ms * 100 * 0.9))
        made = Invocation(
            environment=environment,
            request_id=request_id or self.request_id(),
            trace_id=trace_id,
            start_ms=start_ms,
            end_ms=start_ms + -(-duration // 100),
            duration=duration,
            billed_ms=-(-(duration + billed_init) // 100),
            init=init,
            restore=restore,
            used_mb=used_mb,
            failure=failure,
            said=tuple(
                Said(
                    start_ms + say.after_ms,
                    say.level,
                    say.message,
                    say.logger or function.logger,
                    say.facts,
                    say.fields,
                    say.raw,
                )
                for say in says
            ),
            spans=(latency, 10 + latency % 37, 20 + latency % 211),
            reported=reported,
        )
        self.invocations.append(made)
        return made
