"""The report as Markdown, for the incident channel: log text in it is data, never mark-up."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.render import safe
from insightctl.render.markdown import cell
from insightctl.render.redact import redacted
from insightctl.triage.model import Finding, Report
from insightctl.triage.report import brief, headline, label, looked_at

_IN_FULL, _MOST = 3, 12
_LONGEST = 20_000  # characters of a text that are looked at


def report_markdown(report: Report) -> str:
    """Verdict, the worst findings with evidence and commands, a line for the others, and what was looked at."""
    lines = [f"**{report.verdict.upper()}**: {_text(headline(report))}", ""]
    for number, finding in enumerate(report.findings[:_IN_FULL], 1):
        lines += _finding(number, finding)
    for number, finding in enumerate(report.findings[_IN_FULL:_MOST], _IN_FULL + 1):
        lines += [f"- {number}. {finding.severity}: {_text(finding.title)}"]
    if len(report.findings) > _MOST:
        lines.append(f"- and {len(report.findings) - _MOST} more findings")
    lines += [""] if len(report.findings) > _IN_FULL else []
    for skipped in report.skipped:
        lacks = f" (it needs {skipped.permission})" if skipped.permission else ""
        lines += [f"- left out: {_text(f'{skipped.probe}: {skipped.reason}{lacks}')}", ""]
    lines.append(_text(looked_at(report)))
    return "\n".join(lines)


def _finding(number: int, finding: Finding) -> Iterator[str]:
    yield f"### {number}. {_text(finding.title)}"
    yield ""
    for evidence in finding.evidence:
        yield f"- **{_text(label(evidence.aspect))}**: {_text(evidence.sentence)}"
    yield ""
    yield "```sh"
    for evidence in finding.evidence:
        yield safe.line(evidence.query)
    for step in finding.next:
        yield f"# {safe.line(step)}"
    yield "```"
    yield ""


def _text(sentence: str) -> str:
    return cell(brief(redacted(safe.line(sentence[:_LONGEST]))))
