"""Deployments out of the logs alone: a version's first invocation, unless it was live before the data begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from insightctl.core.result import Result
from insightctl.deployments.deployment import Deployment

# Two versions that share the traffic when the data begin are first seen a little apart: the second is no deployment.
_START_SHARE = 0.02
_START_MOST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Life:
    function: str
    version: str
    first_seen: datetime
    last_seen: datetime


def from_result(result: Result) -> tuple[Deployment, ...]:
    """The deployments in an answer of the `deployments` query, oldest first.

    The earliest version of each function was live before, and so was a version that is first seen within the first
    2 % (at most 5 minutes) of the function's data next to an older one that goes on serving.
    """
    lives = sorted(_lives(result), key=lambda life: (life.function, life.first_seen))
    found = [
        Deployment(life.function, life.version, life.first_seen, what="first invocation", before=before)
        for _, group in groupby(lives, key=lambda life: life.function)
        for life, before in _deployed(list(group))
    ]
    return tuple(sorted(found, key=lambda deployment: (deployment.at, deployment.function)))


def runtime_updates(result: Result) -> tuple[Deployment, ...]:
    """The changes of the runtime in an answer of the `runtime-updates` query, oldest first: by AWS or by a deployment."""
    found = [
        Deployment(
            str(record["function"]),
            "",
            first,
            kind="runtime",
            what=f"runtime {record['runtime_before']} → {record['runtime']}",
        )
        for record in result.records()
        if record.get("function") is not None
        and record.get("runtime_before") is not None
        and record.get("runtime") is not None
        and isinstance(first := record.get("first_seen"), datetime)
    ]
    return tuple(sorted(found, key=lambda each: (each.at, each.function)))


def _lives(result: Result) -> Iterator[_Life]:
    for record in result.records():
        function, version = record.get("function"), record.get("version")
        first, last = record.get("first_seen"), record.get("last_seen")
        if function is not None and version is not None and isinstance(first, datetime) and isinstance(last, datetime):
            yield _Life(str(function), str(version), first, last)


def _deployed(lives: list[_Life]) -> Iterator[tuple[_Life, str]]:
    """Those of one function, by first invocation, that went live within the data, and the version first seen before."""
    start = lives[0].first_seen
    span = max(life.last_seen for life in lives) - start
    begun = start + min(span * _START_SHARE, _START_MOST)
    for index, life in enumerate(lives[1:], 1):
        beside = any(older.last_seen > begun for older in lives[:index])
        if not (life.first_seen <= begun and beside):
            yield life, lives[index - 1].version
