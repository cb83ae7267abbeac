"""What changed about a function: settings, runtimes, aliases, the code of $LATEST; and what may be behind an onset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insightctl.core.time import from_ms, to_ms
from insightctl.deployments import Deployment
from insightctl.triage.facts import Bin
from insightctl.triage.model import Cause, CauseKind
from insightctl.triage.service import Change as Told
from insightctl.triage.service import ServiceFacts

_KINDS: Mapping[str, CauseKind] = {"memory": "memory", "runtime": "runtime"}
_NEAR_MS = 300_000
_BY_ALIAS_MS = 600_000
LATEST = "$LATEST"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that no version in the logs tells changed at a moment (UTC ms, between `low_ms` and it).

    `kind`: memory, runtime (as the logs show it), config, code, alias (as AWS tells it). `version`: the one that came.
    `is_less`: there is less memory since.
    """

    kind: str
    at_ms: int
    low_ms: int
    what: str
    version: str | None = None
    is_less: bool = False

    @property
    def cause(self) -> Cause:
        """What it is as a cause: a memory size, a runtime, or what somebody deployed."""
        return Cause(_KINDS.get(self.kind, "deployment"), self.version, from_ms(self.at_ms))


def candidates(
    of_logs: Sequence[Deployment], service: ServiceFacts | None, function: str, bins: Sequence[Bin]
) -> tuple[Deployment, ...]:
    """The deployments of a function that may explain its failures: as logs tell them.

    Where invocations do not tell their versions, those that AWS knows count as well: only the moment is looked at.
    """
    told = tuple(d for d in of_logs if d.function == function and d.kind == "version")
    if service is None or any(bin.version is not None for bin in bins):
        return told
    more = [d for d in service.deployments if d.function == function and d.is_release]
    return tuple(sorted((*told, *more), key=lambda deployment: (deployment.at, deployment.version)))


def with_service(
    seen: Sequence[Change],
    service: ServiceFacts | None,
    function: str,
    deployed: Sequence[Deployment],
) -> tuple[Change, ...]:
    """The changes that the logs show, and those that AWS tells and nothing in the logs does, oldest first."""
    told = [] if service is None else [change for change in service.changes if change.function == function]
    live = [to_ms(each.at) for each in deployed]
    more = [_change(change) for change in told]
    kept = [
        change
        for change in more
        if not (change.kind == "alias" and _near(change.at_ms, live, _BY_ALIAS_MS))
        and not (change.kind == "code" and change.at_ms in live)
        and not (change.kind in ("config", "runtime") and _shown(change, seen))
    ]
    return tuple(sorted((*seen, *kept), key=lambda change: change.at_ms))


def _change(told: Told) -> Change:
    at_ms = to_ms(told.at)
    kind = "code" if told.kind == "version" else told.kind
    version = told.version or None if kind in ("code", "alias") else None
    return Change(kind, at_ms, at_ms, sentence(told), version)


def sentence(told: Told) -> str:
    """What changed, who did it and who told."""
    what = "$LATEST: " + told.what if told.version == LATEST and told.kind == "version" else told.what
    sources = {"cloudtrail": "CloudTrail", "lambda": "Lambda"}
    by = f"by {told.by}, " if told.by else ""
    return f"{what} ({by}says {sources.get(told.source, told.source)})"


def _shown(change: Change, seen: Sequence[Change]) -> bool:
    """Whether the logs show the same change: they know when it came to serve."""
    return any(
        abs(each.at_ms - change.at_ms) <= _NEAR_MS and (each.kind in change.what or each.kind == change.kind)
        for each in seen
    )


def _near(at_ms: int, moments: Sequence[int], most_ms: int) -> bool:
    return any(abs(at_ms - moment) <= most_ms for moment in moments)
