"""The JSON protocol of CloudWatch Logs (`X-Amz-Target: Logs_20140328.*`): a request as a `Call`, an answer as bytes."""

from __future__ import annotations

import gzip
import io
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from insightctl.emulator.errors import InvalidParameter, ServiceError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DEFAULT_REGION = "us-east-1"
_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/")
_STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    500: "500 Error",
    503: "503 Busy",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the operation, the region it was signed for, and its members, read by kind.

    Every reader raises InvalidParameter when the member is not of its kind.
    """

    operation: str
    region: str
    members: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """A string member; None when it is not given."""
        value = self.members.get(name)
        if value is None or isinstance(value, str):
            return value
        raise InvalidParameter.constraint(name, value, "Member must be a string")

    def required(self, name: str) -> str:
        """A string member that has to be there."""
        value = self.text(name)
        if value:
            return value
        raise InvalidParameter.constraint(name, "" if value == "" else "null", "Member must not be null")

    def no_longer(self, name: str, value: str, most: int) -> str:
        """The value of a member, when it has `most` characters or less."""
        if len(value) <= most:
            return value
        raise InvalidParameter.constraint(
            name, value[:40] + "...", f"Member must have length less than or equal to {most}"
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; empty when it is not given."""
        value = self.members.get(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise InvalidParameter.constraint(name, value, "Member must be a list of strings")

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean member."""
        value = self.members.get(name, default)
        if isinstance(value, bool):
            return value
        raise InvalidParameter.constraint(name, value, "Member must be a boolean")

    def integer(self, name: str, *, low: int = 0, high: int = 2**63 - 1) -> int | None:
        """An integer from `low` to `high`; None when it is not given."""
        value = self.members.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidParameter.constraint(name, value, "Member must be an integer")
        if value < low:
            raise InvalidParameter.constraint(name, value, f"Member must have value greater than or equal to {low}")
        if value > high:
            raise InvalidParameter.constraint(name, value, f"Member must have value less than or equal to {high}")
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: HTTP status, content type, body, and headers beside the usual ones."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Write it as a WSGI response."""
        headers = [
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.body))),
            ("x-amzn-RequestId", str(uuid.uuid4())),
            *self.headers,
        ]
        start_response(_STATUS.get(self.status, f"{self.status} Error"), headers)
        return [self.body]


def region_of(environ: WSGIEnvironment) -> str:
    """The region of the request's signature (SigV4 credential scope)."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return scope.group(1) if scope else DEFAULT_REGION


def read_body(environ: WSGIEnvironment) -> bytes:
    """The whole body, unpacked. It can be read once only."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return gzip.decompress(body) if environ.get("HTTP_CONTENT_ENCODING") == "gzip" else body


def keep_body(environ: WSGIEnvironment) -> bytes:
    """The body, unpacked, and left in place for whoever answers."""
    body = read_body(environ)
    environ.pop("HTTP_CONTENT_ENCODING", None)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def read_call(environ: WSGIEnvironment) -> Call:
    """The request as a call. Raises InvalidParameter when its body is no JSON object."""
    operation = environ["HTTP_X_AMZ_TARGET"].partition(".")[2]
    try:
        members = json.loads(read_body(environ) or b"{}")
    except (ValueError, OSError):
        members = None
    if not isinstance(members, dict):
        raise InvalidParameter("The request body is not a JSON object")
    return Call(operation, region_of(environ), members)


def json_answer(members: Mapping[str, object]) -> Answer:
    """A success. Members that are None are left out, as the services do."""
    present = {name: value for name, value in members.items() if value is not None}
    return Answer(200, "application/x-amz-json-1.1", json.dumps(present, ensure_ascii=False).encode())


def json_error(error: ServiceError) -> Answer:
    """A refusal."""
    body = {"__type": error.code, "message": error.message, **error.members}
    headers = (("x-amzn-ErrorType", error.code),)
    return Answer(error.status, "application/x-amz-json-1.1", json.dumps(body, ensure_ascii=False).encode(), headers)


def refusal(environ: WSGIEnvironment, error: ServiceError) -> Answer:
    """A refusal of any service, in the protocol that it was asked in: JSON, Query (XML) or REST with JSON."""
    if not str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded"):
        return json_error(error)
    # as the Query services spell them
    code = {"ExpiredTokenException": "ExpiredToken", "AccessDeniedException": "AccessDenied"}.get(
        error.code, error.code
    )
    fault = "Sender" if error.status < 500 else "Receiver"
    body = (
        f"<ErrorResponse><Error><Type>{fault}</Type><Code>{code}</Code>"
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    )
    return Answer(error.status, "text/xml", body.encode(), (("x-amzn-ErrorType", code),))
