"""Log groups and streams: Create, Describe, Delete, and what moto answers about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from insightctl.emulator.server import Emulator

from .conftest import START_MS, STREAM, Fill

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient


def test_a_group_has_arns_bytes_and_streams(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill(["abc", "defg"])
    described = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
    assert described["logGroupName"] == group
    assert described["arn"] == f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"
    assert described["storedBytes"] == 3 + 4 + 2 * 26
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]
    assert stream["logStreamName"] == STREAM
    assert (stream["firstEventTimestamp"], stream["lastEventTimestamp"]) == (START_MS, START_MS + 1000)


def test_groups_by_pattern_and_in_pages(logs: CloudWatchLogsClient) -> None:
    for n in range(55):
        logs.create_log_group(logGroupName=f"/pages/{n:02d}")
    pages = list(logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/pages/"))
    assert [len(page["logGroups"]) for page in pages] == [50, 5]
    assert [g["logGroupName"] for g in logs.describe_log_groups(logGroupNamePattern="ges/5")["logGroups"]] == [
        f"/pages/5{n}" for n in range(5)
    ]


def test_streams_in_the_order_asked_for(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill(["a"])
    logs.create_log_stream(logGroupName=group, logStreamName="a-later-one")
    logs.put_log_events(
        logGroupName=group, logStreamName="a-later-one", logEvents=[{"timestamp": START_MS + 9, "message": "x"}]
    )
    by_time = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True)["logStreams"]
    assert [stream["logStreamName"] for stream in by_time] == ["a-later-one", STREAM]
    by_prefix = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix="2026")["logStreams"]
    assert [stream["logStreamName"] for stream in by_prefix] == [STREAM]


def test_regions_are_apart(fill: Fill, logs: CloudWatchLogsClient) -> None:
    import boto3

    group = fill(["a"])
    elsewhere = boto3.client("logs", region_name="eu-west-1")
    assert elsewhere.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []


def test_moto_answers_the_rest_about_our_groups(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill(["a"])
    logs.put_retention_policy(logGroupName=group, retentionInDays=7)
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"] == 7
    logs.create_log_group(logGroupName=f"{group}-tagged", tags={"team": "shop"})
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}-tagged"
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "shop"}


def test_a_deleted_group_is_gone_with_its_events(fill: Fill, logs: CloudWatchLogsClient) -> None:
    group = fill(["a"])
    logs.delete_log_group(logGroupName=group)
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.describe_log_streams(logGroupName=group)
    logs.create_log_group(logGroupName=group)
    assert logs.filter_log_events(logGroupName=group)["events"] == []


@pytest.mark.parametrize(
    ("operation", "asked", "code"),
    [
        ("create_log_group", {"logGroupName": "/taken"}, "ResourceAlreadyExistsException"),
        ("create_log_group", {"logGroupName": "/with space"}, "InvalidParameterException"),
        ("create_log_stream", {"logGroupName": "/taken", "logStreamName": "s"}, "ResourceAlreadyExistsException"),
        ("create_log_stream", {"logGroupName": "/nope", "logStreamName": "s"}, "ResourceNotFoundException"),
        ("create_log_stream", {"logGroupName": "/taken", "logStreamName": "a:b"}, "InvalidParameterException"),
        ("describe_log_streams", {"logGroupName": "/nope"}, "ResourceNotFoundException"),
        ("describe_log_groups", {"limit": 51}, "InvalidParameterException"),
        ("describe_log_groups", {"logGroupNamePrefix": "/a", "logGroupNamePattern": "a"}, "InvalidParameterException"),
        ("delete_log_group", {"logGroupName": "/nope"}, "ResourceNotFoundException"),
    ],
)
def test_refusals(logs: CloudWatchLogsClient, operation: str, asked: dict[str, object], code: str) -> None:
    if not logs.describe_log_groups(logGroupNamePrefix="/taken")["logGroups"]:
        logs.create_log_group(logGroupName="/taken")
        logs.create_log_stream(logGroupName="/taken", logStreamName="s")
    with pytest.raises(ClientError) as caught:
        getattr(logs, operation)(**asked)
    assert caught.value.response["Error"]["Code"] == code


def test_list_log_groups(aws: str) -> None:
    import boto3

    with Emulator() as emulator:
        logs = boto3.client("logs", endpoint_url=emulator.url)
        names = ("/aws/lambda/cart", "/aws/lambda/checkout", "/aws/ecs/checkout", "/app")
        for name in names:
            logs.create_log_group(logGroupName=name)
        logs.create_log_group(logGroupName="/aws/lambda/rare", logGroupClass="INFREQUENT_ACCESS")

        def listed(**asked: Any) -> list[str]:
            page = logs.list_log_groups(**asked)
            names = [group["logGroupName"] for group in page["logGroups"]]
            return names + (listed(**{**asked, "nextToken": page["nextToken"]}) if "nextToken" in page else [])

        assert listed(limit=2) == sorted((*names, "/aws/lambda/rare"))
        assert listed(logGroupNamePattern="checkout") == ["/aws/ecs/checkout", "/aws/lambda/checkout"]
        assert listed(logGroupNamePattern="^/aws/lambda/c|^/app") == [
            "/app",
            "/aws/lambda/cart",
            "/aws/lambda/checkout",
        ]
        assert listed(logGroupClass="INFREQUENT_ACCESS") == ["/aws/lambda/rare"]
        assert listed(includeLinkedAccounts=True, accountIdentifiers=["123456789012"], logGroupNamePattern="^/app") == [
            "/app"
        ]
        assert listed(includeLinkedAccounts=True, accountIdentifiers=["999999999999"]) == []
        (group,) = logs.list_log_groups(logGroupNamePattern="rare")["logGroups"]
        assert group["logGroupArn"] == "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rare"
        (described,) = logs.describe_log_groups(logGroupClass="INFREQUENT_ACCESS")["logGroups"]
        assert (described["logGroupName"], described["logGroupClass"]) == ("/aws/lambda/rare", "INFREQUENT_ACCESS")
        with pytest.raises(logs.exceptions.InvalidParameterException, match="regular expression pattern"):
            logs.list_log_groups(logGroupNamePattern="a*b")


def test_what_infrequent_access_refuses(logs: CloudWatchLogsClient) -> None:
    logs.create_log_group(logGroupName="/rare", logGroupClass="INFREQUENT_ACCESS")
    hour: Any = {"logGroupName": "/rare", "startTime": 0, "endTime": 3600}
    for text, word in (("pattern @message", "pattern"), ("fields unmask(@message)", "unmask")):
        with pytest.raises(ClientError, match=f"Infrequent Access class has no {word}: /rare"):
            logs.start_query(queryString=text, **hour)
    assert logs.start_query(queryString="stats count(*)", **hour)["queryId"]
    with pytest.raises(ClientError, match="use Logs Insights queries"):
        logs.filter_log_events(logGroupName="/rare")
    logs.delete_log_group(logGroupName="/rare")
