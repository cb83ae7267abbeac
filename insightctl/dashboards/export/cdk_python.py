"""A construct of the AWS CDK in Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from insightctl.dashboards.export import cdk
from insightctl.dashboards.export.model import Exported, snake
from insightctl.dashboards.export.texts import Ref, Text, Tree, escaped

_PLACES = {"region": "stack.region", "account": "stack.account", "partition": "stack.partition"}
_HEAD = '''"""CloudWatch dashboard {name}, written by insightctl from {source}."""

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct


class {made}(Construct):
    """The dashboard{alarms}."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
{arguments}
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        body = {body}
        cloudwatch.CfnDashboard(
            self, "Dashboard", dashboard_name=dashboard_name, dashboard_body=stack.to_json_string(body)
        )
'''


def python(exported: Exported) -> str:
    """The module, with the construct as its class."""
    names = cdk.arguments(exported, snake)
    defaults = {"dashboard_name": exported.name} | {name: function for function, name in names.items()}
    text = _HEAD.format(
        name=exported.name,
        source=escaped(exported.source),
        made=cdk.class_name(exported),
        alarms=" and its alarms" if exported.alarms else "",
        arguments="\n".join(f"        {name}: str = {_text(value, names)}," for name, value in defaults.items()),
        body=_value(exported.body, names, 2),
    )
    ids = cdk.alarm_ids(exported)
    return text + "".join(_alarm(id_, alarm, names) for id_, alarm in zip(ids, exported.alarms, strict=True))


def _value(tree: Tree, names: Mapping[str, str], depth: int) -> str:
    if isinstance(tree, Mapping):
        items = [f"{_text(str(key), names)}: {_value(item, names, depth + 1)}" for key, item in tree.items()]
        return _bracketed("{", items, "}", depth)
    if isinstance(tree, list):
        return _bracketed("[", [_value(item, names, depth + 1) for item in tree], "]", depth)
    if isinstance(tree, str | Text):
        return _text(tree, names)
    return repr(tree)


def _bracketed(start: str, items: list[str], end: str, depth: int) -> str:
    flat = f"{start}{', '.join(items)}{end}"
    if "\n" not in flat and len(flat) <= 100 - 4 * depth:
        return flat
    pad = " " * 4 * (depth + 1)
    return start + "\n" + "".join(f"{pad}{item},\n" for item in items) + " " * 4 * depth + end


def _text(text: str | Text, names: Mapping[str, str]) -> str:
    if isinstance(text, str):
        return f'"{escaped(text)}"'
    places = [_place(part, names) if isinstance(part, Ref) else None for part in text.parts]
    if len(places) == 1 and places[0]:
        return places[0]
    pieces = (
        f"{{{place}}}" if place else escaped(str(part)).replace("{", "{{").replace("}", "}}")
        for part, place in zip(text.parts, places, strict=True)
    )
    return f'f"{"".join(pieces)}"'


def _place(ref: Ref, names: Mapping[str, str]) -> str:
    return names[ref.value] if ref.kind == "function" else _PLACES[ref.kind]


def _alarm(id_: str, alarm: Mapping[str, Tree], names: Mapping[str, str]) -> str:
    lines = [f"            {_key(key)}={_property(key, value, names, 3)},\n" for key, value in alarm.items()]
    return f'        cloudwatch.CfnAlarm(\n            self,\n            "{id_}",\n{"".join(lines)}        )\n'


def _key(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()


def _property(key: str, value: Any, names: Mapping[str, str], depth: int) -> str:
    """A property; nested ones by the struct's own name: jsii takes no dictionaries inside of lists."""
    if isinstance(value, Mapping):
        items = [f"{_key(name)}={_property(name, item, names, depth + 1)}" for name, item in value.items()]
        return _bracketed(f"cloudwatch.CfnAlarm.{cdk.STRUCTURES[key]}(", items, ")", depth)
    if isinstance(value, list):
        return _bracketed("[", [_property(key, item, names, depth + 1) for item in value], "]", depth)
    return _value(value, names, depth)
