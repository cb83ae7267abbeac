"""Functions and trail events of an account, stated exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LATEST = "$LATEST"


@dataclass(frozen=True, slots=True)
class Config:
    """What a version of a function is set to. Memory in MB, timeout in seconds, `layers` and `dead_letter` ARNs."""

    runtime: str = "python3.12"
    memory_mb: int = 128
    timeout_s: int = 3
    architecture: str = "x86_64"
    handler: str = "app.handler"
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    dead_letter: str | None = None
    description: str = ""
    code_sha256: str | None = None
    log_group: str | None = None
    runtime_arn: str | None = None
    snap_start: str = "None"


@dataclass(frozen=True, slots=True)
class Version:
    """A published version; UTC ms of its publication."""

    version: str
    modified_ms: int
    config: Config


@dataclass(frozen=True, slots=True)
class Alias:
    """An alias: its version, and the shares (0 to 1) that go to others."""

    name: str
    version: str
    weights: Mapping[str, float] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Provisioned concurrency of an alias or version."""

    qualifier: str
    requested: int
    allocated: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class Source:
    """An event source mapping."""

    arn: str
    state: str = "Enabled"
    batch_size: int = 10
    alias: str | None = None
    bisect: bool | None = None
    retries: int | None = None
    on_failure: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function: $LATEST's configuration and when that changed last (UTC ms), and all that hangs on it."""

    name: str
    modified_ms: int
    config: Config = Config()
    versions: tuple[Version, ...] = ()
    aliases: tuple[Alias, ...] = ()
    reserved: int | None = None
    provisioned: tuple[Provisioned, ...] = ()
    sources: tuple[Source, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """A management event: its name as CloudTrail writes it (UpdateAlias20150331), UTC ms, who, what was asked."""

    name: str
    at_ms: int
    user: str = "deployer"
    source: str = "lambda.amazonaws.com"
    request: Mapping[str, object] = field(default_factory=dict)
    response: Mapping[str, object] | None = None
    resource: str | None = None
    read_only: bool = False
    error: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """All facts of an account. They hold in every region unless an event names one. `concurrency` is its limit."""

    functions: tuple[Function, ...] = ()
    events: tuple[TrailEvent, ...] = ()
    concurrency: int = 1000

    def function(self, name: str) -> Function | None:
        """The function of a name."""
        return next((one for one in self.functions if one.name == name), None)
