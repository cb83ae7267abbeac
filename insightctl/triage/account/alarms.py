"""The alarms on functions that fired in a time range, and those that are in ALARM now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from insightctl.core.time import TimeRange
from insightctl.triage.account.probing import told
from insightctl.triage.service import Alarm

if TYPE_CHECKING:
    from insightctl.cloud.session import Cloud

_SERVICE = "CloudWatch"
_NAMESPACE = "AWS/Lambda"
_PAGES = 20
_A_PAGE = 100  # the most that DescribeAlarms gives at once
_MOST_NAMED = 10
_REASON = 300


class Watched(NamedTuple):
    """An alarm about functions as it is now; `function` None: about all of Lambda."""

    name: str
    function: str | None
    metric: str
    state: str
    since: datetime | None
    reason: str


def watched(cloud: Cloud, aws: Any, functions: Sequence[str]) -> tuple[Watched, ...]:
    """The metric alarms whose metric is one of the functions'. Raises CloudError."""

    def pages() -> tuple[Watched, ...]:
        wanted = frozenset(functions)
        paginator = aws.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"], MaxRecords=_A_PAGE)
        alarms = (alarm for page in islice(paginator, _PAGES) for alarm in page.get("MetricAlarms") or ())
        return tuple(found for alarm in alarms if (found := _watched(alarm, wanted)) is not None)

    return told(cloud, _SERVICE, "cloudwatch:DescribeAlarms", pages, ())


def fired(cloud: Cloud, aws: Any, alarms: Sequence[Watched], time: TimeRange) -> tuple[Alarm, ...]:
    """When those alarms fired in the range, by their history. Raises CloudError."""
    found: list[Alarm] = []
    for alarm in alarms[:_MOST_NAMED]:
        call = partial(_history, aws, alarm.name, time)
        nothing: list[Mapping[str, Any]] = []
        found += _episodes(alarm, told(cloud, _SERVICE, "cloudwatch:DescribeAlarmHistory", call, nothing))
    return tuple(found)


def now(alarms: Sequence[Watched], time: TimeRange) -> tuple[Alarm, ...]:
    """Those that are in ALARM and were so before the range ended: without a history that is all there is."""
    return tuple(
        Alarm(alarm.name, alarm.function, alarm.since, alarm.reason, None, alarm.metric)
        for alarm in alarms
        if alarm.state == "ALARM" and alarm.since is not None and alarm.since < time.end
    )


def _watched(alarm: Mapping[str, Any], functions: frozenset[str]) -> Watched | None:
    metrics = [alarm, *((each.get("MetricStat") or {}).get("Metric") or {} for each in alarm.get("Metrics") or ())]
    for metric in metrics:
        if metric.get("Namespace") != _NAMESPACE:
            continue
        names = [d.get("Value") for d in metric.get("Dimensions") or () if d.get("Name") == "FunctionName"]
        if names and names[0] not in functions:
            continue
        since = alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp")
        return Watched(
            str(alarm.get("AlarmName", "")),
            str(names[0]) if names else None,
            str(metric.get("MetricName", "")),
            str(alarm.get("StateValue", "")),
            since.astimezone(UTC) if isinstance(since, datetime) else None,
            str(alarm.get("StateReason") or "")[:_REASON],
        )
    return None


def _history(aws: Any, name: str, time: TimeRange) -> list[Mapping[str, Any]]:
    pages = aws.get_paginator("describe_alarm_history").paginate(
        AlarmName=name, HistoryItemType="StateUpdate", StartDate=time.start, EndDate=time.end
    )
    return [item for page in islice(pages, _PAGES) for item in page.get("AlarmHistoryItems") or ()]


def _episodes(alarm: Watched, items: Sequence[Mapping[str, Any]]) -> Iterator[Alarm]:
    """From each change to ALARM to the change away from it, oldest first."""
    since: datetime | None = None
    reason = alarm.reason
    for item in sorted(items, key=lambda item: item["Timestamp"]):
        state, why = _state(str(item.get("HistoryData") or ""))
        at = item["Timestamp"].astimezone(UTC)
        if state == "ALARM" and since is None:
            since, reason = at, why or alarm.reason
        elif state and state != "ALARM" and since is not None:
            yield Alarm(alarm.name, alarm.function, since, reason, at, alarm.metric)
            since = None
    if since is not None:
        yield Alarm(alarm.name, alarm.function, since, reason, None, alarm.metric)


def _state(data: str) -> tuple[str, str]:
    with suppress(ValueError, AttributeError):
        new = json.loads(data).get("newState") or {}
        return str(new.get("stateValue") or ""), str(new.get("stateReason") or "")[:_REASON]
    return "", ""
