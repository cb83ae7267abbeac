"""The words the generator thinks in: functions, releases, faults, environments, attempts, lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from random import Random
from typing import Literal, NamedTuple

from insightctl.demo.clock import Clock

Line = tuple[int, str]
"""A log event: UTC ms and message, without the newline that ends it."""

LogFormat = Literal["text", "json"]
REGION = "eu-west-1"
ACCOUNT = "123456789012"
IMPORT_ERROR = "Runtime.ImportModuleError"


class FaultKind(Enum):
    """How an attempt fails."""

    EXCEPTION = "exception"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out of memory"
    INIT = "init"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. `chance` is a share of the attempts; `error` is the type that truth.json counts. `{id}` in
    `message` becomes a number that differs each time. `stack` holds the runtime's own frames, in the runtime's order.
    """

    kind: FaultKind
    error: str
    chance: float = 0.0
    message: str = ""
    stack: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """A version: when it goes live (`at`, a share of the range, plus up to `spread`; 0 is before the range), how long
    it takes (`median_ms`, log-normal with `sigma`), how it fails, and the managed runtime it starts on.
    `planted` is the fault of a bad release: one attempt in seven, at every size of the scenario.
    """

    version: str
    at: float
    spread: float
    median_ms: float
    sigma: float
    runtime_version: str
    faults: tuple[Fault, ...] = ()
    planted: Fault | None = None

    @property
    def runtime_arn(self) -> str:
        """The ARN that INIT_START names."""
        return f"arn:aws:lambda:{REGION}::runtime:{sha256(self.runtime_version.encode()).hexdigest()}"


class Environment:
    """One execution environment, which is one log stream: one version, one attempt at a time. Times in UTC ms."""

    __slots__ = ("drain_ms", "ends_ms", "idle_ms", "last_ms", "memory_mb", "release", "tag", "used")

    def __init__(self, release: Release, stream: str, ends_ms: int, idle_ms: int, drain_ms: int, memory_mb: int):
        self.release = release
        self.tag = f"000+00:00 {stream} "  # what stands between the ms of a stamp and the message
        self.ends_ms = ends_ms
        self.idle_ms = idle_ms
        self.drain_ms = drain_ms
        self.memory_mb = memory_mb
        self.last_ms = 0
        self.used = False


class Attempt(NamedTuple):
    """One attempt at a request, decided in full before its lines are written.

    `begin_ms` is where a cold start begins, `start_ms` START, `end_ms` END and REPORT (UTC ms). `duration`, `init` and
    `restore` are hundredths of a ms, as the lines show them; `init` and `restore` are 0 where REPORT has none.
    `failed_inits` are the two phases of an initialisation that failed.
    """

    environment: Environment
    request_id: str
    begin_ms: int
    start_ms: int
    end_ms: int
    duration: int
    billed_ms: int
    cold: bool
    init: int
    restore: int
    billed_restore_ms: int
    memory_mb: int
    fault: Fault | None
    failed_inits: tuple[int, int] | None

    @property
    def version(self) -> str:
        """The function version that ran it."""
        return self.environment.release.version

    def at(self, share: float) -> int:
        """The UTC ms at which `share` (0 to 1) of the attempt has passed."""
        return self.start_ms + int((self.end_ms - self.start_ms) * share)


Application = Callable[[Attempt, Random, Clock], list[Line]]
"""What a function's own code logs during an attempt, in time order, errors that end it left out."""

ErrorText = Callable[[Attempt, Fault, int, Clock], str]
"""What the runtime writes at a UTC ms when code raises, or when a module cannot be imported."""


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function: settings as Lambda has them, releases oldest first, and what it writes.

    `share` is its part of all attempts, `typical_bytes` the log bytes of an attempt (a first guess; a run measures).
    """

    name: str
    runtime: str
    log_format: LogFormat
    share: float
    typical_bytes: int
    memory_mb: int
    base_memory_mb: int
    timeout_ms: int
    init_median_ms: float
    releases: tuple[Release, ...]
    application: Application
    error_text: ErrorText
    init_fault: Fault | None = None
    snap_start: bool = False
    asynchronous: bool = False
    named_streams: bool = False
    gzipped: bool = False

    @property
    def file_name(self) -> str:
        """The name of its log file."""
        return f"{self.name}.log.gz" if self.gzipped else f"{self.name}.log"

    @property
    def log_group(self) -> str:
        """Its log group."""
        return f"/aws/lambda/{self.name}"


def uuid_text(rng: Random) -> str:
    """A random version 4 UUID."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
