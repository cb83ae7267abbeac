"""The reading calls of Lambda, answered for functions whose facts are stated. Shapes: botocore's model."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar
from urllib.parse import unquote

from insightctl.core.time import from_ms
from insightctl.emulator.account.facts import LATEST, Account, Alias, Config, Function, Source
from insightctl.emulator.errors import ServiceError
from insightctl.emulator.store import ACCOUNT

Members = dict[str, object]


class NoFunction(ServiceError):
    """No such function, version or alias."""

    code: ClassVar[str] = "ResourceNotFoundException"
    status: ClassVar[int] = 404


class NotStated(Exception):
    """Nothing is stated about the function: moto is to answer."""


class LambdaFacts:
    """Answers by operation name: a region, what the path names, and the parameters of the query string."""

    def __init__(self, account: Callable[[str], Account]) -> None:
        self._account = account
        self._answers: Mapping[str, Callable[[str, Function, Mapping[str, str], str | None], Members]] = {
            "GetFunction": self._get_function,
            "GetFunctionConfiguration": lambda region, f, _path, q: _configuration(
                region, f, self._qualified(region, f, q)
            ),
            "ListVersionsByFunction": self._versions,
            "ListAliases": self._aliases,
            "GetAlias": self._alias,
            "GetFunctionConcurrency": lambda _region, f, _path, _q: (
                {} if f.reserved is None else {"ReservedConcurrentExecutions": f.reserved}
            ),
            "ListProvisionedConcurrencyConfigs": self._provisioned,
            "GetPolicy": self._policy,
            "ListTags": lambda _region, f, _path, _q: {"Tags": dict(f.tags)},
        }

    def answer(self, operation: str, region: str, path: Mapping[str, str], query: Mapping[str, str]) -> Members:
        """Raises NotStated when moto is to answer, NoFunction for versions and aliases that are not there."""
        if operation == "GetAccountSettings":
            return self._settings(region)
        if operation not in self._answers:
            raise NotStated
        name, qualifier = _named(path.get("FunctionName") or path.get("Resource") or "")
        function = self._account(region).function(name)
        if function is None:
            raise NotStated
        return self._answers[operation](region, function, path, query.get("Qualifier") or qualifier)

    def _settings(self, region: str) -> Members:
        """The limits of the account: what functions reserve is taken off."""
        account = self._account(region)
        free = account.concurrency - sum(function.reserved or 0 for function in account.functions)
        return {
            "AccountLimit": {"ConcurrentExecutions": account.concurrency, "UnreservedConcurrentExecutions": free},
            "AccountUsage": {"FunctionCount": len(account.functions)},
        }

    def functions(self, region: str, *, all_versions: bool) -> list[Members]:
        """The configurations of all functions that are stated, for ListFunctions."""
        found: list[Members] = []
        for function in self._account(region).functions:
            found.append(_configuration(region, function, LATEST))
            if all_versions:
                found += [_configuration(region, function, one.version) for one in function.versions]
        return found

    def sources(self, region: str, function: str | None, arn: str | None) -> list[Members]:
        """The event source mappings that are stated, for ListEventSourceMappings."""
        name, alias = _named(function) if function else (None, None)
        return [
            _mapping(region, one, source)
            for one in self._account(region).functions
            if name in (None, one.name)
            for source in one.sources
            if arn in (None, source.arn) and alias in (None, source.alias)
        ]

    def _get_function(
        self, region: str, function: Function, _path: Mapping[str, str], qualifier: str | None
    ) -> Members:
        answer: Members = {
            "Configuration": _configuration(region, function, self._qualified(region, function, qualifier)),
            "Code": {"RepositoryType": "S3", "Location": "https://example.invalid/code.zip"},
        }
        if function.tags:
            answer["Tags"] = dict(function.tags)
        if function.reserved is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved}
        return answer

    def _qualified(self, region: str, function: Function, qualifier: str | None) -> str:
        """The version that a qualifier means."""
        if qualifier in (None, LATEST):
            return LATEST
        alias = next((one for one in function.aliases if one.name == qualifier), None)
        version = alias.version if alias else qualifier
        if version == LATEST or any(one.version == version for one in function.versions):
            return str(version)
        raise NoFunction(f"Function not found: {_arn(region, function.name)}:{qualifier}")

    def _versions(self, region: str, function: Function, _path: Mapping[str, str], _q: str | None) -> Members:
        names = [LATEST, *(one.version for one in function.versions)]
        return {"Versions": [_configuration(region, function, name) for name in names]}

    def _aliases(self, region: str, function: Function, _path: Mapping[str, str], _q: str | None) -> Members:
        return {"Aliases": [_alias(region, function, one) for one in function.aliases]}

    def _alias(self, region: str, function: Function, path: Mapping[str, str], _q: str | None) -> Members:
        found = next((one for one in function.aliases if one.name == path.get("Name")), None)
        if found is None:
            raise NoFunction(f"Cannot find alias arn: {_arn(region, function.name)}:{path.get('Name')}")
        return _alias(region, function, found)

    def _provisioned(self, region: str, function: Function, _path: Mapping[str, str], _q: str | None) -> Members:
        return {
            "ProvisionedConcurrencyConfigs": [
                {
                    "FunctionArn": f"{_arn(region, function.name)}:{one.qualifier}",
                    "RequestedProvisionedConcurrentExecutions": one.requested,
                    "AvailableProvisionedConcurrentExecutions": one.allocated,
                    "AllocatedProvisionedConcurrentExecutions": one.allocated,
                    "Status": "READY" if one.allocated == one.requested else "IN_PROGRESS",
                    "LastModified": _iso(one.modified_ms),
                }
                for one in function.provisioned
            ]
        }

    def _policy(self, _region: str, function: Function, _path: Mapping[str, str], _q: str | None) -> Members:
        if function.policy is None:
            raise NoFunction("The resource you requested does not exist.")
        return {"Policy": function.policy, "RevisionId": _revision(function.name, function.policy)}


def _named(text: str) -> tuple[str, str | None]:
    """The name and qualifier of a name, a partial ARN or an ARN."""
    text = unquote(text)
    rest = text.partition(":function:")[2] if ":function:" in text else text
    name, _, qualifier = rest.partition(":")
    return name, qualifier or None


def _arn(region: str, name: str) -> str:
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"


def _iso(ms: int) -> str:
    """As Lambda writes LastModified."""
    return from_ms(ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}+0000"


def _revision(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))


def _configuration(region: str, function: Function, version: str) -> Members:
    published = next((one for one in function.versions if one.version == version), None)
    config: Config = published.config if published else function.config
    modified_ms = published.modified_ms if published else function.modified_ms
    arn = _arn(region, function.name)
    sha = hashlib.sha256(f"{function.name}:{version}:{modified_ms}".encode()).digest()
    answer: Members = {
        "FunctionName": function.name,
        "FunctionArn": arn if version == LATEST else f"{arn}:{version}",
        "Runtime": config.runtime,
        "Role": f"arn:aws:iam::{ACCOUNT}:role/{function.name}",
        "Handler": config.handler,
        "CodeSize": 1024,
        "Description": config.description,
        "Timeout": config.timeout_s,
        "MemorySize": config.memory_mb,
        "LastModified": _iso(modified_ms),
        "CodeSha256": config.code_sha256 or base64.b64encode(sha).decode(),
        "Version": version,
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": _revision(function.name, version, str(modified_ms)),
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": [config.architecture],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {
            "ApplyOn": config.snap_start,
            "OptimizationStatus": "On" if config.snap_start != "None" and published else "Off",
        },
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": config.log_group or f"/aws/lambda/{function.name}"},
    }
    if config.environment:
        answer["Environment"] = {"Variables": dict(config.environment)}
    if config.layers:
        answer["Layers"] = [{"Arn": layer, "CodeSize": 1024} for layer in config.layers]
    if config.dead_letter:
        answer["DeadLetterConfig"] = {"TargetArn": config.dead_letter}
    if config.runtime_arn:
        answer["RuntimeVersionConfig"] = {"RuntimeVersionArn": config.runtime_arn}
    return answer


def _alias(region: str, function: Function, alias: Alias) -> Members:
    answer: Members = {
        "AliasArn": f"{_arn(region, function.name)}:{alias.name}",
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": _revision(function.name, alias.name, alias.version, str(sorted(alias.weights.items()))),
    }
    if alias.weights:
        answer["RoutingConfig"] = {"AdditionalVersionWeights": dict(alias.weights)}
    return answer


def _mapping(region: str, function: Function, source: Source) -> Members:
    target = _arn(region, function.name) + (f":{source.alias}" if source.alias else "")
    answer: Members = {
        "UUID": _revision(function.name, source.arn),
        "BatchSize": source.batch_size,
        "EventSourceArn": source.arn,
        "FunctionArn": target,
        "LastModified": function.modified_ms / 1000,
        "State": source.state,
        "StateTransitionReason": "USER_INITIATED",
    }
    if source.bisect is not None:
        answer["BisectBatchOnFunctionError"] = source.bisect
    if source.retries is not None:
        answer["MaximumRetryAttempts"] = source.retries
    if source.on_failure:
        answer["DestinationConfig"] = {"OnFailure": {"Destination": source.on_failure}}
    return answer


def page(listed: Sequence[Members], query: Mapping[str, str]) -> tuple[list[Members], str | None]:
    """A page of a list by Marker and MaxItems (50 at most), and the marker of the next."""
    start = int(query["Marker"]) if query.get("Marker", "").isdecimal() else 0
    most = min(int(query["MaxItems"]) if query.get("MaxItems", "").isdecimal() else 50, 50) or 1
    end = start + most
    return list(listed[start:end]), str(end) if end < len(listed) else None
