"""Saved queries of the account: what `$Name(...)` stands for on CloudWatch (DescribeQueryDefinitions)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from insightctl.cloud.failures import said_plainly
from insightctl.cloud.session import Cloud
from insightctl.ql.saved import SavedText

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import QueryDefinitionTypeDef

MAX_NAME = 255  # characters (botocore's model, QueryDefinitionName)


def saved_text(cloud: Cloud, name: str) -> SavedText | None:
    """The query definition of exactly this name; None when the account has none in this region.

    Raises CloudError when AWS cannot be asked; without permission it names logs:DescribeQueryDefinitions.
    """
    if not 0 < len(name) <= MAX_NAME:
        return None
    with said_plainly(cloud.place):
        found = [d for d in _definitions(cloud.logs, name) if d.get("name") == name and _is_insights_ql(d)]
    if not found:
        return None
    newest = max(found, key=lambda definition: definition.get("lastModified", 0))
    defaults = {p["name"]: p.get("defaultValue") for p in newest.get("parameters", [])}
    return SavedText(name, newest.get("queryString", ""), defaults)


def _definitions(logs: CloudWatchLogsClient, prefix: str) -> Iterator[QueryDefinitionTypeDef]:
    """Every definition whose name starts so, page by page: botocore has no paginator for them."""
    page = logs.describe_query_definitions(queryDefinitionNamePrefix=prefix)
    yield from page["queryDefinitions"]
    while token := page.get("nextToken"):
        page = logs.describe_query_definitions(queryDefinitionNamePrefix=prefix, nextToken=token)
        yield from page["queryDefinitions"]


def _is_insights_ql(definition: QueryDefinitionTypeDef) -> bool:
    return definition.get("queryLanguage", "CWLI") == "CWLI"
