"""Each statement of "Dashboard Body Structure and Syntax": what it allows is no error, what it forbids is found.

A line of `body_statements.jsonl` sets values in `body_statements_base.json`: `{"widgets.0.x": 24}`; "__GONE__" takes one away.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from insightctl.dashboards.lint import lint_value

HERE = Path(__file__).parent
BASE: dict[str, Any] = json.loads((HERE / "body_statements_base.json").read_text())
SEVERITIES = {"wrong": "error", "warned": "warning"}

ALARM = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a"
VALUES = [{"value": str(number)} for number in range(501)]
LISTED = {"type": "property", "property": "region", "inputType": "select", "id": "a", "values": VALUES}
METRIC = BASE["widgets"][4]["properties"]["metrics"][0]
LIMITS: list[dict[str, Any]] = [
    {"name": "widgets", "set": {"widgets": [BASE["widgets"][2]] * 501}},
    {"name": "variables", "set": {"variables": [{**BASE["variables"][0], "id": f"v{n}"} for n in range(26)]}},
    {"name": "values", "set": {"variables.0": LISTED}},
    {"name": "a search", "set": {"variables.0.search": "{AWS/Lambda,FunctionName} " + "x" * 2049}},
    {"name": "metrics", "set": {"widgets.0.properties.metrics": [["a", "b"]] * 501}},
    {"name": "alarms", "set": {"widgets.3.properties.alarms": [f"{ALARM}{n}" for n in range(101)]}},
    {"name": "explored metrics", "set": {"widgets.4.properties.metrics": [METRIC] * 101}},
]
STATEMENTS = [json.loads(line) for line in (HERE / "body_statements.jsonl").read_text().splitlines()]
STATEMENTS += [{**each, "is": "wrong"} for each in LIMITS]


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    body = copy.deepcopy(BASE)
    for way, value in changes.items():
        *steps, last = (int(step) if step.isdigit() else step for step in way.split("."))
        part: Any = body
        for step in steps:
            part = part[step]
        if value == "__GONE__":
            part.pop(last)
        elif isinstance(part, list) and last == len(part):
            part.append(value)
        else:
            part[last] = value
    return body


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: f"{each['is']}: {each['name']}")
def test_a_statement_of_the_page(statement: dict[str, Any]) -> None:
    findings = lint_value(changed(statement["set"]))
    if statement["is"] == "right":
        assert [each for each in findings if each.severity == "error"] == []
        return
    before = {(each.code, each.path) for each in lint_value(BASE)}
    new = [each.severity for each in findings if (each.code, each.path) not in before]
    assert SEVERITIES[statement["is"]] in new
