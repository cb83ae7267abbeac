"""Stacks, tags, services and parameters become log groups; all of them are real ones of moto behind the emulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from insightctl.cloud.targets import LogGroup, NothingFound, resolve
from insightctl.core.errors import CloudError, UsageError
from insightctl.core.job import Target
from insightctl.core.services import Service
from tests.cloud.test_cloud_targets import Account, account, function, name, names

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

__all__ = ["account", "name"]

Resources = dict[str, Any]


def log_group(name: str) -> Resources:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}


def deploy(stack: str, resources: Resources) -> None:
    cloudformation: Any = boto3.client("cloudformation")
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps({"Resources": resources}))


def lambda_function(name: str) -> Resources:
    role = boto3.client("iam").create_role(RoleName=f"role-{name}", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = {"ZipFile": "def h(*_): pass"}
    properties = {"FunctionName": name, "Runtime": "python3.12", "Handler": "index.h", "Role": role, "Code": code}
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def nested(name: str, resources: Resources) -> Resources:
    """A nested stack, whose template has to lie in S3."""
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="t.json", Body=json.dumps({"Resources": resources}))
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": f"https://{name}.s3.amazonaws.com/t.json"},
    }


def test_a_stack_with_nested_ones(account: Account, name: str, logs: CloudWatchLogsClient) -> None:
    inner = {"Group": log_group(f"/ecs/{name}-inner"), "Idle": lambda_function(f"{name}-idle")}
    outer = {
        "Api": lambda_function(name),
        "Group": log_group(f"/ecs/{name}"),
        "Inner": nested(f"bucket-{name}", inner),
        "Queue": {"Type": "AWS::SQS::Queue"},
    }
    deploy(f"stack-{name}", outer)
    for group in (f"/ecs/{name}", f"/ecs/{name}-inner"):  # the stack made them in moto, not in the emulator
        logs.create_log_group(logGroupName=group)
    found = resolve(account.cloud, Target(stacks=(f"stack-{name}",)))
    assert names(found) == [f"/aws/lambda/{name}", f"/ecs/{name}", f"/ecs/{name}-inner"]  # the idle one has no logs yet
    assert [group.function for group in found] == [name, None, None]
    assert all(group.described for group in found)


def test_a_stack_that_is_not_there_and_one_without_logs(account: Account, name: str) -> None:
    deploy(f"payments-{name}", {"Queue": {"Type": "AWS::SQS::Queue"}})
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target(stacks=(f"paymants-{name}",)))
    assert caught.value.what == f"there is no stack 'paymants-{name}'"
    assert f"did you mean: payments-{name}" in str(caught.value.remedy)
    assert str(caught.value.where).startswith("CloudFormation in us-east-1")
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target(stacks=(f"payments-{name}",)))
    assert caught.value.what == f"stack 'payments-{name}': no functions and no log groups"
    assert caught.value.remedy == "looked at 1 resource in us-east-1"


def test_a_stack_that_may_not_be_looked_into(account: Account) -> None:
    account.deny("cloudformation", "ListStackResources")
    with pytest.raises(CloudError) as caught:
        resolve(account.cloud, Target(stacks=("shop",)))
    assert caught.value.what == "not allowed: cloudformation:ListStackResources"


def test_tags_are_all_of_them(account: Account, name: str, logs: CloudWatchLogsClient) -> None:
    logs.create_log_group(logGroupName=f"/ecs/{name}", tags={"team": name, "env": "prod"})
    logs.create_log_group(logGroupName=f"/ecs/{name}-test", tags={"team": name, "env": "test"})
    function(name, team=name, env="prod")
    prod = resolve(account.cloud, Target(tags=(("team", name), ("env", "prod"))))
    assert sorted(names(prod)) == [f"/aws/lambda/{name}", f"/ecs/{name}"]
    assert len(resolve(account.cloud, Target(tags=(("team", name), ("env", None))))) == 3
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target(tags=(("team", name), ("env", "live"))))
    assert caught.value.what == f"tagged team={name}, env=live: no functions and no log groups"


def test_a_service_is_all_that_it_lists(account: Account, name: str, logs: CloudWatchLogsClient) -> None:
    logs.create_log_group(logGroupName=f"/ecs/{name}")
    logs.create_log_group(logGroupName=f"/aws/lambda/{name}-listed")
    function(f"{name}-idle")
    function(f"{name}-listed")
    ssm: Any = boto3.client("ssm")
    ssm.put_parameter(Name=f"/{name}/functions", Type="StringList", Value=f"{name}-listed, {name}-idle")
    service = Service("shop", (name,), (f"/ecs/{name}",), parameters=(f"/{name}/functions",))
    found = resolve(account.cloud, Target(services=(service,)))
    assert names(found) == [f"/aws/lambda/{name}", f"/ecs/{name}", f"/aws/lambda/{name}-listed"]


def test_a_wrong_name_in_a_service_tells_its_line(account: Account, name: str) -> None:
    service = Service("shop", (f"{name}x",), where="insightctl.toml:3")
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target(services=(service,)))
    assert caught.value.what == f"service 'shop': there is no function '{name}x' in us-east-1"
    assert str(caught.value.where).startswith("insightctl.toml:3; CloudWatch Logs in us-east-1")
    with pytest.raises(UsageError, match="service 'shop': -f a:b:c"):
        resolve(account.cloud, Target(services=(Service("shop", ("a:b:c",), where="insightctl.toml:3"),)))


def test_parameters_below_a_path(account: Account, name: str, logs: CloudWatchLogsClient) -> None:
    logs.create_log_group(logGroupName=f"/ecs/{name}")
    function(name)
    ssm: Any = boto3.client("ssm")
    ssm.put_parameter(Name=f"/{name}/all/one", Type="String", Value=name)
    ssm.put_parameter(Name=f"/{name}/all/two", Type="String", Value=json.dumps([f"/ecs/{name}"]))
    service = Service(f"/{name}/all", parameters=(f"/{name}/all",))
    assert sorted(names(resolve(account.cloud, Target(services=(service,))))) == [f"/aws/lambda/{name}", f"/ecs/{name}"]
    missing = Service("/no/such", parameters=("/no/such",))
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target(services=(missing,)))
    assert caught.value.what == "there is no parameter '/no/such', and none below it"


def test_parts_of_a_target_that_overlap_are_one_group(account: Account, name: str) -> None:
    service = Service("shop", (name,))
    function(name)
    found = resolve(account.cloud, Target((name,), (f"/aws/lambda/{name}",), services=(service,)))
    assert [(type(group), group.name) for group in found] == [(LogGroup, f"/aws/lambda/{name}")]
    assert found[0].described
