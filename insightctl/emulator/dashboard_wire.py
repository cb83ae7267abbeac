"""The dashboard calls in the protocols that clients speak: JSON 1.0 (boto3 and the CLI since 2025) and Query (before).

Answers are written by moto's serializers from botocore's model, so both protocols have the service's shapes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from insightctl.emulator.errors import ServiceError
from insightctl.emulator.wire import Answer, Call, region_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TARGET = "GraniteServiceVersion20100801."
_JSON, _FORM = "application/x-amz-json-1.0", "application/x-www-form-urlencoded"


def json_operation(environ: WSGIEnvironment) -> str:
    """The operation of a JSON request to CloudWatch; empty for any other request."""
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    return target.removeprefix(TARGET) if target.startswith(TARGET) else ""


def is_query(environ: WSGIEnvironment) -> bool:
    """Whether this is a Query request signed for CloudWatch."""
    signed = "/monitoring/aws4_request" in environ.get("HTTP_AUTHORIZATION", "")
    return signed and str(environ.get("CONTENT_TYPE", "")).startswith(_FORM)


def json_call(environ: WSGIEnvironment, body: bytes) -> Call:
    """A JSON request as a call; a body that is no object has no members."""
    try:
        members = json.loads(body or b"{}")
    except ValueError:
        members = None
    return Call(json_operation(environ), region_of(environ), members if isinstance(members, dict) else {})


def query_call(environ: WSGIEnvironment, body: bytes) -> Call:
    """A Query request as a call: `Name.member.1` becomes a list."""
    form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    members: dict[str, object] = {name: value for name, value in form.items() if ".member." not in name}
    numbered = sorted((name.partition(".member.") for name in form if ".member." in name), key=_number)
    for name, _, number in numbered:
        listed = members.setdefault(name, [])
        if isinstance(listed, list):
            listed.append(form[f"{name}.member.{number}"])
    return Call(form.get("Action", ""), region_of(environ), members)


def answer(call: Call, result: dict[str, object] | ServiceError, *, query: bool) -> Answer:
    """A result or a refusal in the protocol that was asked in."""
    from moto.core.model import ServiceModel
    from moto.core.serialize import get_serializer_class
    from moto.core.utils import get_service_model

    service: ServiceModel = get_service_model("cloudwatch")
    serializer: Any = get_serializer_class("cloudwatch", "query" if query else "json")
    written = serializer(service.operation_model(call.operation)).serialize(
        result if isinstance(result, ServiceError) else {k: v for k, v in result.items() if v is not None}
    )
    headers = tuple((n, str(v)) for n, v in written["headers"].items() if n.lower() != "content-type")
    return Answer(written["status_code"], "text/xml" if query else _JSON, _bytes(written["body"]), headers)


def _number(parts: tuple[str, str, str]) -> int:
    return int(parts[2]) if parts[2].isdecimal() else 0


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body
