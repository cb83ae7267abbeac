"""Terraform (HCL): variables, the dashboard with its body in jsonencode, and the alarms; as `terraform fmt` writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from insightctl.dashboards.export.model import Exported, of_function, snake, unique
from insightctl.dashboards.export.texts import Ref, Text, Tree, escaped, refs

_PROVIDER = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}"""
_PLACES = {"region": "local.region", "account": "local.account", "partition": "local.partition"}
_SOURCES = {
    "region": ("aws_region", "data.aws_region.current.id"),
    "account": ("aws_caller_identity", "data.aws_caller_identity.current.account_id"),
    "partition": ("aws_partition", "data.aws_partition.current.partition"),
}
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")


def hcl(exported: Exported) -> str:
    """The configuration as one file."""
    names = _Names(exported.functions)
    parts = [
        f"# CloudWatch dashboard {exported.name}, written by insightctl from {exported.source}",
        _PROVIDER,
        _variable("dashboard_name", exported.name, "The name of the dashboard in CloudWatch.", 255),
        *(
            _variable(name, function, "The name of a Lambda function.", 64)
            for function, name in names.variables.items()
        ),
        *_surroundings(exported),
        _block(
            'resource "aws_cloudwatch_dashboard" "this"',
            [
                ("dashboard_name", "var.dashboard_name"),
                ("dashboard_body", f"jsonencode({names.value(exported.body, 1)})"),
            ],
        ),
    ]
    labels = unique(snake(_plain(alarm["AlarmName"])) for alarm in exported.alarms)
    parts += [_alarm(label, alarm, names) for label, alarm in zip(labels, exported.alarms, strict=True)]
    return "\n\n".join(parts) + "\n"


class _Names:
    """Texts and values of HCL; a gap is a variable or a local value."""

    def __init__(self, functions: Sequence[str]) -> None:
        made = unique((snake(of_function(function)) for function in functions), ("dashboard_name",))
        self.variables = dict(zip(functions, made, strict=True))

    def value(self, tree: Tree, depth: int = 0) -> str:
        """A value, its inner lines indented for `depth` blocks around it."""
        if isinstance(tree, Mapping):
            if not tree:
                return "{}"
            lines = _aligned([(_key(str(key)), self.value(item, depth + 1)) for key, item in tree.items()], depth + 1)
            return "{\n" + "\n".join(lines) + "\n" + "  " * depth + "}"
        if isinstance(tree, list):
            return self._list(tree, depth)
        if isinstance(tree, Text | str):
            return self.text(tree)
        return json.dumps(tree)

    def _list(self, items: list[Any], depth: int) -> str:
        flat = [self.value(item, depth + 1) for item in items]
        if not any("\n" in item for item in flat) and sum(map(len, flat)) < 90:
            return f"[{', '.join(flat)}]"
        pad = "  " * (depth + 1)
        return "[\n" + "".join(f"{pad}{item},\n" for item in flat) + "  " * depth + "]"

    def text(self, text: Tree) -> str:
        """A quoted text; only a gap, and it is the variable itself."""
        parts = text.parts if isinstance(text, Text) else (str(text),)
        if len(parts) == 1 and isinstance(parts[0], Ref):
            return self._place(parts[0])
        made = ""
        for part in parts:
            if isinstance(part, Ref):
                # `$${` would be a literal: a dollar before a gap is written as a gap itself
                made = f'{made[:-1]}${{"$"}}' if made.endswith("$") else made
                made += f"${{{self._place(part)}}}"
            else:
                made += _literal(part)
        return f'"{made}"'

    def _place(self, ref: Ref) -> str:
        return f"var.{self.variables[ref.value]}" if ref.kind == "function" else _PLACES[ref.kind]


def _literal(text: str) -> str:
    """The inside of a quoted template, `${` and `%{` doubled."""
    return escaped(text).replace("${", "$${").replace("%{", "%%{")


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else f'"{_literal(key)}"'


def _aligned(pairs: Sequence[tuple[str, str]], depth: int) -> list[str]:
    """`key = value` lines; equals signs of neighbouring one-line values stand below each other, as terraform fmt has it."""
    pad = "  " * depth
    lines: list[str] = []
    run: list[tuple[str, str]] = []

    def close() -> None:
        wide = max((len(key) for key, _ in run), default=0)
        lines.extend(f"{pad}{key:<{wide}} = {value}" for key, value in run)
        run.clear()

    for key, value in pairs:
        if "\n" in value:
            close()
            lines.append(f"{pad}{key} = {value}")
        else:
            run.append((key, value))
    close()
    return lines


def _block(head: str, pairs: Sequence[tuple[str, str]], inner: Sequence[str] = (), depth: int = 0) -> str:
    pad = "  " * depth
    body = "\n\n".join(part for part in ("\n".join(_aligned(pairs, depth + 1)), *inner) if part)
    return f"{pad}{head} {{\n{body}\n{pad}}}"


def _variable(name: str, default: str, description: str, longest: int) -> str:
    check = [
        ("condition", f'can(regex("^[A-Za-z0-9_-]{{1,{longest}}}$", var.{name}))'),
        ("error_message", f'"Letters, digits, - and _, at most {longest}."'),
    ]
    pairs = [("type", "string"), ("default", f'"{_literal(default)}"'), ("description", f'"{description}"')]
    return _block(f'variable "{name}"', pairs, [_block("validation", check, depth=1)])


def _surroundings(exported: Exported) -> Iterator[str]:
    used = {ref.kind for tree in (exported.body, *exported.alarms) for ref in refs(tree)}
    kinds = [kind for kind in _SOURCES if kind in used]
    yield from (f'data "{_SOURCES[kind][0]}" "current" {{}}' for kind in kinds)
    if kinds:
        yield _block("locals", [(kind, _SOURCES[kind][1]) for kind in kinds])


def _alarm(label: str, alarm: Mapping[str, Any], names: _Names) -> str:
    pairs, queries = [], []
    for key, value in alarm.items():
        if key == "Metrics":
            queries = [_query(query, names) for query in value]
        else:
            pairs.append((_hcl_key(key), _alarm_value(key, value, names)))
    return _block(f'resource "aws_cloudwatch_metric_alarm" "{label}"', pairs, queries)


def _hcl_key(key: str) -> str:
    return "_".join(part.lower() for part in re.findall(r"[A-Z][a-z]+", key))


def _alarm_value(key: str, value: Any, names: _Names) -> str:
    if key == "Dimensions":
        return names.value({_plain(each["Name"]): each["Value"] for each in value}, 1)
    return names.value(value, 1)


def _query(query: Mapping[str, Any], names: _Names) -> str:
    pairs = [(_hcl_key(key), names.value(value, 2)) for key, value in query.items() if key != "MetricStat"]
    if "MetricStat" not in query:
        return _block("metric_query", pairs, depth=1)
    stat = query["MetricStat"]
    metric = {**stat["Metric"], "Period": stat["Period"], "Stat": stat["Stat"]}
    inner = []
    for key, value in metric.items():
        shown = {_plain(each["Name"]): each["Value"] for each in value} if key == "Dimensions" else value
        inner.append((_hcl_key(key), names.value(shown, 3)))
    return _block("metric_query", pairs, [_block("metric", inner, depth=2)], depth=1)


def _plain(text: Tree) -> str:
    return text.plain if isinstance(text, Text) else str(text)
