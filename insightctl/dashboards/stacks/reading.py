"""A CloudFormation or SAM template as text into its parts, with the line and column of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from insightctl.core.errors import UsageError
from insightctl.dashboards.stacks.foreach import expanded
from insightctl.dashboards.stacks.model import Resource, Template

_SAM = "AWS::Serverless-2016-10-31"
_KNOWN_TRANSFORMS = (_SAM, "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23")
_MOST_NODES = 400_000  # a template of 1 MB has some 100,000; more is an alias that multiplies itself
_PREFIX = "tag:yaml.org,2002:"


def read_template(text: str, file: str) -> Template:
    """The parts of a template in YAML, with the short tags of CloudFormation, or in JSON; `file` is for messages.

    Raises UsageError: not YAML or JSON, no template, a resource without a type.
    """
    text = text.removeprefix("\ufeff")
    try:
        root = _json(text, file) if text.lstrip().startswith("{") else _yaml(text, file)
    except RecursionError:
        raise UsageError("the template is nested too deeply", where=file) from None
    return _template(root, file)


class _Lined(dict[str, Any]):
    """A mapping that knows the line of each key."""

    lines: Mapping[str, tuple[int, int]] = {}


def _json(text: str, file: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        try:
            if file.endswith(".json"):
                raise UsageError("not JSON")
            return _yaml(text, file)  # a flow mapping of YAML starts with a brace too
        except UsageError:
            where = f"{file}:{error.lineno}:{error.colno}"
            raise UsageError(f"not JSON: {error.msg}", where=where, remedy="correct the template there") from None


def _yaml(text: str, file: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        told = ", ".join(part for part in (error.context, error.problem) if part)
        raise UsageError(f"not YAML: {told}", where=where, remedy=_yaml_help(error, text)) from None
    except yaml.YAMLError as error:
        raise UsageError(f"not YAML: {str(error).splitlines()[0]}", where=file) from None
    if node is None:
        raise UsageError("the template is empty", where=file, remedy="name a template with Resources")
    return _Reader(file).value(node)


def _yaml_help(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark
    if mark and text[mark.index : mark.index + 1] == "\t":
        return "YAML is indented with spaces, not tabs"
    if "mapping values are not allowed" in str(error.problem):
        return "put a text with a colon in quotes, or correct the indentation"
    return "correct the template there (cfn-lint, sam validate)"


class _Reader:
    """Nodes of YAML into values; `!Sub` and the like into their long forms."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._seen = 0

    def value(self, node: yaml.Node) -> Any:
        """The value of a node. Raises UsageError."""
        self._seen += 1
        if self._seen > _MOST_NODES:
            raise self._error(node, "the template is too large: an alias repeats itself", "write it without aliases")
        plain = self._plain(node)
        if node.tag.startswith("!") and len(node.tag) > 1:
            return _long(node.tag[1:], plain)
        return plain

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        return _scalar(node.tag.removeprefix(_PREFIX), node.value)

    def _mapping(self, node: yaml.MappingNode) -> _Lined:
        found, lines = _Lined(), {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "a key of a template is a text", "put it in quotes")
            if key.tag == f"{_PREFIX}merge":
                merged = self.value(item)
                found.update(merged if isinstance(merged, dict) else {})
                continue
            name = str(key.value)
            if name in lines:
                raise self._error(key, f"the key '{name}' stands twice", "keep one of them")
            found[name] = self.value(item)
            lines[name] = (key.start_mark.line + 1, key.start_mark.column + 1)
        found.lines = lines
        return found

    def _error(self, node: yaml.Node, what: str, remedy: str) -> UsageError:
        mark = node.start_mark
        return UsageError(what, where=f"{self._file}:{mark.line + 1}:{mark.column + 1}", remedy=remedy)


def _scalar(kind: str, text: str) -> object:
    """Numbers and flags; everything else, dates too, is text."""
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0 if text.lower().startswith(("0x", "0o", "0b")) else 10)
        if kind == "float":
            return float(text.replace("_", ""))
    except ValueError:  # 1:30 is sixty-based to YAML 1.1
        return text
    if kind == "null":
        return None
    return text.lower() in ("true", "yes", "on") if kind == "bool" else text


def _long(tag: str, value: Any) -> dict[str, Any]:
    if tag in ("Ref", "Condition"):
        return {tag: value}
    if tag == "GetAtt" and isinstance(value, str):
        return {"Fn::GetAtt": list(value.partition(".")[::2])}
    return {f"Fn::{tag}": value}


def _template(root: Any, file: str) -> Template:
    if not isinstance(root, dict):
        raise UsageError("a template is a mapping with Resources", where=file)
    given = root.get("Resources")
    if not isinstance(given, dict) or not given:
        what = "the template has no Resources"
        hint = "this is a dashboard body" if "widgets" in root else "name a template of CloudFormation or SAM"
        raise UsageError(what, where=file, remedy=hint)
    parameters = {name: each.get("Default") for name, each in _mapping(root, "Parameters") if isinstance(each, dict)}
    resources, notes = expanded(given, parameters)
    transforms = root.get("Transform") or []
    transforms = [transforms] if isinstance(transforms, str | dict) else transforms
    return Template(
        file,
        tuple(_resources(resources, given, file)),
        parameters,
        dict(_mapping(root, "Mappings")),
        dict(_mapping(root, "Conditions")),
        dict(_mapping(root, "Globals")),
        is_sam=_SAM in transforms or any("AWS::Serverless::" in str(_type(each)) for each in resources.values()),
        notes=(*notes, *_of_transforms(transforms)),
    )


def _mapping(root: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    value = root.get(key)
    yield from value.items() if isinstance(value, dict) else ()


def _resources(resources: Mapping[str, Any], given: Any, file: str) -> Iterator[Resource]:
    lines = getattr(given, "lines", {})
    for logical, each in resources.items():
        line, column = lines.get(logical, (None, None))
        if logical.startswith("Fn::"):
            continue
        kind = _type(each)
        if not isinstance(kind, str):
            where = f"{file}:{line}:{column}" if line else file
            raise UsageError(
                f"the resource '{logical}' has no Type", where=where, remedy="Type: AWS::Lambda::Function, for one"
            )
        properties = each.get("Properties")
        condition = each.get("Condition")
        yield Resource(
            logical,
            kind,
            properties if isinstance(properties, dict) else {},
            condition if isinstance(condition, str) else None,
            line,
        )


def _type(resource: Any) -> Any:
    return resource.get("Type") if isinstance(resource, dict) else None


def _of_transforms(transforms: Any) -> Iterator[str]:
    for each in transforms if isinstance(transforms, list) else []:
        name = each.get("Name") if isinstance(each, dict) else each
        if name not in _KNOWN_TRANSFORMS:
            yield f"what the transform {name} makes is not in the template: once deployed, --stack NAME shows it"
