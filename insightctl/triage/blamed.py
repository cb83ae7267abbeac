"""What the text of a failure blames: a host that does not answer, a service that refuses, a limit of concurrency."""

from __future__ import annotations

import re

from insightctl.triage.facts import Error
from insightctl.triage.model import Cause

_HOST = r"(?:[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}"
_HOSTS = (
    re.compile(rf"https?://({_HOST})", re.ASCII),
    re.compile(rf"host=\\?['\"]({_HOST})", re.ASCII),
    re.compile(
        rf"(?:E[A-Z]{{4,}}|EAI_AGAIN|lookup|dial tcp|refused|timed out|from|about|to|UnknownHostException|"
        rf"notify|reach|host):? ({_HOST})(?::\d+)?",
        re.ASCII,
    ),
    re.compile(rf"\b({_HOST}):\d{{2,5}}\b", re.ASCII),
)
_NOT_HOSTS = re.compile(
    r"\.(?:py|js|mjs|ts|java|go|rb|json|node|so|cs|Handler|Exception|Error)$|^(?:java|javax|software|com|org)\."
)
CONNECTION = re.compile(
    r"ECONN|ETIMEDOUT|ESOCKETTIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|[Cc]onnect|[Rr]efused|[Tt]imed? ?out|"
    r"[Tt]imeout|no such host|[Uu]nreachable|[Nn]ame or service|[Rr]esolution|UnknownHost|SSL|TLS|x509|certificate|"
    r"socket hang up|"
    r"deadline exceeded|[Bb]ad [Gg]ateway|[Uu]navailable|\b50[234]\b|[Nn]o answer|MaxRetry|[Rr]eset by peer|broken pipe"
)
_REFUSED = re.compile(
    r"\b(\w*(?:Throttl\w+|ThroughputExceeded\w*|TooManyRequests\w*|LimitExceeded\w*|SlowDown|AccessDenied\w*|UnauthorizedOperation|"
    r"ServiceUnavailable\w*|InternalServer\w*|InternalFailure|ServiceException|ServiceError|KMS\w*Exception|ExpiredToken\w*))\b"
    r"|(not authorized to perform|[Rr]ate [Ee]xceeded|An error occurred \(\w+\) when calling)"
)
_OWN_LIMIT = re.compile(r"TooManyRequests|[Rr]ate [Ee]xceeded|ConcurrentInvocationLimit|ReservedFunctionConcurrent")
_OPERATION = re.compile(r"\((\w+)\) when calling the (\w+) operation|operation error ([\w: ]+?):|perform: ([\w:]+)")


def is_own_limit(text: str) -> bool:
    """Whether it is a limit of concurrency, and not one of a table."""
    return bool(_OWN_LIMIT.search(text)) and not re.search("DynamoDB|Throughput", text)


def cause_of_line(text: str) -> Cause:
    """What a logged error blames: a limit of concurrency, what was called, or nothing that is known."""
    if is_own_limit(text):
        return Cause("throttle")
    return Cause("downstream" if host_in(text) or _REFUSED.search(text) else "unknown")


def host_in(text: str) -> str | None:
    """The host or address that a message names."""
    for pattern in _HOSTS:
        for match in pattern.finditer(text[:600]):
            if not _NOT_HOSTS.search(match[1]):
                return match[1]
    return None


def called(text: str) -> str:
    """What a failure of a call names: a host, an error code, an operation."""
    operation, refused = _OPERATION.search(text), _REFUSED.search(text)
    named = [group for group in operation.groups() if group] if operation else []
    code = None if len(named) > 1 or refused is None else refused[1] or refused[2]
    return ", ".join(dict.fromkeys(part for part in (host_in(text), code, *named) if part)) or text[:80]


def is_downstream(error: Error) -> bool:
    """Whether it is a failure of what the function calls."""
    text = f"{error.type}: {error.sample_message or error.message or ''}"
    if error.type == "timeout":
        return False
    return bool(_REFUSED.search(text)) or bool(
        CONNECTION.search(text) and (host_in(text) or CONNECTION.search(error.type))
    )
