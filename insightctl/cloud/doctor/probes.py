"""How each permission is tried without changing anything: one row an action.

AWS checks permissions before it looks at what a request means, so a request that the service must refuse for its
meaning (a query that is none, a dashboard body that is none, the id of a query that there is not) tells whether the
action is allowed, and does nothing. That order is not promised in the documentation: such a yes is "likely", a real
answer is certain. A no is certain either way.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from insightctl.cloud.policy.needs import Scope

NOTHING = "insightctl-doctor-probe"
"""A name that nothing has."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the probes are about. `group_arn` has no `:*` at its end; `query_id` is one of the group's past queries,
    `named` the scopes whose subject a person named; for the others it was guessed."""

    function: str
    log_group: str
    group_arn: str
    now_s: int
    dashboard: str = NOTHING
    query_id: str | None = None
    named: frozenset[Scope] = frozenset()


Parameters = Callable[[Subject], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Probe:
    """A call of boto3's `service`. `refusals` are the error codes that come after authorisation: the call is allowed.

    `is_scoped`: a policy may allow the action for some resources only, so a no is about this subject.
    """

    service: str
    method: str
    parameters: Parameters
    refusals: frozenset[str] = frozenset()
    is_scoped: bool = False


def _fixed(**parameters: object) -> Parameters:
    return lambda _subject: dict(parameters)


def _one_function(subject: Subject) -> dict[str, object]:
    return {"FunctionName": subject.function}


def _one_of_function(subject: Subject) -> dict[str, object]:
    return {"FunctionName": subject.function, "MaxItems": 1}


def _no_query(subject: Subject) -> dict[str, object]:
    """A query that does not parse: nothing is started, nothing is scanned."""
    return {
        "logGroupName": subject.log_group,
        "startTime": subject.now_s - 1,
        "endTime": subject.now_s,
        "queryString": "this is not a query",
    }


def _last_second(subject: Subject) -> dict[str, object]:
    now_ms = subject.now_s * 1000
    return {"logGroupName": subject.log_group, "startTime": now_ms - 1000, "endTime": now_ms, "limit": 1}


def _no_pattern(subject: Subject) -> dict[str, object]:
    """A filter pattern that does not parse: no session begins."""
    return {"logGroupIdentifiers": [subject.group_arn], "logEventFilterPattern": "{ $.a = "}


def _no_definition(_subject: Subject) -> dict[str, object]:
    """An update of a definition that there is not; without an id the call would make one."""
    return {"queryDefinitionId": str(uuid.uuid4()), "name": NOTHING, "queryString": "fields @message"}


def _one_metric(subject: Subject) -> dict[str, object]:
    metric = {
        "Namespace": "AWS/Logs",
        "MetricName": "IncomingBytes",
        "Dimensions": [{"Name": "LogGroupName", "Value": subject.log_group}],
    }
    minute = subject.now_s // 60 * 60
    return {
        "MetricDataQueries": [{"Id": "m0", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}],
        "StartTime": minute - 60,
        "EndTime": minute,
    }


_GONE = frozenset({"ResourceNotFoundException", "ResourceNotFound"})
_INVALID = frozenset({"InvalidParameterException", "ValidationException", "InvalidParameterValueException"})

UNTRIED = frozenset(
    {
        "cloudwatch:DeleteDashboards",
        "cloudwatch:ListTagsForResource",
        "cloudwatch:TagResource",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }
)
"""Actions that no call tries without doing it, or without knowing the account."""

PROBES: Mapping[str, Probe] = MappingProxyType(
    {
        "logs:StartQuery": Probe(
            "logs", "start_query", _no_query, _GONE | _INVALID | {"MalformedQueryException"}, is_scoped=True
        ),
        "logs:GetQueryResults": Probe(
            "logs",
            "get_query_results",
            lambda subject: {"queryId": subject.query_id or str(uuid.uuid4())},
            _GONE | _INVALID,
            is_scoped=True,
        ),
        "logs:StopQuery": Probe(
            "logs", "stop_query", lambda _subject: {"queryId": str(uuid.uuid4())}, _GONE | _INVALID
        ),
        "logs:DescribeQueries": Probe("logs", "describe_queries", _fixed(maxResults=1)),
        "logs:DescribeLogGroups": Probe("logs", "describe_log_groups", _fixed(limit=1)),
        "logs:ListLogGroups": Probe("logs", "list_log_groups", _fixed(limit=1)),
        "logs:FilterLogEvents": Probe("logs", "filter_log_events", _last_second, _GONE, is_scoped=True),
        "logs:StartLiveTail": Probe("logs", "start_live_tail", _no_pattern, _GONE | _INVALID, is_scoped=True),
        "logs:DescribeQueryDefinitions": Probe("logs", "describe_query_definitions", _fixed(maxResults=1)),
        "logs:PutQueryDefinition": Probe("logs", "put_query_definition", _no_definition, _GONE),
        "cloudwatch:GetMetricData": Probe("cloudwatch", "get_metric_data", _one_metric),
        "cloudwatch:GetDashboard": Probe(
            "cloudwatch",
            "get_dashboard",
            lambda subject: {"DashboardName": subject.dashboard},
            _GONE | {"DashboardNotFoundError"},
            is_scoped=True,
        ),
        "cloudwatch:PutDashboard": Probe(
            "cloudwatch",
            "put_dashboard",
            lambda subject: {"DashboardName": subject.dashboard, "DashboardBody": "{ this is not JSON"},
            frozenset({"InvalidParameterInput", "DashboardInvalidInputError"}),
            is_scoped=True,
        ),
        "lambda:GetFunctionConfiguration": Probe(
            "lambda", "get_function_configuration", _one_function, _GONE, is_scoped=True
        ),
        "lambda:GetAlias": Probe(
            "lambda", "get_alias", lambda s: {"FunctionName": s.function, "Name": NOTHING}, _GONE, is_scoped=True
        ),
        "lambda:ListAliases": Probe("lambda", "list_aliases", _one_of_function, _GONE, is_scoped=True),
        "lambda:ListVersionsByFunction": Probe(
            "lambda", "list_versions_by_function", _one_of_function, _GONE, is_scoped=True
        ),
        "lambda:GetFunctionConcurrency": Probe(
            "lambda", "get_function_concurrency", _one_function, _GONE, is_scoped=True
        ),
        "lambda:ListProvisionedConcurrencyConfigs": Probe(
            "lambda", "list_provisioned_concurrency_configs", _one_of_function, _GONE, is_scoped=True
        ),
        "lambda:GetFunctionEventInvokeConfig": Probe(
            "lambda", "get_function_event_invoke_config", _one_function, _GONE, is_scoped=True
        ),
        "lambda:GetAccountSettings": Probe("lambda", "get_account_settings", _fixed()),
        "lambda:ListEventSourceMappings": Probe("lambda", "list_event_source_mappings", _fixed(MaxItems=1)),
        "lambda:ListFunctions": Probe("lambda", "list_functions", _fixed(MaxItems=1)),
        "cloudformation:ListStackResources": Probe(
            "cloudformation",
            "list_stack_resources",
            _fixed(StackName=NOTHING),
            frozenset({"ValidationError"}),
            is_scoped=True,
        ),
        "cloudformation:DescribeStacks": Probe(
            "cloudformation",
            "describe_stacks",
            _fixed(StackName=NOTHING),
            frozenset({"ValidationError"}),
            is_scoped=True,
        ),
        "cloudformation:GetTemplate": Probe(
            "cloudformation",
            "get_template",
            _fixed(StackName=NOTHING),
            frozenset({"ValidationError"}),
            is_scoped=True,
        ),
        "tag:GetResources": Probe("resourcegroupstaggingapi", "get_resources", _fixed(ResourcesPerPage=1)),
        "ssm:GetParameter": Probe(
            "ssm", "get_parameter", _fixed(Name=f"/{NOTHING}"), frozenset({"ParameterNotFound"}), is_scoped=True
        ),
        "ssm:GetParametersByPath": Probe(
            "ssm", "get_parameters_by_path", _fixed(Path=f"/{NOTHING}", MaxResults=1), is_scoped=True
        ),
        "cloudtrail:LookupEvents": Probe("cloudtrail", "lookup_events", _fixed(MaxResults=1)),
        "cloudwatch:DescribeAlarms": Probe("cloudwatch", "describe_alarms", _fixed(MaxRecords=1)),
        "cloudwatch:DescribeAlarmHistory": Probe("cloudwatch", "describe_alarm_history", _fixed(MaxRecords=1)),
        "cloudwatch:ListMetrics": Probe(
            "cloudwatch", "list_metrics", _fixed(Namespace="AWS/Lambda", RecentlyActive="PT3H")
        ),
        "cloudwatch:GetMetricWidgetImage": Probe(
            "cloudwatch",
            "get_metric_widget_image",
            _fixed(MetricWidget="{ this is not JSON"),
            frozenset({"ValidationError", "InvalidParameterValue", "InvalidParameterInput"}),
        ),
        "cloudwatch:ListDashboards": Probe("cloudwatch", "list_dashboards", _fixed(DashboardNamePrefix=NOTHING)),
        "servicequotas:ListServiceQuotas": Probe(
            "service-quotas", "list_service_quotas", _fixed(ServiceCode="logs", MaxResults=1)
        ),
    }
)
"""The probe of each action; one that has none is said to be untried."""
