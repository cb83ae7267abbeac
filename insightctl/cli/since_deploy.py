"""`--since deploy`: from the last deployment of the functions on, with as much before it to hold it against."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.cli import terminal
from insightctl.cli.setup import When, Where, prepare
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.deployments import Timeline

WORD = "deploy"
_BACK = "7d"
_LEAST = timedelta(hours=1)


def since_deploy(where: Where, when: When) -> When:
    """The options with `--since deploy` as the moment it means; any others as they are.

    On the service marks, Lambda and CloudTrail of the last 7 days are asked (no query runs), on local files the logs and
    marks. The range starts before the deployment by as much as there is after it, an hour at least. Raises UsageError
    when there was none, InsightctlError.
    """
    if when.since != WORD:
        return when
    found = _timeline(where, replace(when, since=None if where.on_files else _BACK))
    for refused in found.refused:
        terminal.warn(f"--since deploy: left out: {refused.source}: {refused.reason}")
    last = max((d.at for d in found.deployments if d.is_release), default=None)
    if last is None:
        raise UsageError(
            "--since deploy: no deployment was found" + ("" if where.on_files else " in the last 7 days"),
            remedy="say a time (--since 3h), or mark deployments: insightctl deployments mark -f NAME --version V",
        )
    end = last if where.on_files else datetime.now(UTC)
    start = last - max(_LEAST, end - last)
    return replace(when, since=start.isoformat(timespec="seconds"))


def _timeline(where: Where, when: When) -> Timeline:
    from insightctl.cli.accounts import accesses, settings
    from insightctl.cloud.session import Cloud
    from insightctl.deployments.mark_groups import MarkFile, MarkGroup
    from insightctl.deployments.timeline import Sources, timeline

    prepared = prepare(where, when)
    if where.on_files:
        folder = next((Path(path) for path in where.local if Path(path).is_dir()), None)
        return timeline(
            Sources(prepared.backend, marks=MarkFile(folder) if folder else None), prepared.target, prepared.time
        )
    cloud = Cloud(accesses(settings(), where.profiles, where.regions)[0])
    return timeline(Sources(cloud=cloud, marks=MarkGroup(cloud)), prepared.target, prepared.time)
