"""Answers that go on: messages of `application/vnd.amazon.eventstream` for an operation of the JSON protocol."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

_JSON = "application/json"


class Stream:
    """A WSGI body of messages; `done` is called when it ends or the client goes away."""

    def __init__(self, messages: Iterator[bytes], done: Callable[[], None]) -> None:
        self._messages = messages
        self._done = done

    def send(self, start_response: StartResponse) -> Stream:
        """Begin the WSGI response."""
        headers = [("Content-Type", "application/vnd.amazon.eventstream"), ("x-amzn-RequestId", str(uuid.uuid4()))]
        start_response("200 OK", headers)
        return self

    def __iter__(self) -> Iterator[bytes]:
        return self._messages

    def close(self) -> None:
        """The response is over."""
        self._done()


def message(kind: str, members: Mapping[str, object]) -> bytes:
    """An event. The first one of a JSON operation is `initial-response`: botocore waits for it."""
    return _encoded({":message-type": "event", ":event-type": kind, ":content-type": _JSON}, members)


def exception(kind: str, members: Mapping[str, object]) -> bytes:
    """An error that the operation's model names as a member of its stream."""
    return _encoded({":message-type": "exception", ":exception-type": kind, ":content-type": _JSON}, members)


def _encoded(headers: dict[str, str], members: Mapping[str, object]) -> bytes:
    from moto.core.eventstream import EventStreamEncoder

    payload = json.dumps(members, ensure_ascii=False).encode()
    encoded: bytes = EventStreamEncoder().encode_message(headers, payload)
    return encoded
