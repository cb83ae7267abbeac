"""The report as JSON (architecture, section 7)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from insightctl.deployments.document import deployment_object
from insightctl.render import safe
from insightctl.render.machine import json_value
from insightctl.triage.model import Finding, Report

if TYPE_CHECKING:
    from insightctl.triage.clusters import Cluster

SCHEMA = 1
_CLUSTERS = 50


def report_json(report: Report) -> str:
    """One JSON object, in which nothing is left that a terminal would obey."""
    return safe.json_text(json.dumps(document(report), indent=2, ensure_ascii=False))


def document(report: Report) -> dict[str, object]:
    """The object: moments as ISO 8601 UTC, what is absent as null."""
    time, tally = report.time, report.statistics
    return {
        "schema": SCHEMA,
        "target": report.target,
        "time": {"start": json_value(time.start) if time else None, "end": json_value(time.end) if time else None},
        "verdict": report.verdict,
        "findings": [_finding(finding) for finding in report.findings],
        "clusters": [_cluster(each) for each in report.clusters[:_CLUSTERS]],
        "deployments": [deployment_object(each) for each in report.deployments],
        "statistics": {name: json_value(getattr(tally, name)) for name in type(tally).__slots__},
        "skipped": [{"probe": s.probe, "reason": s.reason, "permission": s.permission} for s in report.skipped],
        "warnings": list(report.warnings),
    }


def _finding(finding: Finding) -> dict[str, object]:
    cause = finding.cause
    return {
        "code": finding.code,
        "severity": finding.severity,
        "title": finding.title,
        "function": finding.function,
        "version": finding.version,
        "started": json_value(finding.started),
        "started_low": json_value(finding.started_low),
        "started_high": json_value(finding.started_high),
        "cause": {"kind": cause.kind, "version": cause.version, "at": json_value(cause.at)},
        "confidence": finding.confidence,
        "evidence": [
            {"query": e.query, "sentence": e.sentence, "rows": [json_value(row) for row in e.rows]}
            for e in finding.evidence
        ],
        "next": list(finding.next),
    }


def _cluster(each: Cluster) -> dict[str, object]:
    new = each.new_since
    return {
        "type": each.error_type,
        "frame": str(each.frame) if each.frame else None,
        "message": each.message,
        "functions": list(each.functions),
        "versions": list(each.versions),
        "count": each.count,
        "share": round(each.share, 4),
        "first_seen": json_value(each.first_seen),
        "last_seen": json_value(each.last_seen),
        "trend": each.trend,
        "handled": each.handled,
        "new_since": {"function": new.function, "version": new.version, "at": json_value(new.at)} if new else None,
        "samples": list(each.samples or each.streams),
    }
