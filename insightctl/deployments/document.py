"""A timeline as JSON (architecture, section 7) and as a result that every output format shows."""

from __future__ import annotations

import json

from insightctl.core.result import Column, Result
from insightctl.core.time import TimeRange, iso
from insightctl.deployments.deployment import Deployment, Timeline
from insightctl.render import safe

SCHEMA = 1
_COLUMNS = (
    Column("at", "timestamp"),
    Column("kind", "string"),
    Column("function", "string"),
    Column("version", "string"),
    Column("what", "string"),
    Column("by", "string"),
    Column("sources", "string"),
)


def as_result(found: Timeline, time: TimeRange | None) -> Result:
    """One row an entry, oldest first."""
    rows = tuple(
        (
            each.at,
            each.kind,
            each.function or None,
            each.version or None,
            _what(each),
            each.by,
            ", ".join(each.sources),
        )
        for each in found.deployments
    )
    return Result(_COLUMNS, rows, warnings=found.warnings, time=time)


def _what(each: Deployment) -> str:
    after = f" (before: {each.before})" if each.before else ""
    return f"{each.what}{after}"


def timeline_json(found: Timeline, target: str, time: TimeRange | None) -> str:
    """One JSON object, in which nothing is left that a terminal would obey."""
    document = {
        "schema": SCHEMA,
        "target": target,
        "time": {"start": iso(time.start) if time else None, "end": iso(time.end) if time else None},
        "deployments": [deployment_object(each) for each in found.deployments],
        "aliases": [
            {
                "function": alias.function,
                "alias": alias.name,
                "weights": [{"version": weight.version, "share": weight.share} for weight in alias.weights],
            }
            for alias in found.aliases
        ],
        "skipped": [{"source": r.source, "reason": r.reason, "permission": r.permission} for r in found.refused],
        "warnings": list(found.warnings),
    }
    return safe.json_text(json.dumps(document, indent=2, ensure_ascii=False))


def deployment_object(each: Deployment) -> dict[str, object]:
    """One entry: moments as ISO 8601 UTC, what is absent as null."""
    return {
        "function": each.function or None,
        "version": each.version or None,
        "at": iso(each.at),
        "source": each.source,
        "sources": list(each.sources),
        "kind": each.kind,
        "what": each.what or None,
        "by": each.by,
        "alias": each.alias,
        "before": each.before,
        "published_at": iso(each.published) if each.published else None,
    }
