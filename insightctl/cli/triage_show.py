"""Reports of triage as text, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.cli import terminal

if TYPE_CHECKING:
    from insightctl.triage import Report

FORMATS = ("table", "json", "markdown", "html")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a report is shown: a format of FORMATS, the file it goes to, whether in full, whether redacted."""

    output: str = "table"
    out: str | None = None
    details: bool = False
    redact: bool = True

    @property
    def width(self) -> int | None:
        """Of the terminal; None when the text goes elsewhere."""
        return None if self.out else terminal.width()


def show(report: Report, shown: Shown) -> None:
    """Prints the report, or writes it to its file; warnings go to stderr. Raises InsightctlError."""
    put(text_of(report, shown), shown)
    if shown.output != "json":
        for sentence in report.warnings:
            terminal.warn(sentence)


def put(text: str, shown: Shown) -> None:
    """Text to its file, or to the terminal. Raises InsightctlError."""
    if shown.out:
        terminal.write_file(Path(shown.out), text + "\n")
    else:
        print(text, flush=True)


def text_of(report: Report, shown: Shown) -> str:
    """The report in its format."""
    if shown.output == "json":
        from insightctl.triage.document import report_json

        return report_json(report)
    if shown.output == "markdown":
        from insightctl.triage.markdown import report_markdown

        return report_markdown(report)
    if shown.output == "html":
        from insightctl.triage.html import report_html

        return report_html(report, redact=shown.redact)
    from insightctl.render import RenderOptions
    from insightctl.triage.report import report_text

    width = shown.width
    return report_text(
        report, RenderOptions(width=width, colour=terminal.colour(width is not None)), details=shown.details
    )
