"""Deployment markers as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from insightctl.core.errors import UsageError
from insightctl.core.time import parse_moment
from insightctl.dashboards.model import Marker


def parse_marker(text: str, *, now: datetime, tz: tzinfo = UTC) -> Marker:
    """`v42=2026-11-23T10:00` or `v42=3h` (ago). Raises UsageError for anything else."""
    label, sign, moment = text.rpartition("=")
    if not (sign and label.strip() and moment.strip()):
        raise UsageError(f"--marker '{text}': not LABEL=TIME", remedy="write --marker 'v42=2026-11-23T10:00:00Z'")
    return Marker(label.strip(), parse_moment(moment, now=now, option="--marker", tz=tz))
