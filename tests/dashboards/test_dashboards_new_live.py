"""Definitions proposed from a live stack of the emulator, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from insightctl.cli.app import run
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator

TEMPLATES = Path(__file__).parent / "templates"
REGION = "eu-west-1"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        _deploy(running)
        yield running


def _client(service: str, url: str) -> Any:
    import boto3

    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def _function(role: str, **more: object) -> dict[str, object]:
    code = {"ZipFile": "def h(*_): pass"}
    properties = {"Runtime": "python3.12", "Handler": "index.h", "Role": role, "Code": code, **more}
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def _deploy(emulator: Emulator) -> None:
    """A stack `shop` with one nested in it, and a queue that feeds its worker but belongs to nobody's stack."""
    role = _client("iam", emulator.url).create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    inner = {
        "Resources": {"Clicks": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "clicks", "ShardCount": 1}}}
    }
    s3 = _client("s3", emulator.url)
    s3.create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="templates", Key="t.json", Body=json.dumps(inner))
    key = {"AttributeName": "id", "AttributeType": "S"}
    resources = {
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Orders": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": {"Fn::Sub": "${Stage}-orders"},
                "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3},
            },
        },
        "Worker": _function(role, FunctionName="shop-worker"),
        "FromOrders": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Orders", "Arn"]},
                "FunctionName": {"Fn::GetAtt": ["Worker", "Arn"]},
            },
        },
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "shop-orders",
                "AttributeDefinitions": [key],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        },
        "Pages": {"Type": "AWS::SNS::Topic"},
        "Inner": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": "https://templates.s3.amazonaws.com/t.json"},
        },
    }
    parameters = {"Stage": {"Type": "String", "Default": "dev"}}
    _client("cloudformation", emulator.url).create_stack(
        StackName="shop",
        TemplateBody=json.dumps({"Parameters": parameters, "Resources": resources}),
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": "prod"}],
    )
    sqs = _client("sqs", emulator.url)
    url = sqs.create_queue(QueueName="from-elsewhere")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    _client("lambda", emulator.url).create_event_source_mapping(EventSourceArn=arn, FunctionName="shop-worker")


@pytest.fixture
def command(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", REGION)

    def invoke(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["insightctl", "dashboard", *words])
        code = run(["dashboard", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return invoke


def test_a_live_stack(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    code, out, err = command("new", "--stack", "shop", "--out", str(file))
    assert (code, err) == (0, "")
    assert "next: insightctl dashboard lint" in out
    text = file.read_text()
    assert 'functions = ["shop-worker"]' in text
    for name in ("prod-orders", "from-elsewhere", "shop-orders", "clicks"):
        assert f'"{name}"' in text, name
    assert "prod-orders → shop-worker; from-elsewhere → shop-worker" in text
    assert '"ApproximateNumberOfMessagesVisible", "QueueName", "shop-Dead-' in text, "its name is the stack's"
    assert '"NumberOfMessagesPublished", "TopicName", "shop-Pages-' in text
    assert command("lint", str(file))[0] == 0
    code, body, _ = command("render", str(file))
    assert code == 0
    assert "/aws/lambda/shop-worker" in body


def test_less_is_known_where_less_is_allowed(emulator: Emulator, command: Command) -> None:
    denied = ("cloudformation:GetTemplate", "cloudformation:DescribeStacks", "lambda:ListEventSourceMappings")
    emulator.suffer(Adversity(deny=denied))
    try:
        code, out, err = command("new", "--stack", "shop")
    finally:
        emulator.suffer(Adversity())
    assert code == 0
    assert '"prod-orders"' in out
    assert "→" not in out
    assert "cloudformation:GetTemplate is not allowed" in err
    assert "lambda:ListEventSourceMappings is not allowed" in err


def test_the_list_of_resources_is_needed(emulator: Emulator, command: Command) -> None:
    emulator.suffer(Adversity(deny=("cloudformation:ListStackResources",)))
    try:
        code, out, err = command("new", "--stack", "shop")
    finally:
        emulator.suffer(Adversity())
    assert (code, out) == (1, "")
    assert "not allowed: cloudformation:ListStackResources" in err


def test_a_stack_that_is_not_there(command: Command) -> None:
    code, out, err = command("new", "--stack", "shpo")
    assert (code, out) == (2, "")
    assert "there is no stack 'shpo'" in err


def test_a_template_with_the_names_of_the_stack(command: Command, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(
        "Resources:\n  Worker: { Type: AWS::Lambda::Function }\n  Orders: { Type: AWS::SQS::Queue }\n"
        "  Planned: { Type: AWS::SQS::Queue }\n"
    )
    code, out, _ = command("new", "--template", str(template), "--stack", "shop")
    assert code == 0
    assert 'functions = ["shop-worker"]' in out
    assert '"prod-orders"' in out
    assert "Planned" not in out, "the stack does not have it yet"


def test_a_template_asks_nobody(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "bakery"
    folder.mkdir()
    (folder / "template.yaml").write_text((TEMPLATES / "shop-sam.yaml").read_text())
    code, out, err = command("new", "--template", str(folder / "template.yaml"))
    assert code == 0
    assert 'title = "bakery"' in out, "the folder's name: template.yaml says nothing"
    assert "AWS::ElastiCache::CacheCluster" in err
    assert "# Note: without a widget here: AWS::ElastiCache::CacheCluster" in out


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "cannot read"),
        (b"\xff\xfe", "not UTF-8"),
        (b"Resources:\n\tA: b\n", ":2:1"),
        (b"Resources: {A: {Type: AWS::IAM::Role}}", "nothing in it has a widget"),
    ],
)
def test_mistakes_are_said(command: Command, tmp_path: Path, source: bytes | None, said: str) -> None:
    template = tmp_path / "t.yaml"
    if source is not None:
        template.write_bytes(source)
    code, out, err = command("new", "--template", str(template), "--out", str(tmp_path / "out.toml"))
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "out.toml").exists()


def test_one_of_both_is_needed(command: Command) -> None:
    code, _, err = command("new")
    assert (code, "--template template.yaml, --stack NAME" in err) == (2, True)
