"""Log groups and streams: the Describe and Create calls, DeleteLogGroup."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from insightctl.emulator.errors import InvalidParameter, ResourceAlreadyExists
from insightctl.emulator.store import ACCOUNT, Group, Store, Stream, name_of
from insightctl.emulator.twin import Twin
from insightctl.emulator.wire import Call

T = TypeVar("T")
_GROUP_NAME = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_STREAM_NAME = re.compile(r"[^:*]{1,512}")
_PATTERN = re.compile(r"\^?[.\-_/#A-Za-z0-9]{3,24}(?:\|\^?[.\-_/#A-Za-z0-9]{3,24}){0,4}")  # botocore's model
_CLASSES = ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS")
_PAGE = 50  # what the service gives at most, and by default


class LogGroups:
    """Answers the calls about log groups and streams; `now_ms` is the clock."""

    def __init__(self, store: Store, twin: Twin, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._twin = twin
        self._now_ms = now_ms

    def create_log_group(self, call: Call) -> dict[str, object]:
        """CreateLogGroup."""
        name = call.required("logGroupName")
        if not _GROUP_NAME.fullmatch(name):
            raise InvalidParameter.constraint(
                "logGroupName", name, "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"
            )
        log_class = call.text("logGroupClass") or "STANDARD"
        if log_class not in _CLASSES:
            raise _unknown_class(log_class)
        self._store.create(call.region, name, self._now_ms(), log_class)
        tags = call.members.get("tags")
        self._twin.create_group(call.region, name, tags if isinstance(tags, dict) else {})
        return {}

    def delete_log_group(self, call: Call) -> dict[str, object]:
        """DeleteLogGroup."""
        delete_group(self._store, self._twin, call.region, call.required("logGroupName"))
        return {}

    def create_log_stream(self, call: Call) -> dict[str, object]:
        """CreateLogStream."""
        group = group_of(self._store, call)
        name = call.required("logStreamName")
        if not _STREAM_NAME.fullmatch(name):
            raise InvalidParameter.constraint(
                "logStreamName", name, "Member must satisfy regular expression pattern: [^:*]*"
            )
        if name in group.streams:
            raise ResourceAlreadyExists("The specified log stream already exists")
        group.streams[name] = Stream(name, self._now_ms())
        self._twin.create_stream(call.region, group.name, name)
        return {}

    def delete_log_stream(self, call: Call) -> dict[str, object]:
        """DeleteLogStream: refused, said plainly."""
        raise InvalidParameter(f"the emulator does not {call.operation}; delete the log group instead")

    def describe_log_groups(self, call: Call) -> dict[str, object]:
        """DescribeLogGroups."""
        prefix, pattern = call.text("logGroupNamePrefix"), call.text("logGroupNamePattern")
        if prefix is not None and pattern is not None:
            raise InvalidParameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
        identifiers = call.texts("logGroupIdentifiers")
        if identifiers and (prefix is not None or pattern is not None):
            raise InvalidParameter("logGroupIdentifiers cannot be specified with a logGroupNamePrefix or Pattern.")
        wanted = {name_of(identifier) for identifier in identifiers}
        found = [
            group
            for group in self._visible(call)
            if group.name.startswith(prefix or "")
            and (pattern or "") in group.name
            and (not wanted or group.name in wanted)
        ]
        page, token = _page(call, found)
        return {"logGroups": [self._described(group) for group in page], "nextToken": token}

    def list_log_groups(self, call: Call) -> dict[str, object]:
        """ListLogGroups: the pattern is a regular expression of names and prefixes joined by |."""
        pattern = call.text("logGroupNamePattern")
        if pattern is not None and not _PATTERN.fullmatch(pattern):
            raise InvalidParameter.constraint(
                "logGroupNamePattern", pattern, f"Member must satisfy regular expression pattern: {_PATTERN.pattern}"
            )
        for name in ("dataSources", "fieldIndexNames", "logGroupTags"):
            if name in call.members:
                raise InvalidParameter(f"the emulator does not know {name} of ListLogGroups")
        matches = re.compile(pattern or "").search  # such a pattern has no other special character than the dot
        page, token = _page(call, [group for group in self._visible(call) if matches(group.name)], most=1000)
        return {
            "logGroups": [
                {"logGroupName": group.name, "logGroupArn": group.arn, "logGroupClass": group.log_class}
                for group in page
            ],
            "nextToken": token,
        }

    def _visible(self, call: Call) -> list[Group]:
        """The groups of the accounts and the class that a call asks for, by name. There is one account: no links."""
        log_class = call.text("logGroupClass")
        if log_class is not None and log_class not in _CLASSES:
            raise _unknown_class(log_class)
        accounts = call.texts("accountIdentifiers")
        if accounts and not call.flag("includeLinkedAccounts"):
            raise InvalidParameter("accountIdentifiers can only be specified with includeLinkedAccounts.")
        if accounts and ACCOUNT not in accounts:
            return []
        groups = [group for _, group in sorted(self._store.groups(call.region).items())]
        return [group for group in groups if log_class in (None, group.log_class)]

    def describe_log_streams(self, call: Call) -> dict[str, object]:
        """DescribeLogStreams."""
        group = group_of(self._store, call)
        prefix, order = call.text("logStreamNamePrefix"), call.text("orderBy") or "LogStreamName"
        if order not in ("LogStreamName", "LastEventTime"):
            raise InvalidParameter.constraint(
                "orderBy", order, "Member must satisfy enum value set: [LogStreamName, LastEventTime]"
            )
        if order == "LastEventTime" and prefix:
            raise InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
        streams = sorted((s for s in group.streams.values() if s.name.startswith(prefix or "")), key=lambda s: s.name)
        if order == "LastEventTime":
            streams.sort(key=lambda s: s.last_ms or 0)
        if call.flag("descending"):
            streams.reverse()
        page, token = _page(call, streams)
        return {"logStreams": [_described_stream(group, stream) for stream in page], "nextToken": token}

    def _described(self, group: Group) -> dict[str, object]:
        described: dict[str, object] = {
            "logGroupName": group.name,
            "creationTime": group.created_ms,
            "metricFilterCount": 0,
            "arn": f"{group.arn}:*",
            "storedBytes": group.stored_bytes,
            "logGroupClass": group.log_class,
            "logGroupArn": group.arn,
        }
        days = self._twin.retention_days(group.region, group.name)
        return described if days is None else {**described, "retentionInDays": days}


def delete_group(store: Store, twin: Twin, region: str, name: str) -> None:
    """Delete a log group and what is in it. Raises ResourceNotFound."""
    store.delete(region, name)
    twin.delete_group(region, name)


def group_of(store: Store, call: Call) -> Group:
    """The group a call names by `logGroupName` or `logGroupIdentifier`. Raises InvalidParameter, ResourceNotFound."""
    name, identifier = call.text("logGroupName"), call.text("logGroupIdentifier")
    if name and identifier:
        raise InvalidParameter("LogGroup name and LogGroup identifier are mutually exclusive parameters.")
    return store.group(call.region, name or identifier or call.required("logGroupName"))


def _described_stream(group: Group, stream: Stream) -> dict[str, object]:
    described: dict[str, object | None] = {
        "logStreamName": stream.name,
        "creationTime": stream.created_ms,
        "firstEventTimestamp": stream.first_ms,
        "lastEventTimestamp": stream.last_ms,
        "lastIngestionTime": stream.ingested_ms,
        "uploadSequenceToken": "0" * 56,
        "arn": f"{group.arn}:log-stream:{stream.name}",
        "storedBytes": 0,
    }
    return {name: value for name, value in described.items() if value is not None}


def _unknown_class(log_class: str) -> InvalidParameter:
    rule = f"Member must satisfy enum value set: [{', '.join(_CLASSES)}]"
    return InvalidParameter.constraint("logGroupClass", log_class, rule)


def _page(call: Call, items: Sequence[T], most: int = _PAGE) -> tuple[Sequence[T], str | None]:
    """The page that `limit` and `nextToken` ask for, and the token of the next one."""
    token = call.text("nextToken")
    if token is not None and not token.isdecimal():
        raise InvalidParameter("The specified nextToken is invalid.")
    start = int(token or 0)
    end = start + (call.integer("limit", low=1, high=most) or _PAGE)
    return items[start:end], str(end) if end < len(items) else None
