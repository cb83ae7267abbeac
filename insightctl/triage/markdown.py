"""The report as Markdown, for the incident channel: log text in it is data, never mark-up."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.render import safe
from insightctl.render.markdown import cell
from insightctl.triage.model import Finding, Report
from insightctl.triage.report import LABELS, headline, looked_at


def report_markdown(report: Report) -> str:
    """Verdict, one section a finding, and what was looked at."""
    lines = [f"**{report.verdict.upper()}**: {_text(headline(report))}", ""]
    for number, finding in enumerate(report.findings, 1):
        lines += _finding(number, finding)
    for skipped in report.skipped:
        lacks = f" (it needs {skipped.permission})" if skipped.permission else ""
        lines += [f"- left out: {_text(f'{skipped.probe}: {skipped.reason}{lacks}')}", ""]
    lines.append(_text(looked_at(report)))
    return "\n".join(lines)


def _finding(number: int, finding: Finding) -> Iterator[str]:
    yield f"### {number}. {_text(finding.title)}"
    yield ""
    for evidence in finding.evidence:
        yield f"- **{LABELS[evidence.aspect]}**: {_text(evidence.sentence)}"
    yield ""
    yield "```sh"
    for evidence in finding.evidence:
        yield safe.line(evidence.query)
    for step in finding.next:
        yield f"# {safe.line(step)}"
    yield "```"
    yield ""


def _text(sentence: str) -> str:
    return cell(safe.line(sentence))
