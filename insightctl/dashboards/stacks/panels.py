"""Which metrics say how a resource does, for each kind. Every panel is one widget with a line for each resource.

Sources: "Available CloudWatch metrics for Amazon SQS", "Monitoring Kinesis Data Streams with CloudWatch", "DynamoDB Metrics
and dimensions", "Amazon API Gateway dimensions and metrics" (REST, HTTP, WebSocket), "Monitoring Step Functions metrics",
"Monitoring Amazon SNS topics using CloudWatch", "Monitoring Amazon EventBridge", "Monitoring EventBridge Scheduler",
"Amazon S3 metrics and dimensions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from insightctl.dashboards.stacks.model import Kind, Thing

RED, ORANGE = "red", "orange"


class Line(NamedTuple):
    """A metric with its statistic; `said` is what it is called beside the resource's name."""

    metric: str
    stat: str
    said: str = ""
    colour: str | None = None


class Panel(NamedTuple):
    """A widget; its lines once for each resource. `period` in seconds."""

    title: str
    lines: tuple[Line, ...]
    period: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A row of the dashboard for the resources of a kind."""

    title: str
    text: str
    namespace: str
    panels: tuple[Panel, ...]
    dimensions: Callable[[Thing], tuple[str, ...]]


def _by(name: str) -> Callable[[Thing], tuple[str, ...]]:
    return lambda thing: (name, thing.name)


def _of_rule(thing: Thing) -> tuple[str, ...]:
    bus = ("EventBusName", thing.detail) if thing.detail else ()
    return (*bus, "RuleName", thing.name)


def _of_bucket(thing: Thing) -> tuple[str, ...]:
    return ("BucketName", thing.name, "FilterId", thing.detail or "EntireBucket")


QUEUES = Section(
    "Queues",
    "Age that grows in a straight line: nobody takes messages. Age that grows slowly: they come faster than they are handled.",
    "AWS/SQS",
    (
        Panel("Oldest message (s)", (Line("ApproximateAgeOfOldestMessage", "Maximum"),)),
        Panel(
            "Waiting and in flight",
            (
                Line("ApproximateNumberOfMessagesVisible", "Maximum", "waiting"),
                Line("ApproximateNumberOfMessagesNotVisible", "Maximum", "in flight"),
            ),
        ),
        Panel(
            "Sent and deleted",
            (Line("NumberOfMessagesSent", "Sum", "sent"), Line("NumberOfMessagesDeleted", "Sum", "deleted")),
        ),
    ),
    _by("QueueName"),
)
DEAD_LETTERS = Section(
    "Dead letters",
    "Each message here was given up on. Nothing takes them out by itself: look, repair, redrive.",
    "AWS/SQS",
    (
        Panel("Messages that were given up on", (Line("ApproximateNumberOfMessagesVisible", "Maximum", "", RED),)),
        Panel("Oldest of them (s)", (Line("ApproximateAgeOfOldestMessage", "Maximum", "", ORANGE),)),
    ),
    _by("QueueName"),
)
SECTIONS: Mapping[Kind, Section] = {
    "rest-api": Section(
        "REST APIs",
        "5xx is ours: the function failed, timed out or was throttled. 4xx that jump after a deployment are ours too.",
        "AWS/ApiGateway",
        (
            Panel("Requests", (Line("Count", "Sum"),)),
            Panel("Failed requests", (Line("5XXError", "Sum", "5xx", RED), Line("4XXError", "Sum", "4xx", ORANGE))),
            Panel(
                "Latency (ms)", (Line("Latency", "p99", "p99"), Line("IntegrationLatency", "p99", "integration p99"))
            ),
        ),
        _by("ApiName"),
    ),
    "http-api": Section(
        "HTTP APIs",
        "5xx is ours: the function failed, timed out or was throttled. 4xx that jump after a deployment are ours too.",
        "AWS/ApiGateway",
        (
            Panel("Requests", (Line("Count", "Sum"),)),
            Panel("Failed requests", (Line("5xx", "Sum", "5xx", RED), Line("4xx", "Sum", "4xx", ORANGE))),
            Panel(
                "Latency (ms)", (Line("Latency", "p99", "p99"), Line("IntegrationLatency", "p99", "integration p99"))
            ),
        ),
        _by("ApiId"),
    ),
    "websocket-api": Section(
        "WebSocket APIs",
        "Integration errors are the functions behind the routes; client errors are refused before they run.",
        "AWS/ApiGateway",
        (
            Panel(
                "Connections and messages",
                (Line("ConnectCount", "Sum", "connects"), Line("MessageCount", "Sum", "messages")),
            ),
            Panel(
                "Failed messages",
                (
                    Line("IntegrationError", "Sum", "integration", RED),
                    Line("ExecutionError", "Sum", "execution", RED),
                    Line("ClientError", "Sum", "client", ORANGE),
                ),
            ),
            Panel("Integration latency (ms)", (Line("IntegrationLatency", "p99", "p99"),)),
        ),
        _by("ApiId"),
    ),
    "queue": QUEUES,
    "stream": Section(
        "Streams",
        "An iterator age near the retention time of the stream means that records are about to be lost.",
        "AWS/Kinesis",
        (
            Panel("Behind (ms)", (Line("GetRecords.IteratorAgeMilliseconds", "Maximum"),)),
            Panel("Records in", (Line("IncomingRecords", "Sum"),)),
            Panel(
                "Refused for throughput",
                (
                    Line("WriteProvisionedThroughputExceeded", "Sum", "writes", RED),
                    Line("ReadProvisionedThroughputExceeded", "Sum", "reads", ORANGE),
                ),
            ),
        ),
        _by("StreamName"),
    ),
    "table": Section(
        "Tables",
        "Throttles here are errors or waiting in the functions. Capacity that is consumed evenly up to a ceiling is a limit.",
        "AWS/DynamoDB",
        (
            Panel(
                "Throttled",
                (Line("WriteThrottleEvents", "Sum", "writes", RED), Line("ReadThrottleEvents", "Sum", "reads", ORANGE)),
            ),
            Panel(
                "Consumed capacity (units)",
                (
                    Line("ConsumedWriteCapacityUnits", "Sum", "writes"),
                    Line("ConsumedReadCapacityUnits", "Sum", "reads"),
                ),
            ),
        ),
        _by("TableName"),
    ),
    "state-machine": Section(
        "State machines",
        "An execution that failed or timed out is work left undone. Throttled ones wait.",
        "AWS/States",
        (
            Panel(
                "Started and succeeded",
                (Line("ExecutionsStarted", "Sum", "started"), Line("ExecutionsSucceeded", "Sum", "succeeded")),
            ),
            Panel(
                "Not done",
                (
                    Line("ExecutionsFailed", "Sum", "failed", RED),
                    Line("ExecutionsTimedOut", "Sum", "timed out", RED),
                    Line("ExecutionThrottled", "Sum", "throttled", ORANGE),
                ),
            ),
            Panel("Time an execution takes (ms)", (Line("ExecutionTime", "p99", "p99"),)),
        ),
        _by("StateMachineArn"),
    ),
    "topic": Section(
        "Topics",
        "A notification that failed reached no subscriber.",
        "AWS/SNS",
        (
            Panel("Published", (Line("NumberOfMessagesPublished", "Sum"),)),
            Panel("Not delivered", (Line("NumberOfNotificationsFailed", "Sum", "", RED),)),
        ),
        _by("TopicName"),
    ),
    "rule": Section(
        "Rules and schedules",
        "A rule that stops matching is as wrong as one that fails: compare with last week.",
        "AWS/Events",
        (
            Panel("Invocations", (Line("Invocations", "Sum"),)),
            Panel("Failed invocations", (Line("FailedInvocations", "Sum", "", RED),)),
        ),
        _of_rule,
    ),
    "schedule": Section(
        "Schedules",
        "EventBridge Scheduler counts by group of schedules, not by schedule.",
        "AWS/Scheduler",
        (
            Panel("Attempts", (Line("InvocationAttemptCount", "Sum"),)),
            Panel(
                "Failed and dropped",
                (Line("TargetErrorCount", "Sum", "failed", RED), Line("InvocationDroppedCount", "Sum", "dropped", RED)),
            ),
        ),
        lambda thing: ("ScheduleGroup", thing.detail or "default"),
    ),
    "pipe": Section(
        "Pipes",
        "A pipe that fails holds up its source.",
        "AWS/EventBridge/Pipes",
        (
            Panel("Executions", (Line("Invocations", "Sum"),)),
            Panel(
                "Failed",
                (Line("ExecutionFailed", "Sum", "failed", RED), Line("ExecutionThrottled", "Sum", "throttled", ORANGE)),
            ),
        ),
        _by("PipeName"),
    ),
    "bucket": Section(
        "Buckets",
        "Request metrics cost extra and are there only where the bucket has a metrics configuration.",
        "AWS/S3",
        (
            Panel("Requests", (Line("AllRequests", "Sum"),)),
            Panel("Failed requests", (Line("5xxErrors", "Sum", "5xx", RED), Line("4xxErrors", "Sum", "4xx", ORANGE))),
        ),
        _of_bucket,
    ),
}
"""The rows for each kind that is no function, in the order of the dashboard."""

OF_FUNCTIONS: Mapping[str, Section] = {
    "urls": Section(
        "Function URLs",
        "5xx is the function; 4xx that jump after a deployment are too.",
        "AWS/Lambda",
        (
            Panel("Requests", (Line("UrlRequestCount", "Sum"),)),
            Panel(
                "Failed requests", (Line("Url5xxCount", "Sum", "5xx", RED), Line("Url4xxCount", "Sum", "4xx", ORANGE))
            ),
            Panel("Latency (ms)", (Line("UrlRequestLatency", "p99", "p99"),)),
        ),
        _by("FunctionName"),
    ),
    "streams": Section(
        "Behind their streams",
        "How long the last record of a batch waited. A staircase is a batch that fails again and again and blocks its shard.",
        "AWS/Lambda",
        (Panel("Iterator age (ms)", (Line("IteratorAge", "Maximum", "", ORANGE),)),),
        _by("FunctionName"),
    ),
    "asynchronous": Section(
        "Asynchronous invocations",
        "Events that wait are late; events dropped or not delivered to a destination are lost.",
        "AWS/Lambda",
        (
            Panel("Oldest event (ms)", (Line("AsyncEventAge", "Maximum", "", ORANGE),)),
            Panel(
                "Lost",
                (
                    Line("AsyncEventsDropped", "Sum", "dropped", RED),
                    Line("DeadLetterErrors", "Sum", "no dead letter", RED),
                    Line("DestinationDeliveryFailures", "Sum", "no destination", RED),
                ),
            ),
        ),
        _by("FunctionName"),
    ),
    "provisioned": Section(
        "Provisioned concurrency",
        "Spillover starts cold.",
        "AWS/Lambda",
        (
            Panel("Instances in use", (Line("ProvisionedConcurrentExecutions", "Maximum"),)),
            Panel(
                "Beyond what is provisioned", (Line("ProvisionedConcurrencySpilloverInvocations", "Sum", "", ORANGE),)
            ),
        ),
        _by("FunctionName"),
    ),
}
"""The rows for some of the functions."""
