"""Rules of the whole body: its parts, its time range, and widgets against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import Finding, Rule, known_keys, one_of, required, typed

MAX_WIDGETS, MAX_VARIABLES = 500, 25
_DEFAULT_SIZE = 6
Rectangle = tuple[int, int, int, int]
_RELATIVE = re.compile(r"-P(?:\d+[DWM])+|-PT(?:\d+[MH])+|-P(?:\d+[DWM])+T(?:\d+[MH])+")


def is_iso(text: str | None) -> bool:
    """Whether a text is a moment in ISO 8601."""
    try:
        datetime.fromisoformat(text or "")
    except ValueError:
        return False
    return True


def _is_object(body: Node) -> Iterator[Finding]:
    if not body.is_object:
        yield body, "a dashboard body is a JSON object"


def _widget_count(body: Node) -> Iterator[Finding]:
    count = len(list(body.get("widgets").items()))
    if count > MAX_WIDGETS:
        yield body.get("widgets"), f"{count} widgets; a dashboard takes at most {MAX_WIDGETS}"


def _variable_count(body: Node) -> Iterator[Finding]:
    count = len(list(body.get("variables").items()))
    if count > MAX_VARIABLES:
        yield body.get("variables"), f"{count} variables; a dashboard takes at most {MAX_VARIABLES}"


def _start(body: Node) -> Iterator[Finding]:
    start = body.get("start")
    if not body.has("start") or start.text is None:
        return
    if body.has("end") and not is_iso(start.text):
        yield start, "with 'end', 'start' is a moment in ISO 8601, such as 2026-11-23T06:00:00.000Z"
    elif not body.has("end") and not _RELATIVE.fullmatch(start.text) and not is_iso(start.text):
        yield start, "'start' is a time ago, such as -PT3H, -P7D or -P1M"


def _start_alone(body: Node) -> Iterator[Finding]:
    start = body.get("start")
    if not body.has("end") and is_iso(start.text):
        yield start, "without 'end', 'start' is a time ago, such as -PT3H; a moment needs an 'end'"


def _end(body: Node) -> Iterator[Finding]:
    if not body.has("end"):
        return
    if not body.has("start"):
        yield body.get("end"), "'end' needs a 'start'"
    if not is_iso(body.get("end").text):
        yield body.get("end"), "'end' is a moment in ISO 8601, such as 2026-11-23T06:00:00.000Z"


def _overlaps(body: Node) -> Iterator[Finding]:
    """Two widgets on one cell of the grid: the console moves one of them somewhere else."""
    before: list[tuple[Node, Rectangle]] = []
    for widget in body.get("widgets").items():
        rectangle = _rectangle(widget)
        if rectangle is None:
            continue
        under = next((other for other, taken in before if _meet(rectangle, taken)), None)
        if under is not None:
            yield widget, f"overlaps {under.path}"
        before.append((widget, rectangle))


def _rectangle(widget: Node) -> Rectangle | None:
    x, y = widget.get("x").integer, widget.get("y").integer
    if x is None or y is None:
        return None
    width, height = (widget.get(key).integer or _DEFAULT_SIZE for key in ("width", "height"))
    return x, y, x + width, y + height


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


RULES = (
    Rule("body-object", "body", _is_object),
    Rule("body-keys", "body", known_keys("widgets", "variables", "start", "end", "periodOverride"), "warning"),
    Rule("body-widgets", "body", required("widgets")),
    Rule("body-arrays", "body", typed(("widgets", "variables"), "array")),
    Rule("body-texts", "body", typed(("start", "end", "periodOverride"), "text")),
    Rule("body-widget-count", "body", _widget_count),
    Rule("body-variable-count", "body", _variable_count),
    Rule("body-start", "body", _start),
    Rule("body-start-alone", "body", _start_alone, "warning"),
    Rule("body-end", "body", _end),
    Rule("body-period-override", "body", one_of("periodOverride", ("auto", "inherit"))),
    Rule("body-overlaps", "body", _overlaps, "warning"),
)
