"""The rules of the body structure (`insightctl.dashboards.rules`) as findings with codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.rows import Body
from insightctl.dashboards.lint.templates import has_hole
from insightctl.dashboards.problem import Problem
from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.widget import TYPES
from insightctl.dashboards.statistics import meant_statistic
from insightctl.dashboards.validate import validate

_CODES: Mapping[str, str] = {
    "body-widgets": "DL003",
    "body-widget-count": "DL007",
    "body-variable-count": "DL007",
    "body-start": "DL014",
    "body-start-alone": "DL014",
    "body-end": "DL014",
    "body-overlaps": "DL012",
    "widget-x": "DL010",
    "widget-y": "DL010",
    "widget-width": "DL010",
    "widget-height": "DL010",
    "widget-x-and-y": "DL013",
    "widget-hangs-over": "DL011",
    "widget-annotations": "DL035",
    "metric-something": "DL003",
    "metric-count": "DL007",
    "metric-alarm": "DL037",
    "metric-gauge": "DL038",
    "metric-axes": "DL038",
    "metric-period": "DL023",
    "metric-stat": "DL022",
    "row-array": "DL020",
    "row-expression": "DL020",
    "row-texts": "DL020",
    "row-shape": "DL020",
    "row-color": "DL040",
    "row-period": "DL023",
    "row-stat": "DL022",
    "row-id": "DL028",
    "annotation-kinds": "DL037",
    "annotation-bands": "DL036",
    "annotation-marks": "DL036",
    "annotation-horizontal": "DL036",
    "annotation-vertical": "DL036",
    "log-source": "DL050",
    "log-empty": "DL051",
    "alarm-count": "DL007",
    "explorer-count": "DL007",
    "explorer-stat": "DL022",
    "explorer-period": "DL023",
    "explorer-resource": "DL045",
    "explorer-resource-type": "DL045",
    "metric-timezone": "DL045",
    "variable-changes": "DL041",
    "variable-source": "DL041",
    "variable-values": "DL041",
    "variable-id": "DL041",
    "variable-unique-ids": "DL025",
    "variable-label": "DL007",
    "variable-search": "DL007",
}
"""Codes of rules that are about one thing; the others are told by the ending of their names."""

_ENDINGS: Mapping[str, str] = {
    "-keys": "DL004",
    "-required": "DL003",
    "-region": "DL003",
    "-metrics": "DL003",
    "-object": "DL002",
    "-arrays": "DL002",
    "-texts": "DL002",
    "-flags": "DL002",
    "-strings": "DL002",
    "-objects": "DL002",
    "-properties": "DL002",
    "-visible": "DL002",
    "-stacked": "DL002",
    "-entries": "DL005",
}
_ELSEWHERE = ("row-dots", "row-unique-ids")
"""Rules that the lint knows more exactly: `rows` expands the dots, `ids` looks at who uses an id."""

_HINT = re.compile(r" \((did you mean '.*'\?)\)$")


def structure(body: Body) -> Iterator[Found]:
    """What the rules of the structure say."""
    problems = validate(body.root.value)
    mixed_up = {problem.path.rpartition("[")[0] for problem in problems if problem.rule == "row-texts"}
    for problem in problems:
        counted_as_name = problem.rule == "row-shape" and problem.path in mixed_up
        if not counted_as_name and not any(knows_better(problem, body.root) for knows_better in _KNOWN_BETTER):
            yield _found(problem, body.root)


def _is_told_elsewhere(problem: Problem, body: Node) -> bool:
    del body
    return problem.rule in _ELSEWHERE


def _needs_no_region(problem: Problem, body: Node) -> bool:
    """A widget that shows an alarm: the service asks for "a region and a data source or an alarm annotation"."""
    annotations = at(body, problem.path).get("annotations")
    return problem.rule == "metric-region" and any(annotations.get("alarms").items())


def _is_to_come(problem: Problem, body: Node) -> bool:
    """Whether the value is a text that a template fills in: only then it is known whether it is right."""
    text = at(body, problem.path).text
    return text is not None and has_hole(text) and not problem.message.startswith("unknown key")


_KNOWN_BETTER = (_is_told_elsewhere, _needs_no_region, _is_to_come)
"""Where the rules are right in general and wrong here."""


def at(body: Node, path: str) -> Node:
    """The node of a JSON path that a rule gave."""
    node = body
    for match in _STEPS.finditer(path[1:]):
        if match["index"] is not None:
            items = node.value if isinstance(node.value, list) else []
            index = int(match["index"])
            node = Node(items[index] if index < len(items) else None, f"{node.path}[{index}]")
        else:
            node = node.get(match["name"] or match["quoted"])
    return node


_STEPS = re.compile(r'\.(?P<name>[A-Za-z_]\w*)|\[(?P<index>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]')


def _found(problem: Problem, body: Node) -> Found:
    unknown = problem.message.startswith("unknown key")
    code = "DL004" if unknown else _code(problem.rule, problem.message)
    hint = _HINT.search(problem.message)
    message = problem.message[: hint.start()] if hint else problem.message
    help_ = hint[1] if hint else None
    if code == "DL022":
        help_ = _spelling(at(body, problem.path).text) or help_
    elif problem.rule == "metric-something" and at(body, problem.path).has("data"):
        help_ = "'data.queries' (PromQL) belongs to a widget of the type 'chart'"
    elif help_ is None:
        help_ = _HELP.get(problem.rule)
    return Found(code, problem.path, message, help_, problem.severity, on_key=unknown)


def _code(rule: str, message: str) -> str:
    if message.endswith("is required") or " is required" in message:
        return "DL003"
    known = _CODES.get(rule) or next((code for end, code in _ENDINGS.items() if rule.endswith(end)), "DL005")
    return "DL040" if known == "DL036" and message.startswith("'color'") else known


def _spelling(text: str | None) -> str | None:
    meant = meant_statistic(text) if text else None
    return f"did you mean '{meant}'?" if meant and meant != text else None


_HELP: Mapping[str, str] = {
    "metric-region": "without 'region' the widget does not know where its metrics are; a dashboard shows any region",
    "body-overlaps": "the console moves one of the two; give each cell of the grid to one widget",
    "widget-hangs-over": "the grid has 24 columns: make the widget narrower or start it further left",
    "widget-type": f"types: {', '.join(TYPES)}",
    "log-source": "SOURCE '/aws/lambda/NAME' | fields ...",
    "row-array": "'metrics' is an array of arrays: [[namespace, metric, dimension, value, ...], ...]",
    "row-texts": "[namespace, metric, dimension, value, ..., {rendering}]: all options go into one object at the end",
    "row-color": "six hex digits behind a #",
    "body-start": "such as -PT3H, -P7D, or two moments with 'end'",
}
