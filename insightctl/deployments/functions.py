"""Deployments as the Lambda API tells them: published versions, $LATEST, and where the aliases point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from insightctl.cloud.failures import error_code
from insightctl.cloud.session import Cloud
from insightctl.cloud.targets.asking import asking, client
from insightctl.core.errors import CloudError
from insightctl.deployments.deployment import Alias, Deployment, Weight

LATEST = "$LATEST"
_AT_ONCE = 6
_SERVICE = "AWS Lambda"

_T = TypeVar("_T")


def versions(cloud: Cloud, functions: Sequence[str], aws: Any = None) -> tuple[Deployment, ...]:
    """Every version of the functions; their LastModified is when they were made. A function that is gone has none.

    `aws` is a client of Lambda, where there is one. Raises CloudError, naming the permission that lacks.
    """
    return _of_each(partial(_made, cloud, aws or client(cloud, "lambda")), functions)


def aliases(cloud: Cloud, functions: Sequence[str], aws: Any = None) -> tuple[Alias, ...]:
    """Every alias of the functions as it is now: asked apart, since one may be allowed to see versions only.

    Raises CloudError, naming the permission that lacks.
    """
    return _of_each(partial(_aliases, cloud, aws or client(cloud, "lambda")), functions)


def _of_each(ask: Callable[[str], tuple[_T, ...]], functions: Sequence[str]) -> tuple[_T, ...]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(each for found in pool.map(ask, functions) for each in found)


def _made(cloud: Cloud, aws: Any, function: str) -> tuple[Deployment, ...]:
    pages = _pages(cloud, aws, "list_versions_by_function", "lambda:ListVersionsByFunction", function)
    found = (_version(function, each) for page in pages for each in page["Versions"])
    return tuple(each for each in found if each is not None)


def _version(function: str, configuration: Mapping[str, Any]) -> Deployment | None:
    at, version = _moment(configuration.get("LastModified")), str(configuration.get("Version", ""))
    if at is None or not version:
        return None
    text = str(configuration.get("Description") or "")
    if version == LATEST:
        return Deployment(function, version, at, "lambda", "version", what="code or configuration of $LATEST changed")
    return Deployment(function, version, at, "lambda", what=f"published: {text}" if text else "published", published=at)


def _moment(text: object) -> datetime | None:
    """A moment as the Lambda API spells it: `2026-11-23T10:00:00.123+0000`."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _aliases(cloud: Cloud, aws: Any, function: str) -> tuple[Alias, ...]:
    pages = _pages(cloud, aws, "list_aliases", "lambda:ListAliases", function)
    return tuple(_alias(function, each) for page in pages for each in page["Aliases"])


def _alias(function: str, told: Mapping[str, Any]) -> Alias:
    more = (told.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    weights = [Weight(str(version), float(share)) for version, share in more.items() if share]
    rest = Weight(str(told.get("FunctionVersion", "")), round(1 - sum(weight.share for weight in weights), 6))
    return Alias(
        function, str(told.get("Name", "")), tuple(sorted([rest, *weights], key=lambda w: w.share, reverse=True))
    )


def _pages(cloud: Cloud, aws: Any, method: str, action: str, function: str) -> Iterator[Mapping[str, Any]]:
    from botocore.exceptions import ClientError

    try:
        with asking(cloud, _SERVICE, action, remedy="leave it to the logs (--source logs)"):
            yield from aws.get_paginator(method).paginate(FunctionName=function)
    except CloudError as error:
        cause = error.__cause__
        if not (isinstance(cause, ClientError) and error_code(cause) == "ResourceNotFoundException"):
            raise
