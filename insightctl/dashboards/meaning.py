"""A body reduced to what it means: shorthand written out, defaults filled in, numbers as numbers.

Two bodies that CloudWatch draws alike reduce to the same, however they are spelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_PLACE = ("x", "y", "width", "height")
_PLACE_DEFAULTS: Mapping[str, object] = {"width": 6, "height": 6}

# What CloudWatch takes when the property is absent, by type of widget.
_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "metric": {
        "view": "timeSeries",
        "stacked": False,
        "period": 300,
        "stat": "Average",
        "liveData": False,
        "sparkline": False,
        "timezone": "+0000",
    },
    "log": {"view": "table", "stacked": False},
    "text": {"background": "solid"},
    "explorer": {"period": 300, "title": "Explorer"},
}


@dataclass(frozen=True, slots=True)
class WidgetMeaning:
    """One widget: `position` in the body, `place` on the grid, `fields`: its properties by dotted path."""

    type: str
    title: str
    position: int
    place: tuple[object, ...]
    fields: Mapping[str, object]

    def __str__(self) -> str:
        return f"{self.type} '{self.title}'" if self.title else f"{self.type} #{self.position + 1}"


@dataclass(frozen=True, slots=True)
class BodyMeaning:
    """The settings of the whole dashboard, by dotted path, and its widgets."""

    settings: Mapping[str, object]
    widgets: tuple[WidgetMeaning, ...]


def meaning(body: Mapping[str, object]) -> BodyMeaning:
    """The meaning of a body. A body with mistakes has one too: what is no widget is left out."""
    settings = {path: value for key in body if key != "widgets" for path, value in _flat(body[key], key)}
    widgets = body.get("widgets")
    found = widgets if isinstance(widgets, list) else []
    return BodyMeaning(
        settings,
        tuple(_widget(each, position) for position, each in enumerate(found) if isinstance(each, Mapping)),
    )


def _widget(widget: Mapping[str, object], position: int) -> WidgetMeaning:
    kind = str(widget.get("type", ""))
    given = widget.get("properties")
    properties = dict(given) if isinstance(given, Mapping) else {}
    if isinstance(properties.get("metrics"), list):
        properties["metrics"] = written_out(properties["metrics"])
    filled = {**_DEFAULTS.get(kind, {}), **properties}
    fields = {path: value for key in filled for path, value in _flat(filled[key], key)}
    place = tuple(_plain(widget.get(key, _PLACE_DEFAULTS.get(key))) for key in _PLACE)
    return WidgetMeaning(kind, _title(properties), position, place, fields)


def _title(properties: Mapping[str, object]) -> str:
    """The title, or the first line of a text widget, which people take for its title."""
    title = properties.get("title") or properties.get("markdown") or ""
    lines = str(title).strip().splitlines()
    return lines[0].lstrip("# ").strip() if lines else ""


def written_out(rows: list[object]) -> list[object]:
    """Metric rows with `.` (the same as above) and `...` (all up to here as above) replaced by what they repeat."""
    above: list[object] = []
    full = []
    for row in rows:
        if not isinstance(row, list):
            full.append(row)
            continue
        names = [item for item in row if not isinstance(item, Mapping)]
        if names:
            above = _names(names, above)
        full.append([*(above if names else []), *(item for item in row if isinstance(item, Mapping))])
    return full


def _names(names: list[object], above: list[object]) -> list[object]:
    if "..." in names:
        at = names.index("...")
        rest = names[at + 1 :]
        names = [*names[:at], *above[at : max(at, len(above) - len(rest))], *rest]
    return [above[index] if name == "." and index < len(above) else name for index, name in enumerate(names)]


def _flat(value: object, path: str) -> Iterator[tuple[str, object]]:
    """The plain values under a path. A list stays whole: its places shift when something is put in front."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}")
    elif isinstance(value, list) and path.startswith("annotations."):
        yield path, sorted(map(_plain_deep, value), key=repr)  # lines on a graph have no order
    else:
        yield path, _plain_deep(value)


def _plain_deep(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain_deep(value[key]) for key in sorted(value)}
    return [_plain_deep(item) for item in value] if isinstance(value, list) else _plain(value)


def _plain(value: object) -> object:
    """2.0 means 2; texts mean the same without white space at their ends and with one kind of line end."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
