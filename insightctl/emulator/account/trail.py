"""CloudTrail's LookupEvents: events that are stated, and those of the calls that clients made."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import ClassVar

from insightctl.core.time import from_ms
from insightctl.emulator.account.facts import Account, TrailEvent
from insightctl.emulator.errors import ServiceError
from insightctl.emulator.store import ACCOUNT
from insightctl.emulator.wire import Call

TARGET = "CloudTrail_20131101.LookupEvents"
_PAGE = 50
_NAMES = {
    "CreateFunction": "CreateFunction20150331",
    "DeleteFunction": "DeleteFunction20150331",
    "UpdateFunctionCode": "UpdateFunctionCode20150331v2",
    "UpdateFunctionConfiguration": "UpdateFunctionConfiguration20150331v2",
    "PublishVersion": "PublishVersion20150331",
    "CreateAlias": "CreateAlias20150331",
    "UpdateAlias": "UpdateAlias20150331",
    "DeleteAlias": "DeleteAlias20150331",
    "PutFunctionConcurrency": "PutFunctionConcurrency20171031",
    "DeleteFunctionConcurrency": "DeleteFunctionConcurrency20171031",
    "PutProvisionedConcurrencyConfig": "PutProvisionedConcurrencyConfig",
    "CreateEventSourceMapping": "CreateEventSourceMapping20150331",
    "UpdateEventSourceMapping": "UpdateEventSourceMapping20150331",
    "AddPermission": "AddPermission20150331v2",
}
"""How CloudTrail writes the calls of Lambda: with the version of the API."""
_UNTOLD = ("ZipFile", "Code", "Environment")


class InvalidLookup(ServiceError):
    """The attributes of LookupEvents are wrong."""

    code: ClassVar[str] = "InvalidLookupAttributesException"


class InvalidToken(ServiceError):
    """The token is none that was given."""

    code: ClassVar[str] = "InvalidNextTokenException"


class Trail:
    """Keeps what clients did and answers LookupEvents; `now_ms` is the clock."""

    def __init__(self, account: Callable[[str], Account], now_ms: Callable[[], int]) -> None:
        self._account = account
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._seen: list[tuple[str, TrailEvent]] = []

    def saw(self, region: str, operation: str, path: Mapping[str, str], body: bytes, user: str) -> None:
        """Note a call of Lambda that went well, when it is one that changes something."""
        if operation not in _NAMES:
            return
        try:
            members = json.loads(body or b"{}")
        except ValueError:
            members = {}
        given = {**path, **(members if isinstance(members, dict) else {})}
        request = {key[:1].lower() + key[1:]: value for key, value in given.items() if key not in _UNTOLD}
        event = TrailEvent(_NAMES[operation], self._now_ms(), user, request=request)
        with self._lock:
            self._seen.append((region, event))

    def lookup_events(self, call: Call) -> dict[str, object]:
        """LookupEvents, newest first."""
        wanted = _attribute(call)
        low, high = _bound(call, "StartTime"), _bound(call, "EndTime")
        with self._lock:
            seen = [event for region, event in self._seen if region == call.region]
        stated = [event for event in self._account(call.region).events if event.region in (None, call.region)]
        found = sorted(
            (
                event
                for event in (*stated, *seen)
                if (low is None or event.at_ms >= low) and (high is None or event.at_ms <= high) and wanted(event)
            ),
            key=lambda event: -event.at_ms,
        )
        token = call.text("NextToken")
        if token is not None and not token.isdecimal():
            raise InvalidToken("The token is invalid.")
        start, most = int(token or 0), call.integer("MaxResults", low=1, high=_PAGE) or _PAGE
        end = start + most
        return {
            "Events": [_told(event, call.region) for event in found[start:end]],
            "NextToken": str(end) if end < len(found) else None,
        }


def _resource(event: TrailEvent) -> str | None:
    name = event.resource or event.request.get("functionName")
    return str(name) if name else None


def _event_id(event: TrailEvent) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{event.name}/{event.at_ms}/{json.dumps(event.request, default=str)}"))


def _attribute(call: Call) -> Callable[[TrailEvent], bool]:
    listed = call.members.get("LookupAttributes")
    if not isinstance(listed, list) or not listed:
        return lambda _event: True
    if len(listed) > 1 or not isinstance(listed[0], dict):
        raise InvalidLookup("You can specify only one lookup attribute.")
    key, value = listed[0].get("AttributeKey"), str(listed[0].get("AttributeValue"))
    readers: dict[object, Callable[[TrailEvent], str | None]] = {
        "EventName": lambda event: event.name,
        "EventSource": lambda event: event.source,
        "Username": lambda event: event.user,
        "ResourceName": _resource,
        "ResourceType": lambda event: "AWS::Lambda::Function" if _resource(event) else None,
        "ReadOnly": lambda event: str(event.read_only).lower(),
        "EventId": _event_id,
        "AccessKeyId": lambda _event: None,
    }
    if key not in readers:
        raise InvalidLookup(f"{key} is no lookup attribute.")
    return lambda event: readers[key](event) == value


def _bound(call: Call, name: str) -> int | None:
    value = call.members.get(name)
    return int(value * 1000) if isinstance(value, int | float) else None


def _told(event: TrailEvent, region: str) -> dict[str, object]:
    at = from_ms(event.at_ms)
    detail = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "userName": event.user, "accountId": ACCOUNT},
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": event.source,
        "eventName": event.name,
        "awsRegion": region,
        "requestParameters": dict(event.request) or None,
        "responseElements": None if event.response is None else dict(event.response),
        "eventID": _event_id(event),
        "readOnly": event.read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
    }
    if event.error:
        detail["errorCode"] = event.error
    resource = _resource(event)
    return {
        "EventId": _event_id(event),
        "EventName": event.name,
        "ReadOnly": str(event.read_only).lower(),
        "EventTime": event.at_ms // 1000,
        "EventSource": event.source,
        "Username": event.user,
        "Resources": [{"ResourceType": "AWS::Lambda::Function", "ResourceName": resource}] if resource else [],
        "CloudTrailEvent": json.dumps(detail, default=str),
    }
