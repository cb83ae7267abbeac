"""Errors that never occur on a usual day, as each runtime has them."""

from __future__ import annotations

from random import Random

from bench.incidents.model import Failure, Function, Runtime
from bench.incidents.planting import frames

_NEW: dict[Runtime, tuple[tuple[str, str], ...]] = {
    "python": (
        ("KeyError", "'order_id'"),
        ("TypeError", "unsupported operand type(s) for +: 'int' and 'NoneType'"),
        ("AttributeError", "'NoneType' object has no attribute 'total'"),
        ("pydantic_core._pydantic_core.ValidationError", "1 validation error for Order"),
    ),
    "node": (
        ("TypeError", "Cannot read properties of undefined (reading 'id')"),
        ("ReferenceError", "discount is not defined"),
        ("RangeError", "Invalid time value"),
    ),
    "java": (
        ("java.lang.NullPointerException", 'Cannot invoke "shop.Order.id()" because "order" is null'),
        ("java.lang.ClassCastException", "class java.lang.String cannot be cast to class shop.Order"),
    ),
    "go": (
        ("errorString", "runtime error: index out of range [3] with length 3"),
        ("MarshalerError", "json: error calling MarshalJSON for type shop.Order"),
    ),
}
_TYPES: dict[Runtime, tuple[str, str, str]] = {  # connection refused, read timeout, refused by a service
    "python": ("ConnectionError", "ReadTimeout", "ClientError"),
    "node": ("Error", "TimeoutError", "ServiceException"),
    "java": ("java.net.ConnectException", "java.net.SocketTimeoutException", "software.amazon.awssdk.SdkException"),
    "go": ("OpError", "timeoutError", "OperationError"),
}
_HOSTS = ("payments.example.com", "api.tax-service.io", "search-prod.internal", "auth.example.net", "10.2.31.7")


def new_error(function: Function, rng: Random) -> Failure:
    """A bug."""
    kind, message = rng.choice(_NEW[function.runtime])
    return Failure("exception", kind, message, frames(function, rng.choice(("totals", "render", "load")), 47))


def host(rng: Random) -> str:
    """Somebody else's host."""
    return rng.choice(_HOSTS)


def unreachable(function: Function, name: str, rng: Random) -> Failure:
    """A host that does not answer as it should."""
    refused, slow, _ = _TYPES[function.runtime]
    python = f"HTTPSConnectionPool(host='{name}', port=443): "
    message, kind = {
        "python": (
            (
                python + "Max retries exceeded with url: /v1/check (Caused by NewConnectionError: Connection refused)",
                refused,
            ),
            (python + "Read timed out. (read timeout=2)", slow),
        ),
        "node": (
            (f"connect ECONNREFUSED {name}:443", refused),
            (f"getaddrinfo ENOTFOUND {name}", refused),
            (f"connect ETIMEDOUT {name}:443", refused),
        ),
        "java": ((f"Connection refused: {name}:443", refused), (f"Read timed out: {name}", slow)),
        "go": (
            (f'Get "https://{name}/v1/check": dial tcp: lookup {name}: no such host', refused),
            (f'Get "https://{name}/v1/check": context deadline exceeded', slow),
        ),
    }[function.runtime][rng.randrange(2)]
    return Failure("exception", kind, message, frames(function, "client", 112))


def refused(function: Function, operation: str, code: str, why: str) -> Failure:
    """An AWS service that says no: `operation` as boto3 spells it."""
    kind = _TYPES[function.runtime][2]
    if function.runtime == "python":
        return Failure(
            "exception",
            f"botocore.errorfactory.{code}" if function.log_format == "text" else kind,
            f"An error occurred ({code}) when calling the {operation} operation: {why}",
            frames(function, "client", 64),
        )
    if function.runtime == "node":
        return Failure("exception", code, why, frames(function, "client", 64))
    return Failure("exception", kind, f"operation error {operation}: {code}: {why}", frames(function, "client", 64))
