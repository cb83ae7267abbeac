"""Rules of every widget: type, place and size."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.model import GRID_COLUMNS
from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import Finding, Rule, known_keys, one_of, required, typed, whole_number

# "custom" (a Lambda function that draws) is not on the page, but in the user guide and in AWS's own samples; "chart"
# (PromQL with `data.queries`) came later, see aws-observability/observability-best-practices.
TYPES = ("metric", "text", "log", "alarm", "explorer", "custom", "chart")
_DEFAULT_WIDTH = 6


def _is_object(widget: Node) -> Iterator[Finding]:
    if not widget.is_object:
        yield widget, "a widget is an object"


def _x_and_y(widget: Node) -> Iterator[Finding]:
    for key, other in (("x", "y"), ("y", "x")):
        if widget.has(key) and not widget.has(other):
            yield widget, f"'{key}' needs '{other}'"


def _hangs_over(widget: Node) -> Iterator[Finding]:
    x, width = widget.get("x").integer, widget.get("width").integer or _DEFAULT_WIDTH
    if x is not None and 0 <= x < GRID_COLUMNS and width <= GRID_COLUMNS < x + width:
        yield widget, f"ends at column {x + width} of a grid of {GRID_COLUMNS}"


def _annotations_elsewhere(widget: Node) -> Iterator[Finding]:
    if widget.get("type").text not in ("metric", None) and widget.get("properties").has("annotations"):
        yield widget.get("properties").get("annotations"), "annotations are for metric widgets only"


RULES = (
    Rule("widget-object", "widget", _is_object),
    Rule("widget-keys", "widget", known_keys("type", "x", "y", "width", "height", "properties"), "warning"),
    Rule("widget-required", "widget", required("type", "properties")),
    Rule("widget-type", "widget", one_of("type", TYPES)),
    Rule("widget-properties", "widget", typed(("properties",), "object")),
    Rule("widget-x", "widget", whole_number("x", 0, 23)),
    Rule("widget-y", "widget", whole_number("y", 0)),
    Rule("widget-x-and-y", "widget", _x_and_y),
    Rule("widget-width", "widget", whole_number("width", 1, 24)),
    Rule("widget-height", "widget", whole_number("height", 1, 1000)),
    Rule("widget-hangs-over", "widget", _hangs_over),
    Rule("widget-annotations", "widget", _annotations_elsewhere),
)
