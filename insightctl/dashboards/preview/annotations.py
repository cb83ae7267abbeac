"""Annotations of a metric widget: thresholds across the graph, marks (deployments) down it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from insightctl.dashboards.preview import ink
from insightctl.dashboards.preview.model import Fill, Mark, Side, Threshold
from insightctl.dashboards.preview.reading import listed, moment_ms, number, table
from insightctl.render import safe

_THRESHOLD_FILLS = ("none", "above", "below")
_MARK_FILLS = ("none", "before", "after")


def thresholds(properties: Mapping[str, object]) -> tuple[Threshold, ...]:
    """The horizontal annotations that can be drawn."""
    return tuple(_thresholds(properties))


def _thresholds(properties: Mapping[str, object]) -> Iterator[Threshold]:
    for entry in listed(table(properties.get("annotations")).get("horizontal")):
        band = [table(each) for each in listed(entry)] or [table(entry)]
        first, last = band[0], band[-1]
        value, upper = number(first.get("value")), number(last.get("value"))
        if value is None or any(each.get("visible") is False for each in band):
            continue
        colour = ink.known(first.get("color"), "threshold")
        side: Side = "right" if first.get("yAxis") == "right" else "left"
        if len(band) == 1 or upper is None:
            yield Threshold(value, _label(first), colour, _fill(first, _THRESHOLD_FILLS), side)
        else:
            label = " – ".join(text for text in (_label(first), _label(last)) if text)
            yield Threshold(min(value, upper), label, colour, "between", side, max(value, upper))


def marks(properties: Mapping[str, object]) -> tuple[Mark, ...]:
    """The vertical annotations that can be drawn."""
    return tuple(_marks(properties))


def _marks(properties: Mapping[str, object]) -> Iterator[Mark]:
    for entry in listed(table(properties.get("annotations")).get("vertical")):
        band = [table(each) for each in listed(entry)] or [table(entry)]
        first, last = band[0], band[-1]
        at, until = moment_ms(first.get("value")), moment_ms(last.get("value"))
        if at is None or any(each.get("visible") is False for each in band):
            continue
        colour = ink.known(first.get("color"), "mark")
        if len(band) == 1 or until is None:
            yield Mark(at, _label(first), colour, _fill(first, _MARK_FILLS))
        else:
            label = " – ".join(text for text in (_label(first), _label(last)) if text)
            yield Mark(min(at, until), label, colour, "between", max(at, until))


def alarm_names(properties: Mapping[str, object]) -> tuple[str, ...]:
    """The alarms that a metric widget names, or an alarm widget shows."""
    named = listed(properties.get("alarms")) or listed(table(properties.get("annotations")).get("alarms"))
    return tuple(str(arn) for arn in named if isinstance(arn, str))


def _label(entry: Mapping[str, object]) -> str:
    label = entry.get("label")
    return safe.line(str(label)) if label is not None else ""


def _fill(entry: Mapping[str, object], known: tuple[str, ...]) -> Fill:
    fill = entry.get("fill")
    return cast("Fill", fill) if fill in known else "none"
