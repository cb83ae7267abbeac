"""What a generated service is made of: functions, their routes and settings, environments, and single attempts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000

Runtime = Literal["python", "node", "java", "go"]
LogFormat = Literal["text", "json"]
Logger = Literal["plain", "powertools", "pino"]
Ending = Literal["exception", "timeout", "oom", "exit", "init", "extension"]


@dataclass(frozen=True, slots=True)
class Failure:
    """How an attempt ends badly. `{id}` in the message is a number of the request; `frames` innermost last."""

    ending: Ending
    type: str = ""
    message: str = ""
    frames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """From `at_ms` on the alias sends invocations to `version`, the share `weight` of them to `canary`."""

    at_ms: int
    version: str
    canary: str | None = None
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    """Configuration from `at_ms` on. Environments that began before are gone then, or (`gradual`) live their life."""

    at_ms: int
    memory_mb: int
    runtime: str
    arn: str
    gradual: bool = False


@dataclass(slots=True)
class Environment:
    """One log stream. `waste_mb` is what leaks."""

    stream: str
    version: str
    setting: Setting
    born_ms: int
    ends_ms: int
    free_ms: int
    base_mb: float
    served: int = 0
    waste_mb: float = 0.0


@dataclass(slots=True)
class Line:
    """What the function itself logs, `after` of the way through the attempt (0 to 1)."""

    after: float
    level: str
    text: str


@dataclass(slots=True)
class Call:
    """One attempt of one request, as effects change it before it is written. Times in ms."""

    at_ms: int
    request: str
    attempt: int
    number: int
    function: Function
    environment: Environment
    cold: bool
    duration_ms: float
    init_ms: float
    memory_mb: float
    failure: Failure | None = None
    lines: list[Line] = field(default_factory=list)
    hit: bool = False

    @property
    def version(self) -> str:
        """The version that serves it."""
        return self.environment.version


Effect = Callable[[Call], None]
Rate = Callable[[int], float]


@dataclass(slots=True)
class Function:
    """A Lambda function with its usual behaviour, and what a case does to it.

    A usual failure is tried again by Lambda (`asynchronous`) or by its caller (`insistent`), and fails again by the
    share `sticky`.
    `hourly` is the mean of invocations an hour; `depth` 0 (flat) to 0.9 of the daily rhythm; `noise` the usual share of
    failures; `used_mb` the usual memory use. `effects` touch each attempt in order, `rates` multiply the traffic.
    """

    name: str
    runtime: Runtime
    log_format: LogFormat
    logger: Logger
    named_streams: bool
    hourly: float
    depth: float
    peak_hour: float
    weekend: float
    median_ms: float
    sigma: float
    timeout_ms: int
    used_mb: float
    init_ms: float
    noise: float
    usual: tuple[Failure, ...]
    asynchronous: bool
    insistent: bool
    sticky: float
    idle_ms: int
    chatty: int
    routes: list[Route]
    settings: list[Setting]
    effects: list[Effect] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    extra: list[tuple[int, int]] = field(default_factory=list)
    """Requests beside the usual traffic: (UTC ms, number)."""

    def version_after(self) -> str:
        """The number of the next version to publish."""
        numbers = [int(v) for r in self.routes for v in (r.version, r.canary) if v and v.isdecimal()]
        return str(max(numbers, default=0) + 1)

    @property
    def numbered(self) -> bool:
        """Whether it has versions, not only $LATEST."""
        return self.routes[0].version.isdecimal()

    def live(self, ms: int) -> str:
        """The main version at a moment."""
        return [r for r in self.routes if r.at_ms <= ms][-1].version

    def set_at(self, ms: int) -> Setting:
        """The configuration at a moment."""
        return [s for s in self.settings if s.at_ms <= ms][-1]
