"""Metrics that are drawn and say something else than they seem to."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from insightctl.dashboards.lint import insights, maths
from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.known import LAMBDA, NAMESPACES, is_count, is_ones
from insightctl.dashboards.lint.rows import Body, MetricWidget, Row
from insightctl.dashboards.lint.templates import has_hole, is_template

_PERCENTILE = re.compile(r"(?:p|tm|wm|tc|ts)\d|IQM|(?:PR|TM|WM|TC|TS)\(")
_SHORT = len("aws/sevench")
_LIMITING = ("SLICE", "SORT", "SUM", "AVG", "MAX", "MIN", "STDDEV", "METRIC_COUNT", "FIRST", "LAST")


def misleading(body: Body) -> Iterator[Found]:
    """Statistics that do not fit, names that are nearly right, and searches that draw without end."""
    for widget in body.metric_widgets:
        for row in widget.rows:
            if len(row.names) >= 2 and row.is_whole:
                yield from _statistic(widget, row)
                yield from _names(row)
        yield from _endless(widget)


def _statistic(widget: MetricWidget, row: Row) -> Iterator[Found]:
    namespace, metric = row.names[:2]
    where = widget.stat(row)
    stat = where.text if where else "Average"
    if stat is None:
        return
    path = where.path if where else row.node.path
    if _PERCENTILE.match(stat) and is_count(metric):
        message = f"{stat} of '{metric}': a count has no unit and no distribution, each data point counts one"
        yield Found("DL063", path, message, "Sum, or a percentile of what is measured (Duration)")
    elif stat == "Average" and is_ones(namespace, metric) and not _is_divided(widget, row):
        said = "Average" if where else "no statistic is named, so Average"
        yield Found("DL065", path, f"{said} of '{metric}': each data point is 1, so it is always 1", "Sum")


def _is_divided(widget: MetricWidget, row: Row) -> bool:
    """Whether the row is hidden and only feeds an expression, which may want just that."""
    return not row.is_visible and any(other.expression for other in widget.rows)


def _names(row: Row) -> Iterator[Found]:
    items = list(row.node.items())
    namespace, metric = row.names[:2]
    if is_template(namespace) or is_template(metric):
        return
    if items[0].text == namespace and (known := _namespace_meant(namespace)):
        help_ = f"did you mean '{known}'?"
        yield Found("DL067", items[0].path, f"no service has the namespace '{namespace}'", help_)
    elif namespace == "AWS/Lambda" and metric not in LAMBDA and len(items) > 1 and items[1].text == metric:
        near = difflib.get_close_matches(metric, LAMBDA, n=1, cutoff=0.8)
        if near:
            yield Found("DL067", items[1].path, f"Lambda has no metric '{metric}'", f"did you mean '{near[0]}'?")


def _namespace_meant(namespace: str) -> str | None:
    """The namespace that is spelt nearly so; short ones (ECS, EKS) only when nothing but their case differs."""
    lowered = {known.lower(): known for known in NAMESPACES}
    word = namespace.lower()
    if namespace in NAMESPACES or not word.startswith("aws/"):
        return None
    near = [word] if word in lowered else []
    if not near and len(word) > _SHORT:
        near = difflib.get_close_matches(word, list(lowered), n=1, cutoff=0.88)
    return lowered[near[0]] if near else None


def _endless(widget: MetricWidget) -> Iterator[Found]:
    """The first search or grouping of a widget that may draw up to 500 lines."""
    used = {name for row in widget.rows if row.expression for name, _ in maths.read(row.expression).names}
    for row in widget.rows:
        text = row.expression
        if text is None or not row.is_visible or row.id in used or has_hole(text):
            continue
        path = row.options.get("expression").path
        if insights.is_query(text):
            if re.search(r"\bGROUP\s+BY\b", text, re.IGNORECASE) and not re.search(r"\bLIMIT\b", text, re.IGNORECASE):
                yield Found("DL064", path, "GROUP BY without LIMIT may draw 500 lines", "ORDER BY MAX() DESC LIMIT 10")
                return
            continue
        for call in maths.read(text).calls:
            if call.name == "SEARCH" and not set(call.within) & set(_LIMITING):
                help_ = "SLICE(SORT(SEARCH(...), MAX, DESC), 0, 10), or SUM(SEARCH(...))"
                yield Found("DL064", path, "a search without limit may draw 500 lines", help_, within=call.span)
                return
