"""The errors of the services, with the codes and shapes of botocore's models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class ServiceError(Exception):
    """A refusal as a client sees it: `code`, HTTP `status`, message, and what else the error's shape has."""

    code: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, message: str, **members: object) -> None:
        super().__init__(message)
        self.message = message
        self.members: Mapping[str, object] = members


class InvalidParameter(ServiceError):
    """A parameter is missing, of the wrong kind or out of range."""

    code = "InvalidParameterException"

    @classmethod
    def constraint(cls, name: str, value: object, rule: str) -> InvalidParameter:
        """In the words of the service: which value of which parameter breaks which rule."""
        return cls(f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {rule}")


class ResourceNotFound(ServiceError):
    """No such log group, stream or query."""

    code = "ResourceNotFoundException"


class ResourceAlreadyExists(ServiceError):
    """A log group or stream of this name exists."""

    code = "ResourceAlreadyExistsException"


class InvalidOperation(ServiceError):
    """The log group cannot do this."""

    code = "InvalidOperationException"


class LimitExceeded(ServiceError):
    """There are as many of these resources as an account may have."""

    code = "LimitExceededException"


class ServiceUnavailable(ServiceError):
    """The service has a fault of its own."""

    code = "ServiceUnavailableException"
    status = 500


class OutOfService(ServiceError):
    """The service cannot answer for the moment."""

    code = "ServiceUnavailableException"
    status = 503


class InternalFailure(ServiceError):
    """Something broke inside the service (one of the errors that all services have)."""

    code = "InternalFailure"
    status = 500


class Throttling(ServiceError):
    """More calls than the account may make."""

    code = "ThrottlingException"


class AccessDenied(ServiceError):
    """The caller's policies do not allow the action."""

    code = "AccessDeniedException"
    status = 403

    @classmethod
    def of(cls, action: str, user: str) -> AccessDenied:
        """In the words of the services."""
        return cls(
            f"User: {user} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
        )


class ExpiredToken(ServiceError):
    """The session of the credentials is over."""

    code = "ExpiredTokenException"


class MalformedQuery(ServiceError):
    """A query that the service would refuse. Offsets are in characters of the query string."""

    code = "MalformedQueryException"

    def __init__(self, message: str, start: int | None, end: int | None) -> None:
        place = {"startCharOffset": start, "endCharOffset": end} if start is not None else {}
        super().__init__(message, queryCompileError={"location": place, "message": message})


class NotOurs(Exception):
    """Nothing that we can tell: moto is to answer."""
