"""Deployments and configuration changes out of CloudTrail's event history: what happened to a function, and who did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from insightctl.cloud.session import Cloud
from insightctl.cloud.targets.asking import asking
from insightctl.core.time import TimeRange
from insightctl.deployments.deployment import Deployment
from insightctl.deployments.trail_events import EVENT_NAMES, deployment

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail.client import CloudTrailClient

_ACTION = "cloudtrail:LookupEvents"
_PAGES = 6  # 300 events of Lambda; beyond it the changes are asked for by name
_PAGES_A_NAME = 4
_ATTEMPTS = 6  # LookupEvents takes two calls a second of an account and region (CloudTrail quotas)


class Trail(NamedTuple):
    """What CloudTrail told, oldest first, and what it may have left out, as a sentence."""

    deployments: tuple[Deployment, ...]
    warnings: tuple[str, ...] = ()


def trail(cloud: Cloud, functions: Sequence[str], time: TimeRange | None) -> Trail:
    """The changes of these functions (of all when none is named) in a time range. Raises CloudError.

    The event history keeps 90 days of one region and is some minutes late.
    """
    aws = _client(cloud)
    window = {"StartTime": time.start, "EndTime": time.end} if time else {}
    with asking(cloud, "AWS CloudTrail", _ACTION, remedy="leave it out (--source logs --source lambda)"):
        seen, whole = _looked_up(aws, "EventSource", "lambda.amazonaws.com", window, _PAGES)
        warnings: tuple[str, ...] = ()
        if not whole:
            cut = []
            for name in EVENT_NAMES:
                more, all_of_it = _looked_up(aws, "EventName", name, window, _PAGES_A_NAME)
                seen |= more
                cut += [] if all_of_it else [name]
            if cut:
                warnings = (f"CloudTrail has more than {_PAGES_A_NAME * 50} {cut[0]} events: name a shorter time",)
    wanted = frozenset(functions)
    found = [each for event in seen.values() if (each := deployment(event)) is not None]
    kept = [each for each in found if not wanted or each.function in wanted]
    return Trail(tuple(sorted(_with_before(kept), key=_order)), warnings)


def _client(cloud: Cloud) -> CloudTrailClient:
    from botocore.config import Config

    patient = cloud.logs.meta.config.merge(Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}))
    return cloud.session.client("cloudtrail", endpoint_url=cloud.access.endpoint_url, config=patient)


def _looked_up(
    aws: CloudTrailClient, key: str, value: str, window: Mapping[str, datetime], pages: int
) -> tuple[dict[str, Mapping[str, Any]], bool]:
    """Events by id, and whether those are all."""
    asked: dict[str, Any] = {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}], **window}
    found: dict[str, Mapping[str, Any]] = {}
    token = None
    for page in islice(aws.get_paginator("lookup_events").paginate(**asked), pages):
        for event in page.get("Events", ()):
            found[str(event.get("EventId") or len(found))] = event
        token = page.get("NextToken")
    return found, token is None


def _with_before(found: Sequence[Deployment]) -> Iterator[Deployment]:
    """Alias shifts know the version that the same alias pointed at before."""
    from dataclasses import replace

    last: dict[tuple[str, str | None], str] = {}
    for each in sorted(found, key=_order):
        if each.kind != "alias":
            yield each
            continue
        before = last.get((each.function, each.alias))
        last[each.function, each.alias] = each.version
        yield replace(each, before=before if before != each.version else None)


def _order(each: Deployment) -> tuple[datetime, str, str]:
    return each.at, each.function, each.version
