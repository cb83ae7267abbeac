"""AWS errors as people should hear them: one line of what is wrong, where, and what to do.

Tables by exception class (what botocore finds out before or instead of an answer) and by error code (what AWS answers).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from insightctl.core.errors import CloudError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


@dataclass(frozen=True, slots=True)
class Place:
    """Where was looked; None where it was not said."""

    region: str | None
    profile: str | None = None
    endpoint_url: str | None = None

    def __str__(self) -> str:
        named = f"CloudWatch Logs in {self.region}" if self.region else "CloudWatch Logs"
        local = self.endpoint_url if self.endpoint_url and "amazonaws" not in self.endpoint_url else None
        details = [f"profile {self.profile}" if self.profile else None, local]
        listed = ", ".join(detail for detail in details if detail)
        return f"{named} ({listed})" if listed else named

    @property
    def login(self) -> str:
        """The command that renews the credentials of IAM Identity Center."""
        return f"aws sso login --profile {self.profile}" if self.profile else "aws sso login"


class Said(NamedTuple):
    """What is wrong and what to do."""

    what: str
    remedy: str


_CREDENTIALS = "run 'aws configure' or 'aws sso login', set AWS_PROFILE, or pass --profile"
_NO_SSO = ("the SSO session has expired, or there is none", "run '{login}'")

# by exception class: what botocore finds out by itself. {words} are its own, {region} and {login} those of the place
_BY_CLASS: dict[str, tuple[str, str]] = {
    "NoCredentialsError": ("no AWS credentials were found", _CREDENTIALS),
    "PartialCredentialsError": (
        "the AWS credentials are incomplete: {words}",
        "set both the access key id and the secret access key",
    ),
    "CredentialRetrievalError": ("the AWS credentials could not be got: {words}", _CREDENTIALS),
    "NoRegionError": (
        "no AWS region is set",
        "pass --region, set AWS_REGION, or give the profile a region in ~/.aws/config",
    ),
    "InvalidRegionError": ("'{region}' is not the name of an AWS region", "write it like eu-west-1"),
    "ConfigParseError": ("the AWS settings cannot be read: {words}", "correct the file"),
    "InvalidConfigError": ("the AWS settings are wrong: {words}", "correct ~/.aws/config"),
    "UnauthorizedSSOTokenError": _NO_SSO,
    "SSOTokenLoadError": _NO_SSO,
    "TokenRetrievalError": _NO_SSO,
    "ConnectionClosedError": ("the connection was closed before an answer came", "try again"),
    "ReadTimeoutError": ("no answer came within a minute", "try again"),
    "ProxyConnectionError": ("the proxy does not answer: {words}", "check HTTPS_PROXY and NO_PROXY"),
    "SSLError": ("the TLS connection failed: {words}", "behind a proxy that inspects TLS, set AWS_CA_BUNDLE"),
}

_EXPIRED = ("the AWS credentials have expired", "sign in again: '{login}', or renew AWS_SESSION_TOKEN")
_UNKNOWN_KEY = (
    "AWS does not know these credentials",
    "check AWS_ACCESS_KEY_ID, AWS_PROFILE and that the key is active",
)
_DENIED = (
    "not allowed: {action}",
    "let the IAM policy of this identity allow {action} (and check --profile)",
)
_BUSY = ("CloudWatch Logs has too many requests from this account ({code})", "wait a little and try again")
_BY_CODE: dict[str, tuple[str, str]] = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": ("the request has expired", "set the clock of this machine right"),
    "UnrecognizedClientException": _UNKNOWN_KEY,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "InvalidAccessKeyId": _UNKNOWN_KEY,
    "AuthFailure": _UNKNOWN_KEY,
    "IncompleteSignature": _UNKNOWN_KEY,
    "InvalidSignatureException": (
        "AWS refuses the signature of the request",
        "check AWS_SECRET_ACCESS_KEY and the clock of this machine",
    ),
    "SignatureDoesNotMatch": (
        "AWS refuses the signature of the request",
        "check AWS_SECRET_ACCESS_KEY and the clock of this machine",
    ),
    "AccessDenied": _DENIED,
    "AccessDeniedException": _DENIED,
    "UnauthorizedOperation": _DENIED,
    "OptInRequired": (
        "this account has not enabled the region",
        "enable it in the account's settings, or take another",
    ),
    "LimitExceededException": (
        "too many queries are running in this account and region",
        "wait for one to end, or stop some (aws logs describe-queries --status Running)",
    ),
    "Throttling": _BUSY,
    "ThrottlingException": _BUSY,
    "TooManyRequestsException": _BUSY,
    "MalformedQueryException": ("CloudWatch refuses the query: {message}", "check it with 'insightctl ql check'"),
    "ServiceUnavailableException": ("CloudWatch Logs is out of order: {message}", "try again"),
}
_OTHER = ("CloudWatch refuses {operation}: {message} ({code})", "")
_FOREIGN = ("what answers is not CloudWatch: HTTP {code}", "check AWS_ENDPOINT_URL and HTTPS_PROXY")
_ACTION = re.compile(r"not authorized to perform: ([\w-]+:\w+)")


@contextmanager
def said_plainly(place: Place) -> Iterator[None]:
    """Turn the errors of boto3 inside the block into CloudError."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _answered(error, place) from error
    except BotoCoreError as error:
        raise _unasked(error, place) from error


def error_code(error: ClientError) -> str:
    """The code that AWS answered."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def error_message(error: ClientError) -> str:
    """The message that AWS answered, without the tail `(Service: ...)` of the Java services."""
    message = str(error.response.get("Error", {}).get("Message", ""))
    return " ".join(message.partition(" (Service:")[0].split())


def nearest_hint(word: str, known: list[str], *, noun: str) -> str | None:
    """A remedy that lists the closest known names; None when nothing is close."""
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"{noun}: {', '.join(near)}" if near else None


def _answered(error: ClientError, place: Place) -> CloudError:
    code, message = error_code(error), error_message(error)
    action = match[1] if (match := _ACTION.search(message)) else f"logs:{error.operation_name}"
    what, remedy = _BY_CODE.get(code, _FOREIGN if code.isdecimal() else _OTHER)
    words = {
        "code": code,
        "message": message or "it gives no reason",
        "action": action,
        "operation": error.operation_name,
        "login": place.login,
    }
    return CloudError(what.format(**words), where=str(place), remedy=remedy.format(**words) or None)


def _unasked(error: Exception, place: Place) -> CloudError:
    words = {"words": " ".join(str(error).split()).rstrip("."), "region": place.region, "login": place.login}
    for kind in type(error).__mro__:
        if look := _LOOKED_INTO.get(kind.__name__):
            what, remedy = look(error, place)
            return CloudError(what, where=str(place), remedy=remedy)
        if kind.__name__ in _BY_CLASS:
            what, remedy = _BY_CLASS[kind.__name__]
            return CloudError(what.format(**words), where=str(place), remedy=remedy.format(**words))
    return CloudError(str(words["words"]), where=str(place))


def _no_profile(error: Exception, _place: Place) -> Said:
    import botocore.session

    name = str(getattr(error, "kwargs", {}).get("profile", ""))
    known = sorted(botocore.session.Session(profile=None).full_config.get("profiles", {}))
    remedy = f"profiles in ~/.aws: {', '.join(known)}" if known else "there are none in ~/.aws: run 'aws configure'"
    return Said(f"there is no AWS profile '{name}'", nearest_hint(name, known, noun="did you mean") or remedy)


def _unreachable(_error: Exception, place: Place) -> Said:
    if place.endpoint_url and "amazonaws" not in place.endpoint_url:
        return Said(
            f"nothing answers at {place.endpoint_url}",
            "start it ('insightctl serve'), or unset AWS_ENDPOINT_URL",
        )
    if place.region and place.region not in (known := _regions()):
        remedy = nearest_hint(place.region, known, noun="did you mean") or "pass --region, such as eu-west-1"
        return Said(f"there is no AWS region '{place.region}'", remedy)
    return Said(f"{place.endpoint_url or 'CloudWatch'} cannot be reached", "check the network, the VPN and HTTPS_PROXY")


def _regions() -> list[str]:
    import botocore.session

    session = botocore.session.Session()
    return [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("logs", partition)
    ]


_LOOKED_INTO: dict[str, Callable[[Exception, Place], Said]] = {
    "ProfileNotFound": _no_profile,
    "EndpointConnectionError": _unreachable,
    "ConnectTimeoutError": _unreachable,
}
