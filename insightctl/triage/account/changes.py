"""Deployments and configuration changes: versions and aliases of the Lambda API, CloudTrail, marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from insightctl.core.time import TimeRange, to_ms
from insightctl.deployments import Alias, Deployment
from insightctl.deployments.functions import aliases, versions
from insightctl.deployments.mark_groups import MarkGroup
from insightctl.deployments.marks import Mark
from insightctl.deployments.merge import merged
from insightctl.deployments.trail import Trail, trail
from insightctl.triage.account.probing import Probes

if TYPE_CHECKING:
    from concurrent.futures import Future

    from insightctl.cloud.session import Cloud

_BEFORE = timedelta(hours=1)
"""What changed shortly before the range may be behind what is seen at its start."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that was told, merged, oldest first."""

    deployments: tuple[Deployment, ...]
    aliases: tuple[Alias, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The calls under way."""

    versions: Future[tuple[Deployment, ...]]
    aliases: Future[tuple[Alias, ...]]
    trail: Future[Trail]
    marks: Future[tuple[Mark, ...]]
    time: TimeRange

    def read(self) -> Changes:
        """Waits for them."""
        known, told, marks = self.versions.result(), self.trail.result(), self.marks.result()
        every = merged((*known, *told.deployments, *(mark.deployment for mark in marks)))
        near = tuple(d for d in every if self.time.start <= d.at < self.time.end)
        return Changes(near, self.aliases.result(), told.warnings)


def ask(probes: Probes, cloud: Cloud, on_lambda: Any, functions: Sequence[str], time: TimeRange) -> Asked:
    """Starts the calls. What makes a client of its own has a session of its own: those are not for several threads."""
    from insightctl.cloud.session import Cloud

    access = cloud.access
    wide = TimeRange(to_ms(time.start - _BEFORE), time.end_ms)
    return Asked(
        probes.submit("versions", partial(versions, cloud, functions, on_lambda), ()),
        probes.submit("aliases", partial(aliases, cloud, functions, on_lambda), ()),
        probes.submit("trail", partial(trail, Cloud(access), functions, wide), Trail(())),
        probes.submit("marks", partial(MarkGroup(Cloud(access)).read, functions, wide.start), ()),
        wide,
    )
