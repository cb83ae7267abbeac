"""Asking other services than CloudWatch Logs: their clients, and their errors said plainly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from insightctl.cloud.failures import error_code, said_plainly
from insightctl.cloud.session import Cloud
from insightctl.core.errors import CloudError

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.exceptions import ClientError

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationErrorException"})
# what older regions, VPC endpoints and emulators answer to an operation that they do not have
_UNSUPPORTED = frozenset(
    {"UnknownOperationException", "InvalidAction", "UnsupportedOperation", "NotImplemented", "404", "500", "501"}
)


def client(cloud: Cloud, service: str, own: Config | None = None) -> Any:
    """A client of another service, with the settings of the Logs client, `own` over them. Raises CloudError."""
    with said_plainly(cloud.place):
        return cloud.session.client(
            service,  # type: ignore[call-overload]
            endpoint_url=cloud.access.endpoint_url,
            config=cloud.logs.meta.config.merge(own) if own else cloud.logs.meta.config,
        )


@contextmanager
def asking(cloud: Cloud, service: str, action: str, *, remedy: str) -> Iterator[None]:
    """Turn the errors of a call into CloudError; when it is not allowed, `remedy` says what to do instead.

    `service` is its name for people, `action` what the IAM policy would have to allow.
    """
    from botocore.exceptions import ClientError

    try:
        with said_plainly(cloud.place):
            yield
    except CloudError as error:
        cause = error.__cause__
        if cause is None:  # said by the caller already
            raise
        where = str(cloud.place).replace("CloudWatch Logs", service, 1)
        if isinstance(cause, ClientError) and is_denied(cause):
            raise CloudError(f"not allowed: {action}", where=where, remedy=f"allow {action}, or {remedy}") from cause
        what = error.what.replace("CloudWatch Logs", service, 1).replace("CloudWatch", service, 1)
        raise CloudError(what, where=where, remedy=error.remedy) from cause


def is_denied(error: ClientError) -> bool:
    """Whether the IAM policy does not allow the call."""
    return error_code(error) in _DENIED


def is_unavailable(error: ClientError) -> bool:
    """Whether the call is not allowed, or the endpoint does not have it: there is another way to ask."""
    return is_denied(error) or error_code(error) in _UNSUPPORTED
