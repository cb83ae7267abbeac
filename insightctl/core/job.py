"""What is asked of a backend, and what a backend is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from insightctl.core.arns import default_group, function_ref
from insightctl.core.result import Result
from insightctl.core.services import Service, Tag
from insightctl.core.time import TimeRange

DEFAULT_ROWS = 10_000
"""What the service returns at most when a query has no `limit` (CloudWatch Logs quota)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which logs, as people say it; `insightctl.cloud.targets.resolve` finds the log groups.

    `functions`: names, globs, /regex/, ARNs, `name:alias`, `name:version`. `log_groups`: names, globs, /regex/, ARNs.
    `stacks`: CloudFormation stacks. `tags`: what has all of them. `services`: from insightctl.toml or SSM.
    `accounts`: ids of accounts that are linked to this monitoring account, or `all`.
    """

    functions: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    services: tuple[Service, ...] = ()
    accounts: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """Log group names or globs of what is known without AWS; a function stands for its default log group."""
        groups = [*self.log_groups, *(name for each in self.services for name in each.log_groups)]
        functions = [*self.functions, *(name for each in self.services for name in each.functions)]
        return tuple(groups) + tuple(default_group(function_ref(name).name) for name in functions)

    @property
    def is_empty(self) -> bool:
        """Whether no logs are named."""
        return not (self.functions or self.log_groups or self.stacks or self.tags or self.services)

    def __str__(self) -> str:
        tags = tuple(key if value is None else f"{key}={value}" for key, value in self.tags)
        services = tuple(service.name for service in self.services)
        return ", ".join(self.functions + self.log_groups + self.stacks + tags + services) or "everything"


@dataclass(frozen=True, slots=True)
class QueryJob:
    """One query to run: checked Insights QL, where, when. `time` None means the data's own span (local only).

    `span`: the answer then tells that span, which costs the local engine a pass over the files.
    """

    text: str
    target: Target = Target()
    time: TimeRange | None = None
    name: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    max_rows: int = DEFAULT_ROWS
    span: bool = True


class Backend(Protocol):
    """Runs a job and returns its whole answer."""

    def run(self, job: QueryJob) -> Result:
        """Run to the end. Raises InsightctlError; on Ctrl-C it stops what it started and raises Interrupted."""
        ...

    def source(self) -> dict[str, object]:
        """What `source` says in JSON output: `kind` is "local" or "cloudwatch", the rest names where from."""
        ...
