"""A CloudFormation template, in YAML or JSON: the dashboard, its alarms, and a parameter for each function."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from insightctl.core.errors import UsageError
from insightctl.core.sizes import size_text
from insightctl.dashboards.export.model import Exported, of_function, pascal, unique
from insightctl.dashboards.export.texts import Parts, Ref, Text, json_parts, mapped

if TYPE_CHECKING:
    import yaml

INLINE_BYTES, MOST_BYTES = 51_200, 1_048_576  # "CloudFormation quotas": a template in the call, and one in S3
_MAX_RESOURCES = 500  # the same page
_PSEUDO = {"region": "AWS::Region", "account": "AWS::AccountId", "partition": "AWS::Partition"}
_DOLLAR = re.compile(r"\$\{([A-Za-z0-9_.: -]+\})?")


class Sub(str):
    """A text of Fn::Sub."""


class Ref_(str):
    """A reference to a parameter."""


def yaml_template(exported: Exported) -> tuple[str, tuple[str, ...]]:
    """The template in YAML, and what to know about its size. Raises UsageError for more than CloudFormation takes."""
    return _fitting(exported, _as_yaml)


def json_template(exported: Exported) -> tuple[str, tuple[str, ...]]:
    """The same in JSON."""
    return _fitting(exported, lambda template: json.dumps(_long(template), indent=2) + "\n")


def _fitting(exported: Exported, write: Callable[[dict[str, Any]], str]) -> tuple[str, tuple[str, ...]]:
    """Laid out for people where the template is small enough for that, compact where it is not."""
    if len(exported.alarms) + 1 > _MAX_RESOURCES:
        raise UsageError(
            f"{len(exported.alarms)} alarms; a CloudFormation template takes {_MAX_RESOURCES} resources",
            remedy="fewer functions, several templates, or --to cdk-python",
        )
    text = write(_template(exported, indent=2))
    if len(text) > INLINE_BYTES:
        text = write(_template(exported, indent=None))
    if len(text) > MOST_BYTES:
        raise UsageError(
            f"the template is {size_text(len(text))}; CloudFormation takes {size_text(MOST_BYTES)}",
            remedy="fewer functions or widgets, or --to terraform",
        )
    notes: tuple[str, ...] = ()
    if len(text) > INLINE_BYTES:
        notes = (
            f"the template is {len(text):,} bytes, more than the {INLINE_BYTES:,} that CreateStack takes in the call: "
            "deploy it from S3 (aws cloudformation deploy --s3-bucket BUCKET)",
        )
    return text, notes


def _template(exported: Exported, *, indent: int | None) -> dict[str, Any]:
    ids = _parameter_ids(exported)

    def text(parts: Text) -> str:
        return _sub(parts.parts, ids, is_json=False)

    parameters: dict[str, Any] = {
        "DashboardName": {
            "Type": "String",
            "Default": exported.name,
            "AllowedPattern": "^[A-Za-z0-9_-]{1,255}$",
            "Description": "The name of the dashboard in CloudWatch.",
        }
    }
    for function, id_ in ids.items():
        parameters[id_] = {
            "Type": "String",
            "Default": function,
            "AllowedPattern": "^[A-Za-z0-9_-]{1,64}$",
            "Description": "The name of a Lambda function.",
        }
    alarms = unique((_alarm_id(alarm) for alarm in exported.alarms), ("Dashboard",))
    body = _sub(json_parts(exported.body, indent=indent), ids, is_json=True)
    resources: dict[str, Any] = {
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {"DashboardName": Ref_("DashboardName"), "DashboardBody": body},
        }
    }
    for id_, alarm in zip(alarms, exported.alarms, strict=True):
        resources[id_] = {"Type": "AWS::CloudWatch::Alarm", "Properties": mapped(alarm, text)}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"CloudWatch dashboard {exported.name}, written by insightctl from {exported.source}",
        "Parameters": parameters,
        "Resources": resources,
    }


def _parameter_ids(exported: Exported) -> Mapping[str, str]:
    ids = unique((pascal(of_function(name)) for name in exported.functions), ("DashboardName",))
    return dict(zip(exported.functions, ids, strict=True))


def _alarm_id(alarm: Mapping[str, object]) -> str:
    name = alarm["AlarmName"]
    return f"{pascal(name.plain if isinstance(name, Text) else str(name))}Alarm"


def _sub(parts: Parts, ids: Mapping[str, str], *, is_json: bool) -> str:
    """A text of Fn::Sub; a plain one where nothing is to be filled in."""
    if not any(isinstance(part, Ref) for part in parts):
        return "".join(map(str, parts))
    return Sub("".join(_name(part, ids) if isinstance(part, Ref) else _literal(part, is_json) for part in parts))


def _name(ref: Ref, ids: Mapping[str, str]) -> str:
    return f"${{{ids[ref.value] if ref.kind == 'function' else _PSEUDO[ref.kind]}}}"


def _literal(text: str, is_json: bool) -> str:
    """`${` of the body's own, so that Fn::Sub leaves it.

    `${LABEL}` is written `${!LABEL}`. What that way is not documented for, such as `${PROP("Dim.X")}` or a brace that never
    closes, has in JSON an escape that Fn::Sub does not see.
    """
    other = r"\u0024{" if is_json else "${!"
    return _DOLLAR.sub(lambda match: f"${{!{match[1]}" if match[1] else other, text)


def _long(value: Any) -> Any:
    """The template with intrinsic functions as JSON has them."""
    if isinstance(value, Sub):
        return {"Fn::Sub": str(value)}
    if isinstance(value, Ref_):
        return {"Ref": str(value)}
    if isinstance(value, Mapping):
        return {key: _long(item) for key, item in value.items()}
    return [_long(item) for item in value] if isinstance(value, list) else value


def _as_yaml(template: dict[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """YAML with the short forms of CloudFormation."""

        def ignore_aliases(self, _data: Any) -> bool:
            """CloudFormation takes no aliases."""
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
            """Lists are indented, as CloudFormation's own examples are."""
            super().increase_indent(flow, False)

    def sub(dumper: yaml.SafeDumper, value: Sub) -> yaml.Node:
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("!Sub", str(value), style=style or "'")

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    Dumper.add_representer(Sub, sub)
    Dumper.add_representer(Ref_, lambda dumper, value: dumper.represent_scalar("!Ref", str(value)))
    Dumper.add_representer(str, text)
    return yaml.dump(template, Dumper=Dumper, sort_keys=False, width=10**6, allow_unicode=False)
