"""What PutDashboard looks at in a body: the structure that the service refuses a dashboard for.

Messages are in the service's words (JSON schema). The full rules, with advice, are the lint's, in
`insightctl.dashboards`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

MAX_WIDGETS = 500
_TYPES = ("metric", "text", "log", "alarm", "explorer", "custom", "chart")
_NUMBERS = {"x": (0, 23), "y": (0, None), "width": (1, 24), "height": (1, 1000)}
_NEEDS = {"text": ("markdown",), "alarm": ("alarms",), "log": ("query",), "custom": ("endpoint",)}
_METRICS = (
    'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element'
)


class Finding(NamedTuple):
    """What is wrong, and the JSON pointer to it."""

    path: str
    message: str


def check_body(body: str) -> list[Finding]:
    """Everything a body is refused for; empty when the service takes it."""
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        return [Finding("", "The field DashboardBody must be a valid JSON object")]
    if "widgets" not in parsed:
        return [_missing("", "widgets")]
    widgets = parsed["widgets"]
    if not isinstance(widgets, list):
        return [Finding("/widgets", "Should be array")]
    if len(widgets) > MAX_WIDGETS:
        return [Finding("/widgets", f"Should NOT have more than {MAX_WIDGETS} items")]
    return [finding for n, widget in enumerate(widgets) for finding in _widget(f"/widgets/{n}", widget)]


def _widget(path: str, widget: object) -> Iterator[Finding]:
    if not isinstance(widget, dict):
        yield Finding(path, "Should be object")
        return
    for name, (low, high) in _NUMBERS.items():
        yield from _number(f"{path}/{name}", widget.get(name, low), low, high)
    yield from (_missing(path, name) for name in ("type", "properties") if name not in widget)
    kind, properties = widget.get("type"), widget.get("properties")
    if "type" in widget and kind not in _TYPES:
        yield Finding(f"{path}/type", "Should be equal to one of the allowed values")
    if isinstance(properties, dict):
        yield from _properties(f"{path}/properties", str(kind), properties)
    elif "properties" in widget:
        yield Finding(f"{path}/properties", "Should be object")


def _number(path: str, value: object, low: int, high: int | None) -> Iterator[Finding]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Finding(path, "Should be integer")
    elif value < low:
        yield Finding(path, f"Should be >= {low}")
    elif high is not None and value > high:
        yield Finding(path, f"Should be <= {high}")


def _properties(path: str, kind: str, properties: dict[str, object]) -> Iterator[Finding]:
    yield from (_missing(path, name) for name in _NEEDS.get(kind, ()) if name not in properties)
    if kind == "metric" and "metrics" not in properties and "annotations" not in properties:
        yield _missing(path, "metrics")
    metrics = properties.get("metrics", [])
    if kind != "metric":
        return
    if not isinstance(metrics, list):
        yield Finding(f"{path}/metrics", "Should be array")
        return
    for n, row in enumerate(metrics):
        if not isinstance(row, list):
            yield Finding(f"{path}/metrics/{n}", "Should be array")
        elif not row or not all(isinstance(item, str) for item in row[:-1]) or not isinstance(row[-1], str | dict):
            yield Finding(f"{path}/metrics/{n}", _METRICS)


def _missing(path: str, name: str) -> Finding:
    return Finding(path, f"Should have required property '{name}'")
