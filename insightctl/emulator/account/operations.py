"""Which operation of which service a request is, whatever its protocol."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from insightctl.emulator.wire import keep_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SIGNED = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
_IAM_NAMES = {"monitoring": "cloudwatch"}
"""Where a service signs under another name than its actions have."""
_BY_ROUTE = ("lambda",)


class Asked(NamedTuple):
    """A request: the service as IAM names it, the operation, and what its path names."""

    service: str
    operation: str
    path: dict[str, str]

    @property
    def action(self) -> str:
        """As policies spell it: lambda:ListAliases."""
        return f"{self.service}:{_ACTIONS.get((self.service, self.operation), self.operation)}"


_ACTIONS = {("lambda", "Invoke"): "InvokeFunction"}


def asked(environ: WSGIEnvironment) -> Asked:
    """What a request asks; the operation is its method and path where nobody knows better."""
    signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = signed[1] if signed else ""
    service = _IAM_NAMES.get(service, service)
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return Asked(service, target.rpartition(".")[2], {})
    method, path = str(environ["REQUEST_METHOD"]), str(environ.get("PATH_INFO", ""))
    if service in _BY_ROUTE:
        for route in _routes(service):
            flagged = route.flag in str(environ.get("QUERY_STRING", ""))
            if flagged and route.method == method and (match := route.pattern.fullmatch(path)):
                return Asked(service, route.operation, match.groupdict())
    if method == "POST" and str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded"):
        action = parse_qs(keep_body(environ).decode(errors="replace")).get("Action")
        if action:
            return Asked(service, action[0], {})
    return Asked(service, f"{method} {path}", {})


class _Route(NamedTuple):
    method: str
    pattern: re.Pattern[str]
    operation: str
    flag: str


@cache
def _routes(service: str) -> tuple[_Route, ...]:
    """The routes of a REST service, by botocore's model; those with fewer holes, then those with a flag (`?List=ALL`) first."""
    import botocore.session

    model = botocore.session.Session().get_service_model(service)
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        uri, _, flag = str(http["requestUri"]).partition("?")
        uri = uri.rstrip("/")
        pattern = re.sub(r"\\\{(\w+)\\?\+?\\\}", lambda hole: f"(?P<{hole[1]}>[^/]+)", re.escape(uri))
        routes.append(_Route(str(http["method"]), re.compile(pattern + "/?"), name, flag))
    return tuple(sorted(routes, key=lambda route: (route.pattern.groups, not route.flag)))
