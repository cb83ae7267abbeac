"""DescribeAlarmHistory over moto's alarms: when each was made, and each change of its state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from insightctl.core.time import to_ms
from insightctl.emulator.dashboards import InvalidValue
from insightctl.emulator.metrics import moment
from insightctl.emulator.store import ACCOUNT
from insightctl.emulator.wire import Call

_PAGE = 100
_MADE, _CHANGED = "ConfigurationUpdate", "StateUpdate"


class _Item(NamedTuple):
    at: datetime
    name: str
    kind: str
    summary: str
    data: str


class AlarmHistory:
    """Answers DescribeAlarmHistory."""

    def describe_alarm_history(self, call: Call) -> dict[str, object]:
        """DescribeAlarmHistory of metric alarms, the newest first. Raises InvalidValue."""
        name, kind = call.text("AlarmName"), call.text("HistoryItemType")
        start, end = moment(call, "StartDate"), moment(call, "EndDate")
        items = [
            item
            for alarm in _alarms(call.region)
            if name is None or alarm.name == name
            for item in _items(alarm)
            if kind in (None, item.kind) and _is_within(item, start, end)
        ]
        items.sort(key=lambda item: item.at)
        if call.text("ScanBy") != "TimestampAscending":
            items.reverse()
        token = call.text("NextToken") or "0"
        if not token.isdecimal():
            raise InvalidValue("The token is invalid.")
        first = int(token)
        last = first + _most(call)
        return {
            "AlarmHistoryItems": [
                {
                    "AlarmName": item.name,
                    "AlarmType": "MetricAlarm",
                    "Timestamp": item.at,
                    "HistoryItemType": item.kind,
                    "HistorySummary": item.summary,
                    "HistoryData": item.data,
                }
                for item in items[first:last]
            ],
            "NextToken": str(last) if last < len(items) else None,
        }


def _is_within(item: _Item, start: int | None, end: int | None) -> bool:
    at = to_ms(item.at)
    return (start is None or at >= start) and (end is None or at <= end)


def _most(call: Call) -> int:
    asked = str(call.members.get("MaxRecords") or _PAGE)  # the Query protocol writes numbers as texts
    if not asked.isdecimal() or not 1 <= int(asked) <= _PAGE:
        raise InvalidValue(f"The value {asked} for parameter MaxRecords is not between 1 and {_PAGE}.")
    return int(asked)


def _alarms(region: str) -> Iterator[Any]:
    from moto.cloudwatch.models import cloudwatch_backends

    yield from (alarm for alarm in list(cloudwatch_backends[ACCOUNT][region].alarms.values()) if not alarm.rule)


def _items(alarm: Any) -> Iterator[_Item]:
    """moto keeps the states that an alarm left; with the one it is in they are all that it ever had."""
    states = [(value, reason, at) for _, reason, _, value, at in alarm.history]
    states.append((alarm.state_value, alarm.state_reason, alarm.state_updated_timestamp))
    made = _utc(states[0][2])
    yield _Item(
        made, alarm.name, _MADE, f'Alarm "{alarm.name}" created', json.dumps({"version": "1.0", "type": "Create"})
    )
    for (old, why_old, _), (new, why_new, at) in pairwise(states):
        if old != new:
            data = {
                "version": "1.0",
                "oldState": {"stateValue": old, "stateReason": why_old},
                "newState": {"stateValue": new, "stateReason": why_new},
            }
            yield _Item(_utc(at), alarm.name, _CHANGED, f"Alarm updated from {old} to {new}", json.dumps(data))


def _utc(at: datetime) -> datetime:
    """In UTC, to the millisecond: that is what an answer carries, and ranges must agree with it."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).replace(microsecond=at.microsecond // 1000 * 1000)
