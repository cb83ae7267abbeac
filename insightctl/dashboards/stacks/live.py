"""A live stack: its template as CloudFormation keeps it, the names of what it made, and what else feeds its functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from insightctl.cloud.failures import error_code, error_message
from insightctl.cloud.session import Access, Cloud
from insightctl.cloud.targets.asking import asking, client, is_unavailable
from insightctl.core.errors import UsageError
from insightctl.dashboards.stacks.inventory import inventory
from insightctl.dashboards.stacks.kinds import of_arn
from insightctl.dashboards.stacks.model import Inventory, Known, Resource, Template, Thing
from insightctl.dashboards.stacks.reading import read_template

_STACK = "AWS::CloudFormation::Stack"
_MOST_STACKS = 200  # nested ones; a stack takes 500 resources
_GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED")


class _Summary(NamedTuple):
    logical: str
    type: str
    physical: str


def live_inventory(access: Access, stack: str, template: Template | None = None) -> Inventory:
    """What a stack and those nested in it hold; `template` instead of the one that CloudFormation keeps of it.

    Needs cloudformation:ListStackResources; with cloudformation:GetTemplate, DescribeStacks and
    lambda:ListEventSourceMappings it knows more, without them the notes say what is missing.
    Raises UsageError for a stack that is not there, CloudError.
    """
    cloud = Cloud(access)
    aws = client(cloud, "cloudformation")
    notes: list[str] = []
    found, waiting, known = Inventory(), [stack], {stack}
    while waiting and len(known) <= _MOST_STACKS:
        name = waiting.pop(0)
        summaries = tuple(_summaries(cloud, aws, name))
        own = template if template is not None and name == stack else _template(aws, name, summaries, notes)
        found = found.joined(inventory(own, _known(aws, cloud, name, summaries)))
        for each in summaries:
            if each.type == _STACK and each.physical not in known:
                known.add(each.physical)
                waiting.append(each.physical)
    found = _with_mappings(cloud, found, notes)
    return replace(found, notes=tuple(dict.fromkeys((*found.notes, *notes))))


def _summaries(cloud: Cloud, aws: Any, stack: str) -> Iterator[_Summary]:
    from botocore.exceptions import ClientError

    with asking(cloud, "CloudFormation", "cloudformation:ListStackResources", remedy="pass --template FILE"):
        try:
            for page in aws.get_paginator("list_stack_resources").paginate(StackName=stack):
                for each in page["StackResourceSummaries"]:
                    if each.get("PhysicalResourceId") and each["ResourceStatus"] not in _GONE:
                        yield _Summary(each["LogicalResourceId"], each["ResourceType"], each["PhysicalResourceId"])
        except ClientError as error:
            if error_code(error) == "ValidationError" and "does not exist" in error_message(error):
                where = str(cloud.place).replace("CloudWatch Logs", "CloudFormation", 1)
                remedy = "check the name, --region and --profile; aws cloudformation list-stacks names them"
                raise UsageError(f"there is no stack '{stack}'", where=where, remedy=remedy) from None
            raise


def _template(aws: Any, stack: str, summaries: tuple[_Summary, ...], notes: list[str]) -> Template:
    """The template, after its transforms. Where it may not be read, only types and names are known."""
    from botocore.exceptions import ClientError

    try:
        body = aws.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
        # botocore hands over a template in JSON as a value
        return read_template(body if isinstance(body, str) else json.dumps(body), f"the template of {stack}")
    except ClientError as error:
        if not is_unavailable(error):
            raise
        notes.append(
            "cloudformation:GetTemplate is not allowed: what feeds what, and dead-letter queues, are not known"
        )
    except UsageError as error:
        notes.append(f"{error.where or stack}: {error.what}; only types and names are known")
    resources = tuple(Resource(each.logical, each.type) for each in summaries)
    return Template(f"the stack {stack}", resources)


def _known(aws: Any, cloud: Cloud, stack: str, summaries: tuple[_Summary, ...]) -> Known:
    from botocore.exceptions import ClientError

    parameters: dict[str, str] = {}
    try:
        described = aws.describe_stacks(StackName=stack)["Stacks"][0]
        given = described.get("Parameters", [])
        parameters = {str(each["ParameterKey"]): str(each.get("ParameterValue", "")) for each in given}
        name, arn = str(described["StackName"]), str(described.get("StackId", ""))
    except ClientError as error:
        if not is_unavailable(error):
            raise
        name, arn = _name_of(stack), stack
    account = arn.split(":")[4] if arn.startswith("arn:") else None
    names = {each.logical: each.physical for each in summaries}
    return Known(name, cloud.place.region, account, parameters, names)


def _name_of(stack: str) -> str:
    return stack.split("/")[1] if stack.startswith("arn:") else stack


def _with_mappings(cloud: Cloud, found: Inventory, notes: list[str]) -> Inventory:
    """With the event sources that Lambda knows: also those made outside of the stack."""
    from botocore.exceptions import ClientError

    functions = {thing.name: thing.logical for thing in found.of("function")}
    if not functions:
        return found
    things, feeds = {(thing.kind, thing.name): thing for thing in found.things}, list(found.feeds)
    try:
        for page in client(cloud, "lambda").get_paginator("list_event_source_mappings").paginate():
            for each in page["EventSourceMappings"]:
                function = functions.get(_function_of(each))
                source = of_arn(str(each.get("EventSourceArn", "")))
                if function is None or source is None:
                    continue
                thing = things.setdefault(source, Thing(source[0], f"{source[0]} {source[1]}", source[1]))
                feeds.append((thing.logical, function))
    except ClientError as error:
        if not is_unavailable(error):
            raise
        notes.append(
            "lambda:ListEventSourceMappings is not allowed: event sources made outside of the stack are not known"
        )
    more = tuple(thing for thing in things.values() if thing not in found.things)
    return replace(found, things=found.things + more, feeds=tuple(dict.fromkeys(feeds)))


def _function_of(mapping: Mapping[str, Any]) -> str:
    """The name in a function's ARN, without version or alias."""
    parts = str(mapping.get("FunctionArn", "")).split(":")
    return parts[6] if len(parts) > 6 else ""
