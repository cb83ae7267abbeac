"""Types of CloudFormation and SAM: which have metrics, where their names stand, and which need no word."""

from __future__ import annotations

import re
from collections.abc import Mapping

from insightctl.dashboards.stacks.model import Kind

KINDS: Mapping[str, Kind] = {
    "AWS::Lambda::Function": "function",
    "AWS::Serverless::Function": "function",
    "AWS::SQS::Queue": "queue",
    "AWS::Kinesis::Stream": "stream",
    "AWS::DynamoDB::Table": "table",
    "AWS::DynamoDB::GlobalTable": "table",
    "AWS::Serverless::SimpleTable": "table",
    "AWS::ApiGateway::RestApi": "rest-api",
    "AWS::Serverless::Api": "rest-api",
    "AWS::ApiGatewayV2::Api": "http-api",
    "AWS::Serverless::HttpApi": "http-api",
    "AWS::StepFunctions::StateMachine": "state-machine",
    "AWS::Serverless::StateMachine": "state-machine",
    "AWS::SNS::Topic": "topic",
    "AWS::Events::Rule": "rule",
    "AWS::Events::EventBus": "bus",
    "AWS::Scheduler::Schedule": "schedule",
    "AWS::Pipes::Pipe": "pipe",
    "AWS::S3::Bucket": "bucket",
}
"""The kind of each type that a dashboard shows."""

NAME_KEYS: Mapping[str, str] = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Serverless::Function": "FunctionName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::Serverless::SimpleTable": "TableName",
    "AWS::ApiGateway::RestApi": "Name",
    "AWS::Serverless::Api": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::Serverless::StateMachine": "Name",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Events::Rule": "Name",
    "AWS::Events::EventBus": "Name",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::Pipes::Pipe": "Name",
    "AWS::S3::Bucket": "BucketName",
}
"""The property that names a resource of a type."""

_SERVICES: Mapping[str, Kind] = {
    "lambda": "function",
    "sqs": "queue",
    "kinesis": "stream",
    "dynamodb": "table",
    "sns": "topic",
    "states": "state-machine",
    "events": "rule",
    "s3": "bucket",
}

_NEEDS_NO_WORD = re.compile(
    r"AWS::(?:IAM|KMS|SSM|SecretsManager|Logs|CodeDeploy|CodeBuild|CodePipeline|ResourceGroups|CloudWatch|XRay|Budgets|Config"
    r"|ApplicationAutoScaling|CertificateManager|Route53|ServiceDiscovery|Synthetics|ApplicationInsights|Signer)::\w+"
    r"|AWS::Lambda::(?:Permission|Version|Alias|Layer\w+|CodeSigningConfig|EventSourceMapping|EventInvokeConfig|Url)"
    r"|AWS::Serverless::(?:LayerVersion|Connector)|AWS::CDK::Metadata"
    r"|AWS::ApiGateway(?:V2)?::(?!RestApi|Api)\w+|AWS::\w+::\w*Policy|AWS::SNS::Subscription"
    r"|AWS::Events::(?:Archive|Connection|ApiDestination)|AWS::Scheduler::ScheduleGroup|AWS::StepFunctions::(?:StateMachineAlias"
    r"|StateMachineVersion|Activity)|AWS::Kinesis::StreamConsumer|AWS::CloudFormation::(?!Stack|Macro|CustomResource)\w+"
    r"|AWS::EC2::(?:VPC\w*|Subnet\w*|SecurityGroup\w*|Route\w*|InternetGateway|EIP|NetworkAcl\w*|DHCP\w*)"
)

VALID: Mapping[Kind, re.Pattern[str]] = {
    "function": re.compile(r"[A-Za-z0-9_-]{1,64}"),
    "queue": re.compile(r"[A-Za-z0-9_-]{1,80}(?:\.fifo)?"),
}
_ANY_NAME = re.compile(r"[A-Za-z0-9_.:/ -]{1,255}")


def needs_no_word(type_: str) -> bool:
    """Whether a type is plumbing that nobody expects on a dashboard."""
    return _NEEDS_NO_WORD.fullmatch(type_) is not None


def is_name(kind: Kind, name: str) -> bool:
    """Whether a resource of the kind can be called so, and the name can stand in a definition as it is."""
    return VALID.get(kind, _ANY_NAME).fullmatch(name) is not None


def of_physical(kind: Kind, physical: str) -> str:
    """What metrics call a resource, by its physical id: queues have a URL, topics and rules of a bus more than a name."""
    if kind == "queue":
        return physical.rpartition("/")[2]
    if kind == "topic" or (kind == "function" and physical.startswith("arn:")):
        return physical.rpartition(":")[2]
    return physical.rpartition("|")[2] if kind == "rule" else physical


def of_arn(arn: str) -> tuple[Kind, str] | None:
    """Kind and name of a resource by its ARN; None for services without a widget."""
    parts = arn.split(":", 5)
    kind = _SERVICES.get(parts[2]) if len(parts) == 6 and parts[0] == "arn" else None
    if kind is None:
        return None
    rest = parts[5]
    if kind == "function":
        rest = rest.removeprefix("function:").partition(":")[0]
    elif kind == "state-machine":
        rest = rest.rpartition(":")[2]
    elif kind in ("stream", "table"):
        rest = rest.partition("/")[2].partition("/")[0]
    elif kind == "rule":
        rest = rest.rpartition("/")[2]
    return (kind, rest) if is_name(kind, rest) else None
