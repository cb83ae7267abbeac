"""How functions are set up: memory, timeout, concurrency, event sources, what becomes of events that fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from insightctl.triage.account.probing import Probes, told
from insightctl.triage.service import AsyncSettings, Configuration, EventSource, Limits, Provisioned

if TYPE_CHECKING:
    from insightctl.cloud.session import Cloud

_SERVICE = "AWS Lambda"
_SOURCES = 100
_PARTS: tuple[tuple[str, str, str], ...] = (
    ("configuration", "GetFunctionConfiguration", "get_function_configuration"),
    ("reserved-concurrency", "GetFunctionConcurrency", "get_function_concurrency"),
    ("provisioned-concurrency", "ListProvisionedConcurrencyConfigs", "list_provisioned_concurrency_configs"),
    ("event-sources", "ListEventSourceMappings", "list_event_source_mappings"),
    ("async-settings", "GetFunctionEventInvokeConfig", "get_function_event_invoke_config"),
)
"""Probe, operation, method of the client."""
_NOTHING: Mapping[str, Any] = {}

Parts = tuple[tuple[str, "Future[Mapping[str, Any]]"], ...]


def ask(probes: Probes, cloud: Cloud, aws: Any, functions: Sequence[str]) -> dict[str, Parts]:
    """Starts the calls: for each function its parts."""
    return {
        function: tuple(
            (name, probes.submit(name, partial(_asked, cloud, aws, operation, method, function), _NOTHING))
            for name, operation, method in _PARTS
        )
        for function in functions
    }


def ask_limits(cloud: Cloud, aws: Any) -> Limits | None:
    """The account's concurrency. Raises CloudError."""
    answer = told(cloud, _SERVICE, "lambda:GetAccountSettings", aws.get_account_settings, _NOTHING)
    limit = answer.get("AccountLimit") or {}
    most = limit.get("ConcurrentExecutions")
    return None if most is None else Limits(int(most), limit.get("UnreservedConcurrentExecutions"))


def _asked(cloud: Cloud, aws: Any, operation: str, method: str, function: str) -> Mapping[str, Any]:
    call = partial(getattr(aws, method), FunctionName=function)
    return told(cloud, _SERVICE, f"lambda:{operation}", call, _NOTHING)


def read(asked: Mapping[str, Parts]) -> tuple[Configuration, ...]:
    """The settings of the functions, as far as they were told."""
    return tuple(_read(function, {name: part.result() for name, part in parts}) for function, parts in asked.items())


def _read(function: str, parts: Mapping[str, Mapping[str, Any]]) -> Configuration:
    base, reserved = parts["configuration"], parts["reserved-concurrency"]
    provisioned = tuple(map(_provisioned, parts["provisioned-concurrency"].get("ProvisionedConcurrencyConfigs") or ()))
    sources = tuple(map(_source, (parts["event-sources"].get("EventSourceMappings") or ())[:_SOURCES]))
    found = Configuration(
        function,
        base.get("MemorySize"),
        base.get("Timeout"),
        reserved.get("ReservedConcurrentExecutions"),
        sum(each.requested for each in provisioned) if provisioned else None,
        base.get("Runtime"),
        next(iter(base.get("Architectures") or ()), None),
        (base.get("DeadLetterConfig") or {}).get("TargetArn"),
        tuple(source.arn for source in sources),
        provisioned,
        sources,
        state=base.get("State"),
    )
    told_async = parts["async-settings"]
    return replace(found, async_settings=_async(told_async)) if told_async else found


def _provisioned(told: Mapping[str, Any]) -> Provisioned:
    return Provisioned(
        str(told.get("FunctionArn", "")).rpartition(":")[2],
        int(told.get("RequestedProvisionedConcurrentExecutions") or 0),
        told.get("AllocatedProvisionedConcurrentExecutions"),
        told.get("Status"),
    )


def _source(told: Mapping[str, Any]) -> EventSource:
    return EventSource(
        str(told.get("EventSourceArn") or next(iter(told.get("Topics") or ()), "")),
        str(told.get("UUID") or ""),
        told.get("State"),
        told.get("BatchSize"),
        told.get("BisectBatchOnFunctionError"),
        told.get("MaximumRetryAttempts"),
        told.get("MaximumRecordAgeInSeconds"),
        _on_failure(told),
        "ReportBatchItemFailures" in (told.get("FunctionResponseTypes") or ()),
    )


def _async(told: Mapping[str, Any]) -> AsyncSettings:
    return AsyncSettings(told.get("MaximumRetryAttempts"), told.get("MaximumEventAgeInSeconds"), _on_failure(told))


def _on_failure(told: Mapping[str, Any]) -> str | None:
    destination = ((told.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    return str(destination) if destination else None
