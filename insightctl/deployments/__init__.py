"""Deployments: which version of which function went live when, told by logs, Lambda, CloudTrail, git and marks.

    from insightctl.deployments.timeline import Sources, timeline

    found = timeline(Sources(backend, cloud, MarkGroup(cloud)), Target(("checkout",)), time)
    found.deployments       # (Deployment("checkout", "42", at=..., sources=("logs", "lambda", "cloudtrail")), ...)
    found.refused           # (Refused("cloudtrail", "not allowed: ...", "cloudtrail:LookupEvents"),)

A source is one module: `logs` reads the answers of curated queries, `functions` asks Lambda, `trail` CloudTrail,
`tags` git, `mark_groups` keeps and reads marks; `merge` makes one entry of one event, `timeline` asks them all.
"""

from insightctl.deployments.deployment import (
    SOURCES,
    Alias,
    Deployment,
    Kind,
    Refused,
    Source,
    Timeline,
    Weight,
)
from insightctl.deployments.logs import from_result, runtime_updates

__all__ = [
    "SOURCES",
    "Alias",
    "Deployment",
    "Kind",
    "Refused",
    "Source",
    "Timeline",
    "Weight",
    "from_result",
    "runtime_updates",
]
