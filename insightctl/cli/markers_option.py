"""`--markers SINCE` of the dashboard commands: deployments as vertical lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import terminal

if TYPE_CHECKING:
    from insightctl.cloud.session import Access
    from insightctl.dashboards.model import Marker

DeploymentMarkers = Annotated[
    str | None,
    typer.Option(
        "--markers",
        metavar="SINCE",
        help="Deployments since then (7d) as vertical lines: from 'deployments mark', Lambda and CloudTrail.",
    ),
]


def markers_for(functions: Sequence[str], access: Access, since: str | None) -> tuple[Marker, ...]:
    """The deployments of functions from `since` (as --since takes it) until now; none without `since`.

    No query is run, so it costs nothing. A source that may not be asked is said on stderr.
    Raises UsageError for a wrong time, CloudError when no source could be asked.
    """
    if since is None:
        return ()
    from insightctl.cloud.session import Cloud
    from insightctl.core.job import Target
    from insightctl.core.time import resolve_range
    from insightctl.dashboards.markers import from_deployments
    from insightctl.deployments.mark_groups import MarkGroup
    from insightctl.deployments.timeline import Sources, timeline

    time = resolve_range(since, None, now=datetime.now(UTC), default=since)
    cloud = Cloud(access)
    found = timeline(Sources(cloud=cloud, marks=MarkGroup(cloud)), Target(tuple(functions)), time)
    for refused in found.refused:
        lacks = f" (it needs {refused.permission})" if refused.permission else ""
        terminal.warn(f"--markers: left out: {refused.source}: {refused.reason}{lacks}")
    for sentence in found.warnings:
        terminal.warn(sentence)
    return from_deployments(found.deployments)
