"""The lint: JSON text -> findings with their places."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from insightctl.core.finding import Severity
from insightctl.dashboards.lint import (
    aws_names,
    expressions,
    limits,
    logs,
    misleading,
    rows,
    structure,
    times,
    variables,
    views,
)
from insightctl.dashboards.lint.codes import CODES
from insightctl.dashboards.lint.found import Found, LintFinding
from insightctl.dashboards.lint.places import Document, NotJson, read
from insightctl.dashboards.rules.node import Node
from insightctl.ql.spans import Span

Check = Callable[[rows.Body], Iterator[Found]]
"""A rule of the lint: from the whole body to what is wrong in it."""

IsChecked = Callable[[str], bool]

CHECKS: tuple[Check, ...] = (
    structure.structure,
    rows.dots,
    expressions.expressions,
    limits.limits,
    limits.charts,
    aws_names.regions,
    aws_names.accounts,
    aws_names.arns,
    aws_names.repeated_alarms,
    views.views,
    variables.variables,
    times.times,
    logs.language,
    logs.shown,
    logs.cost,
    misleading.misleading,
)


def lint_body(text: str, is_checked: IsChecked | None = None) -> tuple[LintFinding, ...]:
    """What is wrong with a dashboard body, in order of place; never raises for its content.

    Queries of log widgets that are known to be right (`is_checked`) are not read again.

    The text is the body, or what `aws cloudwatch get-dashboard` prints.
    Codes are DLnnn (`CODES`), and QLnnn for the queries of log widgets. Lines and columns count from 1, in code points.
    """
    try:
        document = read(text)
    except NotJson as error:
        found = Found("DL001", "$", error.message, _not_json_help(text, error.at))
        return (_Placer(text).finding(found, Span(error.at, error.at + 1)),)
    inner = _answer_of_get_dashboard(document)
    return _place(document, _everything(document, is_checked)) if inner is None else _moved(document, inner)


def _answer_of_get_dashboard(document: Document) -> str | None:
    """The body inside of what `aws cloudwatch get-dashboard` prints."""
    value = document.value
    if not isinstance(value, dict) or "widgets" in value or not isinstance(value.get("DashboardBody"), str):
        return None
    return str(value["DashboardBody"])


def _moved(document: Document, inner: str) -> tuple[LintFinding, ...]:
    """The findings of a body that stands as a string in the document, at their places there."""
    placer, offsets = _Placer(document.text), document.offsets("$.DashboardBody")
    moved = []
    for each in lint_body(inner):
        span = Span(*(offsets[min(offset, len(offsets) - 1)] for offset in each.span))
        moved.append(placer.finding(Found(each.code, each.path, each.message, each.help, each.severity), span))
    return tuple(moved)


def lint_value(body: object) -> tuple[LintFinding, ...]:
    """The same of a body as a value; places are those of the value as `json.dumps(indent=2)` writes it."""
    return lint_body(json.dumps(body, indent=2, ensure_ascii=False, default=str))


def _everything(document: Document, is_checked: IsChecked | None) -> Iterator[Found]:
    root = Node(document.value)
    for path, _ in document.repeated:
        yield Found("DL006", path, f"the key '{path.rpartition('.')[2]}' stands twice; the last counts", on_key=True)
    if not root.is_object:
        yield Found("DL002", "$", "a dashboard body is a JSON object")
        return
    body = rows.Body(root, is_checked)
    for check in CHECKS:
        yield from check(body)


def _place(document: Document, found: Iterable[Found]) -> tuple[LintFinding, ...]:
    placer = _Placer(document.text)
    findings = [placer.finding(each, _span(document, each)) for each in dict.fromkeys(found)]
    return tuple(sorted(findings, key=lambda finding: (finding.span.start, finding.code)))


def _span(document: Document, found: Found) -> Span:
    if found.within is not None:
        return document.inside(found.path, found.within)
    return document.key(found.path) if found.on_key else document.head(found.path)


class _Placer:
    """Offsets to lines and columns, for many offsets of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def finding(self, found: Found, span: Span) -> LintFinding:
        line, col = self._place(span.start)
        end_line, end_col = self._place(span.end)
        severity: Severity = found.severity or CODES[found.code].severity
        return LintFinding(
            found.code, severity, found.message, found.help, found.path, span, line, col, end_line, end_col
        )

    def _place(self, offset: int) -> tuple[int, int]:
        offset = min(offset, len(self.text))
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def _not_json_help(text: str, at: int) -> str | None:
    rest = text[at : at + 2]
    if not text.strip():
        return 'the smallest body is {"widgets": []}'
    if rest.startswith("'"):
        return "JSON has double quotes"
    if rest in ("//", "/*") or rest.startswith("#"):
        return "JSON has no comments"
    if rest == "${" or rest == "{{":
        return "a template is JSON only once its values are filled in, or stand in quotes"
    return None
