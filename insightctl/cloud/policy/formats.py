"""A policy as IAM takes it, or as Terraform, CloudFormation and SAM do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from insightctl.cloud.policy.document import Policy

PLACEHOLDERS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "terraform": (
            "${data.aws_partition.current.partition}",
            # `id` is the region's name in every version of the provider; `name` became `region` in 6.0
            "${data.aws_region.current.id}",
            "${data.aws_caller_identity.current.account_id}",
        ),
        "cloudformation": ("${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"),
        "sam": ("${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"),
    }
)
"""Partition, region and account where a template fills them in, by format; IAM's own JSON has no such thing."""

_DATA = ("aws_partition", "aws_region", "aws_caller_identity")


def text(policy: Policy, output: str) -> str:
    """The policy in a format of FORMATS."""
    return FORMATS[output](policy)


def _json(policy: Policy) -> str:
    return json.dumps(policy.document, indent=2)


def _terraform(policy: Policy) -> str:
    lines = [
        line for name in _DATA if f"data.{name}." in _json(policy) for line in (f'data "{name}" "current" {{}}', "")
    ]
    lines.append('data "aws_iam_policy_document" "insightctl" {')
    for number, each in enumerate(policy.statements):
        lines += [""] * bool(number)
        lines += ["  statement {", f"    sid       = {json.dumps(each.sid)}", '    effect    = "Allow"']
        lines += [
            f"    actions   = {_terraform_list(each.actions)}",
            f"    resources = {_terraform_list(each.resources)}",
        ]
        lines.append("  }")
    lines += ["}", "", 'resource "aws_iam_policy" "insightctl" {', '  name   = "insightctl"']
    lines += ["  policy = data.aws_iam_policy_document.insightctl.json", "}"]
    return "\n".join(lines)


def _terraform_list(values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return f"[{json.dumps(values[0])}]"
    return "\n".join(["[", *(f"      {json.dumps(value)}," for value in values), "    ]"])


def _cloudformation(policy: Policy) -> str:
    head = [
        "Resources:",
        "  InsightctlPolicy:",
        "    Type: AWS::IAM::ManagedPolicy",
        "    Properties:",
        "      Description: What insightctl needs",
        "      PolicyDocument:",
    ]
    return "\n".join([*head, *_yaml(policy, " " * 8)])


def _sam(policy: Policy) -> str:
    lines = list(_yaml(policy, " " * 4))
    return "\n".join(["Policies:", f"  - {lines[0].lstrip()}", *lines[1:]])


def _yaml(policy: Policy, indent: str) -> Iterator[str]:
    """Texts stand in double quotes: JSON's are YAML's."""
    yield f'{indent}Version: "2012-10-17"'
    yield f"{indent}Statement:"
    for each in policy.statements:
        yield f"{indent}  - Sid: {each.sid}"
        yield f"{indent}    Effect: Allow"
        yield f"{indent}    Action:"
        yield from (f"{indent}      - {json.dumps(action)}" for action in each.actions)
        yield f"{indent}    Resource:"
        yield from (f"{indent}      - {_substituted(resource)}" for resource in each.resources)


def _substituted(resource: str) -> str:
    return f"!Sub {json.dumps(resource)}" if "${" in resource else json.dumps(resource)


FORMATS: Mapping[str, Callable[[Policy], str]] = MappingProxyType(
    {"json": _json, "terraform": _terraform, "cloudformation": _cloudformation, "sam": _sam}
)
"""The formats by name."""
