"""What one CloudTrail event says about a function: pure, and distrustful of every field.

Event names carry the version of Lambda's API (`UpdateFunctionCode20150331v2`), which is cut off; the fields are those
of the API in camel case ("Logging AWS Lambda API calls using AWS CloudTrail", Lambda Developer Guide). Values of
environment variables are not in the events, and are never shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from insightctl.core.arns import function_ref
from insightctl.core.errors import UsageError
from insightctl.deployments.deployment import Deployment, Kind

_API_VERSION = re.compile(r"(?:20\d{6}(?:v\d+)?)$")
_MOST = 200
_LATEST = "$LATEST"

Fields = Mapping[str, Any]
Reader = Callable[[Fields, Fields], "tuple[Kind, str, str, str | None]"]
"""From requestParameters and responseElements to kind, version, words and alias."""

_SETTINGS = {
    "memorySize": "memory {} MB",
    "timeout": "timeout {} s",
    "runtime": "runtime {}",
    "handler": "handler {}",
    "role": "role {}",
    "architectures": "architecture {}",
    "ephemeralStorage": "temporary storage",
    "environment": "environment variables",
    "layers": "layers",
    "vpcConfig": "VPC",
    "deadLetterConfig": "dead-letter queue",
    "tracingConfig": "tracing",
    "loggingConfig": "logging",
    "snapStart": "SnapStart",
    "fileSystemConfigs": "file systems",
    "imageConfig": "image",
    "description": "description",
    "kMSKeyArn": "KMS key",
}


def deployment(event: Mapping[str, Any]) -> Deployment | None:
    """The change that an event of LookupEvents made; None for what failed, is no change, or cannot be read."""
    detail = _detail(event)
    name = base_name(_text(detail.get("eventName")) or _text(event.get("EventName")))
    read = _READERS.get(name)
    if read is None or detail.get("errorCode"):
        return None
    asked, answered = _fields(detail.get("requestParameters")), _fields(detail.get("responseElements"))
    function, at = _function(asked, answered), _moment(detail.get("eventTime"), event.get("EventTime"))
    if not function or at is None:
        return None
    kind, version, what, alias = read(asked, answered)
    published = at if kind == "version" and version != _LATEST else None
    return Deployment(
        function, version, at, "cloudtrail", kind, what=what, by=_who(detail, event), alias=alias, published=published
    )


def base_name(event_name: str) -> str:
    """`UpdateFunctionCode` for `UpdateFunctionCode20150331v2`."""
    return _API_VERSION.sub("", event_name)


def _code(asked: Fields, answered: Fields) -> tuple[Kind, str, str, str | None]:
    version = _text(answered.get("version")) if asked.get("publish") is True else ""
    return ("version", version, "new code, published", None) if version else ("version", _LATEST, "new code", None)


def _created(asked: Fields, answered: Fields) -> tuple[Kind, str, str, str | None]:
    kind, version, _, alias = _code(asked, answered)
    return kind, version, "function created", alias


def _published(_asked: Fields, answered: Fields) -> tuple[Kind, str, str, str | None]:
    return "version", _text(answered.get("version")) or _LATEST, "published", None


def _alias(asked: Fields, answered: Fields) -> tuple[Kind, str, str, str | None]:
    name = _text(asked.get("name")) or _text(answered.get("name"))
    main = _text(asked.get("functionVersion")) or _text(answered.get("functionVersion"))
    routing = _fields(asked.get("routingConfig")) or _fields(answered.get("routingConfig"))
    shares = {
        _text(version): share
        for version, share in _fields(routing.get("additionalVersionWeights")).items()
        if isinstance(share, int | float) and 0 < share <= 1
    }
    if not shares:
        return "alias", main, f"alias {name} → {main}", name
    newcomer = max(shares, key=lambda version: (int(version) if version.isdecimal() else -1, version))
    parts = ", ".join(f"{version} ({share * 100:g} %)" for version, share in shares.items())
    return "alias", newcomer, f"alias {name} → {main}, {parts}", name


def _configuration(asked: Fields, _answered: Fields) -> tuple[Kind, str, str, str | None]:
    changed = [_setting(key, asked[key]) for key in _SETTINGS if asked.get(key) is not None]
    return "config", _LATEST, ", ".join(changed) or "configuration", None


def _setting(key: str, value: object) -> str:
    words = _SETTINGS[key]
    if key == "role":
        value = str(value).rpartition("/")[2]
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return words.format(_text(value))


def _of(words: str, field: str) -> Reader:
    def read(asked: Fields, _answered: Fields) -> tuple[Kind, str, str, str | None]:
        qualifier = _text(asked.get("qualifier"))
        of = f" of {qualifier}" if qualifier else ""
        return "config", qualifier if qualifier.isdecimal() else "", words.format(_text(asked.get(field))) + of, None

    return read


_READERS: Mapping[str, Reader] = {
    "CreateFunction": _created,
    "UpdateFunctionCode": _code,
    "PublishVersion": _published,
    "CreateAlias": _alias,
    "UpdateAlias": _alias,
    "UpdateFunctionConfiguration": _configuration,
    "PutFunctionConcurrency": _of("reserved concurrency {}", "reservedConcurrentExecutions"),
    "DeleteFunctionConcurrency": _of("reserved concurrency removed", ""),
    "PutProvisionedConcurrencyConfig": _of("provisioned concurrency {}", "provisionedConcurrentExecutions"),
    "DeleteProvisionedConcurrencyConfig": _of("provisioned concurrency removed", ""),
    "PutRuntimeManagementConfig": _of("runtime updates {}", "updateRuntimeOn"),
    "CreateEventSourceMapping": _of("event source {} added", "eventSourceArn"),
    "UpdateEventSourceMapping": _of("event source changed", ""),
    "DeleteEventSourceMapping": _of("event source removed", ""),
}

EVENT_NAMES = (
    "UpdateFunctionCode20150331v2",
    "PublishVersion20150331",
    "UpdateAlias20150331",
    "CreateAlias20150331",
    "UpdateFunctionConfiguration20150331v2",
    "CreateFunction20150331",
    "PutFunctionConcurrency20171031",
    "PutProvisionedConcurrencyConfig20190930",
    "UpdateEventSourceMapping20150331",
)
"""The names to look up one by one where all that Lambda did is too much: changes only, the commonest first."""


def _detail(event: Mapping[str, Any]) -> Fields:
    try:
        return _fields(json.loads(str(event.get("CloudTrailEvent") or "{}")))
    except ValueError:
        return {}


def _fields(value: object) -> Fields:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """A scalar as a short text on one line; nothing for the rest."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())[:_MOST]


def _function(asked: Fields, answered: Fields) -> str:
    for each in (asked.get("functionName"), answered.get("functionName"), answered.get("functionArn")):
        if text := _text(each):
            try:
                return function_ref(text).name
            except UsageError:
                continue
    return ""


def _moment(text: object, otherwise: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        if not isinstance(otherwise, datetime):
            return None
        at = otherwise
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _who(detail: Fields, event: Mapping[str, Any]) -> str | None:
    """`ci/deploy-17` for an assumed role, a user's name, or the service that did it."""
    identity = _fields(detail.get("userIdentity"))
    arn = _text(identity.get("arn"))
    for mark in (":assumed-role/", ":user/", ":federated-user/"):
        if mark in arn:
            return arn.partition(mark)[2]
    named = _text(identity.get("userName")) or _text(event.get("Username")) or _text(identity.get("invokedBy"))
    return named or (arn.rpartition(":")[2] or None)
