"""Findings as SARIF 2.1.0, which code scanning of GitHub, GitLab and editors reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote

from insightctl.core.finding import Finding
from insightctl.dashboards.lint.codes import CODES
from insightctl.ql.codes import CODES as QL_CODES
from insightctl.ql.codes import Code

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def to_sarif(findings: Sequence[Finding], version: str) -> str:
    """One run of the tool with its rules and results; `version` is insightctl's."""
    codes = sorted({finding.code for finding in findings})
    driver = {"name": "insightctl dashboard lint", "version": version, "rules": [_rule(code) for code in codes]}
    results = [_result(finding, codes.index(finding.code)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(name: str) -> Mapping[str, object]:
    code: Code | None = CODES.get(name) or QL_CODES.get(name)
    if code is None:
        return {"id": name}
    text = f"{code.why}\n\nWrong: {code.wrong}\n\nRight: {code.right}"
    return {
        "id": name,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.why},
        "help": {"text": text},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(finding: Finding, rule: int) -> Mapping[str, object]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.col,
        "endLine": finding.end_line,
        "endColumn": finding.end_col,
    }
    place: dict[str, object] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(finding.file)}, "region": region},
    }
    if finding.path is not None:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    message = finding.message + (f" ({finding.help})" if finding.help else "")
    level = _LEVELS[finding.severity]
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": message},
        "locations": [place],
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), safe="/")
