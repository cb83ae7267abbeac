"""Log groups of a target: exact names pass as they are, globs are looked up with DescribeLogGroups."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from insightctl.cloud.failures import Place, nearest_hint
from insightctl.core.errors import CloudError, UsageError
from insightctl.core.job import Target

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

MAX_GROUPS = 50  # of one query (StartQuery, logGroupNames)
_LOOKED_AT = 500  # names; for hints only, ten calls at most
_WILD = re.compile(r"[*?\[]")


def resolve(logs: CloudWatchLogsClient, target: Target, place: Place) -> tuple[str, ...]:
    """The log groups (names or ARNs) that a target means, in the order it says.

    Raises UsageError for an empty target, CloudError when a glob matches nothing or the groups are too many.
    """
    if not target.patterns:
        raise UsageError(
            "no log group is named", remedy="say which logs: -f FUNCTION (--function) or -g LOG_GROUP (--log-group)"
        )
    found = dict.fromkeys(name for pattern in target.patterns for name in _matching(logs, pattern, place))
    if len(found) > MAX_GROUPS:
        raise CloudError(
            f"{target} means {len(found)} log groups; one query takes {MAX_GROUPS}",
            where=str(place),
            remedy="narrow the pattern",
        )
    return tuple(found)


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


def _matching(logs: CloudWatchLogsClient, pattern: str, place: Place) -> tuple[str, ...]:
    wild = _WILD.search(pattern)
    if wild is None:
        return (pattern,)
    matches = re.compile(fnmatch.translate(pattern)).match
    found = tuple(name for name in _names(logs, pattern[: wild.start()]) if matches(name))
    if not found:
        raise CloudError(
            f"no log group matches '{pattern}'",
            where=str(place),
            remedy=names_near(logs, pattern) or "check the pattern, --region and --profile",
        )
    return found


def _names(logs: CloudWatchLogsClient, prefix: str) -> Iterator[str]:
    pages = logs.get_paginator("describe_log_groups")
    for page in pages.paginate(logGroupNamePrefix=prefix) if prefix else pages.paginate():
        yield from (group["logGroupName"] for group in page["logGroups"])
