"""Stands before the router: keeps the journal, and lets a call suffer what the faults say."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from insightctl.emulator.account.operations import asked
from insightctl.emulator.errors import ServiceError
from insightctl.emulator.faults import Faults
from insightctl.emulator.journal import OK, RESET_AFTER, RESET_BEFORE, Entry, Journal
from insightctl.emulator.store import ACCOUNT
from insightctl.emulator.wire import Answer, keep_body, refusal, region_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOGS = "Logs_20140328."
_KEY = re.compile(r"Credential=([^/]+)/")
_OF_A_QUERY = ("GetQueryResults", "StopQuery")


class _Heard(NamedTuple):
    """The response of the router as it was begun."""

    status: str
    error: str | None


class Adversary:
    """A WSGI application around another. `delete_group` removes a log group of a region."""

    def __init__(
        self, app: WSGIApplication, faults: Faults, journal: Journal, delete_group: Callable[[str, str], None]
    ) -> None:
        self._app = app
        self._faults = faults
        self._journal = journal
        self._delete_group = delete_group

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        at = time.monotonic()
        target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
        request = asked(environ)
        operation = request.operation
        query_id = _query_id(keep_body(environ)) if operation in _OF_A_QUERY else None
        key = _KEY.search(environ.get("HTTP_AUTHORIZATION", ""))

        if key is not None and (error := self._faults.session(key[1])) is not None:
            self._journal.add(Entry(at, operation, error.code, query_id))
            return refusal(environ, error).send(start_response)
        user = f"arn:aws:iam::{ACCOUNT}:user/{key[1] if key else 'anonymous'}"
        if (denied := self._faults.denied(request.action, user)) is not None:
            self._journal.add(Entry(at, operation, denied.code, query_id))
            keep_body(environ)
            return refusal(environ, denied).send(start_response)
        of_logs = target.startswith(_LOGS)
        if of_logs and (name := self._faults.group_to_delete()) is not None:
            with contextlib.suppress(ServiceError):  # it may be gone already
                self._delete_group(region_of(environ), name)
        befalls = self._faults.call(operation, of_logs=of_logs)
        if befalls.cut == "before":
            self._journal.add(Entry(at, operation, RESET_BEFORE, query_id))
            keep_body(environ)  # read: an unread body would be taken for the next request
            raise _hang_up(environ)
        if befalls.error is not None:
            self._journal.add(Entry(at, operation, befalls.error.code, query_id))
            return self._late(refusal(environ, befalls.error), befalls.delay).send(start_response)
        return self._passed_on(environ, start_response, Entry(at, operation, OK, query_id), befalls.cut, befalls.delay)

    def _passed_on(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        entry: Entry,
        cut: str | None,
        delay: float,
    ) -> Iterable[bytes]:
        heard: list[_Heard] = []

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            error = next((value for name, value in headers if name.lower() == "x-amzn-errortype"), None)
            heard.append(_Heard(status, error))
            if cut:
                return lambda _written: None
            return start_response(status, headers, exc_info)

        body = self._app(environ, begin)
        entry = entry._replace(outcome=_outcome(heard[-1]) if heard else OK)
        if entry.operation == "StartQuery" and entry.outcome == OK:
            whole = b"".join(body)
            body, entry = [whole], entry._replace(query_id=_query_id(whole))
        if cut:
            self._journal.add(entry._replace(outcome=RESET_AFTER))
            if close := getattr(body, "close", None):
                close()
            raise _hang_up(environ)
        self._journal.add(entry)
        time.sleep(delay)
        return body

    def _late(self, answer: Answer, delay: float) -> Answer:
        time.sleep(delay)
        return answer


def _outcome(heard: _Heard) -> str:
    if heard.status.startswith("2"):
        return OK
    return heard.error.partition(":")[0] if heard.error else heard.status.partition(" ")[0]


def _query_id(body: bytes) -> str | None:
    try:
        members = json.loads(body)
    except ValueError:
        return None
    value = members.get("queryId") if isinstance(members, dict) else None
    return value if isinstance(value, str) else None


def _hang_up(environ: WSGIEnvironment) -> ConnectionResetError:
    """Close the connection under the request. The server takes the error for a client that went away."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return ConnectionResetError("the connection is cut on purpose")
