"""The dashboard calls, through boto3 (JSON) and in the Query protocol of older clients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient

BODY = json.dumps(
    {"widgets": [{"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "# Hi"}}]}
)


@pytest.fixture
def cloudwatch(aws: str) -> CloudWatchClient:
    import boto3

    client = boto3.client("cloudwatch")
    for entry in client.list_dashboards()["DashboardEntries"]:
        client.delete_dashboards(DashboardNames=[entry["DashboardName"]])
    return client


def test_put_get_list_delete(cloudwatch: CloudWatchClient) -> None:
    assert cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=BODY)["DashboardValidationMessages"] == []
    cloudwatch.put_dashboard(DashboardName="other", DashboardBody=BODY)
    got = cloudwatch.get_dashboard(DashboardName="shop")
    assert got["DashboardBody"] == BODY
    assert got["DashboardArn"] == "arn:aws:cloudwatch::123456789012:dashboard/shop"
    entries = cloudwatch.list_dashboards()["DashboardEntries"]
    assert [(entry["DashboardName"], entry["Size"]) for entry in entries] == [("other", len(BODY)), ("shop", len(BODY))]
    assert len(cloudwatch.list_dashboards(DashboardNamePrefix="sh")["DashboardEntries"]) == 1
    cloudwatch.delete_dashboards(DashboardNames=["shop", "other"])
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_dashboards_are_global(cloudwatch: CloudWatchClient) -> None:
    import boto3

    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=BODY)
    assert (
        boto3.client("cloudwatch", region_name="eu-west-1").get_dashboard(DashboardName="shop")["DashboardBody"] == BODY
    )


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("{", ""),
        ("[]", ""),
        ("{}", ""),
        ('{"widgets": {}}', "/widgets"),
        ('{"widgets": [1]}', "/widgets/0"),
        ('{"widgets": [{"type": "nope", "properties": {}}]}', "/widgets/0/type"),
        ('{"widgets": [{"type": "text", "properties": {}}]}', "/widgets/0/properties"),
        ('{"widgets": [{"type": "text", "x": 24, "properties": {"markdown": ""}}]}', "/widgets/0/x"),
        ('{"widgets": [{"type": "metric", "properties": {"metrics": ["a"]}}]}', "/widgets/0/properties/metrics/0"),
    ],
)
def test_a_bad_body_is_refused_with_the_place(cloudwatch: CloudWatchClient, body: str, path: str) -> None:
    with pytest.raises(ClientError) as caught:
        cloudwatch.put_dashboard(DashboardName="bad", DashboardBody=body)
    response = caught.value.response
    assert response["Error"]["Code"] == "InvalidParameterInput"
    assert response["dashboardValidationMessages"][0]["DataPath"] == path  # type: ignore[typeddict-item]
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_a_missing_dashboard(cloudwatch: CloudWatchClient) -> None:
    cloudwatch.put_dashboard(DashboardName="there", DashboardBody=BODY)
    for call in (
        lambda: cloudwatch.get_dashboard(DashboardName="nope"),
        lambda: cloudwatch.delete_dashboards(DashboardNames=["nope", "there"]),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "ResourceNotFound"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_the_query_protocol(cloudwatch: CloudWatchClient, aws: str) -> None:
    assert "<PutDashboardResult>" in _query(aws, Action="PutDashboard", DashboardName="old", DashboardBody=BODY)
    assert "<DashboardName>old</DashboardName>" in _query(aws, Action="ListDashboards")
    refused = _query(aws, Action="PutDashboard", DashboardName="old", DashboardBody="{}")
    assert "<Code>InvalidParameterInput</Code>" in refused
    _query(aws, Action="DeleteDashboards", **{"DashboardNames.member.1": "old"})
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []
    assert "<ListMetricsResult>" in _query(aws, Action="ListMetrics")


def _query(url: str, **form: str) -> str:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    request = AWSRequest("POST", url + "/", data={"Version": "2010-08-01", **form}, headers=headers)
    SigV4Auth(Credentials("testing", "testing"), "monitoring", "us-east-1").add_auth(request)
    prepared = request.prepare()
    try:
        with urlopen(Request(prepared.url, str(prepared.body).encode(), dict(prepared.headers))) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        with error:
            return error.read().decode()
