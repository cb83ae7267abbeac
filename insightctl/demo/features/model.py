"""What happened, apart from how a log format spells it: functions, environments, invocations and what they said.

Times are UTC ms. Durations are whole hundredths of a ms, as REPORT shows them, so that sums are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Style = Literal["python", "node", "java"]
Logger = Literal["lambda", "powertools", "pino", "winston", "structlog", "plain"]
Kind = Literal["on-demand", "provisioned-concurrency", "snap-start"]
Form = Literal["text", "json", "mixed"]
FORMS: tuple[Form, ...] = ("text", "json", "mixed")


@dataclass(frozen=True, slots=True)
class Function:
    """A function: `style` is how its runtime spells lines and errors in the text format."""

    name: str
    memory_mb: int = 256
    timeout_ms: int = 3000
    style: Style = "python"
    logger: Logger = "lambda"


class Extension(NamedTuple):
    """An extension as the platform names it when an environment starts."""

    name: str
    state: str = "Ready"
    events: tuple[str, ...] = ("INVOKE", "SHUTDOWN")


class FailedInit(NamedTuple):
    """One try of an init phase that did not end well; `error` is absent for a timeout, `module` for what is no import."""

    at_ms: int
    duration: int
    phase: str
    status: str
    error: str | None
    message: str
    module: str | None = None


@dataclass(slots=True)
class Environment:
    """One execution environment, which is one log stream. `init` is the duration of its init or restore."""

    function: Function
    version: str
    stream: str
    number: int
    runtime: str
    kind: Kind
    begun_ms: int
    init: int
    extensions: tuple[Extension, ...] = ()
    after: int = 0
    """How long extensions hold the environment after each response."""
    failed_inits: tuple[FailedInit, ...] = ()
    memory_mb: int = 0
    used: bool = False


class Fact(NamedTuple):
    """What a line is about, for the truth: the name of a query and the values of the columns that it groups by."""

    query: str
    values: tuple[str | int | float | None, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the application. `fields` are structured values beside the message, `raw` is a line that no logger made."""

    at_ms: int
    level: str
    message: str
    logger: Logger
    facts: tuple[Fact, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    raw: str | None = None


class Failure(NamedTuple):
    """How an invocation fails. `error` is the type that REPORT or the raised error names, None for a timeout."""

    kind: Literal["exception", "timeout", "killed", "exit", "init"]
    error: str | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One attempt at a request. `init` and `restore` are 0 where REPORT names none; `reported` is False for one that is lost."""

    environment: Environment
    request_id: str
    trace_id: str
    start_ms: int
    end_ms: int
    duration: int
    billed_ms: int
    init: int
    restore: int
    used_mb: int
    failure: Failure | None
    said: tuple[Said, ...]
    spans: tuple[int, int, int]
    """Response latency, response duration and runtime overhead."""
    reported: bool = True

    @property
    def function(self) -> Function:
        """Of its environment."""
        return self.environment.function

    @property
    def version(self) -> str:
        """Of its environment."""
        return self.environment.version


class Event(NamedTuple):
    """One log event as it is written."""

    at_ms: int
    function: str
    stream: str
    message: str
    version: str
    request_id: str | None
    platform: bool
    level: str | None
