"""What belongs to a CloudFormation stack, has tags, or is listed in an SSM parameter: functions and log groups."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from insightctl.cloud.failures import error_code, error_message, nearest_hint
from insightctl.cloud.session import Cloud
from insightctl.cloud.targets.asking import asking, client
from insightctl.cloud.targets.model import NothingFound
from insightctl.core.arns import function_ref, group_ref
from insightctl.core.services import Tag

_STACK = "AWS::CloudFormation::Stack"
_KINDS = {"AWS::Lambda::Function": "functions", "AWS::Logs::LogGroup": "log_groups"}
_RESOURCE_TYPES = ["lambda:function", "logs"]  # logs: the type log-group is told from the ARN, which any endpoint gives
_SEPARATORS = re.compile(r"[\s,]+")


class Members(NamedTuple):
    """Functions and log groups, as names; `seen` counts what was looked at."""

    functions: tuple[str, ...]
    log_groups: tuple[str, ...]
    seen: int

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        return not (self.functions or self.log_groups)


def stack_members(cloud: Cloud, name: str) -> Members:
    """Functions and log groups of a stack and of those nested in it. Raises NothingFound, CloudError."""
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS.values()}
    seen, waiting, known = 0, [name], {name}
    aws = client(cloud, "cloudformation")
    while waiting:
        for resource in _resources(cloud, aws, waiting.pop(0)):
            seen += 1
            kind, physical = resource["ResourceType"], resource.get("PhysicalResourceId")
            if not physical or resource["ResourceStatus"] == "DELETE_COMPLETE":
                continue
            if kind in _KINDS:
                found[_KINDS[kind]].append(physical)
            elif kind == _STACK and physical not in known:
                known.add(physical)
                waiting.append(physical)
    return Members(_plain_functions(found["functions"]), tuple(dict.fromkeys(found["log_groups"])), seen)


def tagged_members(cloud: Cloud, tags: Sequence[Tag]) -> Members:
    """Functions and log groups that have all of these tags; of one key, any of the values given. Raises CloudError."""
    values: dict[str, list[str]] = {}
    for key, value in tags:
        values.setdefault(key, []).extend([] if value is None else [value])
    filters = [{"Key": key, "Values": given} if given else {"Key": key} for key, given in values.items()]
    with asking(cloud, "the tagging API", "tag:GetResources", remedy="name the functions with -f"):
        pages = client(cloud, "resourcegroupstaggingapi").get_paginator("get_resources")
        asked = pages.paginate(TagFilters=filters, ResourceTypeFilters=_RESOURCE_TYPES)
        arns = [str(item["ResourceARN"]) for page in asked for item in page["ResourceTagMappingList"]]
    functions = [arn for arn in arns if ":function:" in arn]
    groups = [group_ref(arn).name for arn in arns if ":log-group:" in arn]
    return Members(_plain_functions(functions), tuple(dict.fromkeys(groups)), len(arns))


def parameter_members(cloud: Cloud, name: str) -> Members:
    """Functions and log groups named in an SSM parameter, or in all of those below a path.

    A String or StringList of names, with commas or white space between them, or a JSON list. Names that start with `/`
    and ARNs of log groups are log groups. Raises NothingFound, CloudError.
    """
    texts = _parameter_texts(cloud, name)
    names = list(dict.fromkeys(each for text in texts for each in _names(text)))
    groups = [each for each in names if each.startswith("/") or ":log-group:" in each]
    return Members(tuple(each for each in names if each not in groups), tuple(groups), len(texts))


def _resources(cloud: Cloud, aws: Any, stack: str) -> Iterator[Mapping[str, Any]]:
    from botocore.exceptions import ClientError

    with asking(
        cloud, "CloudFormation", "cloudformation:ListStackResources", remedy="name the functions with -f, or by --tag"
    ):
        try:
            for page in aws.get_paginator("list_stack_resources").paginate(StackName=stack):
                yield from page["StackResourceSummaries"]
        except ClientError as error:
            if error_code(error) == "ValidationError" and "does not exist" in error_message(error):
                raise _no_stack(cloud, aws, stack) from None
            raise


def _no_stack(cloud: Cloud, aws: Any, stack: str) -> NothingFound:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        pages = aws.get_paginator("describe_stacks").paginate()
        names = [str(each["StackName"]) for page in pages for each in page["Stacks"]]
        looked = f"looked at {len(names):,} stack{'' if len(names) == 1 else 's'} in {cloud.place.region}"
    except (BotoCoreError, ClientError):
        names, looked = [], "which there are is not known: cloudformation:DescribeStacks is not allowed"
    near = nearest_hint(stack, names, noun="did you mean")
    return NothingFound(
        f"there is no stack '{stack}'",
        where=str(cloud.place).replace("CloudWatch Logs", "CloudFormation", 1),
        remedy="; ".join(part for part in (looked, near, "check the name, --region and --profile") if part),
    )


def _parameter_texts(cloud: Cloud, name: str) -> list[str]:
    aws = client(cloud, "ssm")
    with asking(cloud, "Systems Manager", "ssm:GetParameter", remedy="name the functions with -f"):
        try:
            return [str(aws.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])]
        except aws.exceptions.ParameterNotFound:
            pass
    with asking(cloud, "Systems Manager", "ssm:GetParametersByPath", remedy="name the functions with -f"):
        pages = aws.get_paginator("get_parameters_by_path")
        asked = pages.paginate(Path=name if name.startswith("/") else f"/{name}", Recursive=True, WithDecryption=True)
        found = [str(each["Value"]) for page in asked for each in page["Parameters"]]
    if not found:
        raise NothingFound(
            f"there is no parameter '{name}', and none below it",
            where=str(cloud.place).replace("CloudWatch Logs", "Systems Manager", 1),
            remedy="check the path, --region and --profile",
        )
    return found


def _names(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        try:
            listed = json.loads(text)
        except ValueError:
            listed = None
        if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
            return listed
    return [name for name in _SEPARATORS.split(text) if name]


def _plain_functions(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(function_ref(name).name for name in names))
