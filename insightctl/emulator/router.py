"""Who answers a request: our handlers by operation, moto for everything else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from insightctl.core.errors import InsightctlError
from insightctl.emulator import dashboard_wire
from insightctl.emulator.account.desk import Desk
from insightctl.emulator.account.operations import asked
from insightctl.emulator.errors import NotOurs, ServiceError, ServiceUnavailable
from insightctl.emulator.event_stream import Stream
from insightctl.emulator.metrics import QUERY_PROTOCOL
from insightctl.emulator.store import Store
from insightctl.emulator.twin import Twin
from insightctl.emulator.wire import Answer, json_answer, json_error, keep_body, read_call, region_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from insightctl.emulator.wire import Call

Handler = Callable[["Call"], "dict[str, object] | Stream"]

_LOGS = "Logs_20140328."


class Router:
    """A WSGI application. `logs` and `dashboards` are our handlers by operation name."""

    def __init__(
        self,
        logs: Mapping[str, Handler],
        dashboards: Mapping[str, Handler],
        moto: WSGIApplication,
        store: Store,
        twin: Twin,
        desk: Desk,
    ) -> None:
        self._desk = desk
        self._logs = logs
        self._dashboards = dashboards
        self._moto = moto
        self._store = store
        self._twin = twin

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # no AWS client sends Origin, every page of a browser does: a web site must not read local logs
        if "HTTP_ORIGIN" in environ:
            return Answer(403, "text/plain", b"the emulator answers no web pages\n").send(start_response)
        target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
        request = asked(environ)
        if self._desk.answers(environ, request):
            return self._desk.answer(environ, request, start_response)
        if target.startswith(_LOGS):
            return self._answer_logs(target.removeprefix(_LOGS), environ, start_response)
        if dashboard_wire.json_operation(environ) in self._dashboards:
            call = dashboard_wire.json_call(environ, keep_body(environ))
            with contextlib.suppress(NotOurs):
                return self._answer_dashboard(call, query=False).send(start_response)
        if dashboard_wire.is_query(environ):
            body = keep_body(environ)
            call = dashboard_wire.query_call(environ, body)
            if call.operation in self._dashboards and call.operation not in QUERY_PROTOCOL:
                with contextlib.suppress(NotOurs):
                    return self._answer_dashboard(call, query=True).send(start_response)
        return self._moto(environ, start_response)

    def _answer_logs(self, operation: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        handler = self._logs.get(operation)
        if handler is None:
            region = region_of(environ)
            self._twin.complete(region, list(self._store.groups(region)))
            return self._moto(environ, start_response)
        answer: Answer | Stream
        try:
            result = handler(read_call(environ))
            answer = result if isinstance(result, Stream) else json_answer(result)
        except ServiceError as error:
            answer = json_error(error)
        except InsightctlError as error:  # the data cannot be read any more
            answer = json_error(ServiceUnavailable(str(error)))
        return answer.send(start_response)

    def _answer_dashboard(self, call: Call, *, query: bool) -> Answer:
        result: dict[str, object] | Stream | ServiceError
        try:
            result = self._dashboards[call.operation](call)
            assert not isinstance(result, Stream)
        except ServiceError as error:
            result = error
        return dashboard_wire.answer(call, result, query=query)


def operations(*handlers: Any) -> dict[str, Handler]:
    """The public methods of handler objects by operation name: `start_query` answers StartQuery."""
    methods = (
        (name, getattr(handler, name))
        for handler in handlers
        for name in vars(type(handler))
        if not name.startswith("_")
    )
    return {"".join(word.capitalize() for word in name.split("_")): method for name, method in methods}
