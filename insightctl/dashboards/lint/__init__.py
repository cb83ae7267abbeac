"""The lint of dashboard bodies: text in, findings with code, JSON path and place out.

    for finding in lint_body(text):
        print(finding.line, finding.col, finding.code, finding.path, finding.message)

A rule is a function from the body to what it finds (`found.Check`), listed in `check.CHECKS`; a code has its page in
`codes`. `structure` brings the rules of `insightctl.dashboards.rules` in; the rest knows what no schema can say.
"""

from insightctl.dashboards.lint.check import lint_body, lint_value
from insightctl.dashboards.lint.codes import CODES, page
from insightctl.dashboards.lint.found import LintFinding

__all__ = ["CODES", "LintFinding", "lint_body", "lint_value", "page"]
