"""Hints: existing log groups with names like a wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from insightctl.cloud.failures import nearest_hint

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

_LOOKED_AT = 500  # names; for hints only, ten calls at most


def names_near(logs: CloudWatchLogsClient, name: str) -> str | None:
    """A hint that lists existing log groups with names like this one; None when there are none, or no permission."""
    from botocore.exceptions import BotoCoreError, ClientError

    folder = name[: name.rfind("/") + 1]
    try:
        known = list(islice(_names(logs, folder), _LOOKED_AT)) or list(islice(_names(logs, ""), _LOOKED_AT))
    except (BotoCoreError, ClientError):
        return None
    hint = nearest_hint(name, known, noun="log groups with a name like it")
    if hint is None and known:
        hint = f"log groups there: {', '.join(known[:3])}{', ...' if len(known) > 3 else ''}"
    return hint


def _names(logs: CloudWatchLogsClient, prefix: str) -> Iterator[str]:
    pages = logs.get_paginator("describe_log_groups")
    for page in pages.paginate(logGroupNamePrefix=prefix) if prefix else pages.paginate():
        yield from (group["logGroupName"] for group in page["logGroups"])
