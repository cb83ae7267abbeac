"""What a deployment is, and a timeline of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

Source = Literal["logs", "lambda", "cloudtrail", "git", "mark"]
Kind = Literal["version", "alias", "config", "runtime", "mark", "tag"]

SOURCES: tuple[Source, ...] = get_args(Source)

EVERY_FUNCTION = ""
"""The function of what is not of one: a tag of a repository."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A change of a function went live at a moment (UTC); `source` says who told first, `sources` who told at all.

    `kind`: a version got its first traffic (or was published), an alias was shifted, the configuration changed, AWS
    changed the runtime, somebody left a mark, a tag was made in git. `version` is the one that came, empty where the
    change has none (a configuration of all versions, a runtime). `before` is the version that it took over from.
    `published` is when a version was made, which may be long before `at`. `what` says it in words, `by` who did it.
    """

    function: str
    version: str
    at: datetime
    source: Source = "logs"
    kind: Kind = "version"
    sources: tuple[Source, ...] = ()
    what: str = ""
    by: str | None = None
    alias: str | None = None
    before: str | None = None
    published: datetime | None = None

    def __post_init__(self) -> None:
        if not self.sources:
            object.__setattr__(self, "sources", (self.source,))

    @property
    def is_release(self) -> bool:
        """Whether other code serves from then on: a version, an alias shift, a mark."""
        return self.kind in ("version", "alias", "mark")


@dataclass(frozen=True, slots=True)
class Weight:
    """A version's share of an alias's traffic, from 0 to 1."""

    version: str
    share: float


@dataclass(frozen=True, slots=True)
class Alias:
    """Where an alias points now: every version that it serves, the largest share first."""

    function: str
    name: str
    weights: tuple[Weight, ...]

    def __str__(self) -> str:
        if len(self.weights) == 1:
            return f"{self.name} → {self.weights[0].version}"
        shares = ", ".join(f"{weight.version} ({weight.share * 100:g} %)" for weight in self.weights)
        return f"{self.name} → {shares}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A source that could not be asked, why, and the IAM permission that it lacks where that is why."""

    source: Source
    reason: str
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Deployments of one time range, oldest first, the aliases as they are now, and the sources that are missing."""

    deployments: tuple[Deployment, ...] = ()
    aliases: tuple[Alias, ...] = ()
    refused: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = field(default=())
