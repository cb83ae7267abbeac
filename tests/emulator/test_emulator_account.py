"""Functions, aliases and trail events: stated, read off the data's logs, or made by clients; and denied actions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from insightctl.core.errors import UsageError
from insightctl.demo import Scenario, Truth, generate
from insightctl.emulator.account.facts import Account
from insightctl.emulator.account.reading import account_from, read_account
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from insightctl.local import LogSource

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail.client import CloudTrailClient
    from mypy_boto3_lambda.client import LambdaClient

FIXTURE = """\
[[function]]
name = "orders"
modified = 2026-11-23T10:30:00Z
runtime = "nodejs22.x"
memory_mb = 512
timeout_s = 10
architecture = "arm64"
reserved = 50
dead_letter = "arn:aws:sqs:us-east-1:123456789012:orders-dlq"
environment = { STAGE = "prod" }
tags = { team = "shop" }
version = [
  { version = 41, modified = 2026-11-20T08:00:00Z, memory_mb = 256 },
  { version = 42, modified = 2026-11-23T10:00:00Z },
]
alias = [{ name = "live", version = 41, weights = { 42 = 0.1 } }]
provisioned = [{ qualifier = "live", requested = 10, allocated = 8, modified = 2026-11-23T10:01:00Z }]
source = [{ arn = "arn:aws:sqs:us-east-1:123456789012:orders", batch_size = 5, alias = "live" }]

[[event]]
name = "UpdateFunctionConfiguration20150331v2"
at = 2026-11-23T10:30:00Z
user = "alice"
request = { functionName = "orders", timeout = 10 }

[[event]]
name = "UpdateAlias20150331"
at = 2026-11-23T10:05:00Z
request = { functionName = "orders", name = "live", functionVersion = "41" }
"""


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate(Scenario(seed=5, end_ms=1_795_480_000_000, invocations=300), tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def stated(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with the demo's logs and the fixture."""
    file = tmp_path_factory.mktemp("account") / "account.toml"
    file.write_text(FIXTURE)
    with Emulator((LogSource(truth.truth_file.parent / "logs"),), account=read_account(file)) as running:
        yield running


@pytest.fixture
def functions(no_aws: Path, stated: Emulator, monkeypatch: pytest.MonkeyPatch) -> LambdaClient:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", stated.url)
    return boto3.client("lambda")


@pytest.fixture
def trail(functions: LambdaClient) -> CloudTrailClient:
    return boto3.client("cloudtrail")


def test_a_function_is_as_stated(functions: LambdaClient) -> None:
    found = functions.get_function(FunctionName="orders")
    config = found["Configuration"]
    assert (config["Runtime"], config["MemorySize"], config["Timeout"]) == ("nodejs22.x", 512, 10)
    assert config["Architectures"] == ["arm64"]
    assert config["Environment"]["Variables"] == {"STAGE": "prod"}
    assert config["DeadLetterConfig"]["TargetArn"].endswith("orders-dlq")
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 50}
    assert found["Tags"] == {"team": "shop"}
    live = functions.get_function_configuration(FunctionName="orders:live")
    assert (live["Version"], live["MemorySize"]) == ("41", 256)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:orders"
    assert functions.get_function_configuration(FunctionName=arn, Qualifier="42")["FunctionArn"] == f"{arn}:42"
    assert functions.get_function_concurrency(FunctionName="orders")["ReservedConcurrentExecutions"] == 50


def test_versions_aliases_sources_and_provisioned_concurrency(functions: LambdaClient) -> None:
    versions = functions.list_versions_by_function(FunctionName="orders")["Versions"]
    assert [(v["Version"], v["LastModified"]) for v in versions] == [
        ("$LATEST", "2026-11-23T10:30:00.000+0000"),
        ("41", "2026-11-20T08:00:00.000+0000"),
        ("42", "2026-11-23T10:00:00.000+0000"),
    ]
    (alias,) = functions.list_aliases(FunctionName="orders")["Aliases"]
    assert alias["FunctionVersion"] == "41"
    assert alias["RoutingConfig"] == {"AdditionalVersionWeights": {"42": 0.1}}
    assert functions.get_alias(FunctionName="orders", Name="live")["AliasArn"] == alias["AliasArn"]
    (source,) = functions.list_event_source_mappings(FunctionName="orders")["EventSourceMappings"]
    assert (source["BatchSize"], source["State"]) == (5, "Enabled")
    (provisioned,) = functions.list_provisioned_concurrency_configs(FunctionName="orders")[
        "ProvisionedConcurrencyConfigs"
    ]
    assert provisioned["AllocatedProvisionedConcurrentExecutions"] == 8
    for call in (
        lambda: functions.get_alias(FunctionName="orders", Name="nope"),
        lambda: functions.get_policy(FunctionName="orders"),
        lambda: functions.get_function(FunctionName="orders", Qualifier="99"),
    ):
        with pytest.raises(functions.exceptions.ResourceNotFoundException):
            call()


def test_functions_of_the_logs(functions: LambdaClient, truth: Truth) -> None:
    listed = {
        f["FunctionName"] for page in functions.get_paginator("list_functions").paginate() for f in page["Functions"]
    }
    assert {function.name for function in truth.functions} | {"orders"} <= listed
    name = truth.incident.function
    versions = functions.list_versions_by_function(FunctionName=name)["Versions"]
    modified = {v["Version"]: datetime.fromisoformat(v["LastModified"]) for v in versions}
    for version in truth.function(name).versions:
        first = datetime.fromtimestamp(version.first_invocation_ms / 1000, UTC)
        assert abs((modified[version.version] - first).total_seconds()) <= 120


def names(answer: Any) -> list[str]:
    return [event["EventName"] for event in answer["Events"]]


def test_the_trail_newest_first(trail: CloudTrailClient) -> None:
    found = trail.lookup_events(LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "orders"}])
    assert names(found) == ["UpdateFunctionConfiguration20150331v2", "UpdateAlias20150331"]
    event = found["Events"][0]
    assert (event["Username"], event["EventTime"]) == ("alice", datetime(2026, 11, 23, 10, 30, tzinfo=UTC))
    assert json.loads(event["CloudTrailEvent"])["requestParameters"] == {"functionName": "orders", "timeout": 10}
    late = trail.lookup_events(
        StartTime=datetime(2026, 11, 23, 10, 10, tzinfo=UTC), EndTime=datetime(2026, 11, 23, 11, tzinfo=UTC)
    )
    assert names(late) == ["UpdateFunctionConfiguration20150331v2"]
    first = trail.lookup_events(MaxResults=1)
    assert len(first["Events"]) == 1 and first["NextToken"]
    with pytest.raises(ClientError, match="one lookup attribute"):
        trail.lookup_events(
            LookupAttributes=[
                {"AttributeKey": "EventName", "AttributeValue": "a"},
                {"AttributeKey": "EventName", "AttributeValue": "b"},
            ]
        )


def test_what_clients_do_is_in_the_trail(functions: LambdaClient, trail: CloudTrailClient) -> None:
    iam = boto3.client("iam")
    role = iam.create_role(RoleName="account-test", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions.create_function(
        FunctionName="made", Runtime="python3.12", Role=role, Handler="a.b", Code={"ZipFile": b"x"}, Publish=True
    )
    functions.update_function_configuration(FunctionName="made", Timeout=9)
    try:
        found = trail.lookup_events(LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "made"}])
        assert sorted(names(found)) == ["CreateFunction20150331", "UpdateFunctionConfiguration20150331v2"]
        assert functions.get_function_configuration(FunctionName="made")["Timeout"] == 9
        listed = functions.list_functions()["Functions"]
        assert {"made", "orders"} <= {f["FunctionName"] for f in listed}
    finally:
        functions.delete_function(FunctionName="made")


@pytest.mark.parametrize("denied", ["lambda:ListAliases", "lambda:*"])
def test_denied_actions(stated: Emulator, functions: LambdaClient, trail: CloudTrailClient, denied: str) -> None:
    stated.suffer(Adversity(deny=(denied, "cloudformation:DescribeStacks")))
    try:
        with pytest.raises(ClientError, match="not authorized to perform: lambda:ListAliases") as refused:
            functions.list_aliases(FunctionName="orders")
        assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
        with pytest.raises(ClientError, match="not authorized") as refused:
            boto3.client("cloudformation").describe_stacks()
        assert refused.value.response["Error"]["Code"] == "AccessDenied"
        assert trail.lookup_events()["Events"]
    finally:
        stated.suffer(Adversity())
    assert stated.journal[-1].operation == "LookupEvents"


def test_throttling_reaches_lambda(stated: Emulator, functions: LambdaClient) -> None:
    stated.suffer(Adversity(throttle=1.0, only=("ListAliases",)))
    try:
        with pytest.raises(ClientError, match="Rate exceeded"):
            functions.list_aliases(FunctionName="orders")
        assert functions.get_function(FunctionName="orders")
    finally:
        stated.suffer(Adversity())


def test_the_aws_command(functions: LambdaClient, stated: Emulator) -> None:
    command = [str(Path(sys.executable).parent / "aws"), "lambda", "list-aliases", "--function-name", "orders"]
    done = subprocess.run(
        [*command, "--query", "Aliases[0].RoutingConfig", "--output", "json"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ},
    )
    assert json.loads(done.stdout) == {"AdditionalVersionWeights": {"42": 0.1}}


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ({"functions": []}, "unknown key 'functions'"),
        ({"function": [{"name": "a"}]}, "'modified' is missing"),
        ({"function": [{"name": "a", "modified": "soon"}]}, "is no time"),
        ({"function": [{"name": "a", "modified": 0, "memory_mb": "1"}]}, "has to be int"),
        ({"event": [{"name": "a", "at": 0, "who": "b"}]}, "unknown key 'who'"),
    ],
)
def test_a_wrong_fixture_is_refused(content: dict[str, object], wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        account_from(content)


def test_facts_can_change(functions: LambdaClient, stated: Emulator) -> None:
    before = stated._stated
    stated.know(Account())
    try:
        with pytest.raises(functions.exceptions.ResourceNotFoundException):
            functions.get_function(FunctionName="orders")
    finally:
        stated.know(before)
