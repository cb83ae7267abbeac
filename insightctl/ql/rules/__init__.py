"""What silently misleads: queries that the service runs and that answer something else than was meant.

One function a rule, grouped by what they look at; each yields warnings over an analysed query. A code's page in
`ql.codes` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from insightctl.ql.analysis import Analysis
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.rules import columns, comparisons, costs, names, order, reports, texts, times

Rule = Callable[[Analysis], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *comparisons.RULES,
    *reports.RULES,
    *times.RULES,
    *texts.RULES,
    *columns.RULES,
    *order.RULES,
    *costs.RULES,
)

ADVICE = frozenset({"QL050", "QL052", "QL058", "QL059", "QL060", "QL070", "QL073", "QL081"})
"""Codes of warnings on how a query is written: told when it is checked, not with each answer."""


def misleading(analysis: Analysis) -> list[Diagnostic]:
    """The warnings of every rule, for the query and the queries inside it; none while the service refuses it."""
    if any(d.severity == "error" for d in analysis.problems):
        return []
    return [found for part in (analysis, *analysis.subqueries) for rule in RULES for found in rule(part)]
