"""Every rule on every part of a body."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from insightctl.dashboards.problem import Problem
from insightctl.dashboards.rules import RULES
from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import Rule, Scope

_OF_TYPE: dict[str, Scope] = {
    "metric": "metric",
    "log": "log",
    "text": "text",
    "alarm": "alarm",
    "explorer": "explorer",
    "custom": "custom",
}


def validate(body: object) -> tuple[Problem, ...]:
    """What CloudWatch would refuse (errors) or ignore (warnings), in the order of the body."""
    return tuple(
        Problem(found.path, message, rule.name, rule.severity)
        for scope, node in _parts(Node(body))
        for rule in _rules_of(scope)
        for found, message in rule.check(node)
    )


@cache
def _rules_of(scope: Scope) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.scope == scope)


def _parts(body: Node) -> Iterator[tuple[Scope, Node]]:
    yield "body", body
    for variable in body.get("variables").items():
        yield "variable", variable
    for widget in body.get("widgets").items():
        yield "widget", widget
        yield from _parts_of_widget(widget)


def _parts_of_widget(widget: Node) -> Iterator[tuple[Scope, Node]]:
    scope = _OF_TYPE.get(widget.get("type").text or "")
    properties = widget.get("properties")
    if scope is None or not properties.is_object:
        return
    yield scope, properties
    if scope == "metric":
        for row in properties.get("metrics").items():
            yield "metric row", row
        if properties.has("annotations"):
            yield "annotations", properties.get("annotations")
