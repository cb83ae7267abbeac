"""Query definitions of an account in a region: read all of them, put one (logs:Describe- and PutQueryDefinition(s)).

Limits are those of botocore's model of PutQueryDefinition (2026) and of the page "Save and re-run queries".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from insightctl.cloud.failures import error_code, said_plainly
from insightctl.cloud.session import Cloud
from insightctl.core.errors import CloudError

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import (
        DescribeQueryDefinitionsRequestTypeDef,
        PutQueryDefinitionRequestTypeDef,
        QueryDefinitionTypeDef,
        QueryParameterTypeDef,
    )

INSIGHTS_QL = "CWLI"
MAX_NAME, MAX_TEXT = 255, 10_000  # characters
MAX_DEFINITIONS = 1000  # of an account in a region
MAX_PARAMETER_NAME, MAX_DEFAULT, MAX_DESCRIPTION = 128, 1024, 512  # characters
_BUSY = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException", "ServiceUnavailableException"})
_PAUSES_S = (0.25, 0.5, 1.0, 2.0, 4.0)  # a library is put in one go, and the service takes about 5 a second


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved query. `default` None: a call has to give a value."""

    name: str
    default: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A saved query. `id` None: it is not in the account yet. `modified_ms`: epoch ms."""

    name: str
    text: str
    parameters: tuple[Parameter, ...] = ()
    groups: tuple[str, ...] = ()
    language: str = INSIGHTS_QL
    id: str | None = field(default=None, compare=False)
    modified_ms: int = field(default=0, compare=False)


def read_all(cloud: Cloud, prefix: str = "") -> tuple[Definition, ...]:
    """Every definition whose name starts so, of all languages, by name.

    Raises CloudError when AWS cannot be asked; without permission it names logs:DescribeQueryDefinitions.
    """
    with said_plainly(cloud.place):
        return tuple(sorted(map(_definition, _pages(cloud.logs, prefix)), key=lambda definition: definition.name))


def put(cloud: Cloud, definition: Definition, token: str) -> str:
    """Write a definition, in the place of the one with its `id` if it has one; its id.

    The `token` (36 to 128 characters) makes a repetition harmless. Raises CloudError; without permission it names
    logs:PutQueryDefinition.
    """
    from botocore.exceptions import ClientError

    request = _request(definition, token)
    with said_plainly(cloud.place):
        try:
            return _patiently(lambda: cloud.logs.put_query_definition(**request))["queryDefinitionId"]
        except ClientError as error:
            if error_code(error) == "LimitExceededException":
                raise _full(cloud) from error
            raise


def _patiently(ask: Callable[[], T]) -> T:
    """The answer of a call that is made again while the service is busy, beyond what botocore does."""
    from botocore.exceptions import ClientError

    for pause in _PAUSES_S:
        try:
            return ask()
        except ClientError as error:
            if error_code(error) not in _BUSY:
                raise
            time.sleep(pause)
    return ask()


def _full(cloud: Cloud) -> CloudError:
    return CloudError(
        f"the account has no room for more saved queries: {MAX_DEFINITIONS:,} is the limit of a region",
        where=str(cloud.place),
        remedy="delete some in the console, or push fewer: insightctl library push NAME",
    )


def _pages(logs: CloudWatchLogsClient, prefix: str) -> Iterator[QueryDefinitionTypeDef]:
    """Page by page: botocore has no paginator for them."""
    request: DescribeQueryDefinitionsRequestTypeDef = {"queryDefinitionNamePrefix": prefix} if prefix else {}
    while True:
        page = _patiently(lambda: logs.describe_query_definitions(**request))
        yield from page["queryDefinitions"]
        if not (token := page.get("nextToken")):
            return
        request["nextToken"] = token


def _definition(found: QueryDefinitionTypeDef) -> Definition:
    return Definition(
        name=found.get("name", ""),
        text=found.get("queryString", ""),
        parameters=tuple(
            Parameter(p["name"], p.get("defaultValue"), p.get("description") or None)
            for p in found.get("parameters", ())
        ),
        groups=tuple(found.get("logGroupNames", ())),
        language=found.get("queryLanguage", INSIGHTS_QL),
        id=found.get("queryDefinitionId"),
        modified_ms=found.get("lastModified", 0),
    )


def _request(definition: Definition, token: str) -> PutQueryDefinitionRequestTypeDef:
    request: PutQueryDefinitionRequestTypeDef = {
        "name": definition.name,
        "queryString": definition.text,
        "logGroupNames": list(definition.groups),
        "clientToken": token,
    }
    if definition.id is not None:
        request["queryDefinitionId"] = definition.id
    if definition.parameters:
        request["parameters"] = [_parameter(parameter) for parameter in definition.parameters]
    return request


def _parameter(parameter: Parameter) -> QueryParameterTypeDef:
    told: QueryParameterTypeDef = {"name": parameter.name}
    if parameter.default is not None:
        told["defaultValue"] = parameter.default
    if parameter.description:
        told["description"] = parameter.description
    return told
