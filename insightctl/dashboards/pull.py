"""Any dashboard body as a definition: every widget passed through as it is, in its own place.

    text = definition(body, "prod")
    load_text(text, name="prod", file="prod.toml")    # renders the same body by meaning

Texts and queries are multi-line strings, metrics one row a line, so that people can edit and compare them; what TOML
cannot say stands as JSON in a string (`properties_json`, `verbatim_json`, `extra_json`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from insightctl.core.errors import UsageError
from insightctl.dashboards.body import Body
from insightctl.dashboards.pull_toml import Unsayable, json_string, key, toml

_PLACES = {"x": (0, 23), "y": (0, None), "width": (1, 24), "height": (1, 1000)}  # Dashboard Body Structure, widgets


def definition(body: Body, name: str) -> str:
    """The definition of a body, as TOML text; `name` becomes its title. Raises UsageError for what is no dashboard."""
    widgets = body.get("widgets")
    if not isinstance(widgets, list) or not all(isinstance(widget, Mapping) for widget in widgets):
        raise UsageError("the body has no list of widgets", where=name, remedy="insightctl dashboard lint says more")
    blocks = [_head(body, name), *map(_variable, _variables(body)), *map(_widget, widgets)]
    return "\n\n".join(blocks) + "\n"


def _head(body: Body, name: str) -> str:
    said: dict[str, object] = {"title": name}
    extra: dict[str, object] = {}
    for own, theirs in (("start", "start"), ("end", "end"), ("period_override", "periodOverride")):
        value = body.get(theirs)
        is_plain = isinstance(value, str) and value.strip() == value and value and _is_sayable(value)
        if is_plain and (own != "period_override" or value in ("auto", "inherit")):
            said[own] = value
        elif theirs in body:
            extra[theirs] = value
    passed = {"start", "end", "periodOverride", "widgets"} | ({"variables"} if _variables(body) else set())
    extra |= {name: value for name, value in body.items() if name not in passed}
    if not body["widgets"]:
        extra["widgets"] = []
    lines = [f"{name} = {toml(value)}" for name, value in said.items()]
    if extra:
        lines.append(f"extra_json = {json_string(extra)}")
    return "\n".join(lines)


def _variables(body: Body) -> list[object]:
    found = body.get("variables")
    return found if isinstance(found, list) and all(isinstance(each, Mapping) for each in found) else []


def _variable(variable: object) -> str:
    return f"[[variable]]\n{_said_or_json('verbatim', variable)}"


def _widget(widget: Mapping[str, object]) -> str:
    extra = dict(widget)
    lines = ["[[widget]]"]
    kind, properties = extra.get("type"), extra.get("properties")
    if isinstance(kind, str) and kind.strip() and _is_sayable(kind):
        lines.append(f"type = {toml(extra.pop('type'))}")
    for name, (low, high) in _PLACES.items():
        if (number := _whole(extra.get(name))) is not None and number >= low and (high is None or number <= high):
            lines.append(f"{name} = {number}")
            del extra[name]
    if isinstance(properties, Mapping):
        del extra["properties"]
    if extra:
        lines.append(f"extra_json = {json_string(extra)}")
    if isinstance(properties, Mapping):
        lines += _properties(properties)
    return "\n".join(lines)


def _properties(properties: Mapping[str, object]) -> Iterator[str]:
    try:
        said = [f"{key(name)} = {toml(value)}" for name, value in properties.items()]
    except Unsayable:
        yield f"properties_json = {json_string(properties)}"
        return
    yield "[widget.properties]"
    yield from said


def _said_or_json(name: str, value: object) -> str:
    try:
        return f"{name} = {toml(value)}"
    except Unsayable:
        return f"{name}_json = {json_string(value)}"


def _is_sayable(value: object) -> bool:
    try:
        toml(value)
    except Unsayable:
        return False
    return True


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)
