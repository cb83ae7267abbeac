"""The log groups of a tail with what Live Tail wants to know of them: ARN and class."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insightctl.cloud.failures import error_code, said_plainly
from insightctl.cloud.groups import names_near
from insightctl.cloud.session import Cloud
from insightctl.core.errors import CloudError, UsageError
from insightctl.core.job import Target

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import LogGroupTypeDef

_WILD = re.compile(r"[*?\[]")
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
"""Error codes of a missing permission."""


@dataclass(frozen=True, slots=True)
class TailGroup:
    """A log group; `arn` is None when nobody could say, then it can only be polled."""

    name: str
    arn: str | None
    log_class: str = "STANDARD"


def find_groups(cloud: Cloud, target: Target) -> tuple[TailGroup, ...]:
    """The log groups that a target means, in its order. Raises UsageError for none named, CloudError for none found.

    Needs logs:DescribeLogGroups; without it, groups that are named in full come without an ARN.
    """
    if not target.patterns:
        raise UsageError(
            "no log group is named", remedy="say which logs: -f FUNCTION (--function) or -g LOG_GROUP (--log-group)"
        )
    with said_plainly(cloud.place):
        found = {group.name: group for pattern in target.patterns for group in _matching(cloud, pattern)}
    return tuple(found.values())


def _matching(cloud: Cloud, pattern: str) -> list[TailGroup]:
    from botocore.exceptions import ClientError

    if pattern.startswith("arn:"):
        return [_of_arn(pattern)]
    wild = _WILD.search(pattern)
    try:
        known = list(_described(cloud, pattern[: wild.start()] if wild else pattern))
    except ClientError as error:
        if wild or error_code(error) not in DENIED:
            raise
        return [TailGroup(pattern, None)]
    matches = re.compile(fnmatch.translate(pattern)).match if wild else pattern.__eq__
    found = [group for group in known if matches(group.name)]
    if not found:
        raise _nothing(cloud, pattern, is_glob=wild is not None)
    return found


def _of_arn(arn: str) -> TailGroup:
    whole = arn.removesuffix(":*")
    return TailGroup(whole.partition(":log-group:")[2], whole)


def _described(cloud: Cloud, prefix: str) -> Iterator[TailGroup]:
    pages = cloud.logs.get_paginator("describe_log_groups")
    for page in pages.paginate(logGroupNamePrefix=prefix) if prefix else pages.paginate():
        yield from (_group(found) for found in page["logGroups"])


def _group(found: LogGroupTypeDef) -> TailGroup:
    arn = found.get("logGroupArn") or found.get("arn", "").removesuffix(":*")
    return TailGroup(found["logGroupName"], arn or None, found.get("logGroupClass", "STANDARD"))


def _nothing(cloud: Cloud, pattern: str, *, is_glob: bool) -> CloudError:
    place = cloud.place
    what = f"no log group matches '{pattern}'" if is_glob else f"log group '{pattern}' does not exist in {place.region}"
    near = names_near(cloud.logs, pattern)
    return CloudError(what, where=str(place), remedy=near or "check the name, --region and --profile")
