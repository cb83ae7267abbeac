"""Namespaces and metrics that are known by name: AWS service documentation, "AWS services that publish CloudWatch metrics"."""

from __future__ import annotations

import re

NAMESPACES = (
    *("AWS/ApiGateway", "AWS/AppSync", "AWS/ApplicationELB", "AWS/Athena", "AWS/AutoScaling", "AWS/Backup"),
    *("AWS/Bedrock", "AWS/Billing", "AWS/CertificateManager", "AWS/CloudFront", "AWS/Cognito", "AWS/CodeBuild"),
    *("AWS/DocDB", "AWS/DynamoDB", "AWS/DX", "AWS/EBS", "AWS/EC2", "AWS/EC2Spot", "AWS/ECS", "AWS/EFS", "AWS/ELB"),
    *("AWS/ES", "AWS/ElastiCache", "AWS/ElasticBeanstalk", "AWS/ElasticMapReduce", "AWS/Events", "AWS/Firehose"),
    *("AWS/FSx", "AWS/Glue", "AWS/IoT", "AWS/Kafka", "AWS/Kinesis", "AWS/KinesisAnalytics", "AWS/KMS", "AWS/Lambda"),
    *("AWS/Logs", "AWS/MediaLive", "AWS/NATGateway", "AWS/Neptune", "AWS/NetworkELB", "AWS/GatewayELB"),
    *("AWS/PrivateLinkEndpoints", "AWS/RDS", "AWS/Redshift", "AWS/Route53", "AWS/S3", "AWS/SES", "AWS/SNS"),
    *("AWS/SQS", "AWS/SageMaker", "AWS/Scheduler", "AWS/SecretsManager", "AWS/States", "AWS/StorageGateway"),
    *(
        "AWS/TransitGateway",
        "AWS/Usage",
        "AWS/VPN",
        "AWS/WAFV2",
        "AWS/WorkSpaces",
        "AWS/X-Ray",
        "AWS/EventBridge/Pipes",
    ),
    *("LambdaInsights", "ContainerInsights", "ECS/ContainerInsights", "CWAgent", "CloudWatchSynthetics"),
)

LAMBDA = (
    *("Invocations", "Errors", "Throttles", "Duration", "PostRuntimeExtensionsDuration", "ConcurrentExecutions"),
    *(
        "ProvisionedConcurrentExecutions",
        "ProvisionedConcurrencyInvocations",
        "ProvisionedConcurrencySpilloverInvocations",
    ),
    *("ProvisionedConcurrencyUtilization", "UnreservedConcurrentExecutions", "ClaimedAccountConcurrency"),
    *("AsyncEventsReceived", "AsyncEventAge", "AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures"),
    *("IteratorAge", "OffsetLag", "RecursiveInvocationsDropped", "OversizedRecordCount", "SignatureValidationErrors"),
    *("UrlRequestCount", "UrlRequestLatency", "Url4xxCount", "Url5xxCount", "ProvisionedPollers"),
    *("PolledEventCount", "FilteredOutEventCount", "InvokedEventCount", "FailedInvokeEventCount"),
    *("DroppedEventCount", "OnFailureDestinationDeliveredEventCount", "DeletedEventCount"),
)
"""The metrics of AWS/Lambda ("Types of metrics for Lambda functions")."""

_ONES = {
    "AWS/Lambda": ("Invocations", "Throttles", "DeadLetterErrors", "DestinationDeliveryFailures", "AsyncEventsDropped"),
    "AWS/ApiGateway": ("Count",),
    "AWS/ApplicationELB": ("RequestCount",),
    "AWS/SNS": ("NumberOfMessagesPublished", "NumberOfNotificationsFailed"),
}
"""Metrics whose every data point is 1 or nearly so: their average says nothing, "use Sum" in their documentation."""

_COUNT = re.compile(
    r"(?:Count|Requests?|Invocations|Errors?|Throttles|Failures|Dropped|Exceptions?)|NumberOf\w+|\dXXError"
)


def is_ones(namespace: str, metric: str) -> bool:
    """Whether the average of a metric is always about 1."""
    return metric in _ONES.get(namespace, ())


def is_count(metric: str) -> bool:
    """Whether a metric counts things, by its name: it has no unit, and no distribution to take a percentile of."""
    return re.fullmatch(rf"(?:[A-Za-z0-9_]*?)(?:{_COUNT.pattern})", metric) is not None
