"""GetMetricData for what the log events tell, and the other services that moto answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import START_MS, Fill

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient

START = datetime.fromtimestamp(START_MS / 1000, UTC)
REPORT = "REPORT RequestId: 6a1f2c3d-0000-4000-8000-000000000001\tDuration: {} ms\tBilled Duration: 3 ms\t"
SPAN: dict[str, Any] = {"StartTime": START - timedelta(hours=1), "EndTime": START + timedelta(hours=1)}


@pytest.fixture
def metrics(aws: str) -> CloudWatchClient:
    import boto3

    return boto3.client("cloudwatch")


def query(namespace: str, metric: str, stat: str, period: int = 60, **dimensions: str) -> dict[str, Any]:
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    shape = {"Namespace": namespace, "MetricName": metric, "Dimensions": named}
    return {"Id": "m", "MetricStat": {"Metric": shape, "Period": period, "Stat": stat}}


def points(metrics: CloudWatchClient, asked: dict[str, Any], **span: Any) -> list[tuple[datetime, float]]:
    (result,) = metrics.get_metric_data(MetricDataQueries=[asked], **{**SPAN, **span})["MetricDataResults"]  # type: ignore[list-item]
    return list(zip(result["Timestamps"], result["Values"], strict=True))


def test_incoming_bytes(fill: Fill, metrics: CloudWatchClient) -> None:
    group = fill(["x" * 10] * 90)  # one a second
    asked = query("AWS/Logs", "IncomingBytes", "Sum", LogGroupName=group)
    minute = timedelta(minutes=1)
    assert points(metrics, asked) == [(START + minute, 30 * 36.0), (START, 60 * 36.0)]
    assert points(metrics, query("AWS/Logs", "IncomingBytes", "Sum", 300, LogGroupName=group)) == [(START, 90 * 36.0)]
    assert points(metrics, asked, StartTime=START + minute) == [(START + minute, 30 * 36.0)]
    assert points(metrics, query("AWS/Logs", "IncomingLogEvents", "Sum", 3600, LogGroupName=group)) == [(START, 90.0)]


def test_a_group_without_events_has_no_points(metrics: CloudWatchClient) -> None:
    assert points(metrics, query("AWS/Logs", "IncomingBytes", "Sum", LogGroupName="/nope")) == []


def test_lambda_metrics_of_report_lines(fill: Fill, metrics: CloudWatchClient) -> None:
    function = fill([REPORT.format(n) for n in (10, 20, 60)]).removeprefix("/aws/lambda/")
    for stat, value in (("Average", 30.0), ("Maximum", 60.0), ("Minimum", 10.0)):
        assert points(metrics, query("AWS/Lambda", "Duration", stat, FunctionName=function)) == [(START, value)]
    assert points(metrics, query("AWS/Lambda", "Invocations", "Sum", FunctionName=function)) == [(START, 3.0)]


def test_other_metrics_are_motos(metrics: CloudWatchClient) -> None:
    metrics.put_metric_data(Namespace="Shop", MetricData=[{"MetricName": "Orders", "Value": 3.0, "Timestamp": START}])
    assert points(metrics, query("Shop", "Orders", "Sum")) == [(START, 3.0)]


def test_what_is_refused(metrics: CloudWatchClient) -> None:
    with pytest.raises(ClientError, match="Period must be a multiple of 60"):
        points(metrics, query("AWS/Logs", "IncomingBytes", "Sum", 90))
    with pytest.raises(ClientError, match="must be less than"):
        points(metrics, query("AWS/Logs", "IncomingBytes", "Sum"), EndTime=SPAN["StartTime"])


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sts", "get_caller_identity"),
        ("lambda", "list_functions"),
        ("cloudformation", "list_stacks"),
        ("ssm", "describe_parameters"),
        ("resourcegroupstaggingapi", "get_resources"),
        ("cloudtrail", "describe_trails"),
        ("iam", "list_roles"),
    ],
)
def test_other_services_are_motos(aws: str, service: Any, operation: str) -> None:
    import boto3

    answer = getattr(boto3.client(service), operation)()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
