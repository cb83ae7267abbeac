"""Deployment markers: as people type them, and out of a timeline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from insightctl.core.errors import UsageError
from insightctl.core.time import parse_moment
from insightctl.dashboards.model import Marker
from insightctl.deployments import Deployment

MOST_MARKERS = 30
"""Lines beyond these hide the metrics."""

_SAME = timedelta(minutes=15)  # a version is published, shifted to and marked within minutes: one line


def parse_marker(text: str, *, now: datetime, tz: tzinfo = UTC) -> Marker:
    """`v42=2026-11-23T10:00` or `v42=3h` (ago). Raises UsageError for anything else."""
    label, sign, moment = text.rpartition("=")
    if not (sign and label.strip() and moment.strip()):
        raise UsageError(f"--marker '{text}': not LABEL=TIME", remedy="write --marker 'v42=2026-11-23T10:00:00Z'")
    return Marker(label.strip(), parse_moment(moment, now=now, option="--marker", tz=tz))


def from_deployments(deployments: Iterable[Deployment], most: int = MOST_MARKERS) -> tuple[Marker, ...]:
    """A marker for each release (version, alias shift, mark), oldest first; the newest `most` when there are more.

    Releases of the same version of a function within 15 minutes are one. Whole seconds: the body stays the same
    when a source is asked again.
    """
    last: dict[tuple[str, str], datetime] = {}
    markers: list[Marker] = []
    for each in sorted(deployments, key=lambda d: (d.at, d.function, d.version)):
        key = (each.function, each.version)
        if not each.is_release or (key in last and each.at - last[key] <= _SAME):
            continue
        last[key] = each.at
        markers.append(Marker(_label(each), each.at.replace(microsecond=0), each.function or None))
    return tuple(markers[-most:])


def _label(each: Deployment) -> str:
    alias = f" {each.alias}" if each.alias else ""
    arrow = " →" if each.alias else ""
    return " ".join(f"{each.function}{alias}{arrow} {each.version}".split())
