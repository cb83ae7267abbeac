"""Findings for machines: JSON, and the annotations of GitHub Actions. For people `ql.diagnostics` draws the source line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from insightctl.core.finding import Finding
from insightctl.render import safe


def to_json(findings: Sequence[Finding]) -> str:
    """`{"schema": 1, "diagnostics": [...]}`, one object a finding (architecture, section 7)."""
    document = {"schema": 1, "diagnostics": [asdict(finding) for finding in findings]}
    return safe.json_text(json.dumps(document, indent=2, ensure_ascii=False))


_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def to_github(findings: Sequence[Finding]) -> str:
    """A workflow command a finding, which GitHub shows beside the line of the pull request."""
    return "\n".join(_annotation(finding) for finding in findings)


def _annotation(finding: Finding) -> str:
    place = {
        "file": finding.file,
        "line": finding.line,
        "endLine": finding.end_line,
        "col": finding.col,
        "endColumn": finding.end_col,
        "title": finding.code,
    }
    if finding.end_line != finding.line:
        del place["col"], place["endColumn"]  # GitHub takes columns on one line only
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    message = finding.message + (f"\nhelp: {finding.help}" if finding.help else "")
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return safe.text(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Sequence[Finding]], str]] = {"json": to_json, "github": to_github}
"""The formats for machines by name."""
