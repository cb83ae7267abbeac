"""Lambda and CloudTrail at the endpoint: stated facts first, moto for all else, and the trail of what moto was told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from insightctl.emulator.account.facts import Account
from insightctl.emulator.account.lambda_api import LambdaFacts, NotStated, page
from insightctl.emulator.account.operations import Asked
from insightctl.emulator.account.trail import TARGET, Trail
from insightctl.emulator.errors import ServiceError
from insightctl.emulator.wire import Answer, json_answer, json_error, keep_body, read_call, region_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_KEY = re.compile(r"Credential=([^/]+)/")


class Desk:
    """Answers the requests of Lambda and LookupEvents; `account` tells the facts of a region."""

    def __init__(self, account: Callable[[str], Account], moto: WSGIApplication, now_ms: Callable[[], int]) -> None:
        self._facts = LambdaFacts(account)
        self._trail = Trail(account, now_ms)
        self._moto = moto

    def answers(self, environ: WSGIEnvironment, asked: Asked) -> bool:
        """Whether a request is for this desk."""
        return asked.service == "lambda" or str(environ.get("HTTP_X_AMZ_TARGET", "")).endswith(TARGET)

    def answer(self, environ: WSGIEnvironment, asked: Asked, start_response: StartResponse) -> Iterable[bytes]:
        """Answer it."""
        try:
            if asked.service != "lambda":
                return json_answer(self._trail.lookup_events(read_call(environ))).send(start_response)
            return self._of_lambda(environ, asked, start_response)
        except ServiceError as error:
            return json_error(error).send(start_response)

    def _of_lambda(self, environ: WSGIEnvironment, asked: Asked, start_response: StartResponse) -> Iterable[bytes]:
        region = region_of(environ)
        query = {name: values[0] for name, values in parse_qs(str(environ.get("QUERY_STRING", ""))).items()}
        if asked.operation in ("ListFunctions", "ListEventSourceMappings"):
            return self._listed(environ, asked.operation, region, query).send(start_response)
        try:
            return json_answer(self._facts.answer(asked.operation, region, asked.path, query)).send(start_response)
        except NotStated:
            if asked.operation == "ListProvisionedConcurrencyConfigs":  # moto does not know it
                return json_answer({"ProvisionedConcurrencyConfigs": []}).send(start_response)
            return self._passed_on(environ, asked, region, start_response)

    def _passed_on(
        self, environ: WSGIEnvironment, asked: Asked, region: str, start_response: StartResponse
    ) -> Iterable[bytes]:
        body = keep_body(environ)
        key = _KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
        heard = _Heard()
        whole = b"".join(self._moto(environ, heard))
        if heard.status.startswith("2"):
            self._trail.saw(region, asked.operation, asked.path, body, key[1] if key else "anonymous")
        start_response(heard.status, heard.headers)
        return [whole]

    def _listed(self, environ: WSGIEnvironment, operation: str, region: str, query: Mapping[str, str]) -> Answer:
        """What is stated and what moto has, page by page over both."""
        if operation == "ListFunctions":
            name, key = "Functions", "FunctionName"
            stated = self._facts.functions(region, all_versions=query.get("FunctionVersion") == "ALL")
        else:
            name, key = "EventSourceMappings", "UUID"
            stated = self._facts.sources(region, query.get("FunctionName"), query.get("EventSourceArn"))
        heard = _Heard()
        whole = b"".join(self._moto({**environ, "QUERY_STRING": _unpaged(query)}, heard))
        more = json.loads(whole or b"{}").get(name, []) if heard.status.startswith("2") else []
        known = {one[key] for one in stated}
        some, marker = page([*stated, *(one for one in more if one.get(key) not in known)], query)
        return json_answer({name: some, "NextMarker": marker})


def _unpaged(query: Mapping[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode({name: value for name, value in query.items() if name not in ("Marker", "MaxItems")})


class _Heard:
    """A start_response that keeps what it is told."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []

    def __call__(
        self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        self.status, self.headers = status, list(headers)
        return lambda _written: None
