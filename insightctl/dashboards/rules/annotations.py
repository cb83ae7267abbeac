"""Rules of a metric widget's annotations."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.rules.body import is_iso
from insightctl.dashboards.rules.metric_row import COLOUR, COLOUR_WORDS
from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import Check, Finding, Rule, known_keys, matching, one_of, required, typed


def _kinds(annotations: Node) -> Iterator[Finding]:
    alarms = list(annotations.get("alarms").items())
    if len(alarms) > 1:
        yield annotations.get("alarms"), "at most one alarm"
    if alarms and any(list(annotations.get(kind).items()) for kind in ("horizontal", "vertical")):
        yield annotations, "a widget has an alarm, or horizontal and vertical annotations, not both"
    for alarm in alarms:
        if alarm.text is None:
            yield alarm, "an alarm is the text of its ARN"


def _marks(annotations: Node, kind: str) -> Iterator[Node]:
    """The annotations of a kind, both edges of a band one by one."""
    for mark in annotations.get(kind).items():
        yield from mark.items() if mark.is_array else (mark,)


def _bands(annotations: Node) -> Iterator[Finding]:
    for kind in ("horizontal", "vertical"):
        for mark in annotations.get(kind).items():
            if mark.is_array and len(list(mark.items())) != 2:
                yield mark, "a band has two edges"


def _on_marks(kind: str, *checks: Check) -> Check:
    def checked(annotations: Node) -> Iterator[Finding]:
        for mark in _marks(annotations, kind):
            for check in checks if mark.is_object else ():
                yield from check(mark)

    return checked


def _moment(mark: Node) -> Iterator[Finding]:
    if mark.has("value") and not is_iso(mark.get("value").text):
        yield mark.get("value"), "the 'value' of a vertical annotation is a moment in ISO 8601"


_KEYS = ("value", "label", "color", "fill", "visible")
_SHARED = (
    required("value"),
    typed(("label",), "text"),
    typed(("visible",), "flag"),
    matching("color", COLOUR, COLOUR_WORDS),
)


def _mark_objects(annotations: Node) -> Iterator[Finding]:
    for kind in ("horizontal", "vertical"):
        for mark in _marks(annotations, kind):
            if not mark.is_object:
                yield mark, "an annotation is an object with a 'value'"


RULES = (
    Rule("annotation-keys", "annotations", known_keys("alarms", "horizontal", "vertical"), "warning"),
    Rule("annotation-arrays", "annotations", typed(("alarms", "horizontal", "vertical"), "array")),
    Rule("annotation-horizontal-keys", "annotations", _on_marks("horizontal", known_keys(*_KEYS, "yAxis")), "warning"),
    Rule("annotation-vertical-keys", "annotations", _on_marks("vertical", known_keys(*_KEYS)), "warning"),
    Rule("annotation-kinds", "annotations", _kinds),
    Rule("annotation-bands", "annotations", _bands),
    Rule("annotation-marks", "annotations", _mark_objects),
    Rule(
        "annotation-horizontal",
        "annotations",
        _on_marks(
            "horizontal",
            *_SHARED,
            typed(("value",), "number"),
            one_of("fill", ("above", "below", "none")),
            one_of("yAxis", ("left", "right")),
        ),
    ),
    Rule(
        "annotation-vertical",
        "annotations",
        _on_marks("vertical", *_SHARED, _moment, one_of("fill", ("before", "after", "none"))),
    ),
)
