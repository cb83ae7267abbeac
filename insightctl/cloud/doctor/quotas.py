"""The quotas of CloudWatch Logs that shape a run, and how much of them is taken now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from insightctl.cloud.doctor.clients import Clients
from insightctl.cloud.doctor.model import Check, State

AREA = "quotas"
_BUSY = 0.8


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota, its default ("CloudWatch Logs quotas" in the user guide, read in autumn 2026), and its name there."""

    name: str
    default: int
    unit: str
    listed: re.Pattern[str]


CONCURRENT = Quota(
    "running queries", 100, "at once", re.compile(r"(?=.*concurrent)(?=.*quer(y|ies))(?!.*scheduled)", re.I)
)
QUOTAS = (
    CONCURRENT,
    Quota("StartQuery", 10, "a second", re.compile(r"StartQuery throttle", re.I)),
    Quota("GetQueryResults", 10, "a second", re.compile(r"GetQueryResults throttle", re.I)),
    Quota("FilterLogEvents", 10, "a second", re.compile(r"FilterLogEvents throttle", re.I)),
    Quota("Live Tail sessions", 15, "at once", re.compile(r"Live Tail concurrent sessions", re.I)),
)
_FILTER_BY_REGION = {
    "us-east-1": 25,
    **dict.fromkeys(("ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "il-central-1"), 5),
}


def listed(clients: Clients) -> Mapping[str, float]:
    """The account's quotas of CloudWatch Logs by name. Raises what boto3 raises."""
    pages = clients.get("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode="logs")
    return {str(each["QuotaName"]): float(each["Value"]) for page in pages for each in page.get("Quotas", ())}


def running(clients: Clients) -> int:
    """How many queries of the account are Scheduled or Running now. Raises what boto3 raises."""
    return sum(_count(clients, status) for status in ("Scheduled", "Running"))


def _count(clients: Clients, status: str) -> int:
    asked: dict[str, Any] = {"status": status, "maxResults": 1000}
    return len(clients.get("logs").describe_queries(**asked).get("queries", ()))


def lines(values: Mapping[str, float] | Exception, busy: int | Exception, region: str) -> Iterator[Check]:
    """The quotas, and the running queries against theirs."""
    known = {} if isinstance(values, Exception) else values
    for quota in QUOTAS:
        number, origin = _value(quota, known, region)
        found = f"{number:,} {quota.unit} ({origin})"
        if quota is not CONCURRENT:
            yield Check(AREA, quota.name, State.OK, found)
        elif isinstance(busy, Exception):
            yield Check(AREA, quota.name, State.WARNING, f"not known of {found}", "allow logs:DescribeQueries")
        else:
            state = State.WARNING if busy >= number * _BUSY else State.OK
            remedy = "queries may have to wait: 'aws logs describe-queries --status Running' lists them"
            yield Check(AREA, quota.name, state, f"{busy:,} of {found}", remedy if state is State.WARNING else None)


def _value(quota: Quota, known: Mapping[str, float], region: str) -> tuple[int, str]:
    for name, value in known.items():
        if quota.listed.search(name):
            return int(value), "this account's"
    if quota.name == "FilterLogEvents":
        return _FILTER_BY_REGION.get(region, quota.default), f"the default in {region}"
    return quota.default, "the default"
