"""What an error of a call means for the query behind it."""

from __future__ import annotations

from enum import Enum, auto

from insightctl.cloud.failures import error_code


class Meaning(Enum):
    """What to do after an error."""

    CROWDED = auto()
    """Too many queries run at once: start it later."""
    THROTTLED = auto()
    """Too many calls: the call was not taken, make it again more slowly."""
    UNSURE = auto()
    """The call may have been taken or not: nothing was heard of it, or the service broke."""
    LOST = auto()
    """The service does not know the query (any more): start it anew."""
    FATAL = auto()
    """Asking again gives the same."""


_THROTTLED = frozenset(
    ("Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown")
)
_BROKEN = frozenset(("InternalFailure", "InternalServerError", "InternalError", "ServiceUnavailable",
                     "ServiceUnavailableException", "RequestTimeout", "RequestTimeoutException"))  # fmt: skip
_UNANSWERED = frozenset(("ConnectionClosedError", "ReadTimeoutError", "ConnectTimeoutError", "EndpointConnectionError",
                         "HTTPClientError", "ResponseStreamingError", "IncompleteReadError"))  # fmt: skip
_HOPELESS = frozenset(("SSLError", "ProxyConnectionError"))


def meaning(error: BaseException, *, of_query: bool) -> Meaning:
    """What an error of boto3 means; `of_query`: the call named a query's id."""
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        code = error_code(error)
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code == "LimitExceededException":
            return Meaning.CROWDED
        if code in _THROTTLED or status == 429:
            return Meaning.THROTTLED
        if code in _BROKEN or status >= 500:
            return Meaning.UNSURE
        if of_query and code == "ResourceNotFoundException":
            return Meaning.LOST
        return Meaning.FATAL
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _HOPELESS:
        return Meaning.FATAL
    return Meaning.UNSURE if names & _UNANSWERED else Meaning.FATAL


def never_connected(error: BaseException) -> bool:
    """Whether the request cannot have reached the service."""
    return type(error).__name__ in ("EndpointConnectionError", "ConnectTimeoutError")
