"""A construct of the AWS CDK in TypeScript."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from insightctl.dashboards.export import cdk
from insightctl.dashboards.export.model import Exported, camel
from insightctl.dashboards.export.texts import Ref, Text

_PLACES = {"region": "stack.region", "account": "stack.account", "partition": "stack.partition"}
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")
_HEAD = """// CloudWatch dashboard {name}, written by insightctl from {source}
import {{ Stack }} from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import {{ Construct }} from 'constructs';

export interface {made}Props {{
{properties}
}}

/** The dashboard{alarms}. */
export class {made} extends Construct {{
  constructor(scope: Construct, id: string, props: {made}Props = {{}}) {{
    super(scope, id);
    const stack = Stack.of(this);
{defaults}
    const body = {body};
    new cloudwatch.CfnDashboard(this, 'Dashboard', {{
      dashboardName,
      dashboardBody: stack.toJsonString(body),
    }});
"""


def typescript(exported: Exported) -> str:
    """The module, with the construct as its class."""
    names = cdk.arguments(exported, camel)
    defaults = {"dashboardName": exported.name} | {name: function for function, name in names.items()}
    text = _HEAD.format(
        name=exported.name,
        source=_quoted(exported.source)[1:-1],
        made=cdk.class_name(exported),
        alarms=" and its alarms" if exported.alarms else "",
        properties="\n".join(f"  readonly {name}?: string;" for name in defaults),
        defaults="\n".join(f"    const {name} = props.{name} ?? {_quoted(value)};" for name, value in defaults.items()),
        body=_value(exported.body, names, 2),
    )
    ids = cdk.alarm_ids(exported)
    alarms = (
        f"    new cloudwatch.CfnAlarm(this, '{id_}', {_value(cdk.recased(alarm, camel), names, 2)});\n"
        for id_, alarm in zip(ids, exported.alarms, strict=True)
    )
    return f"{text}{''.join(alarms)}  }}\n}}\n"


def _value(tree: Any, names: Mapping[str, str], depth: int) -> str:
    if isinstance(tree, Mapping):
        items = [f"{_key(str(key))}: {_value(item, names, depth + 1)}" for key, item in tree.items()]
        return _bracketed("{ ", items, " }", depth) if items else "{}"
    if isinstance(tree, list):
        return _bracketed("[", [_value(item, names, depth + 1) for item in tree], "]", depth)
    if isinstance(tree, Text):
        return _template(tree, names)
    return _quoted(tree) if isinstance(tree, str) else json.dumps(tree)


def _bracketed(start: str, items: list[str], end: str, depth: int) -> str:
    flat = f"{start}{', '.join(items)}{end}"
    if "\n" not in flat and len(flat) <= 100 - 2 * depth:
        return flat
    pad = "  " * (depth + 1)
    return start.strip() + "\n" + "".join(f"{pad}{item},\n" for item in items) + "  " * depth + end.strip()


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    """A text in single quotes; JSON's escapes are JavaScript's."""
    inner = json.dumps(text)[1:-1].replace('\\"', '"').replace("'", "\\'").replace("\x7f", "\\u007f")
    return f"'{inner}'"


def _template(text: Text, names: Mapping[str, str]) -> str:
    places = [_place(part, names) if isinstance(part, Ref) else None for part in text.parts]
    if len(places) == 1 and places[0]:
        return places[0]
    pieces = (f"${{{place}}}" if place else _literal(str(part)) for part, place in zip(text.parts, places, strict=True))
    return f"`{''.join(pieces)}`"


def _literal(text: str) -> str:
    inner = json.dumps(text)[1:-1].replace('\\"', '"').replace("\x7f", "\\u007f")
    # a dollar at the end of a literal part would open the next gap twice over: `$${x}` is a dollar and a gap
    return inner.replace("`", "\\`").replace("${", "\\${")


def _place(ref: Ref, names: Mapping[str, str]) -> str:
    return names[ref.value] if ref.kind == "function" else _PLACES[ref.kind]
