"""A dashboard body of whatever origin as widgets in boxes: what is missing or odd is given a place, never refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from insightctl.core.errors import UsageError
from insightctl.core.time import TimeRange, from_ms, to_ms
from insightctl.dashboards.preview.model import COLUMNS, Box, Widget
from insightctl.render import safe

DEFAULT_WIDTH = DEFAULT_HEIGHT = 6
_HIGHEST, _LOWEST = 1000, 100_000
_DEFAULT_SPAN = "-PT3H"  # what the console shows when a body has no start
_ISO_DURATION = re.compile(
    r"-?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_DAYS = {"years": 365, "months": 30}


def widgets(body: Mapping[str, object]) -> tuple[Widget, ...]:
    """The widgets of a body in its order; those without a place are put where the console would put them."""
    return tuple(_widgets(listed(body.get("widgets"))))


def _widgets(entries: Sequence[object]) -> Iterator[Widget]:
    taken: list[Box] = []
    x = y = 0
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            continue
        width = min(max(_whole(entry.get("width"), DEFAULT_WIDTH), 1), COLUMNS)
        height = min(max(_whole(entry.get("height"), DEFAULT_HEIGHT), 1), _HIGHEST)
        if "x" in entry or "y" in entry:
            at = _whole(entry.get("x"), 0), _whole(entry.get("y"), 0)
        else:
            # "If you omit x and y, the widget is put after the last one, in the same row or the next"
            at = (x, y) if x + width <= COLUMNS else (0, max((box.y + box.height for box in taken), default=0))
        box = Box(min(max(at[0], 0), COLUMNS - width), min(max(at[1], 0), _LOWEST), width, height)
        x, y = box.x + width, box.y
        taken.append(box)
        yield _widget(number, entry, box)


def _widget(number: int, entry: Mapping[str, object], box: Box) -> Widget:
    properties = table(entry.get("properties"))
    kind = entry.get("type")
    title = properties.get("title")
    return Widget(
        number,
        safe.line(kind) if isinstance(kind, str) else "",
        box,
        safe.line(title) if isinstance(title, str) else "",
        properties,
    )


def without_overlaps(found: Sequence[Widget]) -> tuple[tuple[Widget, ...], int]:
    """The widgets with those that cover another moved down, and how many were moved.

    The console refuses to draw one over the other too: it moves the later one.
    """
    settled: list[Widget] = []
    moved = 0
    for widget in sorted(found, key=lambda each: (each.box.y, each.box.x, each.number)):
        box = widget.box
        while covers := [other.box for other in settled if _overlap(box, other.box)]:
            box = Box(box.x, max(other.y + other.height for other in covers), box.width, box.height)
        moved += box != widget.box
        settled.append(Widget(widget.number, widget.kind, box, widget.title, widget.properties))
    return tuple(sorted(settled, key=lambda each: each.number)), moved


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def time_of(body: Mapping[str, object], now: datetime) -> TimeRange:
    """The time a body shows: its `start` and `end` (ISO 8601, or a duration before now); three hours without them."""
    end = _moment(body.get("end"), now) or now
    start = _moment(body.get("start"), end) or _moment(_DEFAULT_SPAN, end)
    if start is None or start >= end:
        start = end - timedelta(hours=3)
    return TimeRange(to_ms(start), to_ms(end))


def _moment(value: object, before: datetime) -> datetime | None:
    if not isinstance(value, str):
        return None
    match = _ISO_DURATION.fullmatch(value.strip())
    if match and any(match.groups()):
        given = {unit: int(number) for unit, number in match.groupdict().items() if number}
        days = sum(given.pop(unit, 0) * length for unit, length in _DAYS.items())
        try:
            return before - timedelta(days=days) - timedelta(**given)
        except OverflowError:
            return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=before.tzinfo)


def moment_ms(value: object) -> int | None:
    """A moment of an annotation in UTC ms: ISO 8601 text, or a number of ms; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value)
    moment = _moment(value, from_ms(0)) if isinstance(value, str) and not value.strip().startswith(("P", "-")) else None
    return to_ms(moment) if moment else None


def variables(body: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The label and the chosen value of each variable of a body."""
    found = []
    for entry in listed(body.get("variables")):
        each = table(entry)
        if each.get("visible") is False:
            continue
        label = each.get("label") or each.get("id") or each.get("property") or each.get("pattern")
        if label:
            found.append((safe.line(str(label)), safe.line(str(each.get("defaultValue") or ""))))
    return tuple(found)


def one(found: Sequence[Widget], wanted: str) -> Widget:
    """The widget with this number or title. Raises UsageError that lists what there is."""
    if wanted.isdecimal():
        by_number = [widget for widget in found if widget.number == int(wanted)]
        if by_number:
            return by_number[0]
    folded = wanted.casefold()
    for matches in (
        [widget for widget in found if widget.title.casefold() == folded],
        [widget for widget in found if folded in widget.title.casefold()],
    ):
        if len(matches) == 1 or (matches and matches[0].title.casefold() == folded):
            return matches[0]
    there = "; ".join(f"{widget.number} {widget.title or widget.kind}" for widget in found)
    raise UsageError(f"there is no one widget '{wanted}' on this dashboard", remedy=f"widgets: {there}")


def table(value: object) -> Mapping[str, object]:
    """A JSON object; empty for anything else."""
    return value if isinstance(value, Mapping) else {}


def listed(value: object) -> Sequence[object]:
    """A JSON list; empty for anything else."""
    return value if isinstance(value, list | tuple) else ()


def number(value: object) -> float | None:
    """A finite JSON number (also as text, as hand-written bodies have it); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = float(value)
    except (ValueError, OverflowError):
        return None
    return amount if abs(amount) < float("inf") else None


def _whole(value: object, default: int) -> int:
    amount = number(value)
    return default if amount is None else int(amount)
