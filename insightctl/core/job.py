"""What is asked of a backend, and what a backend is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from insightctl.core.result import Result
from insightctl.core.time import TimeRange

DEFAULT_ROWS = 10_000
"""What the service returns at most when a query has no `limit` (CloudWatch Logs quota)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which logs: function names or globs (`/aws/lambda/NAME`), and log group names or globs."""

    functions: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """Log group names or globs; a function stands for its default log group."""
        return self.log_groups + tuple(f"/aws/lambda/{name}" for name in self.functions)

    def __str__(self) -> str:
        return ", ".join(self.functions + self.log_groups) or "everything"


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
