"""What Lambda itself says of a function: what logs do not tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from insightctl.core.errors import CloudError
from insightctl.triage.model import Skipped

if TYPE_CHECKING:
    from insightctl.cloud.session import Cloud

_SERVICE = "AWS Lambda"
_AT_ONCE = 6
_REMEDY = "leave it to the logs"


class Provisioned(NamedTuple):
    """Provisioned concurrency of an alias or version."""

    qualifier: str
    concurrency: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of $LATEST now: MB, seconds; `snap_start` is `None` or `PublishedVersions`. None: not told."""

    function: str
    memory_mb: int | None = None
    timeout_s: float | None = None
    architecture: str | None = None
    runtime: str | None = None
    storage_mb: int | None = None
    snap_start: str | None = None
    provisioned: tuple[Provisioned, ...] = ()
    json_logs: bool | None = None


class Told(NamedTuple):
    """Settings by function, and what could not be asked."""

    settings: Mapping[str, Settings]
    skipped: tuple[Skipped, ...]


def read_settings(cloud: Cloud, functions: Sequence[str]) -> Told:
    """The settings of functions. One that is gone has none; what is refused is in `skipped`, once."""
    from insightctl.triage.account.probing import patient_client

    try:
        aws = patient_client(cloud, "lambda")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            told = list(pool.map(lambda name: _settings(cloud, aws, name), functions))
    except CloudError as error:
        return Told({}, (Skipped("settings", error.what),))
    skipped = dict.fromkeys(each for _, refused in told for each in refused)
    return Told({found.function: found for found, _ in told if found is not None}, tuple(skipped))


def _settings(cloud: Cloud, aws: Any, function: str) -> tuple[Settings | None, tuple[Skipped, ...]]:
    skipped: list[Skipped] = []
    answer = _asked(cloud, aws.get_function_configuration, "lambda:GetFunctionConfiguration", function, skipped)
    action = "lambda:ListProvisionedConcurrencyConfigs"
    ready = _asked(cloud, aws.list_provisioned_concurrency_configs, action, function, skipped) or {}
    if answer is None and not ready:
        return None, tuple(skipped)
    return _read(function, answer or {}, ready.get("ProvisionedConcurrencyConfigs") or ()), tuple(skipped)


def _asked(cloud: Cloud, call: Any, action: str, function: str, skipped: list[Skipped]) -> Mapping[str, Any] | None:
    from botocore.exceptions import ClientError

    from insightctl.cloud.failures import error_code
    from insightctl.cloud.targets.asking import asking

    try:
        with asking(cloud, _SERVICE, action, remedy=_REMEDY):
            answer: Mapping[str, Any] = call(FunctionName=function)
            return answer
    except CloudError as error:
        cause = error.__cause__
        if not (isinstance(cause, ClientError) and error_code(cause) == "ResourceNotFoundException"):
            permission = action if error.what.startswith("not allowed") else None
            skipped.append(Skipped("settings", error.what, permission))
        return None


def _read(function: str, answer: Mapping[str, Any], ready: Sequence[Mapping[str, Any]]) -> Settings:
    return Settings(
        function,
        answer.get("MemorySize"),
        answer.get("Timeout"),
        next(iter(answer.get("Architectures") or ()), None),
        answer.get("Runtime"),
        (answer.get("EphemeralStorage") or {}).get("Size"),
        (answer.get("SnapStart") or {}).get("ApplyOn"),
        tuple(
            Provisioned(
                str(each.get("FunctionArn", "")).rpartition(":")[2],
                int(each.get("RequestedProvisionedConcurrentExecutions") or 0),
            )
            for each in ready
        ),
        (answer.get("LoggingConfig") or {}).get("LogFormat") == "JSON",
    )
