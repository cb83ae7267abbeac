"""Findings for people: message, file:line:col, the source line with carets, the JSON path, the help."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.core.finding import Finding
from insightctl.dashboards.lint.found import LintFinding
from insightctl.ql.diagnostics import Diagnostic, render


def render_finding(finding: LintFinding, text: str, source: str) -> str:
    """One finding as text; nothing in it is made safe for a terminal yet."""
    diagnostic = Diagnostic(finding.code, finding.message, finding.span, finding.help, finding.severity)
    *lines, last = render(diagnostic, text, source).split("\n")
    gutter = " " * len(str(finding.line))
    at = f"{gutter} = path: {finding.path}"
    return "\n".join([*lines, at, last] if finding.help else [*lines, last, at])


def for_machines(findings: Sequence[LintFinding], file: str) -> tuple[Finding, ...]:
    """The findings as the formats of `insightctl.render.findings` take them."""
    return tuple(
        Finding(file, f.code, f.severity, f.message, f.help, f.line, f.col, f.end_line, f.end_col, f.path)
        for f in findings
    )


def summary(findings: Sequence[LintFinding | Finding]) -> str:
    """`2 errors, 1 warning`, or `no findings`."""
    counted = [(kind, sum(finding.severity == kind for finding in findings)) for kind in ("error", "warning", "info")]
    told = [f"{n} {kind}{'s' if n > 1 and kind != 'info' else ''}" for kind, n in counted if n]
    return ", ".join(told) or "no findings"
